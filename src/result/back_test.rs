//! A back-test: what a scenario that was calibrated with the first part of a history predicts for the rest of it,
//! beside what was recorded. `import` makes it, `report` shows it.

use super::write;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Predictions beside records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BackTest {
    /// What was compared.
    pub rows: Vec<BackTestRow>,
    /// True if nothing speaks against the predictions.
    pub trusted: bool,
    /// `trust`, or `do not trust` with what is wrong.
    pub verdict: String,
}

/// One quantity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BackTestRow {
    /// What it is: the mean time of a job, how often it hits, what a client stores, how old entries are.
    pub what: String,
    /// `min`, `share`, `bytes` or `h`.
    pub unit: String,
    /// The prediction.
    pub predicted: f64,
    /// What was recorded.
    pub observed: f64,
    /// How far the prediction is off: predicted ÷ observed − 1; of a share, predicted − observed.
    pub error: f64,
    /// The least record that does not speak against the prediction.
    pub low: f64,
    /// The largest one.
    pub high: f64,
    /// How many records there are.
    pub records: usize,
}

impl BackTestRow {
    /// True if the record speaks against the prediction.
    pub fn is_off(&self) -> bool {
        !(self.low..=self.high).contains(&self.observed)
    }
}

impl BackTest {
    /// The back-test as JSON.
    pub fn json(&self) -> String {
        write::text(self, &["rows"], 6)
    }
}

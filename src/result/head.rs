//! The first fields of a result's file, the same for `run`, `compare` and `sweep`: program, scenario, seed,
//! replications.

use super::expectation::ExpectationRow;
use super::metric::{MetricRow, known};
use super::problems::{Problems, replications};
use crate::event::Window;
use crate::observe::Outcome;
use crate::statistics::Study;
use crate::statistics::sweep::Tool;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The version of the results' format. Within a version, fields are only ever added.
pub(super) const SCHEMA_VERSION: u32 = 1;

/// The first fields of every result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Head {
    /// The version of this format: 1. Fields are only added within a version.
    pub schema_version: u32,
    /// The program that wrote it.
    pub tool: Tool,
    /// The command that produced the result.
    pub command: String,
    /// The scenario that was simulated.
    pub scenario: ScenarioSource,
    /// The seed of all draws.
    pub seed: u64,
    /// How many replications were simulated.
    #[serde(deserialize_with = "replications")]
    pub replications: u32,
    /// The simulated days, including the warm-up.
    pub simulated_days: f64,
    /// The days of warm-up.
    pub warmup_days: f64,
    /// The answer in a few plain sentences.
    pub verdict: String,
    /// The metrics of the unchanged scenario.
    pub metrics: Vec<MetricRow>,
    /// The scenario's expectations; empty for `compare` and `sweep`.
    pub expectations: Vec<ExpectationRow>,
}

/// A scenario, by its name, its file and its content.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScenarioSource {
    /// Its name.
    pub name: String,
    /// Its file, as named on the command line.
    pub file: String,
    /// The hash of its content: 16 hexadecimal digits.
    pub hash: String,
}

impl Head {
    /// The study that the result was made from, with the parts that a report uses.
    pub(super) fn study(&mut self, first: Outcome, problems: &mut Problems) -> Study {
        let mut estimates = known(std::mem::take(&mut self.metrics), MetricRow::estimate, problems);
        estimates.sort_by(|one, other| {
            one.order(other.metric, other.labels.iter().map(|(label, text)| (*label, text.as_str())))
        });
        Study {
            replications: self.replications.max(1),
            series: vec![],
            estimates,
            waits: vec![],
            first,
            batches: None,
            worlds: None,
            peaks: None,
        }
    }
}

/// The simulated days and the warm-up days of a study.
pub(super) fn days(study: &Study) -> (f64, f64) {
    let Window { start, measure_from, end } = study.first.window;
    ((end - start).as_days_f64(), (measure_from - start).as_days_f64())
}

use super::measure::Measure;
use std::fmt;

/// What a scenario expects of one metric, as an `[[expect]]` table of its file says.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// What it is about.
    pub measure: Measure,
    /// The smallest mean that holds, in the metric's unit.
    pub min: Option<f64>,
    /// The largest mean that holds, in the metric's unit.
    pub max: Option<f64>,
}

impl Expectation {
    /// Whether a mean over all replications holds; a metric that was never measured does not.
    pub fn holds(&self, mean: Option<f64>) -> bool {
        mean.is_some_and(|mean| {
            self.min.is_none_or(|min| min <= mean) && self.max.is_none_or(|max| mean <= max)
        })
    }
}

impl fmt::Display for Expectation {
    /// For example `restore.hit_ratio {client=rust-cache, ref=main} >= 0.9 ratio`.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}", self.measure)?;
        let unit = self.measure.metric.unit;
        match (self.min, self.max) {
            (Some(min), Some(max)) => write!(f, " between {min} and {max} {unit}"),
            (Some(min), None) => write!(f, " >= {min} {unit}"),
            (None, Some(max)) => write!(f, " <= {max} {unit}"),
            (None, None) => Ok(()),
        }
    }
}

//! The catalogue of metrics: every number that a result can contain, in the order in which it is
//! reported. The texts are printed by `metrics` and in reports. How values are measured is in the
//! folder `metrics`.

mod cache;
mod client;
mod lost;
mod run;
mod survivors;

pub use cache::*;
pub use client::*;
pub use lost::*;
pub use run::*;
pub use survivors::*;

use crate::units::Bytes;

/// A metric: one kind of number in a result.
#[derive(Debug, Eq)]
pub struct Metric {
    /// Its name, for example `restore.hit_ratio`.
    pub name: &'static str,
    /// The unit of its values.
    pub unit: &'static str,
    /// The labels that a value may have. A missing label means "all".
    pub labels: &'static [&'static str],
    /// The direction that is an improvement.
    pub better: Better,
    /// True if a combination of labels that did not occur has the value 0 (a count), false if it
    /// has no value (a ratio, a duration).
    pub zero_when_absent: bool,
    /// Its meaning, in one sentence.
    pub meaning: &'static str,
    /// How it is computed.
    pub how: &'static str,
}

impl PartialEq for Metric {
    /// By the name, which no two share.
    fn eq(&self, other: &Metric) -> bool {
        std::ptr::eq(self, other) || self.name == other.name
    }
}

impl Metric {
    /// True if another metric is this one, and its labels are exactly `wanted`, in any order.
    pub fn is_with(
        &self,
        wanted: &[(&str, &str)],
        other: &Metric,
        labels: &[(&'static str, String)],
    ) -> bool {
        let has = |(label, text): &(&str, &str)| labels.iter().any(|(l, t)| l == label && t == text);
        self == other && labels.len() == wanted.len() && wanted.iter().all(has)
    }

    /// The value as a size, which is printed with its own unit; `None` if the metric is not in
    /// bytes.
    pub fn size(&self, value: f64) -> Option<Bytes> {
        self.unit.starts_with("bytes").then(|| Bytes(libm::round(value) as u64))
    }
}

/// The direction of a metric that is an improvement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// Smaller is better.
    Lower,
    /// Larger is better.
    Higher,
    /// It only describes; neither direction is an improvement.
    Neither,
}

impl Better {
    /// The word for it in results and tables.
    pub fn label(self) -> &'static str {
        match self {
            Better::Lower => "lower",
            Better::Higher => "higher",
            Better::Neither => "neither",
        }
    }
}

/// The metric with this name; `None` if there is none.
pub fn find(name: &str) -> Option<&'static Metric> {
    CATALOGUE.iter().copied().find(|metric| metric.name == name)
}

/// Labels of what a client does in a job.
const SITE: &[&str] = &["client", "job", "ref"];

/// All metrics, in the order in which they are reported. Rates are over the measured time; a day is 24 hours.
pub static CATALOGUE: &[&Metric] = &[
    &CACHE_BYTES,
    &CACHE_ENTRIES,
    &CACHE_REFS,
    &CACHE_COST,
    &CACHE_OVERSHOOT_COST,
    &CACHE_OVER_LIMIT_SHARE,
    &CACHE_UNREACHABLE_BYTES,
    &CACHE_EVICTED_ENTRIES,
    &CACHE_EVICTED_BYTES,
    &CACHE_EVICTION_AGE,
    &SURVIVORS_SHARE,
    &SURVIVORS_BYTE_SHARE,
    &SAVE_ATTEMPTS,
    &SAVE_STORED,
    &SAVE_STORED_BYTES,
    &SAVE_FAILED,
    &SAVE_FAILED_SHARE,
    &SAVE_PACKED_IN_VAIN,
    &RESTORE_COUNT,
    &RESTORE_HIT_RATIO,
    &RESTORE_EXACT_RATIO,
    &RESTORE_BYTE_HIT_RATIO,
    &RESTORE_EVICTED_SHARE,
    &OBJECT_HIT_RATIO,
    &OBJECT_EVICTED_SHARE,
    &STEP_CACHED_RATIO,
    &LOST_MINUTES,
    &LOST_COST,
    &LOST_MISSES,
    &JOB_RUNS,
    &JOB_SUCCESS_SHARE,
    &JOB_DURATION,
    &JOB_WASTED_SHARE,
    &JOB_FAILED_WRITES,
    &WORKFLOW_DURATION,
    &PUSH_COUNT,
    &PUSH_RUNNER_MINUTES,
    &PUSH_WAITING,
    &PUSH_GREEN,
    &PUSH_GREEN_SHARE,
    &RUNNER_MINUTES,
    &RUNNER_COST,
    &BLAME_EVICTED_BYTES,
    &BLAME_MISSES,
    &SCREEN_HIT_RATIO,
    &SCREEN_SIMULATED_HIT_RATIO,
    &SCREEN_LIFETIME,
];

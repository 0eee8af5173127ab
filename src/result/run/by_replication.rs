//! What a run measures in each of its replications, for those metrics that a later report compares with another run: two
//! runs with the same draws are compared replication by replication. `report` reads it back.

use crate::event::HeldFor;
use crate::observe::{Label, Measure, Metric, metric};
use crate::result::metric::{LabelMap, labels, measure};
use crate::statistics::{Series, Study};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A metric in each replication.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReplicationsRow {
    /// The metric's name.
    pub name: String,
    /// Its labels.
    pub labels: LabelMap,
    /// Its value in each replication, in the unit of the metric; null where there is none. Their mean is that of the metric:
    /// a ratio is weighted by how often it was measured.
    pub values: Vec<Option<f64>>,
}

/// With more replications than this their means are known well enough, and the file would be large.
const REPLICATIONS_MAX: u32 = 1_000;

/// True for what the view of two runs shows.
fn is_kept(metric: &Metric, labels: &[Label]) -> bool {
    let of = |wanted: &[&str]| {
        labels.len() == wanted.len() && labels.iter().zip(wanted).all(|((name, _), wanted)| name == wanted)
    };
    let has = |name: &str, wanted: &[&str]| {
        labels.iter().any(|(label, text)| *label == name && wanted.contains(&text.as_str()))
    };
    let all_of = |known: &[&Metric]| known.contains(&metric);
    match labels {
        [] => all_of(&[
            &metric::PUSH_GREEN_SHARE,
            &metric::RUNNER_MINUTES,
            &metric::RUNNER_COST,
            &metric::CACHE_COST,
            &metric::LOST_MINUTES,
            &metric::RESTORE_HIT_RATIO,
        ]),
        [_] => {
            all_of(&[&metric::PUSH_GREEN, &metric::CACHE_UNREACHABLE_BYTES]) && has("stat", &["mean"])
                || all_of(&[&metric::CACHE_BYTES]) && has("stat", &["mean", "peak"])
                || all_of(&[&metric::CACHE_EVICTED_BYTES]) && has("reason", &["size"])
                || all_of(&[&metric::JOB_SUCCESS_SHARE]) && of(&["job"])
        }
        [_, _] => {
            all_of(&[&metric::LOST_MINUTES]) && of(&["cause", "client"])
                || all_of(&[&metric::JOB_DURATION]) && of(&["job", "stat"]) && has("stat", &["mean"])
                || all_of(&[&metric::CACHE_BYTES])
                    && has("stat", &["mean"])
                    && has("ref", &HeldFor::ALL.map(HeldFor::label))
        }
        _ => false,
    }
}

impl ReplicationsRow {
    /// The rows of a study; `None` if it has a single replication, or too many.
    pub(super) fn all(study: &Study) -> Option<Vec<ReplicationsRow>> {
        let is_wanted = study.batches.is_none() && (2..=REPLICATIONS_MAX).contains(&study.replications);
        let kept = study.series.iter().filter(|series| is_kept(series.metric, &series.labels));
        let row = |series: &Series| ReplicationsRow {
            name: series.metric.name.to_owned(),
            labels: labels(&series.labels),
            values: series.parts(),
        };
        Some(kept.map(row).collect::<Vec<_>>()).filter(|rows| is_wanted && !rows.is_empty())
    }

    /// The series of a row; `None` if this version does not know its metric, or if it has not a value for each replication.
    pub(super) fn series(self, replications: u32) -> Option<Series> {
        let Measure { metric, labels } = measure(&self.name, self.labels)?;
        let count = self.values.len();
        (count == replications as usize).then(|| Series::of_parts(metric, labels, &self.values))
    }
}

//! The pushes for which waiting times of several studies can be compared. `difference.rs` and
//! `attribution.rs` use them.

use super::series::Series;
use super::study::Study;
use crate::observe::{Metric, Value, Wait, metric, waiting};

/// The pushes that every one of several studies finished, for each replication. Only their waiting
/// times are compared; otherwise a strategy by which more runs succeed would be charged for the
/// pushes it rescued.
#[derive(Debug, Clone, PartialEq)]
pub struct CommonPushes {
    /// Identities of the pushes, ascending, for each replication.
    pushes: Vec<Vec<u64>>,
}

impl CommonPushes {
    /// The metric that is compared only over these pushes.
    pub(super) const METRIC: &'static Metric = &metric::PUSH_WAITING;

    /// The pushes that all of these studies finished.
    ///
    /// # Panics
    /// If the studies differ in their number of replications.
    pub fn completed_in_all<'a>(studies: impl IntoIterator<Item = &'a Study>) -> CommonPushes {
        let mut studies = studies.into_iter();
        let of = |waits: &Vec<Wait>| waits.iter().map(|wait| wait.push).collect();
        let Some(first) = studies.next() else { return CommonPushes { pushes: Vec::new() } };
        let mut pushes: Vec<Vec<u64>> = first.waits.iter().map(of).collect();
        for study in studies {
            assert_eq!(pushes.len(), study.waits.len(), "replications are compared in pairs");
            for (common, waits) in pushes.iter_mut().zip(&study.waits) {
                common.retain(|push| waits.binary_search_by_key(push, |wait| wait.push).is_ok());
            }
        }
        CommonPushes { pushes }
    }

    /// Mean number of these pushes per replication.
    pub fn mean(&self) -> f64 {
        self.pushes.iter().map(Vec::len).sum::<usize>() as f64 / self.pushes.len().max(1) as f64
    }

    /// The waiting times for these pushes in one of the studies.
    pub(super) fn waiting(&self, study: &Study) -> Vec<Series> {
        let of = |(waits, common): (&Vec<Wait>, &Vec<u64>)| {
            let waits = waits.iter().filter(|wait| common.binary_search(&wait.push).is_ok());
            waiting(&waits.copied().collect::<Vec<_>>())
        };
        let values: Vec<Vec<Value>> = study.waits.iter().zip(&self.pushes).map(of).collect();
        Series::gather(&values)
    }
}

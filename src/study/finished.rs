//! The pushes over which two studies can compare how long a developer waits.

use super::series::Series;
use super::study::Study;
use crate::observe::{Value, Wait, waiting};

/// The pushes that every one of several studies finished, replication by replication: those whose
/// waiting can be compared. A remedy that lets more runs succeed would otherwise be charged with the
/// pushes it rescued.
#[derive(Debug, Clone, PartialEq)]
pub struct Finished {
    /// Identities of pushes, upwards.
    pushes: Vec<Vec<u64>>,
}

impl Finished {
    /// The name of the metric that is compared over them alone.
    pub(super) const METRIC: &'static str = "push.waiting";

    /// Those that all of these studies finished.
    ///
    /// # Panics
    /// If the studies differ in their number of replications.
    pub fn everywhere<'a>(studies: impl IntoIterator<Item = &'a Study>) -> Finished {
        let mut studies = studies.into_iter();
        let of = |waits: &Vec<Wait>| waits.iter().map(|wait| wait.push).collect();
        let Some(first) = studies.next() else { return Finished { pushes: Vec::new() } };
        let mut pushes: Vec<Vec<u64>> = first.waits.iter().map(of).collect();
        for study in studies {
            assert_eq!(pushes.len(), study.waits.len(), "replications are compared in pairs");
            for (common, waits) in pushes.iter_mut().zip(&study.waits) {
                common.retain(|push| waits.binary_search_by_key(push, |wait| wait.push).is_ok());
            }
        }
        Finished { pushes }
    }

    /// How many in a replication, on average.
    pub fn mean(&self) -> f64 {
        self.pushes.iter().map(Vec::len).sum::<usize>() as f64 / self.pushes.len().max(1) as f64
    }

    /// The waiting for these pushes in one of the studies.
    pub(super) fn waiting(&self, study: &Study) -> Vec<Series> {
        let of = |(waits, common): (&Vec<Wait>, &Vec<u64>)| {
            let waits = waits.iter().filter(|wait| common.binary_search(&wait.push).is_ok());
            waiting(&waits.copied().collect::<Vec<_>>())
        };
        let values: Vec<Vec<Value>> = study.waits.iter().zip(&self.pushes).map(of).collect();
        Series::gather(&values)
    }
}

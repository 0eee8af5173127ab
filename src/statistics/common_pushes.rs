//! The pushes whose times can be compared between several studies. `difference.rs`, `attribution.rs` and `ranking.rs`
//! use them.

use super::series::Series;
use super::series_table::SeriesTable;
use super::study::Study;
use crate::observe::{Metric, Value, Wait, Waits, metric};

/// The pushes that succeed in every one of several studies, for each replication. Only their times are compared:
/// otherwise a strategy by which more runs succeed would be charged for the pushes it rescued, and a workflow that is
/// added would make pushes quicker by those that only it counts.
#[derive(Debug, Clone, PartialEq)]
pub struct CommonPushes {
    replications: Vec<Succeeding>,
}

/// Identities of the pushes of one replication, ascending.
#[derive(Debug, Clone, PartialEq)]
struct Succeeding {
    at_once: Vec<u64>,
    green: Vec<u64>,
}

impl CommonPushes {
    /// The metrics that are compared only over these pushes.
    const METRICS: [&'static Metric; 2] = [&metric::PUSH_WAITING, &metric::PUSH_GREEN];

    /// True if a metric is compared only over these pushes.
    pub(super) fn concern(metric: &Metric) -> bool {
        CommonPushes::METRICS.contains(&metric)
    }

    /// The pushes that succeed in all of these studies.
    ///
    /// # Panics
    /// If the studies differ in their number of replications.
    pub fn completed_in_all<'a>(studies: impl IntoIterator<Item = &'a Study>) -> CommonPushes {
        let mut studies = studies.into_iter();
        let Some(first) = studies.next() else { return CommonPushes { replications: Vec::new() } };
        let mut replications: Vec<Succeeding> = first.waits.iter().map(Succeeding::of).collect();
        for study in studies {
            assert_eq!(replications.len(), study.waits.len(), "replications are compared in pairs");
            replications.iter_mut().zip(&study.waits).for_each(|(common, waits)| common.keep_those_of(waits));
        }
        CommonPushes { replications }
    }

    /// Mean number per replication of those that succeed at once.
    pub fn mean(&self) -> f64 {
        let all: usize = self.replications.iter().map(|common| common.at_once.len()).sum();
        all as f64 / self.replications.len().max(1) as f64
    }

    /// The times of these pushes in one of the studies.
    pub(super) fn times(&self, study: &Study) -> Vec<Series> {
        let of = |(waits, common): (&Waits, &Succeeding)| common.waits(waits).values();
        let values: Vec<Vec<Value>> = study.waits.iter().zip(&self.replications).map(of).collect();
        SeriesTable::of(&values).into_series()
    }
}

impl Succeeding {
    fn of(waits: &Waits) -> Succeeding {
        let pushes = |waits: &[Wait]| waits.iter().map(|wait| wait.push).collect();
        Succeeding { at_once: pushes(&waits.at_once), green: pushes(&waits.green) }
    }

    fn keep_those_of(&mut self, waits: &Waits) {
        for (common, waits) in [(&mut self.at_once, &waits.at_once), (&mut self.green, &waits.green)] {
            common.retain(|push| waits.binary_search_by_key(push, |wait| wait.push).is_ok());
        }
    }

    /// The times of these pushes alone.
    fn waits(&self, all: &Waits) -> Waits {
        let of = |waits: &[Wait], common: &[u64]| {
            let waits = waits.iter().filter(|wait| common.binary_search(&wait.push).is_ok());
            waits.copied().collect()
        };
        Waits { at_once: of(&all.at_once, &self.at_once), green: of(&all.green, &self.green) }
    }
}

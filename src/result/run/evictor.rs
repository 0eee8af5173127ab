//! The true effect of the clients that evict most, beside the accounting by bytes: the same draws, played without their
//! saves. `experiment` makes it within the budget of the advice, `report` shows it.

use crate::observe::metric;
use crate::result::metric::DifferenceRow;
use crate::statistics::{Difference, Study};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The largest evictors, as far as the budget reaches.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Evictors {
    /// Those without whose saves the scenario was played, the one that evicts most first.
    pub played: Vec<Evictor>,
    /// Those for which the budget did not suffice.
    pub not_played: Vec<String>,
}

/// A client that evicts entries of others, and what is lost without its saves.
#[derive(Debug, Clone, PartialEq)]
pub struct Evictor {
    /// The client.
    pub client: String,
    /// How the lost minutes of all other clients change, and of work that nothing caches.
    pub others: Difference,
    /// How all lost minutes change, its own among them.
    pub all: Difference,
}

/// A client that evicts entries of others: what it evicts by the accounting, and what playing the same draws without
/// its saves changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EvictorRow {
    /// The client. It still looks up, but stores nothing in GitHub's cache.
    pub client: String,
    /// The bytes of others' entries that are charged to it, by what it stored since their last access.
    pub evicted_of_others_bytes_per_day: f64,
    /// The change of `lost.minutes` without its saves, summed over all other clients and work that nothing caches.
    /// The base is the scenario as it is, over the replications that were compared.
    pub others: DifferenceRow,
    /// The change of all `lost.minutes`, its own among them.
    pub all: DifferenceRow,
}

impl EvictorRow {
    pub(super) fn of(evictor: &Evictor, study: &Study) -> EvictorRow {
        let row = |of: &Difference| DifferenceRow::of(of, std::slice::from_ref(of));
        EvictorRow {
            client: evictor.client.clone(),
            evicted_of_others_bytes_per_day: evicted_of_others(study, &evictor.client),
            others: row(&evictor.others),
            all: row(&evictor.all),
        }
    }

    /// The evictor of a row; `None` if this version does not know its metric.
    pub(super) fn evictor(self) -> Option<Evictor> {
        let EvictorRow { client, others, all, .. } = self;
        Some(Evictor { client, others: others.difference()?, all: all.difference()? })
    }
}

/// The bytes per day of others' entries whose eviction is charged to a client.
pub(crate) fn evicted_of_others(study: &Study, client: &str) -> f64 {
    let charged = |labels: &[(&str, &str)]| {
        study.estimate(&metric::BLAME_EVICTED_BYTES, labels).map_or(0.0, |bytes| bytes.mean)
    };
    let own = charged(&[("evictor", client), ("victim", client)]);
    (charged(&[("evictor", client)]) - own).max(0.0)
}

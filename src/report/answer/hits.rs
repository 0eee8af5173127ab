//! How often a client finds what it looks up, in the unit that its hits are counted in.

use crate::client::{ClientKind, HitUnit};
use crate::observe::{Metric, metric};
use crate::statistics::{Estimate, Study};

/// The hits of one client, on some or all refs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Hits<'a> {
    /// The share that was found.
    pub ratio: &'a Estimate,
    /// The unit: `restores`, `objects` or `steps`.
    pub of: &'static str,
}

/// The metric of a client's hits, and the unit it counts.
pub(in crate::report) fn hits_of(client: &str) -> (&'static Metric, &'static str) {
    let unit = ClientKind::unit_of(client);
    let metric = match unit {
        HitUnit::Restores => &metric::RESTORE_HIT_RATIO,
        HitUnit::Objects | HitUnit::Steps => &metric::OBJECT_HIT_RATIO,
    };
    (metric, unit.label())
}

impl Hits<'_> {
    /// The hits of a client, on one kind of ref or on all; `None` if it looked up nothing.
    pub fn of<'a>(study: &'a Study, client: &str, class: Option<&str>) -> Option<Hits<'a>> {
        let (metric, of) = hits_of(client);
        let class = class.map(|class| ("ref", class));
        let labels: Vec<_> = [("client", client)].into_iter().chain(class).collect();
        Some(Hits { ratio: study.estimate(metric, &labels)?, of })
    }
}

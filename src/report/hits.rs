//! What a client's hits are counted in. An archive is restored or not; sccache and BuildKit find some of a
//! build's objects or steps, and an index that was found says nothing about these.

use crate::observe::{Metric, metric};
use crate::study::{Estimate, Study};

/// The hits of one client on some ref.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Hits<'a> {
    /// The share that was found.
    pub ratio: &'a Estimate,
    /// Of what: `restores`, `objects` or `steps`.
    pub of: &'static str,
}

/// The metric of a client's hits, and what it counts.
pub(super) fn hits_of(client: &str) -> (&'static Metric, &'static str) {
    match client {
        "sccache" => (&metric::OBJECT_HIT_RATIO, "objects"),
        "buildkit" => (&metric::OBJECT_HIT_RATIO, "steps"),
        _ => (&metric::RESTORE_HIT_RATIO, "restores"),
    }
}

impl Hits<'_> {
    /// Those of a client, on one kind of ref or on all; `None` where it asked for nothing.
    pub fn of<'a>(study: &'a Study, client: &str, class: Option<&str>) -> Option<Hits<'a>> {
        let (metric, of) = hits_of(client);
        let class = class.map(|class| ("ref", class));
        let labels: Vec<_> = [("client", client)].into_iter().chain(class).collect();
        Some(Hits { ratio: study.estimate(metric, &labels)?, of })
    }
}

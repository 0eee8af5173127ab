//! The order in which a run tries remedies: what its own metrics suggest comes first. It only decides what the budget is
//! spent on; whether a remedy helps is then simulated.

use crate::observe::{Metric, metric};
use crate::statistics::Study;

/// What ails a scenario, each from 0 to 1.
pub(super) struct Symptoms {
    /// Look-ups that miss an entry which was evicted for size.
    evicted: f64,
    /// Look-ups that miss an entry which expired.
    expired: f64,
    /// Saves that were refused.
    refused: f64,
    /// The part of the limit that no run can reach.
    dead: f64,
    /// The part of stored bytes that pull requests store.
    from_pull_requests: f64,
    /// Job runs that are cancelled.
    cancelled: f64,
    /// Build time that a perfect cache would have saved.
    wasted: f64,
    /// Objects and image steps that were not found.
    objects: f64,
    /// Runner time that is lost to new keys of actions/cache.
    new_keys: f64,
}

impl Symptoms {
    /// Those of a study.
    pub fn of(study: &Study) -> Symptoms {
        let mean =
            |metric: &Metric, labels: &[(&str, &str)]| study.estimate(metric, labels).map_or(0.0, |e| e.mean);
        let share = |part: f64, whole: f64| if whole > 0.0 { (part / whole).clamp(0.0, 1.0) } else { 0.0 };
        let ratio = |metric: &Metric| study.estimate(metric, &[]).map_or(1.0, |estimate| estimate.mean);
        let clients = study.first.names.clients.iter();
        let objects =
            clients.filter_map(|client| study.estimate(&metric::OBJECT_HIT_RATIO, &[("client", client)]));
        let missed = 1.0 - ratio(&metric::RESTORE_HIT_RATIO);
        let removed = |reason: &str| mean(&metric::RESTORE_EVICTED_SHARE, &[("reason", reason)]) * missed;
        let stored = |labels: &[(&str, &str)]| mean(&metric::SAVE_STORED_BYTES, labels);
        let dead = mean(&metric::CACHE_UNREACHABLE_BYTES, &[("stat", "mean")]);
        Symptoms {
            evicted: removed("size").max(mean(&metric::OBJECT_EVICTED_SHARE, &[])),
            expired: removed("idle"),
            refused: mean(&metric::SAVE_FAILED_SHARE, &[]),
            dead: share(dead, study.first.limit.as_f64()),
            from_pull_requests: share(stored(&[("ref", "pull_request")]), stored(&[])),
            cancelled: share(
                mean(&metric::JOB_RUNS, &[("conclusion", "cancelled")]),
                mean(&metric::JOB_RUNS, &[]),
            ),
            wasted: mean(&metric::JOB_WASTED_SHARE, &[]),
            new_keys: share(
                mean(&metric::LOST_MINUTES, &[("cause", "new_key"), ("client", "actions-cache")]),
                mean(&metric::RUNNER_MINUTES, &[]),
            ),
            objects: objects.map(|hits| 1.0 - hits.mean).fold(0.0, f64::max),
        }
    }
}

/// How relevant a strategy is, from 0; several may be alike.
type Relevance = fn(&Symptoms) -> f64;

/// A row for each strategy.
pub(super) const RELEVANCE: &[(&str, Relevance)] = &[
    ("save-on-main-only", |s| s.evicted * (0.5 + s.from_pull_requests) + 0.5 * s.refused),
    ("drop-sccache", |s| 0.9 * s.refused.max(s.objects) * (s.evicted + s.refused + 0.1)),
    ("sccache-external-store", |s| s.refused.max(s.objects) * (s.evicted + s.refused + 0.1)),
    ("shared-rust-cache-key", |s| 0.7 * s.evicted + 0.1 * s.wasted),
    ("scope-per-image", |s| 0.5 * s.objects),
    ("scope-per-image-and-arch", |s| 0.4 * s.objects),
    ("mode-min", |s| 0.6 * s.evicted + 0.1 * s.objects),
    ("export-dependency-stage", |s| 0.5 * s.objects + 0.2 * s.evicted),
    ("registry-per-image", |s| 0.7 * s.objects + 0.7 * s.evicted),
    ("registry-per-image-and-arch", |s| 0.6 * s.objects + 0.6 * s.evicted),
    ("line-tables-only", |s| 0.3 * s.evicted + 0.1 * s.wasted),
    ("no-debug-info", |s| 0.35 * s.evicted + 0.1 * s.wasted),
    ("faster-linker", |s| 0.05 * s.wasted),
    ("raise-limit", |s| s.evicted),
    ("shorter-retention", |s| 0.1 * s.dead),
    ("delete-on-close", |s| s.from_pull_requests * (0.6 * s.dead + 0.3 * s.evicted)),
    ("keep-newest", |s| 0.7 * s.dead + 0.2 * s.evicted),
    ("scheduled-warm-up", |s| s.expired + 0.2 * s.evicted),
    ("no-save-from-merge-queue", |s| 0.5 * s.evicted),
    ("no-cancel-on-main", |s| s.cancelled),
    ("fail-fast-off", |s| 0.5 * s.cancelled),
    ("key-without-commit", |s| 0.6 * s.evicted + 0.3 * s.dead),
    ("one-writer-per-key", |s| 0.5 * s.refused),
    ("read-only-pull-requests", |s| s.evicted * s.from_pull_requests + 0.3 * s.refused),
    ("restore-keys", |s| 3.0 * s.new_keys),
];

/// The relevance of a strategy; 0 for one that has no row.
pub(super) fn relevance(strategy: &str, symptoms: &Symptoms) -> f64 {
    let row = RELEVANCE.iter().find(|(name, _)| *name == strategy);
    row.map_or(0.0, |(_, relevance)| relevance(symptoms))
}

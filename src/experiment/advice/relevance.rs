//! The order in which a run tries remedies: what may mend the largest causes of its lost time comes first, and what only
//! frees space or money comes last. It only decides what the budget is spent on; whether a remedy helps is then simulated.

use crate::client::{ClientKind, HitUnit};
use crate::event::LossCause;
use crate::observe::{Metric, metric};
use crate::statistics::Study;

/// What ails a scenario, each from 0 to 1. A cause is measured by its share of the time that is lost to misses.
pub(super) struct Symptoms {
    /// What was evicted for size, in time or in look-ups, whatever is more: misses may have no price.
    evicted: f64,
    /// What had expired, likewise.
    expired: f64,
    /// Saves or requests that were refused, in time or in saves.
    refused: f64,
    /// What is stored only out of reach.
    unreadable: f64,
    /// What was wanted before and not saved.
    never_saved: f64,
    /// New keys of actions/cache.
    new_keys: f64,
    /// Time lost by clients that look up objects or image steps, or those that were not found.
    objects: f64,
    /// The part of stored bytes that pull requests store.
    from_pull_requests: f64,
    /// Job runs that are cancelled.
    cancelled: f64,
    /// Build time that a perfect cache would have saved.
    wasted: f64,
    /// The part of the limit that no run can reach: it costs nobody time.
    dead: f64,
    /// 1 if the cache costs money.
    paid: f64,
}

impl Symptoms {
    /// Those of a study.
    pub fn of(study: &Study) -> Symptoms {
        let mean =
            |metric: &Metric, labels: &[(&str, &str)]| study.estimate(metric, labels).map_or(0.0, |e| e.mean);
        let share = |part: f64, whole: f64| if whole > 0.0 { (part / whole).clamp(0.0, 1.0) } else { 0.0 };
        let ratio = |metric: &Metric| study.estimate(metric, &[]).map_or(1.0, |estimate| estimate.mean);
        let minutes = |labels: &[(&str, &str)]| mean(&metric::LOST_MINUTES, labels);
        let lost = minutes(&[]) - minutes(&[("cause", LossCause::Transfer.label())]);
        let cause = |cause: LossCause| share(minutes(&[("cause", cause.label())]), lost);
        let missed = 1.0 - ratio(&metric::RESTORE_HIT_RATIO);
        let removed = |reason: &str| mean(&metric::RESTORE_EVICTED_SHARE, &[("reason", reason)]) * missed;
        let stored = |labels: &[(&str, &str)]| mean(&metric::SAVE_STORED_BYTES, labels);
        let dead = mean(&metric::CACHE_UNREACHABLE_BYTES, &[("stat", "mean")]);
        let new_keys = minutes(&[("cause", LossCause::NewKey.label()), ("client", "actions-cache")]);
        Symptoms {
            evicted: [cause(LossCause::Evicted), removed("size"), mean(&metric::OBJECT_EVICTED_SHARE, &[])]
                .into_iter()
                .fold(0.0, f64::max),
            expired: cause(LossCause::Expired).max(removed("idle")),
            refused: cause(LossCause::RateLimited).max(mean(&metric::SAVE_FAILED_SHARE, &[])),
            unreadable: cause(LossCause::UnreadableScope),
            never_saved: cause(LossCause::NeverSaved),
            new_keys: share(new_keys, lost),
            objects: objects(study, lost),
            from_pull_requests: share(stored(&[("ref", "pull_request")]), stored(&[])),
            cancelled: share(
                mean(&metric::JOB_RUNS, &[("conclusion", "cancelled")]),
                mean(&metric::JOB_RUNS, &[]),
            ),
            wasted: mean(&metric::JOB_WASTED_SHARE, &[]),
            dead: share(dead, study.first.limit.as_f64()),
            paid: f64::from(u8::from(mean(&metric::CACHE_COST, &[]) > 0.0)),
        }
    }
}

/// How much the clients of objects and image steps ail: the larger of their share of the lost time and of what the worst
/// of them does not find.
fn objects(study: &Study, lost: f64) -> f64 {
    let clients = study.first.names.clients.iter();
    let clients = clients.filter(|client| ClientKind::unit_of(client) != HitUnit::Restores);
    let (mut minutes, mut missed) = (0.0, 0.0_f64);
    for client in clients {
        let labels = [("client", client.as_str())];
        let transfers = [("cause", LossCause::Transfer.label()), ("client", client)];
        let mean = |labels: &[_]| study.estimate(&metric::LOST_MINUTES, labels).map_or(0.0, |of| of.mean);
        minutes += mean(&labels) - mean(&transfers);
        let hits = study.estimate(&metric::OBJECT_HIT_RATIO, &labels);
        missed = missed.max(hits.map_or(0.0, |hits| 1.0 - hits.mean));
    }
    let share = if lost > 0.0 { (minutes / lost).clamp(0.0, 1.0) } else { 0.0 };
    share.max(missed)
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
    ("raise-limit", |s| s.evicted + 0.05 * s.paid),
    ("shorter-retention", |s| 0.001 * s.dead),
    ("delete-on-close", |s| s.from_pull_requests * (0.01 * s.dead + 0.3 * s.evicted)),
    ("keep-newest", |s| 0.01 * s.dead + 0.2 * s.evicted),
    ("scheduled-warm-up", |s| s.expired + 0.2 * s.evicted + 0.3 * s.unreadable + 0.1 * s.never_saved),
    ("warm-up-after-lock-change", |s| 0.6 * s.unreadable + 0.3 * s.never_saved + 0.1 * s.new_keys),
    ("no-save-from-merge-queue", |s| 0.5 * s.evicted),
    ("no-cancel-on-main", |s| s.cancelled + 0.2 * s.never_saved),
    ("fail-fast-off", |s| 0.5 * s.cancelled + 0.1 * s.never_saved),
    ("key-without-commit", |s| 0.6 * s.evicted + 0.005 * s.dead),
    ("one-writer-per-key", |s| 0.5 * s.refused),
    ("read-only-pull-requests", |s| s.evicted * s.from_pull_requests + 0.3 * s.refused),
    ("restore-keys", |s| s.new_keys),
];

/// The relevance of a strategy; 0 for one that has no row.
pub(super) fn relevance(strategy: &str, symptoms: &Symptoms) -> f64 {
    let row = RELEVANCE.iter().find(|(name, _)| *name == strategy);
    row.map_or(0.0, |(_, relevance)| relevance(symptoms))
}

use super::entry::Entry;
use crate::units::{Bytes, Duration, SimTime};

/// What evicts first when the repository is over its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum EvictionOrder {
    /// Documented: "in order of last access date, from oldest to most recent".
    #[default]
    LeastRecentlyAccessed,
    /// Oldest created first: some reports contradict the documentation.
    OldestCreated,
}

impl EvictionOrder {
    /// The instant by which an entry is ordered.
    pub(super) fn since(self, entry: &Entry) -> SimTime {
        match self {
            EvictionOrder::LeastRecentlyAccessed => entry.accessed,
            EvictionOrder::OldestCreated => entry.created,
        }
    }
}

/// What counts as an access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Touch {
    /// A successful look-up, downloaded or not (independent servers do this; unconfirmed).
    #[default]
    LookUp,
    /// Only a download (the certain part: a download refreshes `last_accessed_at`).
    Download,
}

/// When the asynchronous sweep runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sweep {
    /// Every so often. GitHub: hourly since November 2025, daily before; the phase is unknown and
    /// drawn per replication where it is not given.
    Every {
        /// The period, > 0.
        period: Duration,
        /// Offset from the UTC-aligned period, if fixed.
        phase: Option<Duration>,
    },
    /// After every stored entry, as self-hosted servers do.
    Instant,
    /// Never.
    Never,
}

/// What a reservation meets while the repository is over its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum OverQuota {
    /// It is admitted and others are evicted later (documented).
    #[default]
    Evict,
    /// It is refused until a sweep has made room (reported for some repositories in 2026).
    Reject,
}

/// The settings of one repository's cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The size limit. Default 10 GiB: the documentation writes "10 GB", two repositories in
    /// permanent eviction sit just under 10 GiB.
    pub limit: Bytes,
    /// An entry not accessed for longer than this expires: it is never found again. Default 7 days.
    /// Under [`Sweep::Never`] nothing expires.
    pub retention: Duration,
    /// When the sweep runs. Default hourly.
    pub sweep: Sweep,
    /// What the sweep evicts first.
    pub order: EvictionOrder,
    /// What counts as an access.
    pub touch: Touch,
    /// Reservations per minute. Default 200 since 2026-01-16; `None` is unlimited.
    pub uploads_per_minute: Option<u32>,
    /// Look-ups per minute. Default 1,500; `None` is unlimited.
    pub downloads_per_minute: Option<u32>,
    /// What a reservation meets while over the limit.
    pub over_quota: OverQuota,
    /// A finalised entry is found only this much later. Default 3 s.
    pub visibility_lag: Duration,
    /// An abandoned reservation blocks its identity this long. Default 24 h.
    pub reservation: Duration,
    /// A paid budget: above these bytes the cache is read-only until it is below
    /// [`Limits::INCLUDED`] again. `None`: no paid budget is set.
    pub budget: Option<Bytes>,
    /// The largest archive that the toolkit's clients upload. The service itself knows no such limit.
    /// `None`: they upload any, as since `@actions/cache` 4.1.0.
    pub entry_limit: Option<Bytes>,
}

impl Limits {
    /// What every repository has free of charge, 10 GiB.
    pub const INCLUDED: Bytes = Bytes(10 * 1024 * 1024 * 1024);

    /// Whether an expired entry's bytes go at the instant its retention ends, because no sweep comes
    /// within a day to take them.
    pub(super) fn expire_at_once(&self) -> bool {
        match self.sweep {
            Sweep::Instant => true,
            Sweep::Every { period, .. } => period > Duration::DAY,
            Sweep::Never => false,
        }
    }

    /// Whether an entry is idle for longer than the retention.
    pub(super) fn is_idle(&self, entry: &Entry, now: SimTime) -> bool {
        now - entry.accessed > self.retention
    }

    /// Whether an entry may no longer be found.
    pub(super) fn has_expired(&self, entry: &Entry, now: SimTime) -> bool {
        self.sweep != Sweep::Never && self.is_idle(entry, now)
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            limit: Limits::INCLUDED,
            retention: Duration(7 * Duration::DAY.0),
            sweep: Sweep::Every { period: Duration::HOUR, phase: None },
            order: EvictionOrder::default(),
            touch: Touch::default(),
            uploads_per_minute: Some(200),
            downloads_per_minute: Some(1_500),
            over_quota: OverQuota::default(),
            visibility_lag: Duration(3_000),
            reservation: Duration::DAY,
            budget: None,
            entry_limit: None,
        }
    }
}

//! The settings of a cache, with GitHub's values as defaults. Rules that are unconfirmed, or that
//! GitHub has changed, are settings; `docs/model.md` names the sources.
//!
//! `scenario` builds a [`Limits`] from the `[cache]` table, `cli` from the options of a replay. The
//! rules themselves are in `requests.rs` and `sweep.rs`.

use super::entry::Entry;
use crate::units::{Bytes, Duration, Money, SimTime};

/// Which entry a sweep evicts first when the repository is over its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum EvictionOrder {
    /// Oldest access first. Documented: "in order of last access date, from oldest to most recent".
    #[default]
    LeastRecentlyAccessed,
    /// Oldest creation first, as some reports say in contradiction to the documentation.
    OldestCreated,
}

impl EvictionOrder {
    /// The time by which an entry is ordered.
    pub(super) fn since(self, entry: &Entry) -> SimTime {
        match self {
            EvictionOrder::LeastRecentlyAccessed => entry.accessed,
            EvictionOrder::OldestCreated => entry.created,
        }
    }
}

/// What counts as an access to an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Touch {
    /// A look-up that finds the entry, whether it is downloaded or not. Independent servers do
    /// this; for GitHub it is unconfirmed.
    #[default]
    LookUp,
    /// Only a download. Certain: a download refreshes `last_accessed_at`.
    Download,
}

/// When sweeps run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sweep {
    /// Periodically. GitHub's sweep is hourly since November 2025 and was daily before. Its phase
    /// is unknown; if none is given, it is drawn per replication.
    Every {
        /// Time between sweeps, > 0.
        period: Duration,
        /// Offset from the UTC-aligned period; `None` to draw it.
        phase: Option<Duration>,
    },
    /// After every save, as self-hosted servers do.
    Instant,
    /// Never: nothing is evicted and nothing expires.
    Never,
}

/// What happens to a reservation while the repository is over its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum OverQuota {
    /// It is granted, and a later sweep evicts (documented).
    #[default]
    Evict,
    /// It is refused until a sweep has made room (reported for some repositories in 2026).
    Reject,
}

/// What a repository may spend on space above [`Limits::INCLUDED`] in a calendar month (UTC). When it is spent, the cache is
/// read-only while it is larger than that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthlyBudget {
    /// The amount.
    pub most: Money,
    /// The price of a GB (10⁹ bytes) for 30 days.
    pub price: Money,
}

impl MonthlyBudget {
    /// True if a cache that never holds more bytes than these can use it up in a month.
    pub fn may_be_used(&self, bytes: f64) -> bool {
        let above = (bytes - Limits::INCLUDED.as_f64()) / 1e9;
        above > 0.0 && above * self.price.as_usd_f64() * (31.0 / 30.0) >= self.most.as_usd_f64()
    }
}

/// The settings of one repository's cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The size limit. Default 10 GiB: the documentation writes "10 GB", but two repositories in
    /// permanent eviction stay just under 10 GiB.
    pub limit: Bytes,
    /// An entry expires if it was not accessed for longer than this; look-ups no longer find it.
    /// Default 7 days. Nothing expires under [`Sweep::Never`].
    pub retention: Duration,
    /// When the sweep runs. Default hourly.
    pub sweep: Sweep,
    /// Which entry a sweep evicts first. Default: least recently accessed.
    pub order: EvictionOrder,
    /// What counts as an access. Default: a look-up that finds the entry.
    pub touch: Touch,
    /// Reservations per minute. Default 200, GitHub's value since 2026-01-16; `None` is unlimited.
    pub uploads_per_minute: Option<u32>,
    /// Look-ups per minute. Default 1,500; `None` is unlimited.
    pub downloads_per_minute: Option<u32>,
    /// What happens to a reservation while over the limit. Default: it is granted.
    pub over_quota: OverQuota,
    /// Time from finalisation until look-ups find the entry. Default 3 s.
    pub visibility_lag: Duration,
    /// How long an abandoned reservation blocks its identity. Default 24 h.
    pub reservation: Duration,
    /// A paid budget: above this size the cache is read-only until it is below [`Limits::INCLUDED`]
    /// again, or below the budget if that is the smaller one. `None` if no budget is set.
    pub budget: Option<Bytes>,
    /// A budget in money for each month. `None` if none is set.
    pub monthly_budget: Option<MonthlyBudget>,
    /// The largest archive that the toolkit's clients upload; the service itself has no such limit.
    /// `None` means any size, which is the case since `@actions/cache` 4.1.0.
    pub entry_limit: Option<Bytes>,
}

impl Limits {
    /// Size that every repository gets free of charge, 10 GiB.
    pub const INCLUDED: Bytes = Bytes(10 * 1024 * 1024 * 1024);

    /// True if the bytes of an expired entry are freed as soon as its retention ends, because no
    /// sweep would free them within a day.
    pub(super) fn expire_at_once(&self) -> bool {
        match self.sweep {
            Sweep::Instant => true,
            Sweep::Every { period, .. } => period > Duration::DAY,
            Sweep::Never => false,
        }
    }

    /// True if the last access is longer ago than the retention.
    pub(super) fn is_idle(&self, entry: &Entry, now: SimTime) -> bool {
        now - entry.accessed > self.retention
    }

    /// True if look-ups no longer find the entry.
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
            monthly_budget: None,
            entry_limit: None,
        }
    }
}

//! The sweep, which evicts for size, and idle expiry. A request removes an entry only if it misses
//! or replaces an expired one (`requests.rs`); deletion by a user is [`Service::delete`].
//!
//! The service does not schedule sweeps: `engine` and `replay` decide when to call
//! [`Service::sweep`]. GitHub documents the hourly sweep (changelog of 2025-09-29), the order of
//! eviction and the retention of 7 days (dependency caching reference).

use super::Service;
use super::entry::{Entry, EntryId, State};
use super::interner::Interner;
use super::limits::{EvictionOrder, Sweep};
use super::record::RecordKind;
use crate::units::{Duration, SimTime};

/// Why the service removed an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RemovalReason {
    /// Evicted: the repository was over its limit.
    Size,
    /// Expired: not accessed for longer than the retention.
    Idle,
}

impl RemovalReason {
    /// Both reasons, in the order of their indices.
    pub const ALL: [RemovalReason; 2] = [RemovalReason::Size, RemovalReason::Idle];

    /// The word for it in metrics, journals and results.
    pub fn label(self) -> &'static str {
        match self {
            RemovalReason::Size => "size",
            RemovalReason::Idle => "idle",
        }
    }
}

/// An entry that was just evicted or expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Eviction {
    /// The id it had. The id is free to be used again.
    pub id: EntryId,
    /// The entry just before its removal.
    pub entry: Entry,
    /// Eviction or expiry.
    pub reason: RemovalReason,
}

impl Service {
    /// Runs one sweep: clears abandoned reservations, expires idle entries, then evicts in order
    /// until the total is below the limit. Calls `gone` for each entry removed.
    pub fn sweep(&mut self, now: SimTime, mut gone: impl FnMut(&Interner, Eviction)) {
        self.advance(now);
        self.clear_reservations(now);
        self.take_idle(now, &mut gone);
        self.evict(&mut gone);
        self.thaw();
    }

    /// Expires idle entries without a sweep. Calls `gone` for each.
    pub fn expire(&mut self, now: SimTime, mut gone: impl FnMut(&Interner, Eviction)) {
        self.advance(now);
        self.take_idle(now, &mut gone);
        self.thaw();
    }

    /// The time of the next call of [`Service::expire`] that has an effect; `None` if expiry can
    /// wait for a sweep (see [`Limits::retention`](super::Limits::retention)). It only ever moves
    /// later, unless an entry is preloaded.
    pub fn next_expiry(&self) -> Option<SimTime> {
        if !self.limits.expire_at_once() {
            return None;
        }
        let oldest = match self.limits.order {
            EvictionOrder::LeastRecentlyAccessed => self.list().next(),
            EvictionOrder::OldestCreated => self.list().min_by_key(|entry| entry.accessed),
        };
        let next = oldest.map(|entry| entry.accessed + self.limits.retention + Duration(1));
        next.map(|next| next.max(self.now))
    }

    /// False only if no stored entry can have expired. Takes constant time when the order is by
    /// last access.
    pub(super) fn may_hold_expired(&self, now: SimTime) -> bool {
        let first = self.order.first().map(|id| self.entry(id));
        match self.limits.order {
            EvictionOrder::LeastRecentlyAccessed => first.is_some_and(|e| self.limits.has_expired(e, now)),
            EvictionOrder::OldestCreated => self.limits.sweep != Sweep::Never,
        }
    }

    /// Removes an entry and calls `gone` for it.
    pub(super) fn take(
        &mut self,
        id: EntryId,
        reason: RemovalReason,
        gone: &mut impl FnMut(&Interner, Eviction),
    ) {
        gone(&self.names, Eviction { id, entry: *self.entry(id), reason });
        let kind = match reason {
            RemovalReason::Size => RecordKind::Evicted,
            RemovalReason::Idle => RecordKind::Expired,
        };
        self.record_entry(self.now, kind, id);
        self.remove(id);
    }

    pub(super) fn clear_reservations(&mut self, now: SimTime) {
        while let Some((at, id)) = self.open.front().copied() {
            if now - at < self.limits.reservation {
                break;
            }
            self.open.pop_front();
            let entry = self.entry(id);
            if entry.state == State::Reserved && entry.created == at {
                self.remove(id);
            }
        }
    }

    fn take_idle(&mut self, now: SimTime, gone: &mut impl FnMut(&Interner, Eviction)) {
        let idle = |entry: &Entry| self.limits.is_idle(entry, now);
        // Ordered by last access, all idle entries come first. Ordered by creation, they may not.
        let by_access = self.limits.order == EvictionOrder::LeastRecentlyAccessed;
        let expired: Vec<_> = self
            .order
            .iter(&self.slots)
            .take_while(|id| !by_access || idle(self.entry(*id)))
            .filter(|id| idle(self.entry(*id)))
            .collect();
        for id in expired {
            self.take(id, RemovalReason::Idle, gone);
        }
    }

    fn evict(&mut self, gone: &mut impl FnMut(&Interner, Eviction)) {
        if self.bytes <= self.limits.limit {
            return;
        }
        while self.bytes >= self.limits.limit {
            let Some(id) = self.order.first() else { break };
            self.take(id, RemovalReason::Size, gone);
        }
    }
}

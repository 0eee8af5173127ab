use super::Service;
use super::entry::{Entry, EntryId, State};
use super::limits::EvictionOrder;
use super::names::Names;
use super::record::RecordKind;
use crate::units::SimTime;

/// Why an entry went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Evicted: the repository was over its limit.
    Size,
    /// Expired: not accessed for longer than the retention.
    Idle,
}

/// One entry that a sweep took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Eviction {
    /// The place it had.
    pub id: EntryId,
    /// The entry as it was.
    pub entry: Entry,
    /// Why it went.
    pub reason: Reason,
}

impl Service {
    /// One sweep: clears abandoned reservations, expires idle entries, then evicts in order until
    /// the total is below the limit. Tells `gone` of each entry taken.
    pub fn sweep(&mut self, now: SimTime, mut gone: impl FnMut(&Names, Eviction)) {
        self.advance(now);
        self.clear_reservations(now);
        self.expire(now, &mut gone);
        self.evict(&mut gone);
        self.thaw();
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

    fn expire(&mut self, now: SimTime, gone: &mut impl FnMut(&Names, Eviction)) {
        let idle = |entry: &Entry| now - entry.accessed > self.limits.retention;
        // By creation, an idle entry can stand behind one in use; by last access it cannot.
        let by_access = self.limits.order == EvictionOrder::LeastRecentlyAccessed;
        let expired: Vec<_> = self
            .order
            .iter(&self.slots)
            .take_while(|id| !by_access || idle(self.entry(*id)))
            .filter(|id| idle(self.entry(*id)))
            .collect();
        for id in expired {
            gone(&self.names, Eviction { id, entry: *self.entry(id), reason: Reason::Idle });
            self.record_entry(now, RecordKind::Expired, id);
            self.remove(id);
        }
    }

    fn evict(&mut self, gone: &mut impl FnMut(&Names, Eviction)) {
        if self.bytes <= self.limits.limit {
            return;
        }
        while self.bytes >= self.limits.limit {
            let Some(id) = self.order.first() else { break };
            gone(&self.names, Eviction { id, entry: *self.entry(id), reason: Reason::Size });
            self.record_entry(self.now, RecordKind::Evicted, id);
            self.remove(id);
        }
    }
}

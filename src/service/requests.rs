use super::RecordKind;
use super::Service;
use super::access::Access;
use super::entry::{Entry, EntryId, Owner, Payload, State};
use super::interner::Interner;
use super::key::{Identity, Key, Scope, Version};
use super::limits::{EvictionOrder, Limits, OverQuota, Touch};
use super::sweep::{Eviction, RemovalReason};
use crate::units::{Bytes, SimTime};

/// What a look-up found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LookUp {
    /// An entry with exactly the key asked for.
    Exact(EntryId),
    /// The newest entry that starts with the key or a restore key.
    Prefix(EntryId),
    /// Nothing.
    Miss,
    /// The minute's look-ups are used up (HTTP 429). No client can tell it from a miss.
    RateLimited,
    /// The token may read no scope.
    Denied,
}

/// What a reservation answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reserve {
    /// The identity is the caller's until it finalises, or for 24 h.
    Granted(Reservation),
    /// The entry exists, or somebody else is uploading it.
    Exists,
    /// The minute's uploads are used up (HTTP 429).
    RateLimited,
    /// The token may write no scope, or the paid budget is used up.
    ReadOnly,
    /// The repository is over its limit and rejects writes.
    OverQuota,
}

/// The right to finalise one entry, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Reservation {
    id: EntryId,
    at: SimTime,
    key: Key,
}

impl Reservation {
    /// The key that was reserved.
    pub fn key(self) -> Key {
        self.key
    }
}

impl Service {
    /// Restores: looks for `key`, then each restore key, scope by scope; in each scope and for
    /// each key first exactly, then the newest entry it is a prefix of. So a prefix hit in the
    /// run's own scope comes before an exact hit on the default branch (documented search order).
    /// An expired entry is not found: one that is missed for that reason goes now, and `gone` is told.
    pub fn look_up(
        &mut self,
        now: SimTime,
        access: &Access,
        version: Version,
        key: Key,
        restore_keys: &[Key],
        mut gone: impl FnMut(&Interner, Eviction),
    ) -> LookUp {
        self.advance(now);
        let Some(first) = access.readable().next() else { return LookUp::Denied };
        if !self.downloads.admit(now) {
            return LookUp::RateLimited;
        }
        let search = |expired| {
            let mut places = access.readable().map(|scope| (scope, version));
            places.find_map(|place| self.search(now, expired, place, key, restore_keys))
        };
        let Some(id) = search(false) else {
            if let Some(expired) = self.may_hold_expired(now).then(|| search(true)).flatten() {
                self.take(expired, RemovalReason::Idle, &mut gone);
            }
            self.record(now, RecordKind::Missed, Identity { scope: first, version, key });
            return LookUp::Miss;
        };
        self.record_entry(now, RecordKind::Found, id);
        if self.limits.touch == Touch::LookUp {
            self.touch(now, id);
        }
        let exact = self.entry(id).identity.key == key;
        if exact { LookUp::Exact(id) } else { LookUp::Prefix(id) }
    }

    /// Searches the entries that may be found, or those that have expired.
    fn search(
        &self,
        now: SimTime,
        expired: bool,
        place: (Scope, Version),
        key: Key,
        restore_keys: &[Key],
    ) -> Option<EntryId> {
        let restored = || restore_keys.iter().find_map(|key| self.search_key(now, expired, place, *key));
        self.search_key(now, expired, place, key).or_else(restored)
    }

    fn search_key(&self, now: SimTime, expired: bool, place: (Scope, Version), key: Key) -> Option<EntryId> {
        let Limits { visibility_lag: lag, .. } = self.limits;
        let visible = |entry: &Entry| {
            entry.state == State::Stored
                && entry.created + lag <= now
                && self.limits.has_expired(entry, now) == expired
        };
        let identity = Identity { scope: place.0, version: place.1, key };
        let exact = self.index.find(&self.slots, &identity).filter(|id| visible(self.entry(*id)));
        if key.object().is_some() {
            return exact;
        }
        exact.or_else(|| self.index.newest(&self.names, &self.slots, place, key, visible))
    }

    /// Downloads an entry a look-up has found; counts as an access whatever the touch setting.
    pub fn download(&mut self, now: SimTime, id: EntryId) {
        self.advance(now);
        if self.entry(id).state == State::Stored {
            self.record_entry(now, RecordKind::Downloaded, id);
            self.touch(now, id);
        }
    }

    fn touch(&mut self, now: SimTime, id: EntryId) {
        self.slots[id.0 as usize].accessed = now;
        if self.limits.order == EvictionOrder::LeastRecentlyAccessed {
            self.order.touched(&mut self.slots, id, self.limits.order);
        }
    }

    /// Reserves an identity in the writable scope. The first one wins; a loser learns it here,
    /// after it has packed. An abandoned reservation blocks the identity for
    /// [`Limits::reservation`]. An expired entry blocks nothing: it goes now, and `gone` is told.
    pub fn reserve(
        &mut self,
        now: SimTime,
        access: &Access,
        version: Version,
        key: Key,
        owner: Owner,
        mut gone: impl FnMut(&Interner, Eviction),
    ) -> Reserve {
        self.advance(now);
        self.clear_reservations(now);
        let Some(scope) = access.writable() else { return Reserve::ReadOnly };
        let identity = Identity { scope, version, key };
        self.record(now, RecordKind::Reserved, identity);
        if !self.uploads.admit(now) {
            return Reserve::RateLimited;
        }
        // Nothing tells in which order the service refuses: what exists is told before a refusal of the
        // whole repository, since a client can do without the one and not without the other.
        match self.index.find(&self.slots, &identity) {
            Some(id) if self.blocks(now, id) => return Reserve::Exists,
            Some(expired) => self.take(expired, RemovalReason::Idle, &mut gone),
            None => {}
        }
        if let Some(refusal) = self.refusal() {
            return refusal;
        }
        Reserve::Granted(Reservation { id: self.open_slot(now, identity, owner), at: now, key })
    }

    fn blocks(&self, now: SimTime, id: EntryId) -> bool {
        let entry = self.entry(id);
        entry.state == State::Reserved || !self.limits.has_expired(entry, now)
    }

    fn refusal(&self) -> Option<Reserve> {
        if self.frozen {
            return Some(Reserve::ReadOnly);
        }
        let over = self.bytes > self.limits.limit;
        (over && self.limits.over_quota == OverQuota::Reject).then_some(Reserve::OverQuota)
    }

    fn open_slot(&mut self, now: SimTime, identity: Identity, owner: Owner) -> EntryId {
        let entry = Entry {
            identity,
            owner,
            state: State::Reserved,
            payload: Payload(0),
            size: Bytes::ZERO,
            created: now,
            accessed: now,
            previous: None,
            next: None,
            same_key: None,
        };
        let id = self.free.pop().unwrap_or(EntryId(self.slots.len() as u32));
        match self.slots.get_mut(id.0 as usize) {
            Some(slot) => *slot = entry,
            None => self.slots.push(entry),
        }
        self.index.insert(&self.names, &mut self.slots, id);
        self.open.push_back((now, id));
        id
    }

    /// Finalises a reserved entry: from here on its bytes count, and after the visibility lag it
    /// is found. `None` if the reservation is older than [`Limits::reservation`].
    pub fn finalise(
        &mut self,
        now: SimTime,
        reservation: Reservation,
        size: Bytes,
        payload: Payload,
    ) -> Option<EntryId> {
        self.advance(now);
        self.clear_reservations(now);
        let id = reservation.id;
        let slot = &mut self.slots[id.0 as usize];
        if slot.state != State::Reserved || slot.created != reservation.at {
            return None;
        }
        (slot.state, slot.size, slot.payload) = (State::Stored, size, payload);
        (slot.created, slot.accessed) = (now, now);
        self.order.insert(&mut self.slots, id, self.limits.order);
        self.count(size);
        self.record_entry(now, RecordKind::Stored, id);
        Some(id)
    }

    /// States an entry that is stored already: it needs no token and meets no limit. Its identity
    /// must not be taken (see [`Service::find`]); its times may lie in the future.
    pub fn preload(
        &mut self,
        identity: Identity,
        owner: Owner,
        size: Bytes,
        created: SimTime,
        accessed: SimTime,
    ) -> EntryId {
        let id = self.open_slot(created, identity, owner);
        self.open.pop_back();
        let slot = &mut self.slots[id.0 as usize];
        (slot.state, slot.size, slot.accessed) = (State::Stored, size, accessed);
        self.order.insert(&mut self.slots, id, self.limits.order);
        self.count(size);
        self.record_entry(accessed, RecordKind::Stored, id);
        id
    }

    fn count(&mut self, size: Bytes) {
        self.bytes += size;
        self.stored += 1;
        if self.limits.budget.is_some_and(|budget| self.bytes > budget) {
            self.frozen = true;
        }
    }

    pub(super) fn thaw(&mut self) {
        if self.bytes < Limits::INCLUDED {
            self.frozen = false;
        }
    }
}

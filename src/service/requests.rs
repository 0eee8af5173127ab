//! The requests that clients send: look-up, download, reservation and finalisation. This file
//! decides what they find and what is refused; clients decide what to do with the answer.
//!
//! `client` calls it during a simulation, `replay` for recorded operations. The search order is
//! GitHub's (dependency caching reference, "Cache key matching"); reservation follows the toolkit's
//! code and the documentation (see `docs/model.md`).

use super::OPEN_MIN;
use super::RecordKind;
use super::Service;
use super::access::Access;
use super::entry::{Entry, EntryId, Owner, Payload, State};
use super::interner::Interner;
use super::key::{Identity, Key, Scope, Version};
use super::limits::{EvictionOrder, Limits, OverQuota, Touch};
use super::sweep::{Eviction, RemovalReason};
use crate::units::{Bytes, SimTime};

/// Result of a look-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LookUp {
    /// An entry with exactly the requested key.
    Exact(EntryId),
    /// The newest entry whose key starts with the requested key or a restore key.
    Prefix(EntryId),
    /// No entry matches.
    Miss,
    /// The look-ups of this minute are used up (HTTP 429). Clients cannot tell this from a miss.
    RateLimited,
    /// The token may not read any scope.
    Denied,
}

/// Result of a request to reserve an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reserve {
    /// The caller holds the identity until it finalises the entry, for at most
    /// [`Limits::reservation`] (24 h by default).
    Granted(Reservation),
    /// The entry exists, or another job is uploading it.
    Exists,
    /// The uploads of this minute are used up (HTTP 429).
    RateLimited,
    /// The token may not write any scope, or the paid budget is used up.
    ReadOnly,
    /// The repository is over its limit and refuses writes.
    OverQuota,
}

/// The right to finalise one entry, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Reservation {
    id: EntryId,
    at: SimTime,
    identity: Identity,
}

impl Reservation {
    /// The key that was reserved.
    pub fn key(self) -> Key {
        self.identity.key
    }

    /// What the entry will be known by.
    pub fn identity(self) -> Identity {
        self.identity
    }
}

impl Service {
    /// Looks up an entry: scope by scope, in each scope `key` and then the restore keys, and for
    /// each key first an exact match, then the newest entry whose key starts with it. So a prefix
    /// hit in the run's own scope comes before an exact hit on the default branch (documented
    /// search order). Expired entries are not found. If the look-up misses only because the entry
    /// has expired, that entry is removed now and `gone` is called for it.
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

    /// Searches the live entries, or, with `expired`, only those that have expired.
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

    /// Downloads an entry that a look-up has found. This counts as an access whatever the touch
    /// setting is.
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

    /// Reserves an identity in the writable scope. The first to ask wins; the others learn of it
    /// here, after they have packed. An abandoned reservation blocks the identity for
    /// [`Limits::reservation`]. An expired entry does not block: it is removed now, and `gone` is
    /// called for it.
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
        // No source says in which order the service refuses. An existing entry is reported before a
        // refusal for the whole repository, because the client can do without the upload in the
        // first case but not in the second.
        match self.index.find(&self.slots, &identity) {
            Some(id) if self.blocks(now, id) => return Reserve::Exists,
            Some(expired) => self.take(expired, RemovalReason::Idle, &mut gone),
            None => {}
        }
        if let Some(refusal) = self.refusal() {
            return refusal;
        }
        Reserve::Granted(Reservation { id: self.open_slot(now, identity, owner), at: now, identity })
    }

    fn blocks(&self, now: SimTime, id: EntryId) -> bool {
        let entry = self.entry(id);
        entry.state == State::Reserved || !self.limits.has_expired(entry, now)
    }

    fn refusal(&self) -> Option<Reserve> {
        if self.frozen || self.is_overspent() {
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
        if self.open.len() >= self.open_max {
            self.forget_finalised();
        }
        id
    }

    /// Drops reservations that were finalised: thousands may be within the time that an abandoned one lasts.
    fn forget_finalised(&mut self) {
        let slots = &self.slots;
        let is_open = |at: SimTime, slot: &Entry| slot.state == State::Reserved && slot.created == at;
        self.open.retain(|(at, id)| is_open(*at, &slots[id.0 as usize]));
        self.open_max = OPEN_MIN.max(2 * self.open.len());
    }

    /// Finalises a reserved entry: its bytes count from now on, and look-ups find it after the
    /// visibility lag. Returns `None` if the reservation is older than [`Limits::reservation`].
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

    /// Adds an entry that is already stored, without a token and without checking any limit. Its
    /// identity must not be taken (see [`Service::find`]); its times may lie in the future.
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

    /// Gives a preloaded entry its content.
    pub fn set_payload(&mut self, id: EntryId, payload: Payload) {
        self.slots[id.0 as usize].payload = payload;
    }

    fn count(&mut self, size: Bytes) {
        self.bytes += size;
        self.stored += 1;
        self.spending.note(self.bytes);
        if self.limits.budget.is_some_and(|budget| self.bytes > budget) {
            self.frozen = true;
        }
    }

    /// True if the month's budget is used up, and the cache is larger than what is included.
    fn is_overspent(&self) -> bool {
        let is_used = |budget| self.spending.has_used(budget);
        self.bytes > Limits::INCLUDED && self.limits.monthly_budget.is_some_and(is_used)
    }

    pub(super) fn thaw(&mut self) {
        if self.bytes < self.limits.budget.map_or(Limits::INCLUDED, |budget| budget.min(Limits::INCLUDED)) {
            self.frozen = false;
        }
    }
}

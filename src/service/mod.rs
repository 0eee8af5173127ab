//! The cache service as GitHub's behaves: entries, scopes, key matching, reservation, rate limits,
//! sweep, expiry and access control. `docs/model.md` names the source of each rule.
//!
//! It knows nothing about clients. They reach it only through its request API
//! ([`Service::look_up`], [`Service::download`], [`Service::reserve`], [`Service::finalise`],
//! [`Service::list`], [`Service::delete`]). It holds no clock: every request carries its own time,
//! and times must not go backwards. `engine` and `client` call it in a simulation, `replay` calls
//! it for a recorded log.
//!
//! Architecture invariant: one pool per repository. Eviction treats all scopes, keys and versions
//! alike.

mod access;
mod entry;
mod index;
mod interner;
mod key;
mod limiter;
mod limits;
mod order;
mod record;
mod requests;
mod spending;
mod sweep;

pub use access::{Access, CacheMode, Trigger};
pub use entry::{Entry, EntryId, Owner, Payload, State};
pub use index::Index;
pub use interner::Interner;
pub use key::{Identity, Key, Scope, Version};
pub use limiter::Limiter;
pub use limits::{EvictionOrder, Limits, MonthlyBudget, OverQuota, Sweep, Touch};
pub use record::{Record, RecordKind};
pub use requests::{LookUp, Reservation, Reserve};
pub use sweep::{Eviction, RemovalReason};

use crate::units::{Bytes, SimTime};
use order::EvictionQueue;
use spending::Spending;

/// Finalised reservations are not dropped below this number.
const OPEN_MIN: usize = 1_024;

/// The cache of one repository.
#[derive(Debug, Clone)]
pub struct Service {
    limits: Limits,
    /// The interned texts of keys, scopes and versions.
    pub names: Interner,
    slots: Vec<Entry>,
    free: Vec<EntryId>,
    index: Index,
    order: EvictionQueue,
    /// Reservations in the order they were made. The sweep checks them for abandoned ones.
    open: std::collections::VecDeque<(SimTime, EntryId)>,
    /// At this number of them, those that are finalised are dropped.
    open_max: usize,
    uploads: Limiter,
    downloads: Limiter,
    bytes: Bytes,
    stored: u64,
    now: SimTime,
    requests: u64,
    /// Requests not yet fetched with [`Service::take_records`]; `None` if records are not kept.
    records: Option<Vec<Record>>,
    /// True once the paid budget has been exceeded: the cache is then read-only until its size is
    /// below the included limit.
    frozen: bool,
    spending: Spending,
}

impl Service {
    /// An empty cache under `limits`.
    pub fn new(limits: Limits) -> Service {
        Service {
            uploads: Limiter::new(limits.uploads_per_minute),
            downloads: Limiter::new(limits.downloads_per_minute),
            limits,
            names: Interner::default(),
            slots: Vec::new(),
            free: Vec::new(),
            index: Index::default(),
            order: EvictionQueue::default(),
            open: std::collections::VecDeque::new(),
            open_max: OPEN_MIN,
            bytes: Bytes::ZERO,
            stored: 0,
            now: SimTime(i64::MIN),
            requests: 0,
            records: None,
            frozen: false,
            spending: Spending::default(),
        }
    }

    /// The limits in force.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Changes the limits from now on, as an edit of the repository's settings does.
    pub fn set_limits(&mut self, limits: Limits) {
        self.uploads.set_per_minute(limits.uploads_per_minute);
        self.downloads.set_per_minute(limits.downloads_per_minute);
        let reordered = limits.order != self.limits.order;
        self.limits = limits;
        if reordered {
            self.order.rearrange(&mut self.slots, self.limits.order);
        }
    }

    /// Bytes of all finalised entries. This is what is compared with the limit.
    pub fn bytes(&self) -> Bytes {
        self.bytes
    }

    /// Number of finalised entries.
    pub fn len(&self) -> u64 {
        self.stored
    }

    /// True if no entry is finalised.
    pub fn is_empty(&self) -> bool {
        self.stored == 0
    }

    /// The entry for an id that a look-up has just returned.
    ///
    /// # Panics
    /// If the id was never given out.
    pub fn entry(&self, id: EntryId) -> &Entry {
        &self.slots[id.0 as usize]
    }

    /// All finalised entries in eviction order, the next one to be evicted first.
    pub fn list(&self) -> impl Iterator<Item = &Entry> {
        self.order.iter(&self.slots).map(|id| self.entry(id))
    }

    /// Like [`Service::list`], with each entry's id.
    pub fn places(&self) -> impl Iterator<Item = (EntryId, &Entry)> {
        self.order.iter(&self.slots).map(|id| (id, self.entry(id)))
    }

    /// The entry with this identity, whether reserved or finalised.
    pub fn find(&self, identity: &Identity) -> Option<EntryId> {
        self.index.find(&self.slots, identity)
    }

    /// The finalised entries with this key, in one scope or in all, in any version. GitHub's API
    /// deletes by key in this way. For an object (a key with a digest) the result is empty.
    pub fn with_key(&self, scope: Option<Scope>, key: Key) -> Vec<EntryId> {
        let found = self.index.with_text(&self.names, scope, key);
        found.into_iter().filter(|id| self.entry(*id).state == State::Stored).collect()
    }

    /// True if the scope has an entry, finalised by `now` under a version other than `version`, whose key
    /// starts with `prefix`.
    pub fn has_other_version(&self, now: SimTime, scope: Scope, version: Version, prefix: Key) -> bool {
        let mut like = self.index.starting_with(&self.names, scope, prefix);
        like.any(|id| {
            let Entry { state, created, identity, .. } = *self.entry(id);
            state == State::Stored && created <= now && identity.version != version
        })
    }

    /// Drops the texts that no entry uses, so that a log of any length can be replayed. Keys,
    /// scopes and versions interned before this call are invalid afterwards.
    pub fn forget_names(&mut self) {
        let old = std::mem::take(&mut self.names);
        self.index = Index::default();
        for place in 0..self.slots.len() {
            let slot = &mut self.slots[place];
            if slot.state != State::Free {
                slot.identity = self.names.adopt(&old, slot.identity);
                self.index.insert(&self.names, &mut self.slots, EntryId(place as u32));
            }
        }
    }

    /// Deletes a finalised entry at this instant, as a user of the API can. Returns false if it was no longer
    /// there.
    pub fn delete(&mut self, now: SimTime, id: EntryId) -> bool {
        let stored = self.slots.get(id.0 as usize).is_some_and(|e| e.state == State::Stored);
        if stored {
            self.record_entry(now, RecordKind::Deleted, id);
            self.remove(id);
            self.thaw();
        }
        stored
    }

    /// Checks what must hold after every request: bytes and entry counts add up, order and index
    /// are complete.
    ///
    /// # Panics
    /// If a check fails. For tests only: it visits every entry.
    pub fn check_invariants(&self) {
        let bytes: Bytes = self.list().map(|e| e.size).sum();
        assert_eq!(bytes, self.bytes, "bytes are conserved");
        assert_eq!(self.list().count() as u64, self.stored, "every stored entry is in the order");
        let live = self.slots.iter().filter(|e| e.state != State::Free).count();
        assert_eq!(self.index.len(), live, "every live entry is in the index");
        assert_eq!(self.free.len() + live, self.slots.len(), "every free slot can be used again");
        let order = self.limits.order;
        assert!(self.list().is_sorted_by_key(|e| order.since(e)), "the order is the one set");
    }

    /// Requests handled so far, including refused ones; a measure of how much work was simulated.
    pub fn requests(&self) -> u64 {
        self.requests
    }

    /// Number of reservations that are remembered: a few more than there are open ones.
    pub fn remembered_reservations(&self) -> usize {
        self.open.len()
    }

    /// Uploads and downloads admitted so far in the minute of `now`.
    pub fn admitted(&self, now: SimTime) -> (u32, u32) {
        (self.uploads.used(now), self.downloads.used(now))
    }

    fn advance(&mut self, now: SimTime) {
        assert!(now >= self.now, "service time went back from {} to {now}", self.now);
        self.now = now;
        self.requests += 1;
        if self.limits.monthly_budget.is_some() {
            self.spending.pass(now, self.bytes);
        }
    }

    fn remove(&mut self, id: EntryId) {
        let entry = self.slots[id.0 as usize];
        self.index.remove(&self.names, &mut self.slots, id);
        if entry.state == State::Stored {
            self.order.unlink(&mut self.slots, id);
            self.bytes -= entry.size;
            self.stored -= 1;
        }
        self.slots[id.0 as usize].state = State::Free;
        self.free.push(id);
    }
}

//! What all jobs of one replication share: the cache service, the stores outside it, and the events that
//! observers have not received yet. `engine` makes one [`World`] per replication and empties its events;
//! clients reach it through a [`Session`](crate::client::Session).

#![expect(
    clippy::disallowed_types,
    reason = "asked for single keys, or summed over: its order does not show"
)]

use super::uplink::Uplink;
use crate::client::history::SaveHistory;
use crate::client::payloads::{Content, ExternalStores, Payloads};
use crate::event::{ClientId, Event, HeldFor};
use crate::random::Draws;
use crate::service::{
    Access, Entry, EntryId, Eviction, Identity, Interner, Key, LookUp, Owner, Reserve, Scope, Service,
    Version,
};
use crate::units::{Bytes, SimTime};
use rustc_hash::{FxHashMap, FxHashSet};

/// The state that all jobs of one replication share.
#[derive(Debug)]
pub struct World {
    /// The cache service of the repository.
    pub service: Service,
    /// The modelled content of the service's entries.
    pub payloads: Payloads,
    /// The registries, buckets and databases outside the service.
    pub external: ExternalStores,
    /// Families of archives that main has saved since the simulation began.
    pub families: FxHashSet<Key>,
    /// For the key of each archive and index that was saved: the key without what changes with time. Keys of
    /// generations of one entry have it in common.
    pub variants: FxHashMap<Key, Key>,
    /// The scopes of the pull requests that are closed.
    closed: FxHashSet<Scope>,
    /// The layers that image builds are uploading.
    pub uplink: Uplink,
    /// What became of every attempt to save, and of every entry.
    pub history: SaveHistory,
    /// The replication's draws.
    pub draws: Draws,
    /// The events since the engine last passed them to the observers.
    pub events: Vec<Event>,
}

impl World {
    /// A world around this service, with nothing else in it.
    pub fn new(service: Service, draws: Draws) -> World {
        World {
            service,
            payloads: Payloads::default(),
            external: ExternalStores::default(),
            families: FxHashSet::default(),
            variants: FxHashMap::default(),
            closed: FxHashSet::default(),
            uplink: Uplink::default(),
            history: SaveHistory::default(),
            draws,
            events: Vec::new(),
        }
    }

    /// The scope of a ref.
    pub fn scope(&mut self, ref_name: &str) -> Scope {
        self.service.names.scope(ref_name)
    }

    /// Runs one sweep of the service.
    pub fn sweep(&mut self, now: SimTime) {
        self.removing(now, |service, removed| service.sweep(now, removed));
    }

    /// Expires idle entries outside of a sweep.
    pub fn expire(&mut self, now: SimTime) {
        self.removing(now, |service, removed| service.expire(now, removed));
    }

    pub(in crate::client) fn look_up(
        &mut self,
        now: SimTime,
        access: &Access,
        version: Version,
        key: Key,
        restore_keys: &[Key],
    ) -> LookUp {
        self.removing(now, |service, removed| {
            service.look_up(now, access, version, key, restore_keys, removed)
        })
    }

    pub(in crate::client) fn reserve(
        &mut self,
        now: SimTime,
        access: &Access,
        version: Version,
        key: Key,
        owner: Owner,
    ) -> Reserve {
        self.removing(now, |service, removed| service.reserve(now, access, version, key, owner, removed))
    }

    /// Makes a request that may remove entries. Each removed entry becomes a ghost and an event, and its
    /// content is dropped.
    fn removing<T>(
        &mut self,
        now: SimTime,
        request: impl FnOnce(&mut Service, &mut dyn FnMut(&Interner, Eviction)) -> T,
    ) -> T {
        let World { service, payloads, history, events, .. } = self;
        let before = service.len();
        let answer = request(service, &mut |names, eviction| {
            history.removed(names, &eviction, now);
            let Eviction { entry, reason, .. } = eviction;
            let Entry { identity, owner, size, created, accessed, payload, .. } = entry;
            let (client, scope) = (ClientId(owner.0), identity.scope);
            events.push(Event::Removed { at: now, client, scope, size, created, accessed, reason });
            payloads.release(payload);
        });
        if service.len() != before {
            self.record_level(now);
        }
        answer
    }

    /// Stores an entry that is there before the simulation begins. Its identity must not be taken.
    pub fn preload(
        &mut self,
        identity: Identity,
        owner: Owner,
        size: Bytes,
        (created, accessed): (SimTime, SimTime),
        content: Content,
    ) {
        let id = self.service.preload(identity, owner, size, created, accessed);
        self.history.stored(&self.service.names, identity, created);
        let payload = self.payloads.keep(content);
        self.service.set_payload(id, payload);
    }

    /// For whom the entries of a scope are held.
    pub fn held_for(&self, scope: Scope) -> HeldFor {
        HeldFor::of(self.service.names.scope_text(scope), self.closed.contains(&scope))
    }

    /// A pull request is open or closed from now on.
    pub fn set_open(&mut self, now: SimTime, scope: Scope, is_open: bool) {
        let changes = if is_open { self.closed.remove(&scope) } else { self.closed.insert(scope) };
        if changes {
            self.events.push(Event::PullRequest { at: now, scope, is_open });
        }
    }

    /// Deletes entries, as a user of the API does. They leave no ghosts: nothing evicted them.
    pub(in crate::client) fn delete(&mut self, now: SimTime, entries: &[EntryId]) {
        let World { service, payloads, history, events, .. } = self;
        for id in entries {
            let Entry { identity, owner, accessed, size, payload, .. } = *service.entry(*id);
            service.delete(now, *id);
            history.deleted(&service.names, identity, now);
            let (client, scope) = (ClientId(owner.0), identity.scope);
            events.push(Event::Deleted { at: now, client, scope, accessed, size });
            payloads.release(payload);
        }
        self.record_level(now);
    }

    /// Records the size of the cache as it is now.
    pub fn record_level(&mut self, now: SimTime) {
        let (bytes, entries) = (self.service.bytes(), self.service.len());
        self.events.push(Event::Level { at: now, bytes, entries });
    }
}

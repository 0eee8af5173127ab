//! The ghost list: metadata of entries that were removed from the cache. [`World`](crate::client::World) records
//! each eviction and expiry; a [`Session`](crate::client::Session) asks it after each miss. Deletions by a user are
//! not recorded. It says what was lost; why, says [`SaveHistory`](super::SaveHistory).

use super::REMEMBERED;
use super::by_scope::ByScope;
use crate::event::GhostEntry;
use crate::service::{Access, Entry, Eviction, Identity, Interner, Key, Scope, Version};
use crate::units::SimTime;
use std::collections::BTreeMap;
use std::ops::Bound;

/// The entries that were evicted or expired. The list explains misses: the real service does not say
/// whether a missing entry was evicted or never existed, but a simulation can. An entry that is stored
/// again stays on the list. Look-ups then find it in the cache and do not consult the list.
///
/// Objects are evicted by the million. So the list keeps only a few removals per object and forgets old
/// ones, however long the simulation is.
#[derive(Debug, Default)]
pub struct GhostList {
    /// Removals of each object, by the object's number.
    objects: Vec<ByScope<GhostEntry>>,
    texts: BTreeMap<(Scope, Version), BTreeMap<Box<str>, usize>>,
    /// The ghosts that `texts` refers to, in the order of their removal.
    ghosts: Vec<GhostEntry>,
}

/// Marks a ghost as missed. Returns its state before.
fn miss(ghost: &mut GhostEntry) -> GhostEntry {
    let before = *ghost;
    ghost.missed_before = true;
    before
}

fn is_remembered(ghost: &GhostEntry, now: SimTime) -> bool {
    now - ghost.removed <= REMEMBERED
}

impl GhostList {
    /// Records an entry that was evicted or expired at `removed`.
    pub fn record_removal(&mut self, names: &Interner, eviction: &Eviction, removed: SimTime) {
        let Eviction { entry, reason, .. } = *eviction;
        let Entry { identity, created, accessed, size, .. } = entry;
        let ghost = GhostEntry { identity, created, removed, accessed, size, reason, missed_before: false };
        let Identity { scope, version, key } = identity;
        if let Some(object) = key.object() {
            self.record_object(object, ghost);
        } else {
            let place = self.texts.entry((scope, version)).or_default();
            place.insert(names.text(key).into(), self.ghosts.len());
            self.ghosts.push(ghost);
        }
    }

    fn record_object(&mut self, object: usize, ghost: GhostEntry) {
        if object >= self.objects.len() {
            self.objects.resize_with(object + 1, ByScope::default);
        }
        let Identity { scope, version, .. } = ghost.identity;
        self.objects[object].insert((scope, version), ghost, |old| is_remembered(old, ghost.removed));
    }

    /// Finds the entry that a missed look-up would have found if nothing had been removed, and marks it as
    /// missed. The search order is the service's; among several matches it takes the one removed last.
    pub fn find_lost(
        &mut self,
        names: &Interner,
        access: &Access,
        version: Version,
        key: Key,
        restore_keys: &[Key],
        now: SimTime,
    ) -> Option<GhostEntry> {
        if let Some(object) = key.object() {
            let ghosts = self.objects.get_mut(object)?;
            let removed = |scope| ghosts.get(scope, version).is_some_and(|ghost| is_remembered(ghost, now));
            let scope = access.readable().find(|scope| removed(*scope))?;
            return ghosts.get_mut(scope, version).map(miss);
        }
        access.readable().find_map(|scope| {
            let mut keys = std::iter::once(&key).chain(restore_keys);
            keys.find_map(|key| self.lost_text(names, scope, version, *key))
        })
    }

    fn lost_text(
        &mut self,
        names: &Interner,
        scope: Scope,
        version: Version,
        key: Key,
    ) -> Option<GhostEntry> {
        let text = names.text(key);
        let place = self.texts.get(&(scope, version))?;
        let range = place.range::<str, _>((Bound::Included(text), Bound::Unbounded));
        let last = range.take_while(|(key, _)| key.starts_with(text)).map(|(_, number)| *number).max()?;
        Some(miss(&mut self.ghosts[last]))
    }
}

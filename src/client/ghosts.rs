//! The ghost list: metadata of entries that were removed from the cache. [`World`](super::World) records
//! each eviction and expiry; a [`Session`](super::Session) asks it after each miss. Deletions by a user are
//! not recorded. It says what was lost; why, says [`save_history`](super::save_history).

use crate::event::GhostEntry;
use crate::service::{Access, Entry, Eviction, Identity, Interner, Key, Scope, Version};
use crate::units::{Duration, SimTime};
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
    objects: Vec<Vec<GhostEntry>>,
    texts: BTreeMap<(Scope, Version), BTreeMap<Box<str>, usize>>,
    /// The ghosts that `texts` refers to, in the order of their removal.
    ghosts: Vec<GhostEntry>,
}

/// How long the removal of an object explains misses: eight times GitHub's retention. Nearly every object
/// that is looked up again is looked up within days.
const REMEMBERED: Duration = Duration(56 * Duration::DAY.0);

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
            self.objects.resize_with(object + 1, Vec::new);
        }
        let ghosts = &mut self.objects[object];
        match ghosts.iter_mut().find(|old| old.identity == ghost.identity) {
            Some(old) => *old = ghost,
            None => {
                if ghosts.len() == ghosts.capacity() {
                    ghosts.retain(|old| is_remembered(old, ghost.removed));
                }
                ghosts.push(ghost);
            }
        }
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
            let mut identities = access.readable().map(|scope| Identity { scope, version, key });
            return identities.find_map(|identity| lost_object(ghosts, identity, now));
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

fn lost_object(ghosts: &mut [GhostEntry], identity: Identity, now: SimTime) -> Option<GhostEntry> {
    let ghost = ghosts.iter_mut().find(|ghost| ghost.identity == identity)?;
    is_remembered(ghost, now).then(|| miss(ghost))
}

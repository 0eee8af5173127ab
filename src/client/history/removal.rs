//! What is remembered of entries that were evicted or have expired. The real service does not say whether a missing
//! entry was evicted or never existed, but a simulation can.

use super::REMEMBERED;
use crate::event::GhostEntry;
use crate::service::{Access, Entry, Identity, Interner, Key, RemovalReason, Scope, Version};
use crate::units::{Bytes, SimTime};
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::ops::Bound;

/// The latest removal of an entry.
#[derive(Debug, Clone, Copy)]
pub(super) struct Removal {
    created: SimTime,
    accessed: SimTime,
    removed: SimTime,
    size: Bytes,
    reason: RemovalReason,
    missed_before: bool,
}

impl Removal {
    /// The removal of `entry` at `removed`.
    pub(super) fn of(entry: &Entry, removed: SimTime, reason: RemovalReason) -> Removal {
        let Entry { created, accessed, size, .. } = *entry;
        Removal { created, accessed, removed, size, reason, missed_before: false }
    }

    /// Marks it as missed. Returns the entry in its state before.
    pub(super) fn miss(&mut self, identity: Identity) -> GhostEntry {
        let Removal { created, accessed, removed, size, reason, missed_before } = *self;
        self.missed_before = true;
        GhostEntry { identity, created, removed, accessed, size, reason, missed_before }
    }

    /// True if it is not too old to explain a miss.
    pub(super) fn is_remembered(&self, now: SimTime) -> bool {
        now - self.removed <= REMEMBERED
    }
}

/// The place of a removal among the [`ObjectRemovals`], plus one.
pub(super) type RemovalId = NonZeroU32;

/// The latest removals of objects. Objects that were removed together stand side by side, and so those that a build
/// misses together.
#[derive(Debug, Default)]
pub(super) struct ObjectRemovals {
    list: Vec<Removal>,
    free: Vec<RemovalId>,
}

impl ObjectRemovals {
    /// Keeps a removal, in place of an earlier one of the same object.
    pub(super) fn keep(&mut self, before: Option<RemovalId>, removal: Removal) -> RemovalId {
        if let Some(id) = before.or_else(|| self.free.pop()) {
            *self.get_mut(id) = removal;
            return id;
        }
        self.list.push(removal);
        let id = u32::try_from(self.list.len()).ok().and_then(RemovalId::new);
        id.expect("fewer than 2^32 removals: events are limited")
    }

    pub(super) fn get_mut(&mut self, id: RemovalId) -> &mut Removal {
        &mut self.list[id.get() as usize - 1]
    }

    /// Gives up the place of a removal that is forgotten.
    pub(super) fn release(&mut self, id: Option<RemovalId>) {
        self.free.extend(id);
    }
}

/// The removals of entries with a text as key, which look-ups find by prefix. They are few, and none is forgotten.
#[derive(Debug, Default)]
pub(super) struct LostTexts {
    places: BTreeMap<(Scope, Version), BTreeMap<Box<str>, usize>>,
    /// In the order of their removal.
    removals: Vec<(Identity, Removal)>,
}

impl LostTexts {
    /// Records the removal of an entry. An earlier one of the same identity is forgotten.
    pub(super) fn record(&mut self, names: &Interner, identity: Identity, removal: Removal) {
        let Identity { scope, version, key } = identity;
        let place = self.places.entry((scope, version)).or_default();
        place.insert(names.text(key).into(), self.removals.len());
        self.removals.push((identity, removal));
    }

    /// Finds the removed entry that a look-up of these keys would have found, and marks it as missed.
    pub(super) fn find<'a>(
        &mut self,
        names: &Interner,
        access: &Access,
        version: Version,
        keys: impl Iterator<Item = &'a Key> + Clone,
    ) -> Option<GhostEntry> {
        let found = |scope| keys.clone().find_map(|key| self.last_removed(names, scope, version, *key));
        let last = access.readable().find_map(found)?;
        let (identity, removal) = &mut self.removals[last];
        Some(removal.miss(*identity))
    }

    fn last_removed(&self, names: &Interner, scope: Scope, version: Version, key: Key) -> Option<usize> {
        let text = names.text(key);
        let place = self.places.get(&(scope, version))?;
        let range = place.range::<str, _>((Bound::Included(text), Bound::Unbounded));
        range.take_while(|(key, _)| key.starts_with(text)).map(|(_, number)| *number).max()
    }
}

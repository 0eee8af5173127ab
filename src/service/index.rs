//! The index of entries by identity and by key prefix. It knows nothing about time, limits or
//! access: whether an entry may be found is the caller's test.
//!
//! Only the service uses it, in look-ups, reservations and deletions by key.

#![expect(
    clippy::disallowed_types,
    reason = "asked for single keys, or summed over: its order does not show"
)]

use super::entry::{Entry, EntryId, LinkId};
use super::interner::Interner;
use super::key::{Identity, Key, Scope, Version};
use hashbrown::HashTable;
use std::collections::BTreeMap;
use std::ops::Bound;

/// Finds entries by identity, and the newest entry whose key starts with a given text.
///
/// The entries of one object, in several scopes and versions, form a chain that starts in an array.
/// Texts are in a hash table, and also in sorted maps for prefix search.
#[derive(Debug, Clone, Default)]
pub struct Index {
    objects: Vec<Option<LinkId>>,
    texts: HashTable<EntryId>,
    sorted: BTreeMap<(Scope, Version), BTreeMap<Box<str>, EntryId>>,
    entries: usize,
}

impl Index {
    /// Number of entries.
    pub fn len(&self) -> usize {
        self.entries
    }

    /// True if the index holds no entry.
    pub fn is_empty(&self) -> bool {
        self.entries == 0
    }

    /// The entry with exactly this identity.
    #[inline]
    pub fn find(&self, slots: &[Entry], identity: &Identity) -> Option<EntryId> {
        let is = |id: &EntryId| slots[id.0 as usize].identity == *identity;
        match identity.key.object() {
            Some(object) => self.chain(slots, object).find(is),
            None => self.texts.find(identity.hash(), is).copied(),
        }
    }

    /// Iterates over the entries of an object.
    fn chain<'a>(&self, slots: &'a [Entry], object: usize) -> impl Iterator<Item = EntryId> + use<'a> {
        let first = self.objects.get(object).copied().flatten().map(EntryId::from_link);
        std::iter::successors(first, |id| slots[id.0 as usize].same_key.map(EntryId::from_link))
    }

    /// Adds an entry. Its identity must not be in the index.
    pub fn insert(&mut self, names: &Interner, slots: &mut [Entry], id: EntryId) {
        self.entries += 1;
        let identity = slots[id.0 as usize].identity;
        if let Some(object) = identity.key.object() {
            if object >= self.objects.len() {
                self.objects.resize(object + 1, None);
            }
            slots[id.0 as usize].same_key = self.objects[object].replace(id.link());
            return;
        }
        let rehash = |id: &EntryId| slots[id.0 as usize].identity.hash();
        self.texts.insert_unique(identity.hash(), id, rehash);
        let sorted = self.sorted.entry((identity.scope, identity.version)).or_default();
        sorted.insert(names.text(identity.key).into(), id);
    }

    /// Removes an entry that is in the index.
    pub fn remove(&mut self, names: &Interner, slots: &mut [Entry], id: EntryId) {
        self.entries -= 1;
        let Entry { identity, same_key: next, .. } = slots[id.0 as usize];
        if let Some(object) = identity.key.object() {
            let leads_here = |other: &EntryId| slots[other.0 as usize].same_key == Some(id.link());
            let before = { self.chain(slots, object).find(leads_here) };
            match before {
                Some(before) => slots[before.0 as usize].same_key = next,
                None => self.objects[object] = next,
            }
            return;
        }
        if let Ok(found) = self.texts.find_entry(identity.hash(), |other| *other == id) {
            found.remove();
        }
        let place = (identity.scope, identity.version);
        let sorted = self.sorted.get_mut(&place).expect("a text key is in the sorted index");
        sorted.remove(names.text(identity.key));
        if sorted.is_empty() {
            self.sorted.remove(&place);
        }
    }

    /// The entries whose key is exactly the text of `key`, in one scope or in all, ordered by scope
    /// and version.
    pub fn with_text(&self, names: &Interner, scope: Option<Scope>, key: Key) -> Vec<EntryId> {
        let (from, to) = (scope.unwrap_or(Scope(0)), scope.unwrap_or(Scope(u32::MAX)));
        let places = self.sorted.range((from, Version(0))..=(to, Version(u32::MAX)));
        places.filter_map(|(_, keys)| keys.get(names.text(key)).copied()).collect()
    }

    /// The entries of a scope, in any version, whose key starts with the text of `prefix`.
    pub fn starting_with<'a>(
        &'a self,
        names: &'a Interner,
        scope: Scope,
        prefix: Key,
    ) -> impl Iterator<Item = EntryId> + 'a {
        let text = names.text(prefix);
        let places = self.sorted.range((scope, Version(0))..=(scope, Version(u32::MAX)));
        places.flat_map(move |(_, keys)| {
            let from = keys.range::<str, _>((Bound::Included(text), Bound::Unbounded));
            from.take_while(move |(key, _)| key.starts_with(text)).map(|(_, id)| *id)
        })
    }

    /// The most recently created entry that passes `visible` and whose key starts with the text of
    /// `prefix`. Among entries created at the same time, the one with the greatest key.
    pub fn newest(
        &self,
        names: &Interner,
        slots: &[Entry],
        place: (Scope, Version),
        prefix: Key,
        visible: impl Fn(&Entry) -> bool,
    ) -> Option<EntryId> {
        let text = names.text(prefix);
        let from = (Bound::Included(text), Bound::Unbounded);
        let sorted = self.sorted.get(&place)?.range::<str, _>(from);
        sorted
            .take_while(|(key, _)| key.starts_with(text))
            .map(|(_, id)| *id)
            .filter(|id| visible(&slots[id.0 as usize]))
            .max_by_key(|id| slots[id.0 as usize].created)
    }
}

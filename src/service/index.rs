use super::entry::{Entry, EntryId};
use super::key::{Identity, Key, Scope, Version};
use super::names::Names;
use hashbrown::HashTable;
use std::collections::BTreeMap;
use std::ops::Bound;

/// Finds entries by identity, and the newest one whose key starts with a text.
///
/// Keys with a digest are only in the hash table (about 8 bytes an entry); plain texts are also
/// kept sorted, for prefixes.
#[derive(Debug, Clone, Default)]
pub struct Index {
    exact: HashTable<EntryId>,
    sorted: BTreeMap<(Scope, Version), BTreeMap<Box<str>, EntryId>>,
}

impl Index {
    /// Number of entries.
    pub fn len(&self) -> usize {
        self.exact.len()
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.exact.is_empty()
    }

    /// The entry with exactly this identity.
    pub fn find(&self, slots: &[Entry], identity: &Identity) -> Option<EntryId> {
        self.exact.find(identity.hash(), |id| slots[id.0 as usize].identity == *identity).copied()
    }

    /// Adds an entry. Its identity must not be in the index.
    pub fn insert(&mut self, names: &Names, slots: &[Entry], id: EntryId) {
        let identity = slots[id.0 as usize].identity;
        let rehash = |id: &EntryId| slots[id.0 as usize].identity.hash();
        self.exact.insert_unique(identity.hash(), id, rehash);
        if identity.key.digest.is_none() {
            let sorted = self.sorted.entry((identity.scope, identity.version)).or_default();
            sorted.insert(names.stem(identity.key).into(), id);
        }
    }

    /// Removes an entry that is in the index.
    pub fn remove(&mut self, names: &Names, slots: &[Entry], id: EntryId) {
        let identity = slots[id.0 as usize].identity;
        if let Ok(found) = self.exact.find_entry(identity.hash(), |other| *other == id) {
            found.remove();
        }
        if identity.key.digest.is_some() {
            return;
        }
        let place = (identity.scope, identity.version);
        let sorted = self.sorted.get_mut(&place).expect("a text key is in the sorted index");
        sorted.remove(names.stem(identity.key));
        if sorted.is_empty() {
            self.sorted.remove(&place);
        }
    }

    /// The entries whose key is the text of `key`, of one scope or of all, by scope and version.
    pub fn with_text(&self, names: &Names, scope: Option<Scope>, key: Key) -> Vec<EntryId> {
        let (from, to) = (scope.unwrap_or(Scope(0)), scope.unwrap_or(Scope(u32::MAX)));
        let places = self.sorted.range((from, Version(0))..=(to, Version(u32::MAX)));
        places.filter_map(|(_, keys)| keys.get(names.stem(key)).copied()).collect()
    }

    /// The newest entry (by creation; of equals the one with the greater key) that starts with
    /// `prefix` and passes `visible`.
    pub fn newest(
        &self,
        names: &Names,
        slots: &[Entry],
        place: (Scope, Version),
        prefix: Key,
        visible: impl Fn(&Entry) -> bool,
    ) -> Option<EntryId> {
        if prefix.digest.is_some() {
            return None;
        }
        let text = names.stem(prefix);
        let from = (Bound::Included(text), Bound::Unbounded);
        let sorted = self.sorted.get(&place)?.range::<str, _>(from);
        sorted
            .take_while(|(key, _)| key.starts_with(text))
            .map(|(_, id)| *id)
            .filter(|id| visible(&slots[id.0 as usize]))
            .max_by_key(|id| slots[id.0 as usize].created)
    }
}

//! What is remembered of each identity: [`Remembered`], one flat table. Objects are saved and evicted by the million,
//! in the scopes of many pull requests, so a table for each object, or for each scope, takes more time and memory.

#![expect(
    clippy::disallowed_types,
    reason = "asked for single keys, or thinned out: its order does not show"
)]

use crate::service::Identity;
use hashbrown::HashTable;

/// A map from identity to a value that forgets what is not worth keeping before it grows.
#[derive(Debug)]
pub(super) struct Remembered<T> {
    table: HashTable<(Identity, T)>,
}

impl<T> Default for Remembered<T> {
    fn default() -> Remembered<T> {
        Remembered { table: HashTable::new() }
    }
}

impl<T> Remembered<T> {
    pub(super) fn get(&self, identity: Identity) -> Option<&T> {
        self.table.find(identity.hash(), |(known, _)| *known == identity).map(|(_, value)| value)
    }

    pub(super) fn get_mut(&mut self, identity: Identity) -> Option<&mut T> {
        self.table.find_mut(identity.hash(), |(known, _)| *known == identity).map(|(_, value)| value)
    }

    /// Adds an identity that is not known yet. `keep` is asked once for each value before the table grows.
    pub(super) fn insert_new(
        &mut self,
        identity: Identity,
        value: T,
        mut keep: impl FnMut(Identity, &T) -> bool,
    ) {
        if self.table.len() == self.table.capacity() {
            self.table.retain(|(identity, value)| keep(*identity, value));
            // At least an eighth stays free, so that the next question is worth its time.
            let room = self.table.len() / 8 + 1;
            self.table.reserve(room, |(identity, _)| identity.hash());
        }
        self.table.insert_unique(identity.hash(), (identity, value), |(identity, _)| identity.hash());
    }
}

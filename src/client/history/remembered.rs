//! What is remembered of each identity: [`Remembered`], one table for all scopes and versions. Objects are saved and
//! evicted by the million. Those that one build asks for were mostly named together, so the values of neighbouring
//! keys stand side by side: a build then finds most of them in the processor's caches.

#![expect(
    clippy::disallowed_types,
    reason = "asked for single keys, or thinned out: its order does not show"
)]

use crate::service::{Identity, Key};
use hashbrown::HashTable;

/// The values of neighbouring keys in one scope and version.
type Block<T> = [Option<T>; Key::NEIGHBOURS];

/// A map from identity to a value.
#[derive(Debug)]
pub(super) struct Remembered<T> {
    /// For the identity with the first of some neighbouring keys: the number of their block.
    places: HashTable<(Identity, u32)>,
    blocks: Vec<Block<T>>,
    /// The numbers of the blocks without a value.
    free: Vec<u32>,
    /// With this many blocks, it is time to forget.
    crowded_at: usize,
}

/// So many blocks are never too many.
const FEW: usize = 1 << 10;

impl<T> Default for Remembered<T> {
    fn default() -> Remembered<T> {
        Remembered { places: HashTable::new(), blocks: Vec::new(), free: Vec::new(), crowded_at: FEW }
    }
}

/// The identity with the first of the key's neighbours, and the key's place among them.
fn split(identity: Identity) -> (Identity, usize) {
    let (key, place) = identity.key.among_neighbours();
    (Identity { key, ..identity }, place)
}

impl<T: Copy> Remembered<T> {
    pub(super) fn get(&self, identity: Identity) -> Option<&T> {
        let (first, place) = split(identity);
        self.blocks[self.block(first)?][place].as_ref()
    }

    pub(super) fn get_mut(&mut self, identity: Identity) -> Option<&mut T> {
        let (first, place) = split(identity);
        let block = self.block(first)?;
        self.blocks[block][place].as_mut()
    }

    fn block(&self, first: Identity) -> Option<usize> {
        let found = self.places.find(first.hash(), |(known, _)| *known == first);
        found.map(|(_, block)| *block as usize)
    }

    /// The place of an identity's value, to be filled if it is empty.
    pub(super) fn slot(&mut self, identity: Identity) -> &mut Option<T> {
        let (first, place) = split(identity);
        let block = self.block(first).unwrap_or_else(|| self.new_block(first));
        &mut self.blocks[block][place]
    }

    fn new_block(&mut self, first: Identity) -> usize {
        let block = self.free.pop().unwrap_or_else(|| {
            self.blocks.push([None; Key::NEIGHBOURS]);
            self.blocks.len() as u32 - 1
        });
        self.places.insert_unique(first.hash(), (first, block), |(first, _)| first.hash());
        block as usize
    }

    /// True if there are twice as many values as were worth keeping the last time. To ask for each of them costs
    /// little then, beside what it took to add them.
    pub(super) fn is_crowded(&self) -> bool {
        self.places.len() >= self.crowded_at
    }

    /// Forgets the values that are not to be kept.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(Key, &T) -> bool) {
        let Remembered { places, blocks, free, crowded_at } = self;
        places.retain(|(first, block)| {
            let values = &mut blocks[*block as usize];
            for (place, value) in values.iter_mut().enumerate() {
                *value = value.filter(|value| keep(first.key.neighbour(place), value));
            }
            let is_empty = values.iter().all(Option::is_none);
            if is_empty {
                free.push(*block);
            }
            !is_empty
        });
        *crowded_at = (2 * places.len()).max(FEW);
    }
}

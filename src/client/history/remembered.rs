//! What is remembered of each identity: [`Remembered`], one table for all scopes and versions. Objects are saved and
//! evicted by the million. Those that one build asks for were mostly named together, so the values of neighbouring
//! keys stand side by side: a build then finds most of them in the processor's caches.

#![expect(
    clippy::disallowed_types,
    reason = "asked for single keys, or thinned out: its order does not show"
)]

use crate::service::{Identity, Key};
use crate::units::SimTime;
use hashbrown::HashTable;

/// The values of neighbouring keys in one scope and version.
type Block<T> = [Option<T>; Key::NEIGHBOURS];

/// A value with the time that decides when it is forgotten.
pub(super) trait Dated: Copy {
    /// When it was learned.
    fn at(&self) -> SimTime;
}

/// A map from identity to a value.
#[derive(Debug)]
pub(super) struct Remembered<T> {
    /// For the identity with the first of some neighbouring keys: the number of their block.
    places: HashTable<(Identity, u32)>,
    blocks: Vec<Block<T>>,
    /// For each block, a time not after that of its oldest value. A block that is young enough loses nothing and is not
    /// read: most blocks are in no processor's cache.
    since: Vec<SimTime>,
    /// The numbers of the blocks without a value.
    free: Vec<u32>,
    /// With this many blocks, it is time to forget.
    crowded_at: usize,
}

/// So many blocks are never too many.
const FEW: usize = 1 << 10;

impl<T> Default for Remembered<T> {
    fn default() -> Remembered<T> {
        Remembered {
            places: HashTable::new(),
            blocks: Vec::new(),
            since: Vec::new(),
            free: Vec::new(),
            crowded_at: FEW,
        }
    }
}

/// The identity with the first of the key's neighbours, and the key's place among them.
fn split(identity: Identity) -> (Identity, usize) {
    let (key, place) = identity.key.among_neighbours();
    (Identity { key, ..identity }, place)
}

impl<T: Dated> Remembered<T> {
    pub(super) fn get(&self, identity: Identity) -> Option<&T> {
        let (first, place) = split(identity);
        self.blocks[self.block(first)?][place].as_ref()
    }

    fn block(&self, first: Identity) -> Option<usize> {
        let found = self.places.find(first.hash(), |(known, _)| *known == first);
        found.map(|(_, block)| *block as usize)
    }

    /// The place of an identity's value, to be filled with one that is learned at `at`.
    pub(super) fn slot(&mut self, identity: Identity, at: SimTime) -> &mut Option<T> {
        let (first, place) = split(identity);
        let block = self.block(first).unwrap_or_else(|| self.new_block(first, at));
        self.since[block] = self.since[block].min(at);
        &mut self.blocks[block][place]
    }

    fn new_block(&mut self, first: Identity, at: SimTime) -> usize {
        let block = self.free.pop().unwrap_or_else(|| {
            self.blocks.push([None; Key::NEIGHBOURS]);
            self.since.push(at);
            self.blocks.len() as u32 - 1
        });
        self.since[block as usize] = at;
        self.places.insert_unique(first.hash(), (first, block), |(first, _)| first.hash());
        block as usize
    }

    /// True if there are twice as many values as were worth keeping the last time. To ask for each of them costs
    /// little then, beside what it took to add them.
    pub(super) fn is_crowded(&self) -> bool {
        self.places.len() >= self.crowded_at
    }

    /// Forgets the values of objects that were learned before this instant, and passes each to `forgotten`. Texts are
    /// few, and none is forgotten.
    pub(super) fn forget(&mut self, before: SimTime, mut forgotten: impl FnMut(Key, &T)) {
        let Remembered { places, blocks, since, free, crowded_at } = self;
        places.retain(|(first, block)| {
            let place = *block as usize;
            if first.key.object().is_none() || since[place] >= before {
                return true;
            }
            for (neighbour, value) in blocks[place].iter_mut().enumerate() {
                if let Some(old) = value.take_if(|value| value.at() < before) {
                    forgotten(first.key.neighbour(neighbour), &old);
                }
            }
            let oldest = blocks[place].iter().flatten().map(Dated::at).min();
            match oldest {
                Some(oldest) => since[place] = oldest,
                None => free.push(*block),
            }
            oldest.is_some()
        });
        *crowded_at = (2 * places.len()).max(FEW);
    }
}

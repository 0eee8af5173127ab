//! The hash table behind [`super::object::ObjectTable`].

/// Finds the numbers of ids: a hash table that holds nothing but numbers, the ids being looked up
/// where they are kept anyway. Linear probing, at most half full.
///
/// Its own because [`IdTable::guess`] takes the look-up apart: a general table cannot be asked for
/// many ids before any answer is needed, which here is a fifth of the time.
#[derive(Default)]
pub(super) struct IdTable {
    /// As many as a power of two; [`EMPTY`] where there is no number.
    slots: Vec<u32>,
    used: usize,
}

/// A slot without a number; no number is that large.
const EMPTY: u32 = u32::MAX;
const SLOTS_MIN: usize = 1024;

impl IdTable {
    /// The number in the first place to look for this id, which may be another id's or none at all.
    pub fn guess(&self, id: u64) -> u32 {
        if self.slots.is_empty() { EMPTY } else { self.slots[self.home(id)] }
    }

    /// The number of this id, if it has one, `id_of` telling the one behind a number.
    pub fn find(&self, id: u64, id_of: impl Fn(u32) -> u64) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        let mut slot = self.home(id);
        while self.slots[slot] != EMPTY {
            if id_of(self.slots[slot]) == id {
                return Some(self.slots[slot]);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        None
    }

    /// The number of this id, `id_of` telling the one behind a number; `next` is taken if it has
    /// none yet.
    pub fn find_or_add(&mut self, id: u64, next: u32, id_of: impl Fn(u32) -> u64) -> u32 {
        if 2 * (self.used + 1) > self.slots.len() {
            self.grow(&id_of);
        }
        let mut slot = self.home(id);
        while self.slots[slot] != EMPTY {
            if id_of(self.slots[slot]) == id {
                return self.slots[slot];
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        self.slots[slot] = next;
        self.used += 1;
        next
    }

    /// Where the search for an id begins: the upper bits of a product depend on all of its bits.
    fn home(&self, id: u64) -> usize {
        let mixed = (id ^ (id >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> (64 - self.slots.len().trailing_zeros())) as usize
    }

    #[cold]
    fn grow(&mut self, id_of: &impl Fn(u32) -> u64) {
        let room = (2 * self.slots.len()).max(SLOTS_MIN);
        let numbers = std::mem::replace(&mut self.slots, vec![EMPTY; room]);
        for number in numbers.into_iter().filter(|number| *number != EMPTY) {
            let mut slot = self.home(id_of(number));
            while self.slots[slot] != EMPTY {
                slot = (slot + 1) & (room - 1);
            }
            self.slots[slot] = number;
        }
    }
}

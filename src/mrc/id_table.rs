//! The hash table behind [`super::object::ObjectTable`]. It exists for one reason, speed: see
//! [`IdTable`].

/// Maps ids to numbers. The table holds only numbers; the ids are compared where they are stored
/// anyway. It uses linear probing and is at most half full.
///
/// It is hand-written because [`IdTable::guess`] splits the look-up in two: a general table cannot
/// look up many ids before the first answer is needed, which saves a fifth of the time here.
#[derive(Default)]
pub(super) struct IdTable {
    /// The slots, a power of two in number. [`EMPTY`] marks a slot without a number.
    slots: Vec<u32>,
    used: usize,
}

/// Marks an empty slot. No number is that large.
const EMPTY: u32 = u32::MAX;
const SLOTS_MIN: usize = 1024;

impl IdTable {
    /// The number in the first slot to search for this id. It may belong to another id, or be
    /// [`EMPTY`].
    pub fn guess(&self, id: u64) -> u32 {
        if self.slots.is_empty() { EMPTY } else { self.slots[self.home(id)] }
    }

    /// Looks up the number of `id`; `None` if it has none. `id_of` maps a number back to its id.
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

    /// Looks up the number of `id`, or gives it the number `next` if it has none. `id_of` maps a
    /// number back to its id.
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

    /// The slot at which the search for an id starts. The upper bits of the product depend on all
    /// bits of the id.
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

//! The order of last access. [`Lru`](super::Lru) keeps its cache in it, and
//! [`MrcBuilder`](super::MrcBuilder) the objects that wait for a sweep.

/// Numbers in the order of their last access. It is a queue and not a list, so that no neighbour
/// needs to be fetched from memory. An access leaves its old place empty and takes a new one at the
/// end. Empty places are removed once there are as many of them as numbers.
#[derive(Default)]
pub(super) struct RecencyOrder {
    places: Vec<u32>,
    first: usize,
    live: usize,
}

/// Marks a place that a number has left.
const EMPTY: u32 = u32::MAX;
/// Places are not compacted below this number.
const PLACES_MIN: usize = 4096;

impl RecencyOrder {
    /// Number of numbers in the queue.
    pub fn len(&self) -> usize {
        self.live
    }

    /// Appends a number and returns its place. If this removes empty places first, it calls `moved`
    /// with each number and its new place.
    pub fn push(&mut self, number: u32, moved: impl FnMut(u32, u32)) -> u32 {
        if self.places.len() == self.places.capacity() {
            self.close(moved);
        }
        self.places.push(number);
        self.live += 1;
        self.places.len() as u32 - 1
    }

    /// Removes the number at this place.
    pub fn leave(&mut self, place: u32) {
        self.places[place as usize] = EMPTY;
        self.live -= 1;
    }

    /// Removes and returns the least recent number.
    pub fn pop(&mut self) -> Option<u32> {
        while let Some(number) = self.places.get(self.first) {
            self.first += 1;
            if *number != EMPTY {
                self.live -= 1;
                return Some(*number);
            }
        }
        None
    }

    /// All numbers, least recent first.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        self.places[self.first..].iter().copied().filter(|number| *number != EMPTY)
    }

    /// Removes all numbers.
    pub fn clear(&mut self) {
        self.places.clear();
        (self.first, self.live) = (0, 0);
    }

    #[cold]
    fn close(&mut self, mut moved: impl FnMut(u32, u32)) {
        let mut kept = 0;
        for place in self.first..self.places.len() {
            let number = self.places[place];
            if number != EMPTY {
                self.places[kept] = number;
                moved(number, kept as u32);
                kept += 1;
            }
        }
        self.places.truncate(kept);
        self.first = 0;
        let room = (2 * kept).max(PLACES_MIN);
        self.places.reserve_exact(room.saturating_sub(kept));
    }
}

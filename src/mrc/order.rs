//! The order of last access, for one limit and for what waits for a sweep.

/// Numbers in the order of their last access: a queue, not a list, so that no neighbour has to be
/// fetched from memory. An access leaves its old place empty and takes a new one at the end; empty
/// places are closed when they are as many as the numbers.
#[derive(Default)]
pub(super) struct RecencyOrder {
    places: Vec<u32>,
    first: usize,
    live: usize,
}

/// A place that a number has left.
const EMPTY: u32 = u32::MAX;
/// Places that are worth closing.
const PLACES_MIN: usize = 4096;

impl RecencyOrder {
    /// How many numbers are in it.
    pub fn len(&self) -> usize {
        self.live
    }

    /// Puts a number behind all others and returns its place. Where empty places were closed
    /// before, `moved` is told each number's new one.
    pub fn push(&mut self, number: u32, moved: impl FnMut(u32, u32)) -> u32 {
        if self.places.len() == self.places.capacity() {
            self.close(moved);
        }
        self.places.push(number);
        self.live += 1;
        self.places.len() as u32 - 1
    }

    /// Takes a number away from its place.
    pub fn leave(&mut self, place: u32) {
        self.places[place as usize] = EMPTY;
        self.live -= 1;
    }

    /// Takes the least recent number away.
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

    /// Takes all numbers away.
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

//! The LRU stack as a sum over places: the builder asks it how deep an object lies.

/// Numbers in the order of their last access, each in a place that holds its size, with the sums
/// of places kept so that the bytes from a place to the end are found in a few short runs.
///
/// Places are taken at the end only; those that numbers have left are closed when they are as many
/// as the numbers. Sums are in layers: each of the first is of [`RUN`] places, each of the second
/// of [`RUN`] of the first, and so on. A change touches one sum in each layer, a depth is part of
/// one run in each.
#[derive(Default)]
pub(super) struct Stack {
    /// By place: whose it is.
    owners: Vec<u32>,
    /// By place: its size; 0 where it is empty.
    sizes: Vec<u64>,
    layers: [Vec<u64>; LAYERS],
    live: usize,
}

/// How many numbers of a layer make one of the next: as many as are added up in the time that one
/// of them takes to come from memory.
const RUN: usize = 1 << RUN_BITS;
const RUN_BITS: usize = 5;
/// With the places themselves, enough for 2³⁰ of them.
const LAYERS: usize = 5;
/// A place that a number has left.
const EMPTY: u32 = u32::MAX;
/// Places that are worth closing.
const PLACES_MIN: usize = 4096;

impl Stack {
    /// Puts a number of this size on top and returns its place. Where empty places were closed
    /// before, `moved` is told each number's new one.
    pub fn push(&mut self, number: u32, size: u64, moved: impl FnMut(u32, u32)) -> u32 {
        if self.owners.len() == self.owners.capacity() {
            self.close(moved);
        }
        self.live += 1;
        self.append(number, size)
    }

    /// Takes a number away from its place.
    pub fn leave(&mut self, place: u32) {
        let mut index = place as usize;
        let size = std::mem::take(&mut self.sizes[index]);
        self.owners[index] = EMPTY;
        self.live -= 1;
        for layer in &mut self.layers {
            index >>= RUN_BITS;
            layer[index] -= size;
        }
    }

    /// The bytes from this place to the top, its own included.
    pub fn depth(&self, place: u32) -> u64 {
        let mut index = place as usize;
        let mut depth = self.sizes[index] + rest(&self.sizes, index + 1);
        for layer in &self.layers {
            index >>= RUN_BITS;
            depth += rest(layer, index + 1);
        }
        depth
    }

    /// All numbers with their places, the top first.
    pub fn iter(&self) -> impl Iterator<Item = (u32, u32)> {
        let places = self.owners.iter().copied().zip(0..self.owners.len() as u32).rev();
        places.filter(|(number, _)| *number != EMPTY)
    }

    /// All places that are taken, with their sizes, the top first.
    pub fn places(&self) -> impl Iterator<Item = (u32, u64)> {
        self.iter().map(|(_, place)| (place, self.size(place)))
    }

    /// The size in this place; 0 where it is empty.
    pub fn size(&self, place: u32) -> u64 {
        self.sizes[place as usize]
    }

    /// The place that is taken next.
    pub fn end(&self) -> u32 {
        self.owners.len() as u32
    }

    fn append(&mut self, number: u32, size: u64) -> u32 {
        let place = self.owners.len();
        self.owners.push(number);
        self.sizes.push(size);
        let mut index = place;
        for layer in &mut self.layers {
            index >>= RUN_BITS;
            match layer.get_mut(index) {
                Some(sum) => *sum += size,
                None => layer.push(size),
            }
        }
        place as u32
    }

    #[cold]
    fn close(&mut self, mut moved: impl FnMut(u32, u32)) {
        let room = (2 * self.live).max(PLACES_MIN);
        let owners = std::mem::replace(&mut self.owners, Vec::with_capacity(room));
        let sizes = std::mem::replace(&mut self.sizes, Vec::with_capacity(room));
        self.layers.iter_mut().for_each(Vec::clear);
        for (number, size) in owners.into_iter().zip(sizes).filter(|(number, _)| *number != EMPTY) {
            moved(number, self.append(number, size));
        }
    }
}

/// The sum of what is behind an element in its run, given the index after it.
fn rest(layer: &[u64], from: usize) -> u64 {
    let end = from.next_multiple_of(RUN).min(layer.len());
    layer.get(from..end).map_or(0, |run| run.iter().sum())
}

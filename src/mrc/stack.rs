//! The LRU stack, as sums over places. [`MrcBuilder`](super::MrcBuilder) asks it for the depth of
//! an object.

/// Numbers in the order of their last access. Each has a place with its size, and sums over places
/// are kept so that the bytes from a place to the end can be computed from a few short runs.
///
/// New places are only added at the end. Places that numbers have left are removed once there are
/// as many of them as numbers. The sums form layers: each sum in the first layer covers [`RUN`]
/// places, each in the second [`RUN`] sums of the first, and so on. A change updates one sum in
/// each layer; a depth adds up a part of one run in each.
#[derive(Default)]
pub(super) struct Stack {
    /// The number at each place.
    owners: Vec<u32>,
    /// The size at each place; 0 if it is empty.
    sizes: Vec<u64>,
    layers: [Vec<u64>; LAYERS],
    live: usize,
}

/// How many elements of a layer are summed in the next: as many as can be added up in the time that
/// it takes to fetch one of them from memory.
const RUN: usize = 1 << RUN_BITS;
const RUN_BITS: usize = 5;
/// Together with the places themselves, enough for 2³⁰ places.
const LAYERS: usize = 5;
/// Marks a place that a number has left.
const EMPTY: u32 = u32::MAX;
/// Places are not compacted below this number.
const PLACES_MIN: usize = 4096;

impl Stack {
    /// Puts a number of this size on top and returns its place. If this removes empty places first,
    /// it calls `moved` with each number and its new place.
    pub fn push(&mut self, number: u32, size: u64, moved: impl FnMut(u32, u32)) -> u32 {
        if self.owners.len() == self.owners.capacity() {
            self.close(moved);
        }
        self.live += 1;
        self.append(number, size)
    }

    /// Removes the number at this place.
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

    /// Bytes from this place to the top, including its own.
    pub fn depth(&self, place: u32) -> u64 {
        let mut index = place as usize;
        let mut depth = self.sizes[index] + rest(&self.sizes, index + 1);
        for layer in &self.layers {
            index >>= RUN_BITS;
            depth += rest(layer, index + 1);
        }
        depth
    }

    /// All numbers with their places, from the top.
    pub fn iter(&self) -> impl Iterator<Item = (u32, u32)> {
        let places = self.owners.iter().copied().zip(0..self.owners.len() as u32).rev();
        places.filter(|(number, _)| *number != EMPTY)
    }

    /// All occupied places with their sizes, from the top.
    pub fn places(&self) -> impl Iterator<Item = (u32, u64)> {
        self.iter().map(|(_, place)| (place, self.size(place)))
    }

    /// The size at this place; 0 if it is empty.
    pub fn size(&self, place: u32) -> u64 {
        self.sizes[place as usize]
    }

    /// The place that the next number gets.
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

/// The sum of the elements of a run from index `from` to its end.
fn rest(layer: &[u64], from: usize) -> u64 {
    let end = from.next_multiple_of(RUN).min(layer.len());
    layer.get(from..end).map_or(0, |run| run.iter().sum())
}

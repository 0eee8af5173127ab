//! Accesses, and the table of the distinct keys in them. [`MrcBuilder`](super::MrcBuilder) and
//! [`Lru`](super::Lru) share it.

use super::curve::{Mrc, MrcPoint};
use super::id_table::IdTable;
use crate::units::{Bytes, Duration, SimTime};

/// A read of a key. If it misses, it stores the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyAccess {
    /// Time of the access. Accesses are in time order.
    pub time: SimTime,
    /// The key, as a number.
    pub id: u64,
    /// Size of the content behind the key.
    pub size: Bytes,
}

/// The largest number of distinct keys in a trace.
pub const OBJECTS_MAX: u32 = 200_000_000;

/// The error that there are more than [`OBJECTS_MAX`] distinct keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyKeys;

/// The state of one key. It is only 24 bytes, because these are accessed in the random order of the
/// trace, and a replay mostly waits for that memory.
pub(super) struct Object {
    id: u64,
    /// The size in its first row.
    pub size: u64,
    /// Its place in the order of last access, or [`Object::NOWHERE`].
    pub place: u32,
    /// Number of rows that name it, saturating.
    pub uses: u32,
}

impl Object {
    /// The place of an object that is not in the order.
    pub const NOWHERE: u32 = u32::MAX;
}

/// The distinct keys of a trace, numbered in the order of their first rows.
#[derive(Default)]
pub(super) struct ObjectTable {
    table: IdTable,
    /// The first guess at each row's number.
    guesses: Vec<u32>,
    /// The objects, indexed by number.
    pub list: Vec<Object>,
    /// Rows so far.
    pub requests: u64,
    /// Bytes of these rows.
    pub requested: Bytes,
    /// Bytes of all distinct keys.
    pub footprint: Bytes,
    /// Rows whose size differs from that of their key's first row.
    pub resized: u64,
    /// Times of the first and of the last row.
    times: Option<(SimTime, SimTime)>,
}

impl ObjectTable {
    /// Replaces `numbers` by the numbers of the rows' keys. All guesses are looked up before any is
    /// used, so that the processor can wait for many memory accesses at once.
    pub fn number(&mut self, batch: &[KeyAccess], numbers: &mut Vec<u32>) -> Result<(), TooManyKeys> {
        self.guesses.clear();
        self.guesses.extend(batch.iter().map(|request| self.table.guess(request.id)));
        numbers.clear();
        for (row, request) in batch.iter().enumerate() {
            let guess = self.guesses[row];
            let right = self.list.get(guess as usize).is_some_and(|object| object.id == request.id);
            let number = if right { guess } else { self.find_or_add(request)? };
            self.count(number, request.size);
            numbers.push(number);
        }
        self.requests += batch.len() as u64;
        if let (Some(first), Some(last)) = (batch.first(), batch.last()) {
            self.times = Some((self.times.map_or(first.time, |times| times.0), last.time));
        }
        Ok(())
    }

    /// The number of a key; `None` if no row has named it.
    pub fn find(&self, id: u64) -> Option<u32> {
        self.table.find(id, |number| self.list[number as usize].id)
    }

    /// Time between the first row and the last.
    pub fn span(&self) -> Duration {
        self.times.map_or(Duration::ZERO, |(first, last)| last - first)
    }

    /// A curve with these points.
    pub fn curve(&self, results: Vec<MrcPoint>, skipped: u64) -> Mrc {
        let ObjectTable { footprint, resized, .. } = *self;
        Mrc { results, objects: self.list.len() as u64, footprint, skipped, resized }
    }

    fn count(&mut self, number: u32, size: Bytes) {
        let object = &mut self.list[number as usize];
        object.uses = object.uses.saturating_add(1);
        self.resized += u64::from(object.size != size.0);
        self.requested += Bytes(object.size);
    }

    fn find_or_add(&mut self, request: &KeyAccess) -> Result<u32, TooManyKeys> {
        let ObjectTable { table, list, .. } = self;
        let number = table.find_or_add(request.id, list.len() as u32, |number| list[number as usize].id);
        if number == OBJECTS_MAX {
            return Err(TooManyKeys);
        }
        if number as usize == list.len() {
            list.push(Object { id: request.id, size: request.size.0, place: Object::NOWHERE, uses: 0 });
            self.footprint += request.size;
        }
        Ok(number)
    }
}

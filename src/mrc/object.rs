//! Accesses of keys, and the distinct keys among them: what the builder and the single limit keep of each.

use super::curve::{Mrc, MrcPoint};
use super::id_table::IdTable;
use crate::units::{Bytes, Duration, SimTime};

/// A read that stores its key on a miss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyAccess {
    /// When; never before the access above.
    pub time: SimTime,
    /// The key, as a number.
    pub id: u64,
    /// How large what the key stands for is.
    pub size: Bytes,
}

/// The most distinct keys of a trace.
pub const OBJECTS_MAX: u32 = 200_000_000;

/// There are more than [`OBJECTS_MAX`] distinct keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyKeys;

/// What is kept of a key: 24 bytes, because where they lie in memory is as random as the trace,
/// and that is what replaying it waits for.
pub(super) struct Object {
    id: u64,
    /// The size of its first row.
    pub size: u64,
    /// Where it stands in the order of last access, or [`Object::NOWHERE`].
    pub place: u32,
    /// Rows that name it; no more are counted than fit.
    pub uses: u32,
}

impl Object {
    /// The place of what is not in the order.
    pub const NOWHERE: u32 = u32::MAX;
}

/// The distinct keys of a trace, numbered in the order of their first rows.
#[derive(Default)]
pub(super) struct ObjectTable {
    table: IdTable,
    /// The first guess at each row's number.
    guesses: Vec<u32>,
    /// By number.
    pub list: Vec<Object>,
    /// Rows so far.
    pub requests: u64,
    /// Bytes of these rows.
    pub requested: Bytes,
    /// Bytes of all distinct keys.
    pub footprint: Bytes,
    /// Rows with another size than the first one of their key.
    pub resized: u64,
    /// The times of the first and the last row.
    times: Option<(SimTime, SimTime)>,
}

impl ObjectTable {
    /// The numbers of the rows' keys, instead of what `numbers` holds. The table is asked for all
    /// of them before any is used, so that the processor waits for many places in memory at once.
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

    /// The number of a key, if it was in a row.
    pub fn find(&self, id: u64) -> Option<u32> {
        self.table.find(id, |number| self.list[number as usize].id)
    }

    /// From the first row to the last.
    pub fn span(&self) -> Duration {
        self.times.map_or(Duration::ZERO, |(first, last)| last - first)
    }

    /// The curve with these results.
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

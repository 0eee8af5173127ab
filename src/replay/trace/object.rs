use super::problem::TraceError;
use super::request::Request;
use super::{LimitResult, Replayed};
use crate::units::{Bytes, Duration, SimTime};
use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;
use std::hash::BuildHasher;

/// The most distinct keys of a trace.
pub const OBJECTS_MAX: u32 = 200_000_000;

/// What is kept of a key: 24 bytes, because where they lie in memory is as random as the trace,
/// and that is what replaying it waits for.
pub(in crate::replay) struct Object {
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
pub(in crate::replay) struct Objects {
    table: HashTable<u32>,
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

impl Objects {
    /// The numbers of the rows' keys, instead of what `numbers` holds. All are looked up before
    /// any is used, so that the processor waits for several places in memory at once.
    pub fn number(&mut self, batch: &[Request], numbers: &mut Vec<u32>) -> Result<(), TraceError> {
        numbers.clear();
        for request in batch {
            numbers.push(self.find_or_add(request)?);
        }
        self.requests += batch.len() as u64;
        if let (Some(first), Some(last)) = (batch.first(), batch.last()) {
            self.times = Some((self.times.map_or(first.time, |times| times.0), last.time));
        }
        Ok(())
    }

    /// From the first row to the last.
    pub fn span(&self) -> Duration {
        self.times.map_or(Duration::ZERO, |(first, last)| last - first)
    }

    /// What was replayed, with these results.
    pub fn replayed(&self, results: Vec<LimitResult>, skipped: u64) -> Replayed {
        let Objects { footprint, resized, .. } = *self;
        Replayed { results, objects: self.list.len() as u64, footprint, skipped, resized }
    }

    fn find_or_add(&mut self, request: &Request) -> Result<u32, TraceError> {
        let hash = FxBuildHasher.hash_one(request.id);
        let Objects { table, list, .. } = self;
        let Some(number) = table.find(hash, |number| list[*number as usize].id == request.id) else {
            return self.add(hash, request);
        };
        let object = &mut list[*number as usize];
        object.uses = object.uses.saturating_add(1);
        self.resized += u64::from(object.size != request.size.0);
        self.requested += Bytes(object.size);
        Ok(*number)
    }

    fn add(&mut self, hash: u64, request: &Request) -> Result<u32, TraceError> {
        let number = self.list.len() as u32;
        if number == OBJECTS_MAX {
            return Err(TraceError::TooMany { what: "distinct keys", max: OBJECTS_MAX.into() });
        }
        self.list.push(Object { id: request.id, size: request.size.0, place: Object::NOWHERE, uses: 1 });
        let list = &self.list;
        self.table.insert_unique(hash, number, |number| FxBuildHasher.hash_one(list[*number as usize].id));
        self.requested += request.size;
        self.footprint += request.size;
        Ok(number)
    }
}

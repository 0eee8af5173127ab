//! An LRU cache with a single limit, without retention and with immediate eviction. `replay` uses
//! it if only one limit is requested: it needs no stack, so it is several times as fast as
//! [`MrcBuilder`](super::MrcBuilder).

use super::curve::{Mrc, MrcPoint};
use super::lifetime::Lifetimes;
use super::object::{KeyAccess, Object, ObjectTable, TooManyKeys};
use super::order::RecencyOrder;
use crate::units::Bytes;

/// A cache with one limit that evicts immediately, least recently used first.
pub struct Lru {
    limit: Bytes,
    objects: ObjectTable,
    stored: RecencyOrder,
    /// Bytes stored at present.
    bytes: Bytes,
    hits: u64,
    hit_bytes: Bytes,
    /// Number and bytes of accesses to objects that are not admitted.
    refused: (u64, Bytes),
    numbers: Vec<u32>,
}

impl Lru {
    /// An empty cache.
    pub fn new(limit: Bytes) -> Lru {
        Lru {
            limit,
            objects: ObjectTable::default(),
            stored: RecencyOrder::default(),
            bytes: Bytes::ZERO,
            hits: 0,
            hit_bytes: Bytes::ZERO,
            refused: (0, Bytes::ZERO),
            numbers: Vec::new(),
        }
    }

    /// Takes the next accesses, in time order.
    ///
    /// # Errors
    /// If there are too many distinct keys.
    pub fn record(&mut self, batch: &[KeyAccess]) -> Result<(), TooManyKeys> {
        let mut numbers = std::mem::take(&mut self.numbers);
        self.objects.number(batch, &mut numbers)?;
        numbers.iter().for_each(|number| self.access(*number));
        self.numbers = numbers;
        Ok(())
    }

    /// The curve. It has a single point.
    pub fn finish(&self, skipped: u64) -> Mrc {
        self.objects.curve(vec![self.result()], skipped)
    }

    fn access(&mut self, number: u32) {
        let list = &mut self.objects.list;
        let size = Bytes(list[number as usize].size);
        if size > self.limit {
            self.refused = (self.refused.0 + 1, self.refused.1 + size);
            return;
        }
        let place = self.stored.push(number, |number, place| list[number as usize].place = place);
        let object = &mut list[number as usize];
        let before = std::mem::replace(&mut object.place, place);
        if before == Object::NOWHERE {
            self.bytes += size;
            self.evict();
        } else {
            self.stored.leave(before);
            self.hits += 1;
            self.hit_bytes += size;
        }
    }

    fn evict(&mut self) {
        while self.bytes > self.limit {
            let number = self.stored.pop().expect("bytes are stored, so an entry is");
            let object = &mut self.objects.list[number as usize];
            object.place = Object::NOWHERE;
            self.bytes -= Bytes(object.size);
        }
    }

    fn result(&self) -> MrcPoint {
        let ObjectTable { requests, requested, .. } = self.objects;
        let Lru { hits, refused, .. } = *self;
        MrcPoint {
            limit: self.limit,
            requests,
            hits,
            requested,
            hit: self.hit_bytes,
            refused,
            evictions: requests - hits - refused.0 - self.stored.len() as u64,
            lifetime: Lifetimes::of(&self.objects).admitting(self.limit).under(self.limit),
        }
    }
}

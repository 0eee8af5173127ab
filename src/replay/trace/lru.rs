use super::object::{Object, Objects};
use super::problem::TraceError;
use super::{LimitResult, Replayed, Trace};
use crate::replay::lifetime::Lifetimes;
use crate::replay::order::Order;
use crate::units::Bytes;
use std::io::Read;

/// A cache with one limit that evicts at once what was used least recently.
struct Lru {
    limit: Bytes,
    objects: Objects,
    stored: Order,
    /// Bytes stored.
    bytes: Bytes,
    hits: u64,
    hit_bytes: Bytes,
    /// Accesses of objects that are not admitted, and their bytes.
    refused: (u64, Bytes),
}

/// Replays a trace under one limit.
pub(super) fn play<R: Read>(mut trace: Trace<R>, limit: Bytes) -> Result<Replayed, TraceError> {
    let mut lru = Lru {
        limit,
        objects: Objects::default(),
        stored: Order::default(),
        bytes: Bytes::ZERO,
        hits: 0,
        hit_bytes: Bytes::ZERO,
        refused: (0, Bytes::ZERO),
    };
    let mut numbers = Vec::new();
    while let Some(batch) = trace.next()? {
        lru.objects.number(batch, &mut numbers)?;
        numbers.iter().for_each(|number| lru.access(*number));
    }
    Ok(lru.objects.replayed(vec![lru.result()], trace.skipped()))
}

impl Lru {
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

    fn result(&self) -> LimitResult {
        let Objects { requests, requested, .. } = self.objects;
        let Lru { hits, refused, .. } = *self;
        LimitResult {
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

//! The accesses a simulated or replayed service sees, as the engine and the replay of a log report them.

use super::builder::MrcBuilder;
use super::curve::Mrc;
use super::object::KeyAccess;
use crate::service::{Record, RecordKind};
use crate::units::SimTime;

/// The accesses among the requests of a service: a look-up that found an entry, and an entry stored.
/// They are counted and, if there is a builder, make a curve; a deletion is not an access, but the
/// builder has to know of it.
pub struct ServiceAccesses {
    builder: Option<MrcBuilder>,
    batch: Vec<KeyAccess>,
    found: u64,
    stored: u64,
}

/// How many accesses the builder is given at once.
const BATCH: usize = 1024;

impl ServiceAccesses {
    /// None yet.
    pub fn new(builder: Option<MrcBuilder>) -> ServiceAccesses {
        ServiceAccesses { builder, batch: Vec::new(), found: 0, stored: 0 }
    }

    /// Takes a request, made no earlier than the one before.
    pub fn observe(&mut self, record: &Record) {
        match record.kind {
            RecordKind::Found => self.found += 1,
            RecordKind::Stored => self.stored += 1,
            RecordKind::Deleted => return self.record_deletion(record),
            RecordKind::Missed | RecordKind::Downloaded | RecordKind::Reserved => return,
            RecordKind::Evicted | RecordKind::Expired => return,
        }
        if self.builder.is_some() {
            self.batch.push(KeyAccess { time: record.at, id: record.identity.hash(), size: record.size });
        }
        if self.batch.len() >= BATCH {
            self.flush();
        }
    }

    /// The share of accesses that found their entry; 0 if there are none.
    pub fn hit_ratio(&self) -> f64 {
        self.found as f64 / (self.found + self.stored).max(1) as f64
    }

    /// Tells the builder of a sweep.
    pub fn sweep(&mut self, now: SimTime) {
        self.flush();
        self.builder.iter_mut().for_each(|builder| builder.sweep(now));
    }

    /// The curve, if there is a builder.
    pub fn finish(mut self, skipped: u64) -> Option<Mrc> {
        self.flush();
        self.builder.map(|builder| builder.finish(skipped))
    }

    fn record_deletion(&mut self, record: &Record) {
        self.flush();
        self.builder.iter_mut().for_each(|builder| builder.record_deletion(record.identity.hash()));
    }

    fn flush(&mut self) {
        if let Some(builder) = &mut self.builder {
            builder.record(&self.batch).expect("a service has fewer entries than a trace may have keys");
        }
        self.batch.clear();
    }
}

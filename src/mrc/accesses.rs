//! Extracts the accesses from a service's records. `observe` uses it for a simulated service, and
//! `replay` for a replayed operation log.

use super::builder::MrcBuilder;
use super::curve::Mrc;
use super::object::KeyAccess;
use crate::service::{Record, RecordKind};
use crate::units::SimTime;

/// Counts the accesses in a service's records (a look-up that found an entry, or a stored entry),
/// and makes a curve of them if there is a builder. A deletion is not an access, but the builder
/// needs to know of it.
pub struct ServiceAccesses {
    builder: Option<MrcBuilder>,
    batch: Vec<KeyAccess>,
    found: u64,
    stored: u64,
}

/// Number of accesses that are passed to the builder at once.
const BATCH: usize = 1024;

impl ServiceAccesses {
    /// A counter that has seen no record yet. Without a builder there will be no curve.
    pub fn new(builder: Option<MrcBuilder>) -> ServiceAccesses {
        ServiceAccesses { builder, batch: Vec::new(), found: 0, stored: 0 }
    }

    /// Takes the next record. Records must be in time order.
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

    /// Share of accesses that found their entry; 0 if there are none.
    pub fn hit_ratio(&self) -> f64 {
        self.found as f64 / (self.found + self.stored).max(1) as f64
    }

    /// Passes a sweep on to the builder.
    pub fn sweep(&mut self, now: SimTime) {
        self.flush();
        self.builder.iter_mut().for_each(|builder| builder.sweep(now));
    }

    /// The curve; `None` without a builder. `skipped` is copied into the result.
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

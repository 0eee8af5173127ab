use super::Screen;
use crate::replay::trace::{Replayed, Request};
use crate::service::{Record, RecordKind};

/// The accesses among the requests of a service: a look-up that found an entry, and an entry stored.
/// They are counted, and screened if there is a screen; a deletion is no access, but the screen has
/// to know.
pub struct Accesses {
    screen: Option<Screen>,
    batch: Vec<Request>,
    found: u64,
    stored: u64,
}

/// How many accesses the screen is given at once.
const BATCH: usize = 1024;

impl Accesses {
    /// None yet.
    pub fn new(screen: Option<Screen>) -> Accesses {
        Accesses { screen, batch: Vec::new(), found: 0, stored: 0 }
    }

    /// Takes a request, made no earlier than the one before.
    pub fn hear(&mut self, record: &Record) {
        match record.kind {
            RecordKind::Found => self.found += 1,
            RecordKind::Stored => self.stored += 1,
            RecordKind::Deleted => return self.forget(record),
            RecordKind::Missed | RecordKind::Downloaded | RecordKind::Reserved => return,
            RecordKind::Evicted | RecordKind::Expired => return,
        }
        if self.screen.is_some() {
            self.batch.push(Request { time: record.at, id: record.identity.hash(), size: record.size });
        }
        if self.batch.len() >= BATCH {
            self.play();
        }
    }

    /// The share of accesses that found their entry; 0 if there are none.
    pub fn hit_ratio(&self) -> f64 {
        self.found as f64 / (self.found + self.stored).max(1) as f64
    }

    /// Shows the screen a sweep.
    pub fn sweep(&mut self, now: crate::units::SimTime) {
        self.play();
        self.screen.iter_mut().for_each(|screen| screen.sweep(now));
    }

    /// What the screen says, if there is one.
    pub fn finish(mut self, skipped: u64) -> Option<Replayed> {
        self.play();
        self.screen.map(|screen| screen.finish(skipped))
    }

    fn forget(&mut self, record: &Record) {
        self.play();
        self.screen.iter_mut().for_each(|screen| screen.forget(record.identity.hash()));
    }

    fn play(&mut self) {
        if let Some(screen) = &mut self.screen {
            screen.play(&self.batch).expect("a service has fewer entries than a trace may have keys");
        }
        self.batch.clear();
    }
}

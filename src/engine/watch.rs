use crate::client::{Note, Surroundings};
use crate::service::Record;
use crate::units::SimTime;

/// Somebody who looks on from outside: told after every event, able to look at everything, unable
/// to change it. Tests check invariants with it.
pub trait Watch {
    /// Nothing has happened yet.
    fn begin(&mut self, _: &Surroundings) {}

    /// Nothing more will happen.
    fn end(&mut self, _: &Surroundings) {}

    /// An event at `now` has been handled.
    fn after(&mut self, now: SimTime, around: &Surroundings);

    /// Whether it wants to hear of every request to the service.
    const HEARS_REQUESTS: bool = false;

    /// Whether it wants to hear what every client did for its job.
    const HEARS_NOTES: bool = false;

    /// What a client did in the event that [`Watch::after`] told of last, or the end of a job.
    fn noted(&mut self, _: &Note, _: &Surroundings) {}

    /// A request of the event that [`Watch::after`] told of last, or an entry that its sweep took.
    fn requested(&mut self, _: &Record, _: &Surroundings) {}
}

/// Nobody looks on.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nobody;

impl Watch for Nobody {
    fn after(&mut self, _: SimTime, _: &Surroundings) {}
}

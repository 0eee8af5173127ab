//! The events in the engine's queue: what can be due, and which comes first at one instant. They are not
//! the events that observers receive ([`Event`](crate::event::Event)).

use crate::ci::Wake;
use crate::units::SimTime;
use thiserror::Error;

/// The error of a replication that reached its event limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "stopped at {at} after {events} events, the limit; shorten the workload, or raise `workload.event-limit`"
)]
pub struct LimitReached {
    /// The limit.
    pub events: u64,
    /// The simulated instant at which it was stopped.
    pub at: SimTime,
}

/// Why a replication has no outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unfinished {
    /// It reached its event limit.
    #[error(transparent)]
    Limit(#[from] LimitReached),
    /// An observer ended it ([`Observer::goes_on`](crate::event::Observer::goes_on)).
    #[error("cancelled")]
    Cancelled,
}

/// Everything that can be due. This is a closed set; one `match` in the simulation handles it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    /// A push arrives. The number is its index.
    Push(u32),
    /// A pull request is put back into the merge queue. The number is that of its group's push.
    Return(u32),
    /// Something in the merge queue has waited for long enough, and may be merged.
    Merge,
    /// The time is over in which the required runs of a merge group have to end. The number is that of its push.
    Checks(u32),
    /// A push that mends a red run arrives, if it is still wanted. The number is its index.
    Fix(u32),
    /// A bot rebases a pull request, if that is still open. The number is the pull request's.
    Rebase(u32),
    /// A job continues, or failed jobs are run again.
    Wake(Wake),
    /// The cache is swept.
    Sweep,
    /// The retention of an entry ends, and no sweep comes in time.
    Expiry,
    /// A janitor's job ends. The numbers are its index, and that of the scope of the closed pull request if
    /// this started it.
    Janitor(u16, Option<u32>),
}

impl Due {
    /// The order of events at one instant; lower numbers come first.
    pub fn priority(&self) -> u8 {
        match self {
            // Everything else at this instant sees what the job has finished.
            Due::Wake(_) => 0,
            // The sweep sees everything that was stored up to and including its instant.
            Due::Sweep | Due::Expiry => 1,
            // Likewise, entries that were stored at this instant are deleted.
            Due::Janitor(..) => 1,
            // A push sees the final state of its instant, and cancels the jobs that are still running.
            Due::Push(_) | Due::Return(_) | Due::Merge | Due::Checks(_) | Due::Fix(_) => 2,
            // A bot has seen the push of this instant.
            Due::Rebase(_) => 2,
        }
    }
}

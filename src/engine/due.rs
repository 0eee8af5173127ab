use crate::ci::Wake;
use crate::units::SimTime;
use thiserror::Error;

/// A replication was stopped by its event limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "stopped at {at} after {events} events, the limit; shorten the workload, or raise `workload.event-limit`"
)]
pub struct LimitReached {
    /// The limit.
    pub events: u64,
    /// The simulated instant that was reached.
    pub at: SimTime,
}

/// Everything that can be due. The set is closed: one `match` handles it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    /// A push arrives, an index.
    Push(u32),
    /// A job wants to go on.
    Wake(Wake),
    /// The cache is swept.
    Sweep,
    /// An entry's retention ends, and no sweep comes in time.
    Expiry,
    /// The entries of a closed pull request are deleted: the push that closed it.
    CleanUp(u32),
}

impl Due {
    /// Which of several events at one instant comes first.
    pub fn priority(&self) -> u8 {
        match self {
            // What a job finishes at an instant is there for everything else at that instant.
            Due::Wake(_) => 0,
            // The sweep sees all that was stored until its instant.
            Due::Sweep | Due::Expiry => 1,
            // Nor is an entry spared that was stored at this instant.
            Due::CleanUp(_) => 1,
            // A push comes last: it sees the state of its instant and cancels what is left.
            Due::Push(_) => 2,
        }
    }
}

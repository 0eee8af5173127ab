//! Further groups of a pull request in the merge queue: after the push that mends what has failed there, and when one
//! before it has left the queue.

use super::log::LoggedPush;
use super::push::{PushId, Stream};
use super::stochastic::Stochastic;
use crate::random::{Distribution, Draws, Purpose, mix};
use crate::units::{Duration, SimTime};

/// Address of the draw how long a mended pull request waits.
const AGAIN: u64 = 1 << 42;

/// The bits of a group's position that count how often its pull request had a group before.
const TIMES: u32 = 32;

impl Stochastic {
    /// The next group of a pull request whose group has left the queue and which was mended at an instant. It waits as
    /// long for somebody to merge it as any pull request after its last push.
    pub fn put_back(&self, group: &LoggedPush, mended: SimTime, draws: &Draws) -> LoggedPush {
        let pulls = &self.pull_requests;
        let mut rng = draws.stream(Purpose::Change, mix(group.id.address(), AGAIN));
        let hours = Distribution::Exponential { mean: 1.0 }.sample(&mut rng);
        let hours = (hours * pulls.hours_to_merge.unwrap_or(pulls.hours_between)).min(HOURS_MAX);
        Stochastic::begun_again(group, mended + Duration::HOUR.scaled(hours))
    }

    /// The next group of a pull request, which begins at this instant.
    pub fn begun_again(group: &LoggedPush, at: SimTime) -> LoggedPush {
        let id = PushId::drawn(Stream::Queued, group.id.place() + (1 << TIMES));
        LoggedPush { id, at, ..group.clone() }
    }
}

/// A year: by then the simulation is over, or the pull request forgotten.
const HOURS_MAX: f64 = 24.0 * 365.0;

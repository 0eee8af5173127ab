//! Re-runs: the failed jobs of a red run are started again, on the same commit and ref. So they find what the first
//! attempt has saved.

use crate::random::{Distribution, Draws, Purpose, mix};
use crate::units::Duration;

/// How often failed jobs are run again.
#[derive(Debug, Clone, PartialEq)]
pub struct ReRuns {
    /// Share of red attempts that are run again, 0–1.
    pub share: f64,
    /// Seconds from the end of an attempt until its failed jobs are run again.
    pub after: Distribution,
    /// The most attempts of one run, the first included, ≥ 1.
    pub attempts: u32,
}

impl ReRuns {
    /// The time until a red attempt is run again; `None` if nobody does. `run` is the address of the run's
    /// draws, and `attempt` the number of the attempt that has failed, from 1.
    pub fn wait(&self, draws: &Draws, run: u64, attempt: u32) -> Option<Duration> {
        let address = mix(run, attempt.into());
        let is_repeated = attempt < self.attempts && draws.unit(Purpose::ReRun, address) < self.share;
        let wait = || draws.sample(Purpose::ReRun, mix(address, WAIT), &self.after);
        is_repeated.then(|| Duration::from_secs_f64(wait().max(0.0)))
    }
}

/// Address of the draw how long nobody does.
const WAIT: u64 = 1;

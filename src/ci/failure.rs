//! Decides if and when a job's own steps fail. Some failures have a lasting cause, such as a bug in the pushed
//! change, and come back in every attempt. Others happen by chance (a flaky test), and a re-run may succeed.

use super::stage::ChangeStage;
use super::workflow::Job;
use crate::random::{Draws, Purpose, mix};

/// One attempt of a job.
#[derive(Debug, Clone, Copy)]
pub struct Attempt {
    /// The address of the draws of the first attempt.
    pub first: u64,
    /// Its number, from 1.
    pub number: u32,
}

/// Address of the draw whether a failure is one by chance.
const CHANCE: u64 = 1;
/// Address of the draw at which moment a step fails. No attempt has this number: otherwise the moment of one failure would
/// also decide whether the next attempt fails.
const MOMENT: u64 = 1 << 32;

impl Attempt {
    /// The address of the draws of this attempt.
    pub fn address(self) -> u64 {
        match self.number {
            1 => self.first,
            number => mix(self.first, number.into()),
        }
    }

    /// The moment at which a step of this job fails, as a share (0–1) of the time that its own steps take;
    /// `None` if none fails.
    ///
    /// The first attempt fails with the probability that the scenario states for changes that have got so far. In a later
    /// one, a failure with
    /// a lasting cause comes back, and a failure by chance is drawn anew.
    pub fn failure(self, job: &Job, stage: ChangeStage, draws: &Draws) -> Option<f64> {
        let share = job.failure_share(stage);
        let fails = |address: u64, share: f64| draws.unit(Purpose::Failure, address) < share;
        let has_failed = fails(self.first, share);
        let failed = match self.number {
            1 => has_failed,
            _ => {
                let stays = has_failed && !fails(mix(self.first, CHANCE), job.flaky);
                stays || fails(self.address(), share * job.flaky)
            }
        };
        failed.then(|| draws.unit(Purpose::Failure, mix(self.address(), MOMENT)))
    }
}

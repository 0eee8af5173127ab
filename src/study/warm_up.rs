//! How long a cache fills before it has settled.

use super::mser::{Truncation, mser5};
use crate::observe::Levels;
use crate::units::Duration;

/// Where the warm-up of a study comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WarmUp {
    /// The scenario states it, or it is twice the retention.
    #[default]
    Fixed,
    /// Half of the simulated time, since twice the retention would be longer.
    Shortened,
    /// MSER-5 found it.
    Detected,
    /// MSER-5 found no steady state in the first half of what it looked at: it is what the scenario
    /// falls back to.
    NotReached,
}

/// How many replications are looked at, always the first ones: the warm-up must not depend on how
/// many are played.
pub const PILOTS: u32 = 5;
/// How much of a simulation is looked at, in retentions. What is idle is gone after one, and archives that
/// grow for the life of a compiler begin at a drawn age where pushes are drawn: what changes later is no
/// warm-up but a repository that changes. (A recorded log has no such age: there archives grow on, and no
/// warm-up would hold that.)
pub const PILOT_RETENTIONS: i64 = 8;

/// The warm-up of several sides that are to have the same one: the latest cut of any. Each side is
/// what its cache held in each step ([`Levels::STEP`]) of each pilot replication. `None` if one of them
/// does not settle.
///
/// What a cache holds is its state. Hit ratios and durations follow it, and are noisy: MSER-5 cuts
/// them where something rare happened.
pub fn warm_up(sides: &[Vec<Vec<f64>>]) -> Option<Duration> {
    let cuts = sides.iter().map(|pilots| match mser5(&summed(pilots)) {
        Truncation::After(steps) => Some(steps),
        Truncation::NotReached => None,
    });
    let steps = cuts.collect::<Option<Vec<usize>>>()?.into_iter().max()?;
    Some(Duration(steps as i64 * Levels::STEP.0))
}

/// What the pilots hold together, step by step.
fn summed(pilots: &[Vec<f64>]) -> Vec<f64> {
    let steps = pilots.iter().map(Vec::len).min().unwrap_or(0);
    (0..steps).map(|step| pilots.iter().map(|pilot| pilot[step]).sum()).collect()
}

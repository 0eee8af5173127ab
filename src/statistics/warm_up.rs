//! Detects the warm-up: how long a cache fills before it has settled. `experiment` calls it for
//! `warmup = "auto"`; the cut itself is found in `mser.rs`.

use super::mser::{Truncation, mser5};
use crate::observe::Levels;
use crate::units::Duration;

/// The source of a study's warm-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WarmUp {
    /// The scenario states it, or it is twice the retention by default.
    #[default]
    Fixed,
    /// It is half of the simulated time, because twice the retention would be longer.
    Shortened,
    /// MSER-5 detected it.
    Detected,
    /// MSER-5 found no steady state in the first half of what it looked at. The default of the
    /// scenario is used instead.
    NotReached,
}

/// Number of replications that are examined. Always the first ones, since the warm-up must not
/// depend on how many are played.
pub const PILOTS: u32 = 5;
/// Length of the simulation that is examined, in retentions. Idle entries are gone after one.
/// Archives that grow for the life of a compiler start at a drawn age if pushes are drawn. So later
/// change is not warm-up but a change of the repository. (For a recorded log there is no such age:
/// archives keep growing, and no warm-up could be long enough.)
pub const PILOT_RETENTIONS: i64 = 8;

/// The common warm-up of several sides: the latest cut of any of them. A side is the size of its
/// cache in each step ([`Levels::STEP`]) of each pilot replication. `None` if one of them does not
/// settle.
///
/// The size of the cache is its state. Hit ratios and durations follow it, but are so noisy that
/// MSER-5 cuts them at rare events.
pub fn warm_up(sides: &[Vec<Vec<f64>>]) -> Option<Duration> {
    let cuts = sides.iter().map(|pilots| match mser5(&summed(pilots)) {
        Truncation::After(steps) => Some(steps),
        Truncation::NotReached => None,
    });
    let steps = cuts.collect::<Option<Vec<usize>>>()?.into_iter().max()?;
    Some(Duration(steps as i64 * Levels::STEP.0))
}

/// The size in all pilots together, step by step.
fn summed(pilots: &[Vec<f64>]) -> Vec<f64> {
    let steps = pilots.iter().map(Vec::len).min().unwrap_or(0);
    (0..steps).map(|step| pilots.iter().map(|pilot| pilot[step]).sum()).collect()
}

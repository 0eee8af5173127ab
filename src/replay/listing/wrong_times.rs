//! Times in a listing that cannot be right. `diagnose` and a scenario that begins with a listing tell of them.

use super::snapshot::{ListedEntry, Snapshot};
use crate::units::{Duration, SimTime};

/// Before this, GitHub Actions had no cache: 2019-01-01.
const FIRST: SimTime = SimTime(1_546_300_800_000);
/// After this, times are wrong: 2100-01-01.
const LAST: SimTime = SimTime(4_102_444_800_000);
/// How far the newest time may be after all others.
const AHEAD: Duration = Duration(90 * Duration::DAY.0);

/// How many entries of a listing have times that cannot be right.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct WrongTimes {
    /// Dated before 2019, when there was no cache.
    pub early: u64,
    /// Dated after 2099.
    pub late: u64,
    /// Accessed before they were created.
    pub swapped: u64,
    /// Dated long after most others.
    pub ahead: Option<Ahead>,
}

/// Entries that are dated long after most others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ahead {
    /// How many.
    pub entries: u64,
    /// The first of their times.
    pub from: SimTime,
    /// How many days this is after the last of the others.
    pub days: f64,
}

impl Snapshot {
    /// Counts the times that cannot be right. A listing of ages has none.
    pub fn wrong_times(&self) -> WrongTimes {
        if self.is_relative {
            return WrongTimes::default();
        }
        let is_swapped = |entry: &&ListedEntry| entry.accessed < entry.created && entry.accessed.is_some();
        WrongTimes {
            early: self.dated(|at| at < FIRST),
            late: self.dated(|at| at >= LAST),
            swapped: self.entries.iter().filter(is_swapped).count() as u64,
            ahead: self.ahead(),
        }
    }

    /// How many entries have such a time.
    pub fn dated(&self, is: impl Fn(SimTime) -> bool) -> u64 {
        let times = |entry: &ListedEntry| [entry.created_at(), entry.accessed_at()].into_iter().flatten();
        self.entries.iter().filter(|entry| times(entry).any(&is)).count() as u64
    }

    fn ahead(&self) -> Option<Ahead> {
        let latest = |entry: &ListedEntry| entry.created_at().max(entry.accessed_at());
        let mut times: Vec<SimTime> = self.entries.iter().filter_map(latest).collect();
        times.sort_unstable();
        let at = (1..times.len()).rev().find(|at| times[*at] - times[at - 1] > AHEAD)?;
        let (entries, days) = (times.len() - at, (times[at] - times[at - 1]).as_days_f64());
        let are_few = entries == 1 || entries <= times.len() / 2;
        are_few.then_some(Ahead { entries: entries as u64, from: times[at], days })
    }
}

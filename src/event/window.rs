//! Simulated time: all of a replication, and the part that is measured.

use crate::units::{Duration, SimTime};

/// The simulated time and the part of it that is measured.
///
/// `start..measure_from` fills the cache and counts for nothing; `measure_from..end` (half open) is
/// what every metric is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first instant of the simulation.
    pub start: SimTime,
    /// The first instant that counts.
    pub measure_from: SimTime,
    /// The first instant after the simulation.
    pub end: SimTime,
}

impl Window {
    /// Whether something that happens at `now` is counted.
    pub fn measures(&self, now: SimTime) -> bool {
        self.measure_from <= now && now < self.end
    }

    /// The measured time.
    pub fn measured(&self) -> Duration {
        self.end - self.measure_from
    }

    /// The same simulation with one of so many equal parts of its measured time, counted from 0.
    pub fn part(&self, part: u32, parts: u32) -> Window {
        let at =
            |part: u32| self.measure_from + Duration(self.measured().0 * i64::from(part) / i64::from(parts));
        Window { start: self.start, measure_from: at(part), end: at(part + 1) }
    }

    /// The part of `from..to` that is measured; zero where they do not overlap.
    pub fn overlap(&self, from: SimTime, to: SimTime) -> Duration {
        let length = to.min(self.end) - from.max(self.measure_from);
        length.max(Duration::ZERO)
    }
}

//! Simulated time: all of a replication, and the part that is measured.

use crate::units::{Duration, SimTime};

/// The simulated time and the measured part of it.
///
/// `start..measure_from` is the warm-up: it fills the cache and is not measured. All metrics are
/// about `measure_from..end`, a half-open interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first instant of the simulation.
    pub start: SimTime,
    /// The first measured instant.
    pub measure_from: SimTime,
    /// The first instant after the simulation.
    pub end: SimTime,
}

impl Window {
    /// True if an event at `now` is measured.
    #[inline]
    pub fn measures(&self, now: SimTime) -> bool {
        self.measure_from <= now && now < self.end
    }

    /// Length of the measured time.
    pub fn measured(&self) -> Duration {
        self.end - self.measure_from
    }

    /// The same simulation, but only part `part` of `parts` equal parts of its measured time is
    /// measured. Parts are numbered from 0.
    pub fn part(&self, part: u32, parts: u32) -> Window {
        let at =
            |part: u32| self.measure_from + Duration(self.measured().0 * i64::from(part) / i64::from(parts));
        Window { start: self.start, measure_from: at(part), end: at(part + 1) }
    }

    /// Length of the measured part of `from..to`; zero if there is none.
    #[inline]
    pub fn overlap(&self, from: SimTime, to: SimTime) -> Duration {
        let length = to.min(self.end) - from.max(self.measure_from);
        length.max(Duration::ZERO)
    }
}

//! Computes when periodic sweeps are due during a replay. A simulation has its own schedule in
//! `engine`; rules without a period (instant, never) are handled in `player.rs`.

use crate::service::Sweep;
use crate::units::{Duration, SimTime};

/// Times of periodic sweeps: each is a whole number of periods away from the phase. Without a phase
/// they are aligned to UTC.
#[derive(Debug, Clone)]
pub(super) struct SweepClock {
    every: Option<(Duration, Duration)>,
    /// All sweeps before this instant are done.
    done: Option<SimTime>,
}

impl SweepClock {
    pub fn new(sweep: Sweep) -> SweepClock {
        let every = match sweep {
            Sweep::Every { period, phase } if period > Duration::ZERO => {
                Some((period, phase.unwrap_or_default()))
            }
            _ => None,
        };
        SweepClock { every, done: None }
    }

    /// The next sweep that is not done, if it comes before `end`.
    pub fn due(&self, end: SimTime) -> Option<SimTime> {
        let ((period, phase), from) = (self.every?, self.done?);
        let wait = (phase.0 - from.0).rem_euclid(period.0);
        Some(from + Duration(wait)).filter(|due| *due < end)
    }

    /// Marks all sweeps before `instant` as done. They ran, or would have had no effect.
    pub fn done_before(&mut self, instant: SimTime) {
        self.done = Some(instant);
    }

    /// The instant before which all sweeps are done; it is `first` if none is: nothing is swept before a log begins.
    pub fn begun(&mut self, first: SimTime) -> SimTime {
        *self.done.get_or_insert(first)
    }
}

use crate::service::Sweep;
use crate::units::{Duration, SimTime};

/// When the service sweeps by itself: at every instant that is a whole number of periods away from
/// the phase. Without a phase the instants are aligned to UTC.
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

    /// The first sweep at or after the instant up to which they are done, if it is before `end`.
    pub fn due(&self, end: SimTime) -> Option<SimTime> {
        let ((period, phase), from) = (self.every?, self.done?);
        let wait = (phase.0 - from.0).rem_euclid(period.0);
        Some(from + Duration(wait)).filter(|due| *due < end)
    }

    /// Sweeps before `instant` are done, or would find nothing to do.
    pub fn done_before(&mut self, instant: SimTime) {
        self.done = Some(instant);
    }
}

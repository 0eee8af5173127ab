//! Moves a log in time, to see what the phase of the minute does: the windows of the rate limits are aligned to the
//! clock, and a build is not.

use super::operation::{Action, Operation, StatedEntry};
use super::tally::ReplayTally;
use crate::units::{Duration, UnitError};
use std::fmt;
use std::str::FromStr;

/// How far a log is moved: by one time, or by several, which are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    /// The time, or the first of several.
    pub from: Duration,
    /// The last of several.
    pub to: Option<Duration>,
}

/// What happened to a log that was moved by one of several times.
#[derive(Debug, Clone, PartialEq)]
pub struct ShiftRow {
    /// The time.
    pub shift: Duration,
    /// Counts of what happened.
    pub tally: ReplayTally,
}

impl Shift {
    /// How many times are compared. From 5 s to 60 s, that is every 5 s.
    pub const STEPS: i64 = 12;

    /// The times: one, or twelve at equal distances.
    pub fn times(self) -> Vec<Duration> {
        let Some(to) = self.to else { return vec![self.from] };
        let step = |place| Duration(self.from.0 + (to.0 - self.from.0) * place / (Shift::STEPS - 1));
        (0..Shift::STEPS).map(step).collect()
    }
}

impl FromStr for Shift {
    type Err = String;

    /// Reads `10s` or `5s..60s`.
    fn from_str(text: &str) -> Result<Shift, String> {
        let time = |text: &str| text.parse().map_err(|error: UnitError| error.to_string());
        match text.split_once("..") {
            None => Ok(Shift { from: time(text)?, to: None }),
            Some((from, to)) => {
                let (from, to): (Duration, Duration) = (time(from)?, time(to)?);
                if to.0 - from.0 < Shift::STEPS - 1 {
                    return Err("the range goes from a shorter time to a longer one, such as 5s..60s".into());
                }
                Ok(Shift { from, to: Some(to) })
            }
        }
    }
}

impl fmt::Display for Shift {
    /// In milliseconds, which are exact.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.to {
            None => write!(f, "{}ms", self.from.0),
            Some(to) => write!(f, "{}ms..{}ms", self.from.0, to.0),
        }
    }
}

impl Operation {
    /// The operation at a later time.
    pub fn shifted(mut self, by: Duration) -> Operation {
        self.at = self.at + by;
        if let Action::Entry(entry) = self.action {
            self.action = Action::Entry(entry.shifted(by));
        }
        self
    }
}

impl StatedEntry {
    /// The entry with later times: just as old when a log begins as much later.
    pub fn shifted(mut self, by: Duration) -> StatedEntry {
        (self.created, self.accessed) = (self.created + by, self.accessed + by);
        self
    }
}

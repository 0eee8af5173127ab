//! Spans of simulated time, in milliseconds. Additions saturate, because a drawn span can be very
//! long.

use super::parse::{Grammar, UnitError};
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};
use std::str::FromStr;

/// A span of simulated time in whole milliseconds, read from one number with its unit or from several, the largest
/// first (`1h 5m`). A difference may be negative; what a user writes
/// may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Duration(pub i64);

const GRAMMAR: Grammar = Grammar {
    quantity: "duration",
    example: "17 min",
    units: &[
        ("ms", 1.0),
        ("s", 1e3),
        ("min", 60e3),
        ("m", 60e3),
        ("h", 3_600e3),
        ("d", 86_400e3),
        ("days", 86_400e3),
        ("day", 86_400e3),
        ("w", 604_800e3),
    ],
    max: 3.2e14,
    max_text: "10000 years",
};

impl Duration {
    /// Zero milliseconds.
    pub const ZERO: Duration = Duration(0);
    /// One second.
    pub const SECOND: Duration = Duration(1_000);
    /// One minute.
    pub const MINUTE: Duration = Duration(60_000);
    /// One hour.
    pub const HOUR: Duration = Duration(3_600_000);
    /// One day of 24 hours.
    pub const DAY: Duration = Duration(86_400_000);

    /// The span of this many seconds, rounded to milliseconds.
    pub fn from_secs_f64(seconds: f64) -> Duration {
        Duration(rounded(seconds * 1e3))
    }

    /// The span in seconds.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1e3
    }

    /// The span in minutes.
    pub fn as_minutes_f64(self) -> f64 {
        self.0 as f64 / 60e3
    }

    /// The span in hours.
    pub fn as_hours_f64(self) -> f64 {
        self.0 as f64 / 3_600e3
    }

    /// The span in days of 24 hours.
    pub fn as_days_f64(self) -> f64 {
        self.0 as f64 / 86_400e3
    }

    /// The span as it is written on a command line, exactly and without a space: `7d`, `90min`.
    pub fn exact(self) -> String {
        GRAMMAR.exact(self.0.unsigned_abs())
    }

    /// The span multiplied by `factor`, rounded to milliseconds.
    pub fn scaled(self, factor: f64) -> Duration {
        Duration(rounded(self.0 as f64 * factor))
    }
}

/// The nearest integer, with halves rounded away from zero. Equal to `libm::round` wherever the
/// result fits an integer, but only an addition and a conversion.
fn rounded(value: f64) -> i64 {
    /// The largest number below one half. With one half itself, the largest number below any n + ½
    /// would round up.
    const HALF: f64 = 0.499_999_999_999_999_94;
    (value + HALF.copysign(value)) as i64
}

impl Duration {
    /// A regular expression for a number with a unit, without anchors.
    pub fn pattern() -> String {
        GRAMMAR.pattern()
    }
}

impl FromStr for Duration {
    type Err = UnitError;
    fn from_str(text: &str) -> Result<Duration, UnitError> {
        GRAMMAR.read_sum(text).map(Duration)
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let ms = self.0.abs();
        let text = match ms {
            0..=999 => format!("{} ms", self.0),
            1_000..=59_999 => format!("{:.1} s", self.as_secs_f64()),
            60_000..=7_199_999 => format!("{:.1} min", self.as_minutes_f64()),
            7_200_000..=172_799_999 => format!("{:.1} h", self.as_hours_f64()),
            _ => format!("{:.1} d", self.as_days_f64()),
        };
        f.pad(&text)
    }
}

impl Add for Duration {
    type Output = Duration;
    fn add(self, other: Duration) -> Duration {
        Duration(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Duration {
    fn add_assign(&mut self, other: Duration) {
        self.0 = self.0.saturating_add(other.0);
    }
}

impl Sub for Duration {
    type Output = Duration;
    fn sub(self, other: Duration) -> Duration {
        Duration(self.0.saturating_sub(other.0))
    }
}

impl Sum for Duration {
    fn sum<I: Iterator<Item = Duration>>(iter: I) -> Duration {
        Duration(iter.map(|d| d.0).sum())
    }
}

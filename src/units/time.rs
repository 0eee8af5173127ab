//! Instants of simulated time. They are always UTC, and unrelated to the clock of the machine.
//! Differences and sums saturate, because a drawn span can be very long.

use super::duration::Duration;
use super::parse::UnitError;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;

/// An instant in UTC: whole milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SimTime(pub i64);

impl SimTime {
    /// Number of whole `period`s since the epoch, for windows aligned to UTC.
    ///
    /// # Panics
    /// If `period` is not positive.
    #[inline]
    pub fn window(self, period: Duration) -> i64 {
        assert!(period.0 > 0, "a window needs a length");
        self.0.div_euclid(period.0)
    }

    /// Day of the week in UTC, from 0 for Monday.
    pub fn weekday(self) -> usize {
        // 1970-01-01 was a Thursday.
        (self.window(Duration::DAY) + 3).rem_euclid(7) as usize
    }

    /// Hour of the day in UTC, 0–23.
    pub fn hour(self) -> usize {
        self.window(Duration::HOUR).rem_euclid(24) as usize
    }

    /// The date in UTC in this format, as `date +FORMAT` prints it; the milliseconds since the epoch for a
    /// time beyond the years of a calendar.
    pub fn date_text(self, format: &str) -> String {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(stamp) => stamp.strftime(format).to_string(),
            Err(_) => self.0.to_string(),
        }
    }
}

impl FromStr for SimTime {
    type Err = UnitError;
    /// Reads RFC 3339 with a fraction of any length. A bare date means its midnight in UTC.
    fn from_str(text: &str) -> Result<SimTime, UnitError> {
        let text = text.trim();
        let whole = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.to_owned() };
        let stamp: Result<jiff::Timestamp, _> = whole.parse();
        let is_late =
            || whole.ends_with('Z') && whole.trim_end_matches('Z').parse::<jiff::civil::DateTime>().is_ok();
        stamp.map(|t| SimTime(t.as_millisecond())).map_err(|_| match is_late() {
            true => UnitError::TooLate { text: text.into() },
            false => UnitError::NotATime { text: text.into() },
        })
    }
}

impl fmt::Display for SimTime {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(stamp) if self.0 % 1_000 == 0 => f.pad(&format!("{stamp:.0}")),
            Ok(stamp) => f.pad(&format!("{stamp:.3}")),
            Err(_) => f.pad(&format!("{} ms", self.0)),
        }
    }
}

impl Serialize for SimTime {
    /// Writes RFC 3339 text.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SimTime {
    /// Reads RFC 3339 text.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<SimTime, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for SimTime {
    fn schema_name() -> Cow<'static, str> {
        "Time".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "description": "An instant in UTC, RFC 3339." })
    }
}

/// Saturates: a drawn span may be longer than the range of time, and the sum must not wrap to the
/// past.
impl Add<Duration> for SimTime {
    type Output = SimTime;
    fn add(self, span: Duration) -> SimTime {
        SimTime(self.0.saturating_add(span.0))
    }
}

impl Sub<Duration> for SimTime {
    type Output = SimTime;
    fn sub(self, span: Duration) -> SimTime {
        SimTime(self.0.saturating_sub(span.0))
    }
}

impl Sub for SimTime {
    type Output = Duration;
    fn sub(self, other: SimTime) -> Duration {
        Duration(self.0.saturating_sub(other.0))
    }
}

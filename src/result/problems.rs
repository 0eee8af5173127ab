//! Collects what is wrong with a result that is read: problems with their positions in the file, and
//! remarks on what is left out. Every reader of a part adds to it; `read` returns it to the caller.

use crate::diagnostic::printable;
use crate::units::SimTime;
use serde::de::{Deserialize, Deserializer, Error};
use serde_json::Value;
use std::fmt::Display;

/// How many problems are kept; the others are only counted.
const PROBLEMS_MAX: usize = 50;
/// The largest number in a result. It is above every metric (bytes are counted up to 2^64, and may occur
/// within a hundredth of a day) and far below the point where sums overflow.
const NUMBER_MAX: f64 = 1e30;
/// The first and the last instant of a result, in milliseconds. The first is more than ten years before the
/// earliest instant of a scenario, because the grid of a long time starts that much earlier. The last one
/// is in the year 9999 and has a date in every time zone.
const TIME_MIN: i64 = -65_000_000_000_000;
const TIME_MAX: i64 = 253_402_207_200_000;
/// The largest limit of a cache, in bytes. Its multiples are still valid numbers of bytes.
pub(super) const LIMIT_MAX: u64 = 1_000_000_000_000_000_000;
/// The most replications of a result.
pub(super) const REPLICATIONS_MAX: u32 = 10_000;

/// Problems and remarks, in the order in which they were found.
#[derive(Debug, Default)]
pub(super) struct Problems {
    found: Vec<String>,
    uncounted: usize,
    remarks: Vec<String>,
}

impl Problems {
    /// Adds a problem at this position in the file; an empty path means the whole file.
    pub fn add(&mut self, path: impl Display, what: impl Display) {
        if self.found.len() >= PROBLEMS_MAX {
            self.uncounted += 1;
            return;
        }
        let (path, what) = (path.to_string(), what.to_string());
        let text = if path.is_empty() { what } else { format!("{path}: {what}") };
        self.found.push(printable(&text).into_owned());
    }

    /// Adds a problem unless `holds`, and returns `holds`.
    pub fn unless(&mut self, holds: bool, path: impl Display, what: impl Display) -> bool {
        if !holds {
            self.add(path, what);
        }
        holds
    }

    /// Adds a problem if the time cannot be shown. Returns true if it can.
    pub fn is_time(&mut self, time: SimTime, path: impl Display) -> bool {
        self.unless(is_time(time), path, "is not a time up to the year 9999")
    }

    /// Adds a remark on the number of rows that are left out because this version does not know their
    /// metrics.
    pub fn left_out(&mut self, rows: usize) {
        if rows > 0 {
            self.remarks.push(format!("left out {rows} values of metrics that this version does not know"));
        }
    }

    /// Reads a part of the result as this type. Other fields are ignored.
    pub fn part<T: for<'de> Deserialize<'de>>(&mut self, root: &Value) -> Option<T> {
        let wrong = |error: serde_path_to_error::Error<serde_json::Error>| match error.path().to_string() {
            path if path == "." => self.add("", error.inner()),
            path => self.add(path, error.inner()),
        };
        serde_path_to_error::deserialize(root).map_err(wrong).ok()
    }

    /// Adds a problem for every number that is too large for a result.
    pub fn numbers(&mut self, value: &Value, path: &str) {
        let below = |key: &dyn Display, separator| match path.is_empty() {
            true => key.to_string(),
            false => format!("{path}{separator}{key}"),
        };
        match value {
            Value::Number(number) if number.as_f64().is_some_and(|number| number.abs() > NUMBER_MAX) => {
                self.add(path, "is larger than 10^30");
            }
            Value::Array(list) => list
                .iter()
                .enumerate()
                .filter(|(_, value)| may_be_large(value))
                .for_each(|(index, value)| self.numbers(value, &below(&format_args!("[{index}]"), ""))),
            Value::Object(fields) => fields
                .iter()
                .filter(|(_, value)| may_be_large(value))
                .for_each(|(name, value)| self.numbers(value, &below(name, "."))),
            _ => {}
        }
    }

    /// The problems and the remarks. If there are too many problems, the last one counts the rest.
    pub fn finish(mut self) -> (Vec<String>, Vec<String>) {
        if self.uncounted > 0 {
            self.found.push(format!("and {} more problems", self.uncounted));
        }
        (self.found, self.remarks)
    }
}

/// True if this value contains a number that is too large. It saves most values the cost of making a path.
fn may_be_large(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_f64().is_some_and(|number| number.abs() > NUMBER_MAX),
        Value::Array(list) => list.iter().any(may_be_large),
        Value::Object(fields) => fields.values().any(may_be_large),
        _ => false,
    }
}

/// True if the instant can be shown.
pub(super) fn is_time(time: SimTime) -> bool {
    (TIME_MIN..=TIME_MAX).contains(&time.0)
}

/// Reads a number of replications, within its limits.
pub(super) fn replications<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let number = u32::deserialize(deserializer)?;
    let wrong = || D::Error::custom(format!("is not a whole number from 0 to {REPLICATIONS_MAX}"));
    (number <= REPLICATIONS_MAX).then_some(number).ok_or_else(wrong)
}

/// Reads a cache limit, within its limits.
pub(super) fn limit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let limit = u64::deserialize(deserializer)?;
    let wrong = || D::Error::custom(format!("is not a whole number from 0 to {LIMIT_MAX}"));
    (limit <= LIMIT_MAX).then_some(limit).ok_or_else(wrong)
}

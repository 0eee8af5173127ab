use crate::diagnostic::printable;
use crate::units::SimTime;
use serde_json::Value;
use std::cell::RefCell;

/// How many problems are kept.
const PROBLEMS_MAX: usize = 50;
/// No number of a result is larger: above every metric (bytes are counted up to 2^64, and may come in a
/// hundredth of a day), far below where sums overflow.
const NUMBER_MAX: f64 = 1e30;
/// The first and the last instant of a result, in milliseconds: more than ten years before the first one
/// that a scenario may have, since a grid of a long time begins that much earlier; and the last one that
/// has a date wherever on Earth one is, in the year 9999.
const TIME_MIN: i64 = -65_000_000_000_000;
const TIME_MAX: i64 = 253_402_207_200_000;

/// What is wrong with a result, and what is worth a remark.
#[derive(Default)]
pub(super) struct Problems {
    found: RefCell<Vec<String>>,
    uncounted: RefCell<usize>,
    remarks: RefCell<Vec<String>>,
}

impl Problems {
    pub fn finish(self) -> (Vec<String>, Vec<String>) {
        let mut found = self.found.into_inner();
        let more = self.uncounted.into_inner();
        if more > 0 {
            found.push(format!("and {more} more problems"));
        }
        (found, self.remarks.into_inner())
    }
}

/// A value of the file, and where it stands.
#[derive(Clone)]
pub(super) struct Place<'a> {
    path: String,
    value: &'a Value,
    problems: &'a Problems,
}

impl<'a> Place<'a> {
    pub fn root(value: &'a Value, problems: &'a Problems) -> Place<'a> {
        Place { path: String::new(), value, problems }
    }

    pub fn value(&self) -> &'a Value {
        self.value
    }

    /// Notes what is wrong here.
    pub fn problem(&self, what: &str) {
        let mut found = self.problems.found.borrow_mut();
        if found.len() >= PROBLEMS_MAX {
            *self.problems.uncounted.borrow_mut() += 1;
            return;
        }
        let what = printable(what);
        let place = printable(&self.path);
        found.push(if place.is_empty() { what.into_owned() } else { format!("{place} {what}") });
    }

    /// Notes what a person should know of a result that can be read.
    pub fn remark(&self, what: String) {
        self.problems.remarks.borrow_mut().push(what);
    }

    /// A field that must be there.
    pub fn field(&self, name: &str) -> Option<Place<'a>> {
        let found = self.optional(name);
        if found.is_none() {
            self.problem(&format!("has no field `{name}`"));
        }
        found
    }

    /// A field that may be absent, or null.
    pub fn optional(&self, name: &str) -> Option<Place<'a>> {
        let value = self.value.get(name).filter(|value| !value.is_null())?;
        let path = if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        Some(Place { path, value, problems: self.problems })
    }

    /// The elements of a list. How many there are is limited by the size of the file.
    pub fn list(&self) -> Option<Vec<Place<'a>>> {
        let Some(list) = self.value.as_array() else {
            self.problem("is not a list");
            return None;
        };
        let element = |(index, value)| {
            let path = format!("{}[{index}]", self.path);
            Place { path, value, problems: self.problems }
        };
        Some(list.iter().enumerate().map(element).collect())
    }

    /// The fields of an object of at most 100.
    pub fn fields(&self) -> Option<Vec<(&'a str, Place<'a>)>> {
        let Some(object) = self.value.as_object().filter(|object| object.len() <= 100) else {
            self.problem("is not an object of at most 100 fields");
            return None;
        };
        Some(object.keys().filter_map(|name| Some((name.as_str(), self.optional(name)?))).collect())
    }

    pub fn text(&self) -> Option<&'a str> {
        self.or_problem(self.value.as_str(), "is not a text")
    }

    pub fn number(&self) -> Option<f64> {
        let number = self.value.as_f64().filter(|number| number.abs() <= NUMBER_MAX);
        self.or_problem(number, "is not a number of at most 10^30")
    }

    /// A whole number from 0 to `most`.
    pub fn count(&self, most: u64) -> Option<u64> {
        let count = self.value.as_u64().filter(|count| *count <= most);
        self.or_problem(count, &format!("is not a whole number from 0 to {most}"))
    }

    pub fn time(&self) -> Option<SimTime> {
        let time = self.text()?.parse::<SimTime>().ok().filter(|time| is_time(*time));
        self.or_problem(time, "is not a time up to the year 9999, such as 2026-01-30T21:35:00Z")
    }

    fn or_problem<T>(&self, value: Option<T>, what: &str) -> Option<T> {
        if value.is_none() {
            self.problem(what);
        }
        value
    }
}

/// Whether an instant can be shown.
pub(super) fn is_time(time: SimTime) -> bool {
    (TIME_MIN..=TIME_MAX).contains(&time.0)
}

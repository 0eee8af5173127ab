//! Calibration: what a repository's records say in place of assumptions. A listing says how large entries are, runs
//! and jobs say how long jobs take and how often they fail. Each source is optional. Everything here is computed
//! from data that was read before; nothing opens a file.
//!
//! The draft asks for every value that it would assume, by the path of the value in the scenario
//! ([`Calibration::known`]). `cli` reads the files.

mod back_test;
mod client_line;
mod job_time;
mod listed;
mod log;
mod recorded;
mod sample;
mod shown_job;
mod stored;
mod timings;
mod workload;

pub use back_test::{Predicted, ShownJobs, back_test};
pub use listed::{ListedFigures, ListingSampler};
pub use log::{LoggedJob, Logs};
pub use recorded::{Recorded, RecordedJob, RecordedRun};
pub use sample::Sample;
pub use shown_job::{JobCaching, ShownJob};
pub use stored::LegSize;
pub use timings::TimedBuild;
pub use workload::WorkflowCrons;

use crate::engine::Model;
use std::collections::BTreeMap;

/// What is known in place of assumptions.
#[derive(Debug, Clone, Default)]
pub struct Calibration {
    /// Values by their paths.
    values: BTreeMap<Vec<String>, KnownValue>,
    /// Sizes by leg, by the path of the job's size.
    legs: BTreeMap<Vec<String>, Vec<LegSize>>,
    /// What was seen and has no place in a scenario: comments at its top.
    pub remarks: Vec<String>,
    /// Recorded runs and jobs, with the name of the source.
    recorded: Option<(Recorded, String)>,
    /// What a miss of rust-cache or sccache costs, in seconds, and what that is about.
    miss: Option<(f64, String)>,
}

/// A value that data tell.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownValue {
    /// The value as TOML.
    pub value: String,
    /// Where it comes from: the file, and how much it says.
    pub source: String,
    /// The range, if it is still an assumption, which only follows from another value.
    pub range: Option<String>,
}

impl Calibration {
    /// What is known of the value at this path.
    pub fn known(&self, path: &[&str]) -> Option<&KnownValue> {
        let path: Vec<String> = path.iter().map(|part| (*part).to_owned()).collect();
        self.values.get(&path)
    }

    /// True if data tell the value at this path, and not only a part of it.
    pub fn tells(&self, path: &[&str]) -> bool {
        self.known(path).is_some_and(|known| known.range.is_none())
    }

    /// The sizes by leg behind the size at this path, if legs differ.
    pub fn leg_sizes(&self, path: &[&str]) -> &[LegSize] {
        let path: Vec<String> = path.iter().map(|part| (*part).to_owned()).collect();
        self.legs.get(&path).map_or(&[], Vec::as_slice)
    }

    /// Learns from logs what a listing does not say. `model` is the scenario as it was drafted.
    pub fn read_logs(&mut self, model: &Model, logs: &Logs, folder: &str) {
        let mut own = Calibration::default();
        own.read_listing(model, &logs.listing(), folder, "");
        self.add(own.values, own.legs);
        self.remarks.extend(own.remarks);
        self.remarks.extend(logs.remarks().into_iter().map(|remark| format!("{folder}: {remark}")));
    }

    /// Fills in the values that only the other calibration has, and keeps the remarks that both have.
    #[must_use]
    pub fn joined(mut self, other: Calibration) -> Calibration {
        self.add(other.values, other.legs);
        self.remarks.retain(|remark| other.remarks.contains(remark));
        self
    }

    /// True if nothing is known.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.recorded.is_none() && self.miss.is_none()
    }

    /// True if something is known of this job or its clients.
    pub fn tells_of(&self, workflow: &str, job: &str) -> bool {
        let own = ["workflow", workflow, "job", job];
        self.values.keys().any(|path| path.len() > own.len() && own.iter().zip(path).all(|(a, b)| a == b))
    }

    /// Notes something that has no place in a scenario, once.
    pub fn remark(&mut self, remark: String) {
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }

    fn add(&mut self, values: BTreeMap<Vec<String>, KnownValue>, legs: BTreeMap<Vec<String>, Vec<LegSize>>) {
        for (path, value) in values {
            self.values.entry(path).or_insert(value);
        }
        for (path, own) in legs {
            self.legs.entry(path).or_insert(own);
        }
    }

    /// Notes a value. What is known already stays: of two commits, the first one.
    fn learn(&mut self, path: &[&str], value: String, source: String) {
        self.note(path, KnownValue { value, source, range: None });
    }

    /// Notes a value that follows from another one and stays an assumption.
    fn assume(&mut self, path: &[&str], value: String, source: String, range: String) {
        self.note(path, KnownValue { value, source, range: Some(range) });
    }

    fn note(&mut self, path: &[&str], value: KnownValue) {
        let path = path.iter().map(|part| (*part).to_owned()).collect();
        self.values.entry(path).or_insert(value);
    }
}

/// A share with two digits that are certain, as TOML.
fn share(part: f64, whole: usize) -> String {
    let share = part / whole.max(1) as f64;
    let rounded = libm::round(share * 1_000.0) / 1_000.0;
    format!("{rounded}")
}

/// A time in seconds as TOML.
fn time(seconds: f64) -> String {
    match seconds {
        ..90.0 => format!("\"{} s\"", libm::round(seconds).max(1.0)),
        _ => format!("\"{} min\"", libm::round(seconds / 6.0) / 10.0),
    }
}

/// A size in bytes with three digits, without quotes.
fn size(bytes: f64) -> String {
    let (unit, name) = [(1e9, "GB"), (1e6, "MB"), (1e3, "kB")]
        .into_iter()
        .find(|(unit, _)| bytes >= *unit)
        .unwrap_or((1.0, "B"));
    let number = bytes / unit;
    let scale = if number >= 100.0 {
        1.0
    } else if number >= 10.0 {
        10.0
    } else {
        100.0
    };
    format!("{} {name}", libm::round(number * scale) / scale)
}

/// `1 entry`, `14 entries`.
fn count(number: usize, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}

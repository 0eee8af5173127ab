//! Ids of clients, jobs, workflows and refs, their names, and the measured window. The simulation
//! counts by id; names appear only in results.

use super::catalogue::Metric;
use super::run::{Conclusion, Reason, RestoreOutcome, SaveOutcome};
use crate::units::{Duration, SimTime};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a cache operation takes place: client, job and kind of ref.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Site {
    /// The cache client that acts.
    pub client: ClientId,
    /// The job it acts in.
    pub job: JobId,
    /// Kind of ref that the job runs on.
    pub class: RefClass,
}

/// A cache client, as an index into [`Names::clients`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(pub u16);

/// A job of the scenario, as an index into [`Names::jobs`]. Each leg of a matrix is a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub u16);

/// A workflow of the scenario: an index into [`Names::workflows`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct WorkflowId(pub u16);

/// Kind of ref that a run belongs to. It decides what the run may read and write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RefClass {
    /// The default branch.
    Main,
    /// The merge ref of a pull request.
    PullRequest,
    /// Any other branch or tag.
    Other,
}

impl RefClass {
    /// All kinds, in the order of their indices.
    pub const ALL: [RefClass; 3] = [RefClass::Main, RefClass::PullRequest, RefClass::Other];

    /// The kind of a ref, by its name. The default branch is called `main`.
    pub fn of(ref_name: &str) -> RefClass {
        match ref_name {
            "refs/heads/main" => RefClass::Main,
            _ if ref_name.starts_with("refs/pull/") => RefClass::PullRequest,
            _ => RefClass::Other,
        }
    }

    /// The value of the `ref` label.
    pub fn label(self) -> &'static str {
        match self {
            RefClass::Main => "main",
            RefClass::PullRequest => "pull_request",
            RefClass::Other => "other",
        }
    }
}

/// The names of one simulation, indexed by id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// Cache clients, by [`ClientId`].
    pub clients: Vec<String>,
    /// Workflows, by [`WorkflowId`].
    pub workflows: Vec<String>,
    /// Jobs, by [`JobId`].
    pub jobs: Vec<JobName>,
    /// Image build steps of interest, by [`super::StepId`].
    pub steps: Vec<String>,
}

impl Names {
    /// The values that a label of a metric can have in this simulation: its clients, workflows,
    /// jobs (and their groups) or steps, or the fixed words.
    pub fn known(&self, metric: &Metric, label: &str) -> Vec<&str> {
        match label {
            "client" | "evictor" | "victim" => texts(&self.clients),
            "workflow" => texts(&self.workflows),
            "step" => texts(&self.steps),
            "job" => self.jobs.iter().flat_map(|job| [job.name.as_str(), job.group.as_str()]).collect(),
            _ => words(metric, label),
        }
    }
}

fn texts(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

/// The fixed words of a label. Those of `stat` and `reason` depend on the metric.
fn words(metric: &Metric, label: &str) -> Vec<&'static str> {
    match (label, metric.name) {
        ("ref", _) => RefClass::ALL.map(RefClass::label).to_vec(),
        ("outcome", _) => RestoreOutcome::ALL.map(RestoreOutcome::label).to_vec(),
        ("conclusion", _) => Conclusion::ALL.map(Conclusion::label).to_vec(),
        ("reason", "save.failed") => SaveOutcome::FAILURES.map(SaveOutcome::label).to_vec(),
        ("reason", _) => Reason::ALL.map(Reason::label).to_vec(),
        ("stat", "cache.eviction_age") => vec!["p10", "p50", "p90"],
        ("stat", name) if name.starts_with("cache.") => vec!["mean", "peak", "final"],
        ("stat", name) if name.starts_with("screen.") => {
            vec!["limit_x0.5", "limit_x1", "limit_x2", "limit_x4"]
        }
        ("stat", _) => vec!["mean", "p10", "p50", "p90"],
        _ => Vec::new(),
    }
}

/// What one job is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JobName {
    /// The workflow it belongs to.
    pub workflow: WorkflowId,
    /// Its full name, for example `api (amd64)`.
    pub name: String,
    /// The name it shares with the other legs of its matrix, for example `api`; equal to `name`
    /// where there is no matrix.
    pub group: String,
}

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
    pub fn overlap(&self, from: SimTime, to: SimTime) -> Duration {
        let length = to.min(self.end) - from.max(self.measure_from);
        length.max(Duration::ZERO)
    }
}

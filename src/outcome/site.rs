use super::run::{Conclusion, Reason, RestoreOutcome, SaveOutcome};
use crate::units::{Duration, SimTime};

/// Where a cache operation happens: which client, in which job, on what kind of ref.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Site {
    /// The cache client that acts.
    pub client: ClientId,
    /// The job it acts in.
    pub job: JobId,
    /// The ref the job runs on.
    pub class: RefClass,
}

/// A cache client: an index into [`Names::clients`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(pub u16);

/// A job of the scenario, one per leg of a matrix: an index into [`Names::jobs`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub u16);

/// A workflow of the scenario: an index into [`Names::workflows`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkflowId(pub u16);

/// The kind of ref a run belongs to, which decides what it may read and write.
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
    /// Every kind, in the order of their indexes.
    pub const ALL: [RefClass; 3] = [RefClass::Main, RefClass::PullRequest, RefClass::Other];

    /// The kind of a ref by its name; the default branch is called `main`.
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

/// The names behind the ids of one simulation.
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
    /// Whether a label can have this value here: a client, workflow, job (or its group) or step of
    /// the simulation, or one of the fixed words.
    pub fn knows(&self, label: &str, text: &str) -> bool {
        match label {
            "client" | "evictor" | "victim" => self.clients.iter().any(|client| client == text),
            "workflow" => self.workflows.iter().any(|workflow| workflow == text),
            "job" => self.jobs.iter().any(|job| job.name == text || job.group == text),
            "step" => self.steps.iter().any(|step| step == text),
            "ref" => RefClass::ALL.iter().any(|class| class.label() == text),
            "outcome" => RestoreOutcome::ALL.iter().any(|outcome| outcome.label() == text),
            "conclusion" => Conclusion::ALL.iter().any(|conclusion| conclusion.label() == text),
            "reason" => {
                let failures = SaveOutcome::ALL.iter().map(|outcome| outcome.label());
                failures.chain(Reason::ALL.iter().map(|reason| reason.label())).any(|known| known == text)
            }
            _ => false,
        }
    }
}

/// What one job is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobName {
    /// The workflow it belongs to.
    pub workflow: WorkflowId,
    /// Its full name, for example `api (amd64)`.
    pub name: String,
    /// The name it shares with the other legs of its matrix, for example `api`; equal to `name`
    /// where there is no matrix.
    pub group: String,
}

/// The simulated time and the part of it that is measured.
///
/// `start..measure_from` fills the cache and counts for nothing; `measure_from..end` (half open) is
/// what every metric is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first instant of the simulation.
    pub start: SimTime,
    /// The first instant that counts.
    pub measure_from: SimTime,
    /// The first instant after the simulation.
    pub end: SimTime,
}

impl Window {
    /// Whether something that happens at `now` is counted.
    pub fn measures(&self, now: SimTime) -> bool {
        self.measure_from <= now && now < self.end
    }

    /// The measured time.
    pub fn measured(&self) -> Duration {
        self.end - self.measure_from
    }

    /// The part of `from..to` that is measured; zero where they do not overlap.
    pub fn overlap(&self, from: SimTime, to: SimTime) -> Duration {
        let length = to.min(self.end) - from.max(self.measure_from);
        length.max(Duration::ZERO)
    }
}

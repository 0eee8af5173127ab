//! The records of what has ended: a job, with all it asked the cache for, and a workflow run.

use super::outcome::{RestoreOutcome, SaveOutcome};
use super::site::{ClientId, JobId, RefClass, StepId, WorkflowId};
use crate::service::RemovalReason;
use crate::units::{Bytes, Duration, SimTime};

/// How a job or a workflow run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conclusion {
    /// It did what it should.
    Success,
    /// A step failed.
    Failed,
    /// The runner's disk was full.
    OutOfDisk,
    /// It reached its time limit.
    TimedOut,
    /// A newer run, or somebody, cancelled it.
    Cancelled,
}

impl Conclusion {
    /// Every conclusion, in the order of their indexes.
    pub const ALL: [Conclusion; 5] = [
        Conclusion::Success,
        Conclusion::Failed,
        Conclusion::OutOfDisk,
        Conclusion::TimedOut,
        Conclusion::Cancelled,
    ];

    /// The value of the `conclusion` label.
    pub fn label(self) -> &'static str {
        match self {
            Conclusion::Success => "success",
            Conclusion::Failed => "failed",
            Conclusion::OutOfDisk => "out_of_disk",
            Conclusion::TimedOut => "timed_out",
            Conclusion::Cancelled => "cancelled",
        }
    }
}

/// Why a job failed, where its conclusion is [`Conclusion::Failed`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureCause {
    /// A step failed, as the scenario says that some do (`fails`).
    Step,
    /// BuildKit's export of the cache was refused so.
    Export(SaveOutcome),
    /// sccache's server did not start, since it may not read its store.
    SccacheServer,
}

impl FailureCause {
    /// Its name in the journal.
    pub fn label(self) -> &'static str {
        match self {
            FailureCause::Step => "step",
            FailureCause::Export(SaveOutcome::ReadOnly) => "export_read_only",
            FailureCause::Export(SaveOutcome::RateLimited) => "export_rate_limited",
            FailureCause::Export(SaveOutcome::OverQuota) => "export_over_quota",
            FailureCause::Export(_) => "export",
            FailureCause::SccacheServer => "sccache_server",
        }
    }
}

impl serde::Serialize for FailureCause {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.label())
    }
}

impl<'de> serde::Deserialize<'de> for FailureCause {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<FailureCause, D::Error> {
        let label = String::deserialize(deserializer)?;
        let exports = SaveOutcome::ALL.map(FailureCause::Export);
        let mut known = exports.into_iter().chain([FailureCause::Step, FailureCause::SccacheServer]);
        let unknown = || serde::de::Error::custom(format!("`{label}` is no cause of a failure"));
        known.find(|failure| failure.label() == label).ok_or_else(unknown)
    }
}

impl schemars::JsonSchema for FailureCause {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Failure".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        String::json_schema(generator)
    }
}

/// One job of one workflow run, from the queue to its end.
#[derive(Debug, Clone, PartialEq)]
pub struct JobRun {
    /// The push (or other event) that caused it, by its identity.
    pub push: u64,
    /// Its workflow.
    pub workflow: WorkflowId,
    /// Its job.
    pub job: JobId,
    /// The ref it ran on.
    pub class: RefClass,
    /// When it began to wait for a runner.
    pub queued: SimTime,
    /// When a runner took it.
    pub started: SimTime,
    /// When it ended.
    pub ended: SimTime,
    /// How it ended.
    pub conclusion: Conclusion,
    /// Why it failed, if it did.
    pub failure: Option<FailureCause>,
    /// The time it built, without transfers.
    pub build: Duration,
    /// What `build` would have been had every look-up found what it wanted.
    pub ideal: Duration,
    /// The part of `build` that went into external crates.
    pub dependencies: Duration,
    /// Its archive and index look-ups, in order.
    pub restores: Vec<Restore>,
    /// Objects (or layers) it found.
    pub objects_hit: u32,
    /// Objects (or layers) it wanted and did not find.
    pub objects_missed: u32,
    /// Saves it tried.
    pub writes_attempted: u32,
    /// Saves that stored nothing.
    pub writes_failed: u32,
    /// Whether the run could only read the cache.
    pub read_only: bool,
    /// The image build steps of interest, and whether each came from the cache.
    pub steps: Vec<(StepId, bool)>,
}

/// One archive or index look-up of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restore {
    /// Who looked.
    pub client: ClientId,
    /// What came of it.
    pub outcome: RestoreOutcome,
    /// Why the entry it wanted is gone, if it once existed.
    pub evicted: Option<RemovalReason>,
    /// Whether the entry was there, but its download stalled.
    pub stalled: bool,
    /// The size of what was found; 0 on a miss, unless it stalled.
    pub bytes: Bytes,
}

/// One workflow run, from its trigger to the end of its last job.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkflowRun {
    /// The push (or other event) that caused it, by its identity.
    pub push: u64,
    /// Its workflow.
    pub workflow: WorkflowId,
    /// The ref it ran on.
    pub class: RefClass,
    /// When it was triggered.
    pub triggered: SimTime,
    /// When its last job ended.
    pub ended: SimTime,
    /// How it ended.
    pub conclusion: Conclusion,
}

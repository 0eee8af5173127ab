//! The records of what has ended: a job, with all it asked the cache for, and a workflow run.

use super::loss::{Loss, LossCause};
use super::outcome::{RestoreOutcome, SaveOutcome};
use super::site::{ClientId, JobId, RefClass, RefKind, StepId, WorkflowId};
use crate::service::RemovalReason;
use crate::units::{Bytes, Duration, Money, SimTime};

/// How a job or a workflow run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conclusion {
    /// All steps succeeded.
    Success,
    /// A step failed.
    Failed,
    /// The runner's disk was full.
    OutOfDisk,
    /// It reached its time limit.
    TimedOut,
    /// A newer run or someone cancelled it.
    Cancelled,
}

impl Conclusion {
    /// All conclusions, in the order of their indices.
    pub const ALL: [Conclusion; 5] = [
        Conclusion::Success,
        Conclusion::Failed,
        Conclusion::OutOfDisk,
        Conclusion::TimedOut,
        Conclusion::Cancelled,
    ];

    /// True if it did not succeed, and nobody cancelled it.
    pub fn is_red(self) -> bool {
        matches!(self, Conclusion::Failed | Conclusion::OutOfDisk | Conclusion::TimedOut)
    }

    /// The value of the `conclusion` label.
    pub fn label(self) -> &'static str {
        match self {
            Conclusion::Success => "success",
            Conclusion::Failed => "failure",
            Conclusion::OutOfDisk => "out_of_disk",
            Conclusion::TimedOut => "timed_out",
            Conclusion::Cancelled => "cancelled",
        }
    }

    /// Its word in a journal.
    pub fn word(self) -> &'static str {
        if self == Conclusion::Failed { Conclusion::FAILED } else { self.label() }
    }

    /// What the journal calls a failure; the label of metrics was this word, too, and expectations may still have it.
    pub const FAILED: &str = "failed";
}

/// Why a job failed; for the conclusion [`Conclusion::Failed`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureCause {
    /// A step failed, at the rate stated in the scenario (`fails`).
    Step,
    /// BuildKit's export of the cache was refused.
    Export(SaveOutcome),
    /// sccache's server did not start, because it may not read its store.
    SccacheServer,
    /// A step with `fail-on-cache-miss` found nothing.
    CacheMiss,
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
            FailureCause::CacheMiss => "cache_miss",
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
        let others = [FailureCause::Step, FailureCause::SccacheServer, FailureCause::CacheMiss];
        let mut known = exports.into_iter().chain(others);
        let unknown = || serde::de::Error::custom(format!("`{label}` is not a cause of a failure"));
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

/// One run of a job, from the queue to its end.
#[derive(Debug, Clone, PartialEq)]
pub struct JobRun {
    /// Identity of the push (or other event) that started it.
    pub push: u64,
    /// The workflow that ran.
    pub workflow: WorkflowId,
    /// The job; each leg of a matrix is one.
    pub job: JobId,
    /// Kind of ref that it ran on.
    pub kind: RefKind,
    /// When it began to wait for a runner.
    pub queued: SimTime,
    /// When a runner took it.
    pub started: SimTime,
    /// What a minute on that runner costs.
    pub price_per_minute: Money,
    /// When it ended.
    pub ended: SimTime,
    /// Result of the run.
    pub conclusion: Conclusion,
    /// Why it failed; `None` if it did not.
    pub failure: Option<FailureCause>,
    /// Build time, without transfers.
    pub build: Duration,
    /// What `build` would have been if every look-up had found what it wanted. Looking up and loading objects
    /// is a part of it.
    pub ideal: Duration,
    /// The part of `build` − `ideal` that had to be done because a download stalled. It is lost to the transfer.
    pub stalled: Duration,
    /// How long rate limits held it up, beside its build.
    pub waited: Duration,
    /// What it lost, by client and cause; each pair once. In a successful run, all but transfers,
    /// with `stalled` and without `waited`, add up to `build` − `ideal`.
    pub losses: Vec<Loss>,
    /// The part of `build` spent on external crates.
    pub dependencies: Duration,
    /// Its archive and index look-ups, in order.
    pub restores: Vec<Restore>,
    /// Number of objects (or layers) found.
    pub objects_hit: u32,
    /// Number of objects (or layers) wanted but not found.
    pub objects_missed: u32,
    /// Number of attempted saves.
    pub writes_attempted: u32,
    /// Number of saves that stored nothing.
    pub writes_failed: u32,
    /// True if the run could only read the cache.
    pub read_only: bool,
    /// The image build steps of interest, each with true if it came from the cache.
    pub steps: Vec<(StepId, bool)>,
}

/// One archive or index look-up of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restore {
    /// The client that looked up the entry.
    pub client: ClientId,
    /// Result of the look-up.
    pub outcome: RestoreOutcome,
    /// Why the entry that it wanted was removed; `None` if it was never stored.
    pub evicted: Option<RemovalReason>,
    /// Why it was not found, or what it still cost.
    pub cause: LossCause,
    /// True if the entry was found, but its download stalled.
    pub stalled: bool,
    /// Size of the entry found; 0 on a miss, unless the download stalled.
    pub bytes: Bytes,
}

/// One attempt of a workflow run, from its trigger to the end of its last job.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkflowRun {
    /// The run's number. Its attempts share it.
    pub number: u32,
    /// The number of the attempt, from 1.
    pub attempt: u32,
    /// True if the push waits for the run: it is green only after the run has succeeded. Nobody waits for runs on tags.
    pub required: bool,
    /// Identity of the push (or other event) that started it.
    pub push: u64,
    /// The workflow that ran.
    pub workflow: WorkflowId,
    /// Kind of ref that it ran on.
    pub class: RefClass,
    /// When it was triggered, or run again.
    pub triggered: SimTime,
    /// When its last job ended.
    pub ended: SimTime,
    /// Result of the run.
    pub conclusion: Conclusion,
}

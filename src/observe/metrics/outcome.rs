//! What one replication measured.

use super::eviction::EvictionBatch;
use super::push::Waits;
use super::value::Value;
use crate::event::{JobRun, Names, Window, WorkflowRun};
use crate::observe::timeline::Timeline;
use crate::units::Bytes;

/// All measurements of one replication.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The metrics. Their order depends only on what happened.
    pub values: Vec<Value>,
    /// All job runs, including those of the warm-up, in the order in which they ended.
    pub runs: Vec<JobRun>,
    /// All workflow runs, including those of the warm-up, in the order in which they ended.
    pub workflow_runs: Vec<WorkflowRun>,
    /// How long each push of the measured time took that succeeded.
    pub waits: Waits,
    /// The ten largest evictions of the measured time, largest first.
    pub top_evictions: Vec<EvictionBatch>,
    /// The names behind the ids.
    pub names: Names,
    /// The simulated time, and the measured part of it.
    pub window: Window,
    /// The repository's cache limit.
    pub limit: Bytes,
    /// The course of the replication over time, if it was recorded.
    pub timeline: Option<Timeline>,
}

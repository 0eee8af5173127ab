//! What one replication measured.

use super::eviction::EvictionBatch;
use super::push::Wait;
use super::value::Value;
use crate::event::{JobRun, Names, Window, WorkflowRun};
use crate::observe::timeline::Timeline;
use crate::units::Bytes;

/// Everything one replication measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The metrics, in an order that only depends on what happened.
    pub values: Vec<Value>,
    /// Every job run, those of the warm-up included, in the order they ended.
    pub runs: Vec<JobRun>,
    /// Every workflow run, those of the warm-up included, in the order they ended.
    pub workflow_runs: Vec<WorkflowRun>,
    /// How long every push of the measured time was waited for whose workflow runs all succeeded, in the
    /// order of their numbers.
    pub waits: Vec<Wait>,
    /// The ten largest evictions of the measured time, largest first.
    pub top_evictions: Vec<EvictionBatch>,
    /// The names behind the ids.
    pub names: Names,
    /// The simulated and the measured time.
    pub window: Window,
    /// The repository's cache limit.
    pub limit: Bytes,
    /// What happened when, where somebody kept it.
    pub timeline: Option<Timeline>,
}

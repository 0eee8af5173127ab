//! Replays recorded operations against the cache service, outside any simulation. A log states what
//! was restored, saved and deleted; a replay says what the cache would have answered.
//!
//! An [`Operation`] is one line of a log. [`LogReader`] reads them one by one, so a log may be
//! larger than memory; a [`MergedLog`] is several of them, or one as the builds of a team. [`listing`] reads the entries that were stored before the log. A [`Player`]
//! plays operations under one setting, a [`Comparison`] under several limits at once, and a
//! [`LogMrc`] makes their miss-ratio curve. [`Input`] tells a log from a plain trace. Nothing here
//! opens or writes a file: that is `cli`.
//!
//! A plain [`trace`] contains only accesses. It is replayed under one limit, or under all limits in
//! one pass ([`crate::mrc`]). It says what was requested but not why: a miss stores its key and
//! causes nothing else. In CI a miss causes further writes, so every hit ratio of a trace is an
//! upper estimate ([`CAUTION`]).

mod clock;
mod comparison;
mod compressed;
mod event;
mod input;
mod line;
pub mod listing;
mod log;
mod log_mrc;
mod merged;
mod operation;
mod outcome;
mod player;
mod problem;
mod pulls;
mod shared;
mod shift;
mod tally;
mod team;
pub mod trace;
mod written;

pub use comparison::{Comparison, ComparisonRow};
pub use event::WorkflowEvent;
pub use input::{Input, InputError};
pub use log::LogReader;
pub use log_mrc::{LogMrc, LoggedRequests};
pub use merged::MergedLog;
pub use operation::{Action, LoggedRun, Operation, StatedEntry, full_ref};
pub use outcome::{OperationOutcome, RestoreAnswer, SaveAnswer};
pub use player::{Player, Settings};
pub use problem::{InputProblem, InputProblems};
pub use pulls::{PullList, PullState};
pub use shared::HeardRequest;
pub use shift::{Shift, ShiftRow};
pub use tally::ReplayTally;
pub use team::TeamOfBuilds;

/// The caution printed in every report on a replayed trace.
pub const CAUTION: &str = "A trace is replayed as it was recorded. In CI, misses cause writes, so these \
    hit ratios are too optimistic.";

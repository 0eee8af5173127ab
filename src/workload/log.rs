use super::change::Change;
use super::push::{PathSet, PushKind};
use crate::units::SimTime;

/// One row of an event log.
#[derive(Debug, Clone, PartialEq)]
pub struct LoggedPush {
    /// When.
    pub at: SimTime,
    /// What.
    pub kind: PushKind,
    /// The pull request's number, if any.
    pub number: Option<u32>,
    /// Whether a dependency bot pushed it.
    pub bot: bool,
    /// Path classes touched.
    pub paths: PathSet,
    /// What it changes.
    pub change: Change,
}

/// A recorded log of pushes, in time order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EventLog {
    /// The rows.
    pub pushes: Vec<LoggedPush>,
}

/// One thing that is wrong with an event log, for a diagnostic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogProblem {
    /// The line, counted from 1.
    pub line: u64,
    /// The column's name, where one is to blame.
    pub column: Option<&'static str>,
    /// What is wrong and what to do.
    pub message: String,
}

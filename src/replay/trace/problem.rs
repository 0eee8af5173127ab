//! Errors of reading and replaying a trace, with their limits. `cli` prints them.

use crate::mrc::{OBJECTS_MAX, TooManyKeys};
use crate::replay::InputProblem;
use std::io;
use thiserror::Error;

/// The number of malformed rows after which reading stops.
pub const PROBLEMS_MAX: usize = 20;

/// Reason why a trace could not be replayed.
#[derive(Debug, Error)]
pub enum TraceError {
    /// Reading failed.
    #[error("cannot read the trace: {0}")]
    Unreadable(#[from] io::Error),
    /// Rows are malformed. At most [`PROBLEMS_MAX`] of them are listed.
    #[error("{} or more rows of the trace are malformed", .0.len())]
    Malformed(Vec<InputProblem>),
    /// A limit of this program is exceeded.
    #[error("the trace has more than {max} {what}; split it, or sample its keys")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// The largest allowed number.
        max: u64,
    },
}

impl TraceError {
    /// The lines of the message, one per malformed row. They are printed after the trace's name and
    /// a colon.
    pub fn lines(&self) -> Vec<String> {
        match self {
            TraceError::Malformed(problems) => problems.iter().map(InputProblem::to_string).collect(),
            other => vec![format!(" {other}")],
        }
    }
}

impl From<TooManyKeys> for TraceError {
    fn from(_: TooManyKeys) -> TraceError {
        TraceError::TooMany { what: "distinct keys", max: OBJECTS_MAX.into() }
    }
}

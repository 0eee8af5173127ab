use crate::mrc::{OBJECTS_MAX, TooManyKeys};
use crate::replay::InputProblem;
use std::io;
use thiserror::Error;

/// The most malformed rows that are named before reading stops.
pub const PROBLEMS_MAX: usize = 20;

/// Why a trace could not be replayed.
#[derive(Debug, Error)]
pub enum TraceError {
    /// Reading failed.
    #[error("cannot read the trace: {0}")]
    Unreadable(#[from] io::Error),
    /// Rows are malformed: the first [`PROBLEMS_MAX`] of them.
    #[error("{} or more rows of the trace are malformed", .0.len())]
    Malformed(Vec<InputProblem>),
    /// A limit of this program is reached.
    #[error("the trace has more than {max} {what}; split it, or sample its keys")]
    TooMany {
        /// What there are too many of.
        what: &'static str,
        /// How many there may be.
        max: u64,
    },
}

impl TraceError {
    /// What there is to say, a line for each malformed row: what stands after the trace's name and
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

use std::fmt;
use std::io;
use thiserror::Error;

/// The most malformed rows that are named before reading stops.
pub const PROBLEMS_MAX: usize = 20;

/// What is wrong with a row, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line, or the record of a binary trace, from 1.
    pub line: u64,
    /// The column in bytes, from 1; 0 where the whole row is meant.
    pub column: usize,
    /// What is wrong, with its remedy.
    pub text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.column {
            0 => write!(f, "{}: {}", self.line, self.text),
            column => write!(f, "{}:{column}: {}", self.line, self.text),
        }
    }
}

/// Why a trace could not be replayed.
#[derive(Debug, Error)]
pub enum TraceError {
    /// Reading failed.
    #[error("cannot read the trace: {0}")]
    Unreadable(#[from] io::Error),
    /// Rows are malformed: the first [`PROBLEMS_MAX`] of them.
    #[error("{} or more rows of the trace are malformed", .0.len())]
    Malformed(Vec<Problem>),
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
            TraceError::Malformed(problems) => problems.iter().map(Problem::to_string).collect(),
            other => vec![format!(" {other}")],
        }
    }
}

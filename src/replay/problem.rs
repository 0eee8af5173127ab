//! Problems in logs, listings and traces. They carry a line and a column, but no excerpt as a
//! [`Diagnostic`](crate::diagnostic::Diagnostic) does, since the input may not fit in memory. `cli`
//! prints them.

use crate::diagnostic::nearest;
use std::fmt;

/// One problem in a log, a listing or a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputProblem {
    /// Line (or number of the record) from 1; 0 if the problem is not in a line.
    pub line: u64,
    /// Column in bytes, from 1, if it is known.
    pub column: Option<u64>,
    /// The problem and its remedy.
    pub message: String,
}

impl InputProblem {
    /// A problem with a whole line.
    pub fn new(line: u64, message: impl Into<String>) -> InputProblem {
        InputProblem { line, column: None, message: message.into() }
    }

    /// A JSON syntax error. `first_line` is the number of the text's first line.
    pub(super) fn syntax(first_line: u64, error: &serde_json::Error) -> InputProblem {
        let message = error.to_string();
        let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(what, _)| what);
        let line = first_line + (error.line() as u64).saturating_sub(1);
        let column = (error.column() > 0).then_some(error.column() as u64);
        InputProblem { line, column, message: message.to_owned() }
    }
}

impl fmt::Display for InputProblem {
    /// Writes `line:column: message`, to be printed after a file's name and a colon.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match (self.line, self.column) {
            (0, _) => write!(f, "{}", self.message),
            (line, None) => write!(f, "{line}: {}", self.message),
            (line, Some(column)) => write!(f, "{line}:{column}: {}", self.message),
        }
    }
}

/// All problems of one input, up to a limit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InputProblems {
    list: Vec<InputProblem>,
}

impl InputProblems {
    /// The number of problems after which reading stops.
    pub const MAX: usize = 50;

    /// Adds a problem, unless the limit is reached.
    pub fn add(&mut self, problem: InputProblem) {
        if !self.is_full() {
            self.list.push(problem);
        }
    }

    /// True if the limit is reached.
    pub fn is_full(&self) -> bool {
        self.list.len() >= InputProblems::MAX
    }

    /// True if there are no problems.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The problems in the order in which they were found.
    pub fn list(&self) -> &[InputProblem] {
        &self.list
    }
}

impl From<InputProblem> for InputProblems {
    fn from(problem: InputProblem) -> InputProblems {
        InputProblems { list: vec![problem] }
    }
}

/// The message about a word that is not one of the known ones.
pub(super) fn unknown<'a>(what: &str, word: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let near = nearest(word, known.clone()).map(|name| format!(": did you mean `{name}`?"));
    let list = known.collect::<Vec<_>>().join(", ");
    format!("unknown {what} `{word}`{} Known: {list}", near.unwrap_or_else(|| ".".into()))
}

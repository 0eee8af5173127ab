use crate::diagnostic::nearest;
use std::fmt;

/// One thing that is wrong with a log or a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputProblem {
    /// The line, from 1; 0 where none is to blame.
    pub line: u64,
    /// The column in bytes, from 1, where one is known.
    pub column: Option<u64>,
    /// What is wrong and what to do.
    pub message: String,
}

impl InputProblem {
    /// A problem of a whole line.
    pub fn new(line: u64, message: impl Into<String>) -> InputProblem {
        InputProblem { line, column: None, message: message.into() }
    }

    /// A syntax error. JSON text of one line has its column, of several lines its line.
    pub(super) fn syntax(first_line: u64, error: &serde_json::Error) -> InputProblem {
        let message = error.to_string();
        let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(what, _)| what);
        let line = first_line + (error.line() as u64).saturating_sub(1);
        let column = (error.column() > 0).then_some(error.column() as u64);
        InputProblem { line, column, message: message.to_owned() }
    }
}

impl fmt::Display for InputProblem {
    /// `line:column: message`, to stand behind a file's name.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match (self.line, self.column) {
            (0, _) => write!(f, "{}", self.message),
            (line, None) => write!(f, "{line}: {}", self.message),
            (line, Some(column)) => write!(f, "{line}:{column}: {}", self.message),
        }
    }
}

/// Everything that is wrong with one input, up to a limit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InputProblems {
    list: Vec<InputProblem>,
}

impl InputProblems {
    /// More than these help nobody; reading stops.
    pub const MAX: usize = 50;

    /// Notes a problem; beyond the limit it is dropped.
    pub fn add(&mut self, problem: InputProblem) {
        if !self.is_full() {
            self.list.push(problem);
        }
    }

    /// Whether the limit is reached.
    pub fn is_full(&self) -> bool {
        self.list.len() >= InputProblems::MAX
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// What is wrong, in the order it was found.
    pub fn list(&self) -> &[InputProblem] {
        &self.list
    }
}

impl From<InputProblem> for InputProblems {
    fn from(problem: InputProblem) -> InputProblems {
        InputProblems { list: vec![problem] }
    }
}

/// What to say about a word that is none of the known ones.
pub(super) fn unknown<'a>(what: &str, word: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let near = nearest(word, known.clone()).map(|name| format!(": did you mean `{name}`?"));
    let list = known.collect::<Vec<_>>().join(", ");
    format!("unknown {what} `{word}`{} Known: {list}", near.unwrap_or_else(|| ".".into()))
}

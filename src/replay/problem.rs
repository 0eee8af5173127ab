//! Problems in logs, listings and traces. They carry a line and a column, but no excerpt as a
//! [`Diagnostic`](crate::diagnostic::Diagnostic) does, since the input may not fit in memory. `cli`
//! prints them.

use crate::diagnostic::nearest;
use std::collections::BTreeMap;
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
    pub(crate) fn syntax(first_line: u64, error: &serde_json::Error) -> InputProblem {
        let message = error.to_string();
        let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(what, _)| what);
        let message = in_plain_words(message);
        let line = first_line + (error.line() as u64).saturating_sub(1);
        let column = (error.column() > 0).then_some(error.column() as u64);
        InputProblem { line, column, message }
    }
}

/// A message of the JSON parser, without its words for Rust's types. It may begin with the name of a field.
fn in_plain_words(message: &str) -> String {
    let named = message.split_once(": ").filter(|(field, _)| field.starts_with('`'));
    let (field, what) = named.map_or((String::new(), message), |(field, what)| (format!("{field}: "), what));
    let mismatch = what.strip_prefix("invalid type: ").or_else(|| what.strip_prefix("invalid value: "));
    if let Some((found, expected)) = mismatch.and_then(|rest| rest.rsplit_once(", expected ")) {
        return format!("{field}{} is expected, not {}", in_words(expected), in_words(found));
    }
    let what = match what {
        _ if what.starts_with("EOF ") => "the JSON ends too early: was all of it copied?".to_owned(),
        "expected ident" | "expected value" => "is not JSON".to_owned(),
        "trailing characters" => "something follows the end of the JSON value".to_owned(),
        _ if what.starts_with("expected ") => format!("is not JSON: {what} here"),
        _ => what.to_owned(),
    };
    field + &what
}

/// What the JSON parser calls a type or a value.
fn in_words(kind: &str) -> String {
    const KINDS: [(&str, &str); 9] = [
        ("u64", "a whole number that is not negative"),
        ("a sequence", "a list"),
        ("sequence", "a list"),
        ("map", "an object"),
        ("string ", "the text "),
        ("integer ", "the number "),
        ("floating point ", "the number "),
        ("number ", "the number "),
        ("boolean ", ""),
    ];
    let known =
        KINDS.into_iter().find_map(|(theirs, ours)| Some(ours.to_owned() + kind.strip_prefix(theirs)?));
    known.unwrap_or_else(|| kind.to_owned())
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

/// Problems of the entries of one file. A file of another kind has the same one in each entry: it is told of the
/// first two, and counted for the others.
#[derive(Debug, Default)]
pub(super) struct EntryProblems {
    told: InputProblems,
    alike: BTreeMap<String, u64>,
}

impl EntryProblems {
    /// How many problems with one message are told.
    const TOLD_MAX: u64 = 2;

    /// Adds a problem with this message, made with its place where it is told.
    pub fn add(&mut self, message: &str, problem: impl FnOnce() -> InputProblem) {
        if !self.alike.contains_key(message) && self.told.is_full() {
            return;
        }
        let count = self.alike.entry(message.to_owned()).or_default();
        *count += 1;
        if *count <= EntryProblems::TOLD_MAX {
            self.told.add(problem());
        }
    }

    /// True if further problems are not told.
    pub fn is_full(&self) -> bool {
        self.told.is_full()
    }

    /// All of them, with the number of those that were not told; `entries` is what the file has many of.
    pub fn finish(self, entries: &str) -> InputProblems {
        let EntryProblems { mut told, alike } = self;
        for (message, count) in alike {
            if let Some(more @ 1..) = count.checked_sub(EntryProblems::TOLD_MAX) {
                told.add(InputProblem::new(0, format!("{more} more {entries}: {message}")));
            }
        }
        told
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

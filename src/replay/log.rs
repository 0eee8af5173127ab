//! Reads an operation log line by line. What a line means is in `operation.rs`; `cli` reads
//! operations from here and passes them to a [`Player`](super::Player).

use super::operation::{Action, Operation};
use super::problem::{InputProblem, InputProblems};
use crate::units::SimTime;
use std::collections::VecDeque;
use std::io::{self, BufRead, Read};

/// Reads an operation log (JSON lines in time order). Its memory does not grow with the log. Empty
/// lines are skipped.
///
/// Problems are collected, up to [`InputProblems::MAX`], while reading continues. A lenient reader
/// skips malformed lines and counts them instead.
pub struct LogReader<R> {
    input: R,
    line: Vec<u8>,
    number: u64,
    /// The latest operation so far, with its line.
    latest: Option<(SimTime, u64)>,
    lenient: bool,
    skipped: u64,
    problems: InputProblems,
    /// True if the rest is not read, because a line does not end.
    is_endless: bool,
    /// Operations that were read ahead to find out about versions.
    ahead: VecDeque<Operation>,
    /// True if the versions of stated entries are ignored.
    ignores_versions: bool,
}

/// The largest number of operations that are searched for a version.
const AHEAD_MAX: usize = 100_000;

/// The longest line that is read, 1 MiB. A restore of ten keys has at most 6 kB.
pub const LINE_BYTES_MAX: usize = 1 << 20;
/// After so many bytes of a line that is too long, 64 MiB, its end is no longer looked for: a device or a pipe may have none.
pub(super) const SKIPPED_BYTES_MAX: u64 = 1 << 26;

impl<R: BufRead> LogReader<R> {
    /// A reader at the start of a log.
    pub fn new(input: R, lenient: bool) -> LogReader<R> {
        LogReader {
            input,
            line: Vec::new(),
            number: 0,
            latest: None,
            lenient,
            skipped: 0,
            problems: InputProblems::default(),
            is_endless: false,
            ahead: VecDeque::new(),
            ignores_versions: false,
        }
    }

    /// The next operation that can be played; `None` at the end of the log, or when there are too
    /// many problems.
    ///
    /// # Errors
    /// Only if the input itself cannot be read.
    pub fn next_operation(&mut self) -> io::Result<Option<Operation>> {
        let next = match self.ahead.pop_front() {
            Some(operation) => Some(operation),
            None => self.read_operation()?,
        };
        Ok(next.map(|operation| if self.ignores_versions { without_version(operation) } else { operation }))
    }

    /// True if the log names versions, which is decided by its first restore or save; `None` if it has none. After
    /// this call a log without versions has one version for all: the versions of stated entries are
    /// dropped.
    ///
    /// # Errors
    /// As in [`LogReader::next_operation`].
    pub fn names_versions(&mut self) -> io::Result<Option<bool>> {
        while self.ahead.len() < AHEAD_MAX
            && let Some(operation) = self.read_operation()?
        {
            self.ahead.push_back(operation);
            if let Some(Action::Restore { version, .. } | Action::Save { version, .. }) =
                self.ahead.back().map(|operation| &operation.action)
            {
                self.ignores_versions = version.is_empty();
                return Ok(Some(!self.ignores_versions));
            }
        }
        Ok(None)
    }

    fn read_operation(&mut self) -> io::Result<Option<Operation>> {
        while !self.problems.is_full() && !self.is_endless && self.read_line()? {
            if self.line.len() <= LINE_BYTES_MAX && self.line.trim_ascii().is_empty() {
                continue;
            }
            if self.is_endless {
                self.problems.add(InputProblem::new(self.number, endless()));
                break;
            }
            match self.operation() {
                Ok(operation) => return Ok(Some(operation)),
                Err(_) if self.lenient => self.skipped += 1,
                Err(problem) => self.problems.add(problem),
            }
        }
        Ok(None)
    }

    /// The problems so far.
    pub fn problems(&self) -> &InputProblems {
        &self.problems
    }

    /// Adds a problem that was found while playing an operation.
    pub fn refuse(&mut self, problem: InputProblem) {
        self.problems.add(problem);
    }

    /// Number of lines that a lenient reader has skipped.
    pub fn skipped(&self) -> u64 {
        self.skipped
    }

    /// Reads the next line into the buffer, or only the start of a line that is too long. False at
    /// the end.
    fn read_line(&mut self) -> io::Result<bool> {
        self.line.clear();
        let max = LINE_BYTES_MAX as u64 + 1;
        let read = self.input.by_ref().take(max).read_until(b'\n', &mut self.line)?;
        self.number += 1;
        if read as u64 == max && !self.line.ends_with(b"\n") {
            self.is_endless = !skipped_line(&mut self.input)?;
        } else if self.line.ends_with(b"\n") {
            self.line.pop();
        }
        if self.number == 1 && self.line.starts_with(b"\xef\xbb\xbf") {
            self.line.drain(..3);
        }
        Ok(read > 0)
    }

    fn operation(&mut self) -> Result<Operation, InputProblem> {
        if self.line.len() > LINE_BYTES_MAX {
            return Err(InputProblem::new(self.number, format!("a line longer than {LINE_BYTES_MAX} bytes")));
        }
        let operation = Operation::read(&self.line, self.number, self.lenient)?;
        if let Some((latest, line)) = self.latest.filter(|(latest, _)| operation.at < *latest) {
            let at = operation.at;
            let message = format!("{at} is before {latest} on line {line}: sort the log by `at`");
            return Err(InputProblem::new(self.number, message));
        }
        self.latest = Some((operation.at, self.number));
        Ok(operation)
    }
}

/// Skips the rest of a line; false if its end was not found soon enough.
fn skipped_line(input: &mut impl BufRead) -> io::Result<bool> {
    let mut rest = input.take(SKIPPED_BYTES_MAX);
    let skipped = rest.skip_until(b'\n')? as u64;
    // What was cut at the limit goes on, unless the input ends just there.
    Ok(skipped < SKIPPED_BYTES_MAX || rest.into_inner().fill_buf()?.is_empty())
}

/// The problem with a line whose end was not found.
pub(super) fn endless() -> String {
    format!("a line of more than {SKIPPED_BYTES_MAX} bytes: this is no recording, and the rest was not read")
}

fn without_version(mut operation: Operation) -> Operation {
    if let Action::Entry(entry) = &mut operation.action {
        entry.version.clear();
    }
    operation
}

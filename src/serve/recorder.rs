//! Records what clients do as an operation log, which `replay` reads.
//!
//! A save stands in the log at the time of its reservation, because the rate limit counts that, with the size that
//! it has when it is finalised. So its line waits until then, and so do all lines after it. A save that was refused
//! has no size, as the client tells it only afterwards: the log gives it the mean of what this client has stored, or
//! zero.

use crate::replay::{Action, Operation};
use crate::units::{Bytes, SimTime};
use std::collections::VecDeque;
use std::io::{self, Write};

/// Writes an operation log.
pub struct Recorder {
    out: Box<dyn Write + Send>,
    /// Lines that wait for one before them.
    waiting: VecDeque<RecordedLine>,
    /// The number of the first line that waits.
    first: u64,
    lines: u64,
    left_out: u64,
    problem: Option<io::Error>,
}

enum RecordedLine {
    Ready(String),
    /// A save whose size is not known yet.
    Open(Operation),
    /// A save that was never finalised.
    Dropped,
}

/// A save that waits for its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenLine(u64);

/// The most lines that wait. Beyond it, the oldest save is given up.
const WAITING_MAX: usize = 100_000;

impl Recorder {
    /// A recorder that writes to `out`, line by line.
    pub fn new(out: Box<dyn Write + Send>) -> Recorder {
        Recorder { out, waiting: VecDeque::new(), first: 0, lines: 0, left_out: 0, problem: None }
    }

    /// Records an operation.
    pub fn record(&mut self, at: SimTime, action: Action) {
        let text = Operation { line: 0, at, action }.written();
        self.waiting.push_back(RecordedLine::Ready(text));
        self.write_out();
    }

    /// Keeps a place in the log for a save that was admitted.
    pub fn open(&mut self, at: SimTime, save: Action) -> OpenLine {
        let number = self.first + self.waiting.len() as u64;
        self.waiting.push_back(RecordedLine::Open(Operation { line: 0, at, action: save }));
        if self.waiting.len() > WAITING_MAX {
            self.close(OpenLine(self.first), None);
        }
        OpenLine(number)
    }

    /// The save was finalised with this size, or given up.
    pub fn close(&mut self, line: OpenLine, stored: Option<Bytes>) {
        let Some(place) = line.0.checked_sub(self.first) else { return };
        let Some(slot) = self.waiting.get_mut(place as usize) else { return };
        let RecordedLine::Open(operation) = slot else { return };
        *slot = match (&mut operation.action, stored) {
            (Action::Save { size, .. }, Some(stored)) => {
                *size = stored;
                RecordedLine::Ready(operation.written())
            }
            _ => {
                self.left_out += 1;
                RecordedLine::Dropped
            }
        };
        self.write_out();
    }

    /// Writes what is complete. After a failure nothing more is written.
    fn write_out(&mut self) {
        while !matches!(self.waiting.front(), None | Some(RecordedLine::Open(_))) {
            let line = self.waiting.pop_front();
            self.first += 1;
            if let (Some(RecordedLine::Ready(text)), None) = (line, &self.problem) {
                self.lines += 1;
                self.problem = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush()).err();
            }
        }
    }

    /// Ends the log: what is not finalised is left out. Returns how many lines were written and left out, or why
    /// writing failed.
    ///
    /// # Errors
    /// The first failure to write.
    pub fn finish(&mut self) -> io::Result<(u64, u64)> {
        let open =
            (0..self.waiting.len() as u64).map(|place| OpenLine(self.first + place)).collect::<Vec<_>>();
        open.into_iter().for_each(|line| self.close(line, None));
        match self.problem.take() {
            Some(problem) => Err(problem),
            None => Ok((self.lines, self.left_out)),
        }
    }
}

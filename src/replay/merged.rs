//! Several operation logs as one, in time order, and each of them as the builds of a team.

use super::log::LogReader;
use super::operation::Operation;
use super::problem::{InputProblem, InputProblems};
use super::team::{FurtherBuilds, TeamOfBuilds};
use crate::units::{Duration, SimTime};
use std::io::{self, BufRead};

/// Operation logs that are read as one. Its memory grows only with what the further builds of a team have still to do.
pub struct MergedLog<R> {
    logs: Vec<MergedPart<R>>,
    builds: FurtherBuilds,
    /// True if every log begins when the first one does.
    is_aligned: bool,
    is_begun: bool,
    /// Operations so far. If there is more than one log or build, they are the numbers of lines.
    played: u64,
    renumbers: bool,
    /// The log and the line of the last operation.
    last: (usize, u64),
}

struct MergedPart<R> {
    log: LogReader<R>,
    next: Option<Operation>,
    later: Duration,
}

impl<R: BufRead> MergedLog<R> {
    /// These logs, which all begin with the first one if they are `aligned`.
    pub fn new(logs: Vec<LogReader<R>>, is_aligned: bool, team: TeamOfBuilds) -> MergedLog<R> {
        let renumbers = logs.len() > 1 || team.builds > 1;
        let part = |log| MergedPart { log, next: None, later: Duration::ZERO };
        MergedLog {
            logs: logs.into_iter().map(part).collect(),
            builds: FurtherBuilds::new(team),
            is_aligned,
            is_begun: false,
            played: 0,
            renumbers,
            last: (0, 0),
        }
    }

    /// True if the logs name versions; `None` if some of them do, and others do not. See
    /// [`LogReader::names_versions`].
    ///
    /// # Errors
    /// If an input cannot be read.
    pub fn names_versions(&mut self) -> io::Result<Option<bool>> {
        let mut all = None;
        for part in &mut self.logs {
            let Some(own) = part.log.names_versions()? else { continue };
            if *all.get_or_insert(own) != own {
                return Ok(None);
            }
        }
        Ok(Some(all.unwrap_or(true)))
    }

    /// The next operation of any log or build; `None` at the end. Of several at one instant, those of the first
    /// log come first, and those of further builds last.
    ///
    /// # Errors
    /// If an input cannot be read.
    pub fn next_operation(&mut self) -> io::Result<Option<Operation>> {
        self.read_next()?;
        let logs = self.logs.iter().enumerate();
        let first = logs.filter_map(|(place, part)| Some((part.next.as_ref()?.at, place))).min();
        let operation = match first {
            Some((at, place)) if self.builds.next().is_none_or(|next| at <= next) => {
                let operation = self.logs[place].next.take();
                operation.inspect(|operation| self.builds.note(place, operation)).map(|own| (place, own))
            }
            _ => self.builds.pop(),
        };
        let operation = operation.map(|(place, operation)| {
            self.last = (place, operation.line);
            operation
        });
        self.played += u64::from(operation.is_some());
        Ok(operation.map(|operation| match self.renumbers {
            true => Operation { line: self.played, ..operation },
            false => operation,
        }))
    }

    /// Reads the next operation of each log that has none.
    fn read_next(&mut self) -> io::Result<()> {
        let is_begun = std::mem::replace(&mut self.is_begun, true);
        let mut first: Option<SimTime> = None;
        for part in self.logs.iter_mut().filter(|part| part.next.is_none()) {
            let Some(next) = part.log.next_operation()? else { continue };
            if self.is_aligned && !is_begun {
                part.later = *first.get_or_insert(next.at) - next.at;
            }
            part.next = Some(next.shifted(part.later));
        }
        Ok(())
    }

    /// True if a log has a problem.
    pub fn has_problems(&self) -> bool {
        self.logs.iter().any(|part| !part.log.problems().is_empty())
    }

    /// The problems of each log, in the order of the logs.
    pub fn problems(&self) -> impl Iterator<Item = &InputProblems> {
        self.logs.iter().map(|part| part.log.problems())
    }

    /// Adds a problem that was found while playing the last operation.
    pub fn refuse(&mut self, problem: InputProblem) {
        let (place, line) = self.last;
        self.logs[place].log.refuse(InputProblem { line, ..problem });
    }

    /// Number of lines that lenient readers have skipped.
    pub fn skipped(&self) -> u64 {
        self.logs.iter().map(|part| part.log.skipped()).sum()
    }
}

//! One recorded build as the builds of a team: each further one begins later, as that of a pull request of its own.

use super::event::WorkflowEvent;
use super::operation::{Action, LoggedRun, Operation};
use crate::units::{Duration, SimTime};
use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BinaryHeap};

/// How many builds a log stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TeamOfBuilds {
    /// Their number, with the recorded one; at least 1.
    pub builds: u32,
    /// How much later each of them begins than the one before.
    pub every: Duration,
}

impl TeamOfBuilds {
    /// The most builds.
    pub const MAX: u32 = 1_000;
    /// How much later each build begins, if nothing else is said.
    pub const EVERY: Duration = Duration(10 * Duration::MINUTE.0);
}

/// The further builds, as far as the log has been read. Each operation waits here once, for the next build that does it.
pub(super) struct FurtherBuilds {
    team: TeamOfBuilds,
    waiting: BinaryHeap<Reverse<Waiting>>,
    sequence: u64,
    /// The numbers of refs that are no pull request's.
    branches: BTreeMap<String, u64>,
}

struct Waiting {
    /// The number of the log that has it.
    log: usize,
    at: SimTime,
    sequence: u64,
    build: u32,
    operation: Operation,
}

impl FurtherBuilds {
    pub fn new(team: TeamOfBuilds) -> FurtherBuilds {
        FurtherBuilds { team, waiting: BinaryHeap::new(), sequence: 0, branches: BTreeMap::new() }
    }

    /// The recorded build does this, and so will the next one. What a log states, deletes or sweeps happens once.
    pub fn note(&mut self, log: usize, operation: &Operation) {
        if matches!(operation.action, Action::Restore { .. } | Action::Save { .. }) {
            self.wait(log, 1, operation.clone());
        }
    }

    /// When a further build does something next.
    pub fn next(&self) -> Option<SimTime> {
        self.waiting.peek().map(|Reverse(waiting)| waiting.at)
    }

    /// Removes and returns the next operation of a further build, with the number of its log.
    pub fn pop(&mut self) -> Option<(usize, Operation)> {
        let Reverse(Waiting { log, at, build, operation, .. }) = self.waiting.pop()?;
        let own = self.of_build(build, Operation { at, ..operation.clone() });
        self.wait(log, build + 1, Operation { at, ..operation });
        Some((log, own))
    }

    fn wait(&mut self, log: usize, build: u32, operation: Operation) {
        if build < self.team.builds {
            let (at, sequence) = (operation.at + self.team.every, self.sequence);
            self.sequence += 1;
            self.waiting.push(Reverse(Waiting { log, at, sequence, build, operation }));
        }
    }

    fn of_build(&mut self, build: u32, mut operation: Operation) -> Operation {
        if let Action::Restore { run, .. } | Action::Save { run, .. } = &mut operation.action {
            *run = self.run_of_build(build, run);
        }
        operation
    }

    /// A run on a branch becomes one of a pull request into that branch.
    fn run_of_build(&mut self, build: u32, run: &LoggedRun) -> LoggedRun {
        let number = run.reference.strip_prefix("refs/pull/").and_then(|rest| rest.split('/').next());
        let (number, base, event) = match number.and_then(|number| number.parse::<u64>().ok()) {
            Some(number) => (number, run.base.clone(), run.event),
            None => {
                let next = self.branches.len() as u64;
                let number = *self.branches.entry(run.reference.clone()).or_insert(next);
                (BRANCHES_FROM + number, Some(run.reference.clone()), WorkflowEvent::of("refs/pull/1/merge"))
            }
        };
        let number = u64::from(build) * NUMBERS + number % NUMBERS;
        LoggedRun { reference: format!("refs/pull/{number}/merge"), base, event, mode: run.mode }
    }
}

/// Each build has its own million numbers of pull requests.
const NUMBERS: u64 = 1_000_000;
/// Those from here on stand for branches.
const BRANCHES_FROM: u64 = 900_000;

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.at, self.sequence).cmp(&(other.at, other.sequence))
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.sequence) == (other.at, other.sequence)
    }
}

impl Eq for Waiting {}

//! A recorded log of pushes, and the closings of pull requests that it leaves out. `log_table.rs`
//! reads a log; [`Workload::pushes`](super::Workload::pushes) plays it.

use super::change::PushChange;
use super::push::{BranchId, PathSet, Push, PushId, PushKind, Stream};
use crate::project::Checkout;
use crate::units::{Duration, SimTime};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// A recorded log of pushes, in time order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EventLog {
    /// The rows of the table.
    pub pushes: Vec<LoggedPush>,
}

impl EventLog {
    /// A pull request that the log never closes counts as closed after this long without a push.
    /// (Assumed; it only decides from when its entries count as dead weight.)
    pub const ABANDONED: Duration = Duration(14 * Duration::DAY.0);

    /// The log with a row for each closing it leaves out. A pull request that no row closes is
    /// closed when it is merged, and also [`EventLog::ABANDONED`] after its last push, if the log
    /// continues that long and no merge followed that push.
    pub fn with_closings(&self) -> EventLog {
        let mut pushes = self.pushes.clone();
        let end = pushes.last().map_or(SimTime(0), |last| last.at);
        let closings = self.missing_closings().into_iter().filter(|&(at, _)| at <= end);
        pushes.extend(closings.map(|(at, number)| LoggedPush::closed(at, number)));
        // A closing comes before the merge of the same instant, as for drawn pull requests.
        pushes.sort_by_key(|push| (push.at, push.kind != PushKind::Closed));
        EventLog { pushes }
    }

    fn missing_closings(&self) -> BTreeSet<(SimTime, u32)> {
        let mut lives: BTreeMap<u32, PullRequestLife> = BTreeMap::new();
        for push in &self.pushes {
            if let Some(number) = push.number {
                lives.entry(number).or_default().note(push);
            }
            if let Some(below) = push.stacked_on.and_then(|below| lives.get_mut(&below)) {
                below.pushed = below.pushed.max(Some(push.at));
            }
        }
        lives.into_iter().flat_map(|(number, life)| life.closings().map(move |at| (at, number))).collect()
    }
}

/// The part of the log about one pull request.
#[derive(Default)]
struct PullRequestLife {
    closed: bool,
    merged: Option<SimTime>,
    /// The last push to it, or to one that is stacked on it.
    pushed: Option<SimTime>,
}

impl PullRequestLife {
    fn note(&mut self, push: &LoggedPush) {
        match push.kind {
            PushKind::Closed => self.closed = true,
            PushKind::PullRequest | PushKind::ForkPullRequest => self.pushed = Some(push.at),
            PushKind::Main | PushKind::Branch => self.merged = self.merged.or(Some(push.at)),
            PushKind::Release
            | PushKind::MergeGroup
            | PushKind::Schedule
            | PushKind::Dispatch
            | PushKind::RepositoryDispatch
            | PushKind::Comment => {}
        }
    }

    fn closings(self) -> impl Iterator<Item = SimTime> {
        let pushed = self.pushed.filter(|_| !self.closed);
        let merged = pushed.and(self.merged);
        let abandoned = pushed.filter(|&at| merged.is_none_or(|merged| merged < at));
        merged.into_iter().chain(abandoned.map(|at| at + EventLog::ABANDONED))
    }
}

/// One row of an event log, or one drawn push, before it is applied.
#[derive(Debug, Clone, PartialEq)]
pub struct LoggedPush {
    /// Identity of the push, which does not depend on other pushes.
    pub id: PushId,
    /// Time of the push.
    pub at: SimTime,
    /// What happened.
    pub kind: PushKind,
    /// Number of the pull request; `None` if it has none.
    pub number: Option<u32>,
    /// The branch that it pushes to; for a pull request, its base, or what that is in the end if it is stacked.
    pub branch: BranchId,
    /// The pull request whose branch is the base of the one that it pushes to, until that one is merged or closed.
    pub stacked_on: Option<u32>,
    /// The only workflow that it starts, by its index; `None` if it may start any.
    pub workflow: Option<u16>,
    /// True if a dependency bot pushed it.
    pub bot: bool,
    /// Path classes it touches; of a pull request, those of its whole diff.
    pub paths: PathSet,
    /// The path classes that differ from what its branch was before it; `None`: `paths`.
    pub pushed_paths: Option<PathSet>,
    /// The inputs it changes.
    pub change: PushChange,
}

impl LoggedPush {
    /// The row that closes a pull request.
    pub(super) fn closed(at: SimTime, number: u32) -> LoggedPush {
        let id = PushId::drawn(Stream::Closed, number.into());
        LoggedPush::event(id, at, PushKind::Closed, Some(number))
    }

    /// An event on the default branch that changes nothing.
    pub(super) fn event(id: PushId, at: SimTime, kind: PushKind, number: Option<u32>) -> LoggedPush {
        LoggedPush {
            id,
            at,
            kind,
            number,
            branch: BranchId::DEFAULT,
            stacked_on: None,
            workflow: None,
            bot: false,
            paths: PathSet::default(),
            pushed_paths: None,
            change: PushChange::default(),
        }
    }

    /// The push once it has arrived, with these states of the project.
    pub(super) fn arrived(&self, nth: u32, checkout: Rc<Checkout>, main: Option<Rc<Checkout>>) -> Push {
        let LoggedPush { id, at, kind, number, branch, stacked_on, workflow, bot, paths, .. } = *self;
        let pushed_paths = self.pushed_paths.unwrap_or(paths);
        Push {
            id,
            nth,
            at,
            kind,
            number,
            branch,
            stacked_on,
            workflow,
            bot,
            paths,
            pushed_paths,
            checkout,
            main,
        }
    }
}

/// A problem in an event log, to be shown as a diagnostic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogProblem {
    /// Line in the table, from 1.
    pub line: u64,
    /// Name of the column; `None` if the problem concerns the row or the table.
    pub column: Option<&'static str>,
    /// The problem and its remedy.
    pub message: String,
}

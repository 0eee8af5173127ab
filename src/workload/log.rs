//! A recorded log of pushes. `log_table.rs` reads one.

use super::change::PushChange;
use super::push::{PathSet, PushId, PushKind, Stream};
use crate::units::{Duration, SimTime};
use std::collections::{BTreeMap, BTreeSet};

/// A recorded log of pushes, in time order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EventLog {
    /// The rows.
    pub pushes: Vec<LoggedPush>,
}

impl EventLog {
    /// Nobody works on a pull request that has been quiet this long: it counts as closed where the
    /// log never closes it (assumed; it only decides since when its entries are dead weight).
    pub const ABANDONED: Duration = Duration(14 * Duration::DAY.0);

    /// The log with a row for every closing it leaves out: a pull request that no row closes is
    /// closed when it is merged, and [`EventLog::ABANDONED`] after its last push, if the log goes
    /// on that long.
    pub fn with_closings(&self) -> EventLog {
        let mut pushes = self.pushes.clone();
        let end = pushes.last().map_or(SimTime(0), |last| last.at);
        let closings = self.missing_closings().into_iter().filter(|&(at, _)| at <= end);
        pushes.extend(closings.map(|(at, number)| LoggedPush::closed(at, number)));
        // A closing goes before the merge of the same instant, as for drawn pull requests.
        pushes.sort_by_key(|push| (push.at, push.kind != PushKind::Closed));
        EventLog { pushes }
    }

    fn missing_closings(&self) -> BTreeSet<(SimTime, u32)> {
        let mut lives: BTreeMap<u32, PullRequestLife> = BTreeMap::new();
        for push in &self.pushes {
            if let Some(number) = push.number {
                lives.entry(number).or_default().note(push);
            }
        }
        lives.into_iter().flat_map(|(number, life)| life.closings().map(move |at| (at, number))).collect()
    }
}

/// What the log says about one pull request.
#[derive(Default)]
struct PullRequestLife {
    closed: bool,
    merged: Option<SimTime>,
    pushed: Option<SimTime>,
}

impl PullRequestLife {
    fn note(&mut self, push: &LoggedPush) {
        match push.kind {
            PushKind::Closed => self.closed = true,
            PushKind::PullRequest | PushKind::ForkPullRequest => self.pushed = Some(push.at),
            PushKind::Main => self.merged = self.merged.or(Some(push.at)),
            PushKind::Release | PushKind::MergeGroup | PushKind::Schedule => {}
        }
    }

    fn closings(self) -> impl Iterator<Item = SimTime> {
        let pushed = self.pushed.filter(|_| !self.closed);
        let merged = pushed.and(self.merged);
        let abandoned = pushed.filter(|&at| merged.is_none_or(|merged| merged < at));
        merged.into_iter().chain(abandoned.map(|at| at + EventLog::ABANDONED))
    }
}

/// One row of an event log.
#[derive(Debug, Clone, PartialEq)]
pub struct LoggedPush {
    /// What it is, whatever else is pushed.
    pub id: PushId,
    /// When.
    pub at: SimTime,
    /// What.
    pub kind: PushKind,
    /// The pull request's number, if any.
    pub number: Option<u32>,
    /// Whether a dependency bot pushed it.
    pub bot: bool,
    /// Path classes touched.
    pub paths: PathSet,
    /// What it changes.
    pub change: PushChange,
}

impl LoggedPush {
    /// The closing of a pull request.
    pub(super) fn closed(at: SimTime, number: u32) -> LoggedPush {
        LoggedPush {
            id: PushId::drawn(Stream::Closed, number.into()),
            at,
            kind: PushKind::Closed,
            number: Some(number),
            bot: false,
            paths: PathSet::default(),
            change: PushChange::default(),
        }
    }
}

/// One thing that is wrong with an event log, for a diagnostic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogProblem {
    /// The line, counted from 1.
    pub line: u64,
    /// The column's name, where one is to blame.
    pub column: Option<&'static str>,
    /// What is wrong and what to do.
    pub message: String,
}

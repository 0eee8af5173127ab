//! Who pushes what when: the replay of an event log, or stochastic arrivals; and what each push
//! changes in the tree that is checked out.
//!
//! It does not know workflows: it says which classes of paths a push touches, `ci` decides what
//! that triggers.

mod arrivals;
mod change;
mod choice;
mod history;
mod log;
pub mod log_table;
mod past;
mod push;
mod stochastic;

pub use arrivals::Arrivals;
pub use change::PushChange;
pub use history::History;
pub use log::{EventLog, LogProblem, LoggedPush};
pub use push::{PathSet, Push, PushId, PushKind};
pub use stochastic::{ChangeShares, PullRequests, Stochastic};

use crate::project::CrateGraph;
use crate::random::Draws;
use crate::units::SimTime;

/// Where pushes come from.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "a model holds one of these")]
pub enum PushSource {
    /// A recorded log: times and flags as they were.
    Log(EventLog),
    /// Drawn arrivals.
    Stochastic(Stochastic),
}

/// Everything that decides which pushes a replication sees.
#[derive(Debug, Clone, PartialEq)]
pub struct Workload {
    /// Where pushes come from.
    pub source: PushSource,
    /// Path classes the scenario names; `PathSet` bits index into it.
    pub path_classes: Vec<String>,
    /// External crates whose newest version changes per day while no lock file is committed.
    pub drift_per_day: f64,
    /// Since when a lock file is committed; before, versions drift and keys don't see it.
    pub lock_committed_from: SimTime,
    /// Number of external crates a lock-file change touches where the log does not say, mean ≥ 1.
    pub crates_per_lock_change: f64,
    /// Number of workspace crates a source change touches, mean ≥ 1.
    pub crates_per_source_change: f64,
}

impl Workload {
    /// The pushes of one replication in time order, numbered from 0, each with its checkout.
    pub fn pushes(&self, graph: &CrateGraph, draws: &Draws) -> Vec<Push> {
        let logged = match &self.source {
            PushSource::Log(log) => log.with_closings().pushes,
            PushSource::Stochastic(stochastic) => Arrivals::draw(stochastic, draws),
        };
        let mut history = History::new(self, graph, draws);
        logged.iter().zip(0..).map(|(push, nth)| history.apply(nth, push)).collect()
    }

    /// Since when pushes are drawn; a recorded log knows only its rows.
    pub fn drawn_from(&self) -> Option<SimTime> {
        match &self.source {
            PushSource::Log(_) => None,
            PushSource::Stochastic(stochastic) => Some(stochastic.from),
        }
    }

    /// How many pushes to expect, closings left out; the scenario refuses too many before anything runs.
    pub fn expected_pushes(&self) -> f64 {
        match &self.source {
            PushSource::Log(log) => log.pushes.len() as f64,
            PushSource::Stochastic(stochastic) => stochastic.expected_pushes(),
        }
    }
}

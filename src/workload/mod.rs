//! Who pushes what, and when: a recorded event log, or drawn arrivals; and what each push changes
//! in the tree that is checked out.
//!
//! It knows nothing about workflows: it says which classes of paths a push touches, and `ci`
//! decides what that triggers. `scenario` builds a [`Workload`]; `engine` asks it for the pushes of
//! each replication.

mod arrivals;
mod change;
mod choice;
mod cron;
mod fix;
mod head;
mod history;
mod input_path;
mod log;
pub mod log_table;
mod other_events;
mod past;
mod poisson;
mod push;
mod put_back;
mod rebase;
mod stack;
mod stochastic;

pub use arrivals::Arrivals;
pub use change::PushChange;
pub use cron::{BadCron, CRONS_MAX, Cron};
pub use fix::Fixes;
pub use history::History;
pub use log::{EventLog, LogProblem, LoggedPush};
pub use other_events::OtherEvents;
pub use push::{BranchId, PathSet, Push, PushId, PushKind};
pub use rebase::{RebaseWhen, Rebases};
pub use stochastic::{Branch, ChangeShares, InputShare, MergeRules, PullRequests, RateChange, Stochastic};

use crate::project::{CrateGraph, InputId};
use crate::random::{Distribution, Draws};
use crate::units::{Duration, SimTime};

/// An input of the project, as far as it is the same for recorded and drawn pushes.
#[derive(Debug, Clone, PartialEq)]
pub struct ProjectInput {
    /// Its name.
    pub name: String,
    /// Share of its changes that bring back the content before the last change, 0–1.
    pub reverts: f64,
}

/// Source of the pushes: recorded or drawn.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "a model holds one of these")]
pub enum PushSource {
    /// A recorded log, with its times and changes. Only what it leaves open is drawn.
    Log(EventLog),
    /// Pushes drawn per replication.
    Stochastic(Stochastic),
}

/// Everything that determines the pushes of a replication.
#[derive(Debug, Clone, PartialEq)]
pub struct Workload {
    /// Recorded or drawn pushes.
    pub source: PushSource,
    /// Names of the path classes. Bit `i` of a [`PathSet`] stands for class `i`.
    pub path_classes: Vec<String>,
    /// The inputs that filters by paths name. Their classes come behind the others, in this order.
    pub input_paths: Vec<InputId>,
    /// All inputs of the project, by their index.
    pub inputs: Vec<ProjectInput>,
    /// The branches that are pushed to besides the default branch: their names, by [`BranchId`] from 1.
    pub branches: Vec<String>,
    /// Events that are no pushes. They are drawn, also beside a recorded log.
    pub other_events: OtherEvents,
    /// The beginning and the end that the scenario states beside a recorded log. Without them, the log's first and last rows
    /// count.
    pub bounds: [Option<SimTime>; 2],
    /// When GitHub starts the scheduled workflows.
    pub crons: Vec<Cron>,
    /// How late a scheduled run starts, in seconds.
    pub cron_delay: Distribution,
    /// How often a red run is followed by a push that mends it; `None`: never.
    pub fixes: Option<Fixes>,
    /// How far, on average, the base that a pull request's run builds on lags behind main.
    pub pull_request_lag: Duration,
    /// Number of external crates per day that get a new version while no lock file is committed.
    pub drift_per_day: f64,
    /// Time from which a lock file is committed. Before, versions drift and keys do not change with
    /// them.
    pub lock_committed_from: SimTime,
    /// Mean number of external crates that a lock-file change touches, ≥ 1, unless the log says how
    /// many.
    pub crates_per_lock_change: f64,
    /// Mean number of workspace crates that a source change touches, ≥ 1.
    pub crates_per_source_change: f64,
}

impl Workload {
    /// The pushes of one replication in time order, numbered from 0, each with its checkout, if the merge queue merges
    /// everything.
    pub fn pushes(&self, graph: &CrateGraph, draws: &Draws) -> Vec<Push> {
        let mut history = History::new(self, graph, draws);
        self.planned(draws).iter().zip(0..).map(|(push, nth)| history.apply(nth, push)).collect()
    }

    /// The pushes of one replication in time order, before they are applied to the branches.
    pub fn planned(&self, draws: &Draws) -> Vec<LoggedPush> {
        let mut logged = match &self.source {
            PushSource::Log(log) => log.with_closings().pushes,
            PushSource::Stochastic(stochastic) => Arrivals::draw(stochastic, draws),
        };
        logged = logged.into_iter().map(|push| self.with_input_paths(push)).collect();
        if let Some(span) = self.span(&logged) {
            logged.extend(self.other_events.within(span, draws));
            let (from, end) = span;
            logged.extend(self.crons.iter().flat_map(|cron| cron.runs(from, end, &self.cron_delay, draws)));
            logged.sort_by_key(|push| push.at);
        }
        logged
    }

    /// The time in which something else than pushes starts workflows; `None` if a log has no rows.
    fn span(&self, logged: &[LoggedPush]) -> Option<(SimTime, SimTime)> {
        match &self.source {
            PushSource::Log(_) => {
                let [from, until] = self.bounds;
                Some((from.unwrap_or(logged.first()?.at), until.unwrap_or(logged.last()?.at)))
            }
            PushSource::Stochastic(drawn) => Some((drawn.from, drawn.end())),
        }
    }

    /// Time from which pushes are drawn; `None` for a recorded log.
    pub fn drawn_from(&self) -> Option<SimTime> {
        match &self.source {
            PushSource::Log(_) => None,
            PushSource::Stochastic(stochastic) => Some(stochastic.from),
        }
    }

    /// Expected number of pushes and other events, without closings. The scenario refuses too many before anything
    /// runs.
    pub fn expected_pushes(&self) -> f64 {
        let (pushes, days) = match &self.source {
            PushSource::Log(log) => {
                let span = self.span(&log.pushes).map_or(0.0, |(from, end)| (end - from).as_days_f64());
                (log.pushes.len() as f64, span)
            }
            PushSource::Stochastic(drawn) => (drawn.expected_pushes(), drawn.days),
        };
        pushes + self.other_events.per_day() * days
    }
}

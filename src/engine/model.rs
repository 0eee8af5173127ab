//! The [`Model`]: a checked scenario in the types of the simulation. `scenario` builds it,
//! [`simulate`](super::simulate) plays it, and the same model serves all replications. It contains settings
//! only, no state and no draws.

use super::initial::InitialEntry;
use crate::ci::{Condition, Janitor, ReRuns, Runner, Workflow};
use crate::client::{ALWAYS_NAMED, CLIENTS, ClientKind};
use crate::event::{EntrySet, JobName, Names, Window, WorkflowId};
use crate::project::{CrateGraph, Flavour, Image};
use crate::random::{Draws, Purpose};
use crate::service::{Limits, Sweep};
use crate::units::{Duration, Money, SimTime};
use crate::workload::{PushSource, Workload};

/// A checked scenario: everything that one replication needs besides its draws. It cannot be wrong any
/// more: every index in it is valid.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// The cache service's settings.
    pub cache: Limits,
    /// Price of a GB (10⁹ bytes) above [`Limits::INCLUDED`] per 30 days.
    pub cache_price: Money,
    /// True if pull requests from forks may write to their own scope.
    pub forks_write: bool,
    /// What is stored when the simulation begins.
    pub initial: Vec<InitialEntry>,
    /// The workflows that delete entries.
    pub janitors: Vec<Janitor>,
    /// The named sets of entries whose survivors are counted.
    pub sets: Vec<EntrySet>,
    /// The kinds of runners.
    pub runners: Vec<Runner>,
    /// How many jobs the organisation may run at once on GitHub's standard runners; `None` is unlimited.
    pub job_concurrency: Option<u32>,
    /// How often failed jobs are run again; `None`: never.
    pub re_runs: Option<ReRuns>,
    /// How many jobs may run at once on GitHub's macOS runners; `None` is unlimited.
    pub macos_concurrency: Option<u32>,
    /// The repository's workflows.
    pub workflows: Vec<Workflow>,
    /// The crates of the project, with their dependencies.
    pub graph: CrateGraph,
    /// The ways of compiling the crates.
    pub flavours: Vec<Flavour>,
    /// The container images.
    pub images: Vec<Image>,
    /// How often the base images that change get a new digest.
    pub base_image_period: Duration,
    /// Who pushes what and when.
    pub workload: Workload,
    /// The length of the warm-up. It begins at the first instant; nothing in it is measured.
    pub warmup: Duration,
    /// The first instant; `None`: that of the first push.
    pub from: Option<SimTime>,
    /// The end of the pushes. Jobs in progress still end. `None`: after the last push of a log.
    pub until: Option<SimTime>,
    /// The most events that a replication may handle. If it needs more, it stops with an error.
    pub event_limit: u64,
}

/// How long a recorded log is simulated beyond its last push, so that its last jobs can end.
const AFTER_THE_LAST: Duration = Duration(2 * Duration::HOUR.0);

impl Model {
    /// The names for the ids in events.
    pub fn names(&self) -> Names {
        let jobs = self.workflows.iter().enumerate().flat_map(|(workflow, of)| {
            of.jobs.iter().map(move |job| JobName {
                workflow: WorkflowId(workflow as u16),
                name: job.name.clone(),
                group: job.group.clone(),
                after_failure: job.condition == Condition::Failure,
            })
        });
        let steps = |image: &Image| {
            let of = image.name.clone();
            image.steps.iter().map(move |step| format!("{of} {}", step.name)).collect::<Vec<_>>()
        };
        Names {
            clients: self.clients().iter().map(|client| client.name.to_owned()).collect(),
            workflows: self.workflows.iter().map(|workflow| workflow.name.clone()).collect(),
            jobs: jobs.collect(),
            steps: self.images.iter().flat_map(steps).collect(),
            sets: self.sets.iter().map(|set| set.name.clone()).collect(),
        }
    }

    /// True if something that is pushed may get green: a workflow that is required runs for it.
    pub fn has_green_pushes(&self) -> bool {
        let is_pushed = match &self.workload.source {
            PushSource::Log(log) => log.pushes.iter().any(|push| push.kind.is_to_branch()),
            PushSource::Stochastic(_) => true,
        };
        is_pushed && self.workflows.iter().any(|workflow| workflow.required && workflow.on.has_pushes())
    }

    /// The clients as far as results name them: the first ones, and all up to the last that a job uses.
    fn clients(&self) -> &'static [ClientKind] {
        let used = CLIENTS.iter().rposition(|client| self.uses(client.name));
        &CLIENTS[..used.map_or(0, |last| last + 1).max(ALWAYS_NAMED)]
    }

    /// True if a job uses the cache client of this name.
    pub fn uses(&self, client: &str) -> bool {
        let jobs = self.workflows.iter().flat_map(|workflow| &workflow.jobs);
        jobs.flat_map(|job| &job.caches).any(|cache| cache.name() == client)
    }

    /// This model if a client stored nothing in GitHub's cache. It looks up as before, but no entry of its own takes room,
    /// neither now nor at the beginning.
    pub fn without_saves_of(&self, client: &str) -> Model {
        let mut model = self.clone();
        let jobs = model.workflows.iter_mut().flat_map(|workflow| &mut workflow.jobs);
        let caches = jobs.flat_map(|job| &mut job.caches);
        for cache in caches.filter(|cache| cache.name() == client && cache.is_on_github()) {
            *cache = cache.clone().without_saves();
        }
        model.initial.retain(|entry| entry.client != ClientKind::id(client));
        model
    }

    /// What the limit costs while the cache is exactly full, in USD per 30 days. What exceeds the limit until a sweep is
    /// billed as well (`cache.overshoot_cost`), so this is no bound.
    pub fn limit_cost(&self) -> f64 {
        let above = self.cache.limit.saturating_sub(Limits::INCLUDED);
        above.as_f64() / 1e9 * self.cache_price.as_usd_f64()
    }

    /// The first instant of the simulation, and the first one after it. A recorded log is simulated for two
    /// more hours, so that its last jobs can end. `None` if nothing is ever pushed.
    pub fn window(&self) -> Option<(SimTime, SimTime)> {
        let (first, last) = match &self.workload.source {
            PushSource::Log(log) => (log.pushes.first().map(|p| p.at), log.pushes.last().map(|p| p.at)),
            PushSource::Stochastic(drawn) => (Some(drawn.from), None),
        };
        let end = self.until.or(last.map(|last| last + AFTER_THE_LAST));
        self.from.or(first).zip(end)
    }

    /// The time that a replication simulates, and the measured part of it. With drawn pushes it starts when
    /// the drawing does. If it started with the first push, one more scheduled run would shift the measured
    /// part.
    pub fn simulated(&self) -> Window {
        let nothing = self.from.unwrap_or(SimTime(0));
        let (start, end) = self.window().unwrap_or((nothing, self.until.unwrap_or(nothing + AFTER_THE_LAST)));
        let measure_from = (start + self.warmup).min(end - Duration(1));
        Window { start, measure_from: measure_from.max(start), end: end.max(start + Duration(1)) }
    }

    /// The length of the simulated time.
    pub fn span(&self) -> Duration {
        self.window().map_or(Duration::ZERO, |(start, end)| end - start)
    }

    /// When a replication sweeps. If the scenario does not fix the phase, it is drawn.
    pub fn sweep(&self, draws: &Draws) -> Sweep {
        match self.cache.sweep {
            Sweep::Every { period, phase } => {
                let drawn = || period.scaled(draws.unit(Purpose::Sweep, 0));
                Sweep::Every { period, phase: Some(phase.unwrap_or_else(drawn)) }
            }
            other => other,
        }
    }
}

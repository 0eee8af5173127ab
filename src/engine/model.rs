use crate::ci::{Runner, Workflow};
use crate::client::Cache;
use crate::event::{JobName, Names, Window, WorkflowId};
use crate::project::{CrateGraph, Flavour, Image};
use crate::random::{Draws, Purpose};
use crate::service::{Limits, Sweep};
use crate::units::{Duration, Money, SimTime};
use crate::workload::{PushSource, Workload};

/// A checked scenario: everything one replication needs besides its draws. It can no longer be
/// wrong: every index in it points somewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// The cache service's settings.
    pub cache: Limits,
    /// Price of a GB (10⁹ bytes) above [`Limits::INCLUDED`] per 30 days.
    pub cache_price: Money,
    /// Whether pull requests from forks may write their own scope.
    pub forks_write: bool,
    /// What deletes a pull request's entries when it is closed; `None`: nothing does.
    pub clean_up: Option<CleanUp>,
    /// Kinds of runners.
    pub runners: Vec<Runner>,
    /// Jobs the organisation may run at once, over all kinds; `None` is unlimited.
    pub job_concurrency: Option<u32>,
    /// The workflows.
    pub workflows: Vec<Workflow>,
    /// The crates.
    pub graph: CrateGraph,
    /// Ways of compiling them.
    pub flavours: Vec<Flavour>,
    /// Container images.
    pub images: Vec<Image>,
    /// The moving base images get a new digest this often.
    pub base_image_period: Duration,
    /// Who pushes what when.
    pub workload: Workload,
    /// What happens before this span has passed since the first instant is not measured.
    pub warmup: Duration,
    /// The first instant; `None`: the first push.
    pub from: Option<SimTime>,
    /// Nothing is pushed from here on; jobs under way still end. `None`: the last push.
    pub until: Option<SimTime>,
    /// A replication that handles more events than this stops with a named error.
    pub event_limit: u64,
}

/// How long a recorded log is played on after its last push, so that its last jobs can end.
const AFTER_THE_LAST: Duration = Duration(2 * Duration::HOUR.0);

/// A workflow that deletes the entries of a pull request's ref when it is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CleanUp {
    /// How long after the closing; so long its job is billed, too.
    pub after: Duration,
    /// The runner of the job: an index into [`Model::runners`].
    pub runner: usize,
}

impl Model {
    /// The names behind the ids that its outcomes use.
    pub fn names(&self) -> Names {
        let jobs = self.workflows.iter().enumerate().flat_map(|(workflow, of)| {
            of.jobs.iter().map(move |job| JobName {
                workflow: WorkflowId(workflow as u16),
                name: job.name.clone(),
                group: job.group.clone(),
            })
        });
        let steps = |image: &Image| {
            let of = image.name.clone();
            image.steps.iter().map(move |step| format!("{of} {}", step.name)).collect::<Vec<_>>()
        };
        Names {
            clients: Cache::CLIENTS.map(str::to_owned).to_vec(),
            workflows: self.workflows.iter().map(|workflow| workflow.name.clone()).collect(),
            jobs: jobs.collect(),
            steps: self.images.iter().flat_map(steps).collect(),
        }
    }

    /// Whether a job uses the cache client of this name.
    pub fn uses(&self, client: &str) -> bool {
        let jobs = self.workflows.iter().flat_map(|workflow| &workflow.jobs);
        jobs.flat_map(|job| &job.caches).any(|cache| cache.name() == client)
    }

    /// What the limit costs at most, with a cache that is always full: USD per 30 days.
    pub fn limit_cost(&self) -> f64 {
        let above = self.cache.limit.saturating_sub(Limits::INCLUDED);
        above.as_f64() / 1e9 * self.cache_price.as_usd_f64()
    }

    /// The first instant, and the first one after the simulation: a recorded log is played for two
    /// hours more, so that its last jobs can end. `None` if nothing is ever pushed.
    pub fn window(&self) -> Option<(SimTime, SimTime)> {
        let (first, last) = match &self.workload.source {
            PushSource::Log(log) => (log.pushes.first().map(|p| p.at), log.pushes.last().map(|p| p.at)),
            PushSource::Stochastic(drawn) => (Some(drawn.from), None),
        };
        let end = self.until.or(last.map(|last| last + AFTER_THE_LAST));
        self.from.or(first).zip(end)
    }

    /// The span a replication simulates, and the part of it that is measured. Drawn pushes begin when their
    /// drawing does: else one more scheduled run would move what is measured.
    pub fn simulated(&self) -> Window {
        let nothing = self.from.unwrap_or(SimTime(0));
        let (start, end) = self.window().unwrap_or((nothing, self.until.unwrap_or(nothing + AFTER_THE_LAST)));
        let measure_from = (start + self.warmup).min(end - Duration(1));
        Window { start, measure_from: measure_from.max(start), end: end.max(start + Duration(1)) }
    }

    /// The simulated time.
    pub fn span(&self) -> Duration {
        self.window().map_or(Duration::ZERO, |(start, end)| end - start)
    }

    /// When a replication sweeps: a phase that the scenario does not fix is drawn.
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

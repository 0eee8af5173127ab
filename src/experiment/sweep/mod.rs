//! The experiment behind `sweep`: one scenario under many settings, with the same draws at every point.
//! Which points there are is decided in `statistics`, and where values are kept is up to the caller (a
//! [`Store`]).

mod axis;
mod planning;
mod space;
mod summary;

pub use summary::summarise;

use super::command_line::CommandLine;
use super::control::WhileWanted;
use super::{Control, Failure};
use crate::diagnostic::Report;
use crate::engine::Model;
use crate::observe::{self, Measure, Value};
use crate::random::Draws;
use crate::scenario::{Loaded, WarmUpRule};
use crate::statistics::sweep::{Plan, Point, Shard};
use crate::strategy::StrategySet;
use crate::units::Duration;
use anyhow::Context;
use rayon::prelude::*;
use space::Space;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// The request of a sweep.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepRequest {
    /// The scenario's file, in TOML.
    pub file: PathBuf,
    /// The values to vary, each `PATH=VALUES`, or a path alone if it has a range under `[assumed]`.
    pub vary: Vec<String>,
    /// Strategies that are switched off and on.
    pub strategies: Vec<StrategySet>,
    /// How many points, rows or paths are drawn. Without it and without `sensitivity`, a grid is played.
    pub sample: Option<u32>,
    /// The method of a sensitivity analysis, if one is requested.
    pub sensitivity: Option<SensitivityMethod>,
    /// The metric that the result is about; `None`: time to green, or runner minutes where nothing can get green.
    pub metric: Option<Measure>,
    /// True if the metrics of single jobs, workflows and steps are kept as well.
    pub all_metrics: bool,
    /// Changes of the scenario at all points, each `PATH=VALUE`.
    pub set: Vec<String>,
    /// The seed of all draws.
    pub seed: u64,
    /// How many replications per point, at least 1.
    pub replications: u32,
    /// The part of the sweep to play; `None` for all of it.
    pub shard: Option<Shard>,
}

/// The methods of sensitivity analysis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SensitivityMethod {
    /// Sobol indices: shares of the variance.
    Sobol,
    /// Morris's elementary effects, along paths.
    Morris,
}

impl SensitivityMethod {
    /// Its name on the command line.
    pub fn label(self) -> &'static str {
        match self {
            SensitivityMethod::Sobol => "sobol",
            SensitivityMethod::Morris => "morris",
        }
    }
}

/// Writes the command that gives the same result again, on any number of threads. The shard is left out,
/// because the shards joined are the whole sweep.
impl fmt::Display for SweepRequest {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        CommandLine::new("sweep")
            .file(&self.file)
            .option("--vary", &self.vary)
            .strategies(&self.strategies)
            .option("--sample", self.sample)
            .option("--sensitivity", self.sensitivity.map(SensitivityMethod::label))
            .metric("--metric", self.metric.as_ref())
            .flag("--all-metrics", self.all_metrics)
            .option("--set", &self.set)
            .option("--seed", [self.seed])
            .option("--replications", [self.replications])
            .fmt(f)
    }
}

/// The command that continues a sweep whose store is the folder `output`.
pub fn resuming_command(plan: &Plan, output: Option<&Path>) -> String {
    CommandLine::continued(&plan.reproduce)
        .option("--shard", plan.shard)
        .option("--output", output.map(Path::display))
        .flag("--resume", true)
        .to_string()
}

/// Keeps the values of each replication while a sweep is played.
pub trait Store: Send {
    /// How many replications, over all points, are kept already.
    fn count(&self) -> u64;

    /// The missing ones: each point with its missing replications, counted from 0.
    fn missing(&self, plan: &Plan) -> Vec<(usize, Vec<u32>)>;

    /// Keeps the values of one replication.
    ///
    /// # Errors
    /// If they cannot be kept. What was kept before stays intact.
    fn add(&mut self, plan: &Plan, point: usize, replication: u32, values: &[Value]) -> anyhow::Result<()>;
}

/// A request whose points were all read and checked.
#[derive(Debug)]
pub struct PreparedSweep {
    /// The metric that the result is about.
    measure: Measure,
    /// True if the request leaves it open, and it is not the usual one.
    is_replaced: bool,
    base: Loaded,
    warnings: Option<Report>,
    space: Space,
    plan: Plan,
}

impl PreparedSweep {
    /// Reads the scenario at every point.
    ///
    /// # Errors
    /// All problems of the request, the scenario and the points; or that it was cancelled.
    pub fn prepare(request: SweepRequest, control: &dyn Control) -> Result<PreparedSweep, Failure> {
        let prepared = planning::planned(request, control);
        // If it was cancelled, not all points were checked.
        go_on(control)?;
        prepared.map_err(Failure::Refused)
    }

    /// The scenario without variations.
    pub fn scenario(&self) -> &Loaded {
        &self.base
    }

    /// The warnings about a value of an axis that the scenario itself does not have.
    pub fn warnings(&self) -> Option<&Report> {
        self.warnings.as_ref()
    }

    /// The plan: all points and how they are played.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// A note on the metric, if the request leaves it open and it is not the usual one.
    pub fn note_on_metric(&self) -> Option<String> {
        let metric = &self.measure;
        self.is_replaced.then(|| {
            format!(
                "nothing that is pushed here can get green, so this is about {metric}; --metric names another"
            )
        })
    }

    /// A note on the warm-up, if the scenario leaves it to the program.
    pub fn note_on_warm_up(&self) -> Option<String> {
        let span = self.base.model.warmup;
        match self.base.warm_up {
            WarmUpRule::Stated | WarmUpRule::TwiceRetention => None,
            WarmUpRule::HalfTheTime => Some(format!(
                "the warm-up is {span}, half of the simulated time, because twice the retention is longer"
            )),
            WarmUpRule::Detected => Some(format!(
                "a sweep does not detect the warm-up: its points use twice the retention, here {span}"
            )),
        }
    }

    /// Simulates what is missing in the store, on the threads of the current pool, and keeps it there.
    ///
    /// # Errors
    /// If a replication fails, or if it is cancelled. Everything that was finished is kept.
    pub fn play<S: Store>(&self, store: S, control: &dyn Control) -> Result<S, Failure> {
        let Plan { seed, .. } = self.plan;
        let missing = store.missing(&self.plan);
        control.begin("replications", self.plan.simulations(), store.count());
        let store = Mutex::new(store);
        let replication = |model: &Model, point: usize, replication: u32| {
            go_on(control)?;
            let outcome =
                observe::measure_with(model, Draws::new(seed, replication), &mut WhileWanted(control));
            go_on(control)?;
            let outcome = outcome.with_context(|| format!("cannot simulate point {}", point + 1))?;
            let mut values = outcome.values;
            values.retain(|value| self.plan.keeps(&self.measure, value));
            // A store keeps numbers: a quantile at a point is the mean of those of its replications.
            values.iter_mut().for_each(|value| value.samples = None);
            store.lock().expect("no thread panics with it").add(&self.plan, point, replication, &values)?;
            control.advance();
            Ok(())
        };
        // Points are handed out one by one, because each takes long and no thread should wait for the rest
        // of another's share.
        let played = missing.into_par_iter().with_max_len(1).try_for_each(|(point, replications)| {
            go_on(control)?;
            let model = self.at_point(point)?;
            let each = |number| replication(&model, point, number);
            replications.into_par_iter().with_max_len(1).try_for_each(each)
        });
        control.end();
        played.map(|()| store.into_inner().expect("no thread panicked with it"))
    }

    /// The model at a point. Points that state no warm-up of their own all measure the same time.
    fn at_point(&self, point: usize) -> anyhow::Result<Model> {
        let Point { settings, hash, .. } = &self.plan.points[point];
        let Loaded { mut model, warm_up, .. } = self.space.load(settings, hash)?;
        if warm_up != WarmUpRule::Stated {
            let common = Duration::DAY.scaled(self.plan.warmup_days);
            model.warmup = common.min(Duration(model.span().0 / 2));
        }
        Ok(model)
    }
}

fn go_on(control: &dyn Control) -> Result<(), Failure> {
    if control.is_cancelled() { Err(Failure::Cancelled) } else { Ok(()) }
}

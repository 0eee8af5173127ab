//! A sweep before it is played.

use super::design::Design;
use crate::observe::{Label, Measure, Value};
use crate::scenario::ValueRange;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A whole sweep before it is played: enough to go on with it in another process, to tell whether two
/// parts are of one whole, and to say what came out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The version of this form.
    pub schema_version: u32,
    /// The program.
    pub tool: Tool,
    /// The scenario's name.
    pub name: String,
    /// Its file, as it was named on the command line.
    pub file: String,
    /// Its hash before anything is varied.
    pub hash: String,
    /// The seed of all draws.
    pub seed: u64,
    /// The replications of each point.
    pub replications: u32,
    /// The simulated days of the scenario, warm-up included.
    pub simulated_days: f64,
    /// Its days before anything is measured.
    pub warmup_days: f64,
    /// How the points were chosen.
    pub design: Design,
    /// What is varied.
    pub axes: Vec<Axis>,
    /// The metric that the answer is about, as `--metric` takes it.
    pub metric: String,
    /// Which metrics are kept of each replication.
    pub rows: Rows,
    /// The command line that gives the same numbers again.
    pub reproduce: String,
    /// The points, in their order.
    pub points: Vec<Point>,
    /// The part that is played here; the whole, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// Whether everything was played.
    pub finished: bool,
}

/// The program that wrote a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version: another may simulate otherwise.
    pub version: String,
}

/// One input that is varied.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Axis {
    /// The path of a scenario value, `strategy`, or the name of a strategy that is on or off.
    pub name: String,
    /// Its values, as `--vary` takes them.
    pub values: String,
    /// What the scenario has; absent where nothing stands there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<String>,
}

/// One setting of all axes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// A value for each axis.
    pub settings: Vec<String>,
    /// The hash of the scenario they make.
    pub hash: String,
    /// What its limit costs at most, USD per 30 days.
    #[serde(default)]
    pub limit_cost: f64,
}

/// Which metrics of a replication are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rows {
    /// The metric the answer is about, and those of the whole, of one client, one kind of ref or one
    /// reason: not of single jobs, workflows and steps, nor of combinations.
    Summary,
    /// All of them.
    All,
}

/// One of several parts, whose points are every so-manieth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Shard {
    /// Which one, from 1.
    pub index: u32,
    /// Of how many.
    pub of: u32,
}

/// The most axes of a sweep: a Sobol row has twice as many dimensions, and the sequence has 256.
pub const AXES_MAX: usize = 128;
/// The most points of a sweep.
pub const POINTS_MAX: u64 = 20_000;
/// The most replications of all points together.
pub const SIMULATIONS_MAX: u64 = 1_000_000;
/// The most parts of a sweep.
pub const PARTS_MAX: u32 = 10_000;

/// As `--shard` takes it.
impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

impl Plan {
    /// Whether this could have been written here: within the limits, its points those of its design.
    pub fn is_sound(&self) -> bool {
        let points = self.points.len() as u64;
        let simulations = points.saturating_mul(self.replications.into());
        let part = |shard: Shard| (1..=shard.of).contains(&shard.index) && shard.of <= PARTS_MAX;
        self.schema_version == 1
            && self.measure().is_some()
            && self.axes.len() <= AXES_MAX
            && (1..=POINTS_MAX).contains(&points)
            && (1..=SIMULATIONS_MAX).contains(&simulations)
            && self.points.iter().all(|point| point.settings.len() == self.axes.len())
            && self.design.count(&self.counts()) == Some(points)
            && self.shard.is_none_or(part)
    }

    /// The metric that the answer is about; `None` if a later version knows one that this does not.
    pub fn measure(&self) -> Option<Measure> {
        self.metric.parse().ok()
    }

    /// Whether a point, by its index, is to be played here.
    pub fn plays(&self, point: usize) -> bool {
        self.shard.is_none_or(|shard| point as u64 % u64::from(shard.of) == u64::from(shard.index - 1))
    }

    /// How many replications are to be played here.
    pub fn simulations(&self) -> u64 {
        (0..self.points.len()).filter(|point| self.plays(*point)).count() as u64
            * u64::from(self.replications)
    }

    /// The plan of the whole that this is a part of, not yet played.
    pub fn whole(&self) -> Plan {
        Plan { shard: None, finished: false, ..self.clone() }
    }

    /// Whether a value of a replication is kept.
    pub fn keeps(&self, measure: &Measure, value: &Value) -> bool {
        self.rows == Rows::All || summarises(&value.labels) || measure.matches(value)
    }

    /// How many values each axis has; `None` for one that takes everything between two ends.
    pub fn counts(&self) -> Vec<Option<usize>> {
        let count = |axis: &Axis| ValueRange::parse(&axis.values).ok().and_then(|values| values.count());
        self.axes.iter().map(count).collect()
    }
}

/// Whether a value under these labels is of the whole, or of one client, one kind of ref or one reason.
pub fn summarises(labels: &[Label]) -> bool {
    let mut labels = labels.iter().map(|(label, _)| *label).filter(|label| *label != "stat");
    let first = labels.next();
    labels.next().is_none()
        && first.is_none_or(|label| ["client", "ref", "reason", "outcome"].contains(&label))
}

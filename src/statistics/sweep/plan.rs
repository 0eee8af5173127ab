//! The plan of a sweep: everything that is decided before it is played. `experiment` makes it. It
//! is saved in the output folder, from which a sweep resumes, and shows whether parts belong
//! together.

use super::design::Design;
use crate::engine::MODEL_REVISION;
use crate::observe::{Label, Measure, Value};
use crate::scenario::ValueRange;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A whole sweep before it is played. It is enough to continue it in another process, to check that
/// two parts belong to the same sweep, and to report the results.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Version of this format.
    pub schema_version: u32,
    /// The program that wrote it.
    pub tool: Tool,
    /// Name of the scenario.
    pub name: String,
    /// File of the scenario, as named on the command line.
    pub file: String,
    /// Hash of the scenario before anything is varied.
    pub hash: String,
    /// Seed of all draws.
    pub seed: u64,
    /// Number of replications of each point.
    pub replications: u32,
    /// Simulated days of the scenario, including the warm-up.
    pub simulated_days: f64,
    /// Days before anything is measured.
    pub warmup_days: f64,
    /// How the points were chosen.
    pub design: Design,
    /// The inputs that are varied.
    pub axes: Vec<Axis>,
    /// The reported metric, as `--metric` takes it.
    pub metric: String,
    /// The metrics that are kept from each replication.
    pub rows: Rows,
    /// The command line that reproduces the numbers.
    pub reproduce: String,
    /// The points, in their order.
    pub points: Vec<Point>,
    /// The part that is played here; `None` for the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// True if everything was played.
    pub finished: bool,
}

/// The program that wrote a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The revision of its model: results are the same if it is. 0 before revisions were counted.
    #[serde(default, skip_serializing_if = "is_uncounted")]
    pub revision: u32,
}

/// One input that is varied.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Axis {
    /// The path of a scenario value, `strategy`, or the name of a strategy that is on or off.
    pub name: String,
    /// Its values, as `--vary` takes them.
    pub values: String,
    /// The scenario's own value; absent if it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<String>,
}

/// One setting of all axes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// The value of each axis.
    pub settings: Vec<String>,
    /// Hash of the scenario with these settings.
    pub hash: String,
    /// Largest cost of its cache limit, in USD per 30 days.
    #[serde(default)]
    pub limit_cost: f64,
}

/// The metrics that are kept from each replication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rows {
    /// The reported metric, and metrics of the whole, of one client, one kind of ref or one reason.
    /// Left out are those of single jobs, workflows and steps, and combinations.
    Summary,
    /// All metrics.
    All,
}

/// One part of a sweep: part k of n contains every n-th point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Shard {
    /// The number of this part, from 1.
    pub index: u32,
    /// The number of parts.
    pub of: u32,
}

/// The largest number of axes. A Sobol row has twice as many dimensions, and the sequence has 256.
pub const AXES_MAX: usize = 128;
/// The largest number of points of a sweep.
pub const POINTS_MAX: u64 = 20_000;
/// The largest number of replications of all points together.
pub const SIMULATIONS_MAX: u64 = 1_000_000;
/// The largest number of parts of a sweep.
pub const PARTS_MAX: u32 = 10_000;

/// True for a program from before revisions were counted.
fn is_uncounted(revision: &u32) -> bool {
    *revision == 0
}

impl Tool {
    /// This program.
    pub fn this() -> Tool {
        let [name, version] = [env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")].map(str::to_owned);
        Tool { name, version, revision: MODEL_REVISION }
    }
}

/// Writes the form that `--shard` takes.
impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

impl Plan {
    /// True if this program could have written the plan: it is within the limits, and its points
    /// are those of its design.
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

    /// The reported metric; `None` if it was written by a later version and is unknown to this one.
    pub fn measure(&self) -> Option<Measure> {
        self.metric.parse().ok()
    }

    /// True if the point with this index is played here.
    pub fn plays(&self, point: usize) -> bool {
        self.shard.is_none_or(|shard| point as u64 % u64::from(shard.of) == u64::from(shard.index - 1))
    }

    /// Number of replications that are played here.
    pub fn simulations(&self) -> u64 {
        (0..self.points.len()).filter(|point| self.plays(*point)).count() as u64
            * u64::from(self.replications)
    }

    /// The plan of the whole sweep that this is a part of, not yet played.
    pub fn whole(&self) -> Plan {
        Plan { shard: None, finished: false, ..self.clone() }
    }

    /// True if a value of a replication is kept.
    pub fn keeps(&self, measure: &Measure, value: &Value) -> bool {
        self.rows == Rows::All || summarises(&value.labels) || measure.matches(value)
    }

    /// Number of values of each axis; `None` for a continuous one.
    pub fn counts(&self) -> Vec<Option<usize>> {
        let count = |axis: &Axis| ValueRange::parse(&axis.values).ok().and_then(|values| values.count());
        self.axes.iter().map(count).collect()
    }
}

/// True if these labels are of the whole, of one client, one kind of ref or one reason.
pub fn summarises(labels: &[Label]) -> bool {
    let mut labels = labels.iter().map(|(label, _)| *label).filter(|label| *label != "stat");
    let first = labels.next();
    labels.next().is_none()
        && first.is_none_or(|label| ["client", "ref", "reason", "outcome"].contains(&label))
}

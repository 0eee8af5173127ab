//! The result of `sweep`: many settings of one scenario. `experiment` makes it, `report` shows it.

pub(super) mod elbow;
pub(super) mod file;

use crate::observe::Measure;
use crate::scenario::amount;
use crate::statistics::Estimate;
use crate::statistics::sweep::{Axis, AxisCurve, Interval, Plan, Point, Sensitivity, axis_curves};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The complete result of a sweep.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepResult {
    /// The plan that was played.
    pub plan: Plan,
    /// The metric that the result is about.
    pub measure: Measure,
    /// The metrics of each point, except those of single jobs, workflows and steps.
    pub points: Vec<Vec<Estimate>>,
    /// The contribution of each replication to that metric: by point, then by replication.
    pub results: Vec<Vec<Option<f64>>>,
    /// The curve of the metric along every numeric axis, with the place where it bends.
    pub curves: Vec<AxisCurve>,
    /// How much each input matters, by axis.
    pub sensitivity: Sensitivity,
    /// What was simulated, if not everything was.
    pub interrupted: Option<InterruptedSweep>,
}

/// How much of a sweep was simulated when it was interrupted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InterruptedSweep {
    /// Finished replications, over all points.
    pub replications_finished: u64,
    /// All replications of the sweep, or of the part.
    pub replications: u64,
    /// Points with all their replications.
    pub points_finished: usize,
    /// Points with some of their replications.
    pub points_begun: usize,
    /// All points of the sweep, or of the part.
    pub points: usize,
    /// The command that continues the sweep; empty if it was not kept.
    pub resume: String,
}

impl InterruptedSweep {
    /// What was simulated, from the number of finished replications of each point; `None` if everything was.
    pub fn of(plan: &Plan, finished: &[u64]) -> Option<InterruptedSweep> {
        let (done, all) = (finished.iter().sum(), plan.simulations());
        let each = u64::from(plan.replications);
        let points_with = |is: fn(u64, u64) -> bool| finished.iter().filter(|n| is(**n, each)).count();
        (done < all).then(|| InterruptedSweep {
            replications_finished: done,
            replications: all,
            points_finished: points_with(|n, each| n == each),
            points_begun: points_with(|n, each| 0 < n && n < each),
            points: (all / each) as usize,
            resume: String::new(),
        })
    }
}

impl SweepResult {
    /// Makes the result. Per point: all metrics; per replication: the contribution to the reported metric.
    pub fn new(
        plan: Plan,
        measure: Measure,
        points: Vec<Vec<Estimate>>,
        results: Vec<Vec<Option<f64>>>,
    ) -> SweepResult {
        let (curves, sensitivity) = (axis_curves(&plan, &results), Sensitivity::of(&plan, &results));
        SweepResult { plan, measure, points, results, curves, sensitivity, interrupted: None }
    }

    /// What the limit of one point costs above that of another while both are exactly full, in USD per 30 days.
    pub(crate) fn price(&self, from: usize, to: usize) -> f64 {
        self.plan.points[to].limit_cost - self.plan.points[from].limit_cost
    }

    /// The point whose settings are those of the scenario, if there is one.
    pub(crate) fn own(&self) -> Option<usize> {
        // A default that is written out gives a different text of the same scenario.
        let same =
            |(axis, setting): (&Axis, &String)| axis.own.as_deref().is_some_and(|own| same(own, setting));
        let stands = |point: &Point| self.plan.axes.iter().zip(&point.settings).all(same);
        self.plan.points.iter().position(|point| point.hash == self.plan.hash || stands(point))
    }

    /// The estimate of the metric at a point.
    pub(crate) fn estimate(&self, point: usize) -> Option<&Estimate> {
        self.points[point].iter().find(|estimate| self.measure.is(estimate.metric, &estimate.labels))
    }

    /// The paired difference between two points. The interval is widened if the two were chosen as extremes
    /// among `among` points. Where a single pair of several was measured, chance cannot be told, so there is none.
    pub(crate) fn change(&self, from: usize, to: usize, among: usize) -> Option<Interval> {
        let pairs = self.results[from].iter().zip(&self.results[to]);
        let changes: Vec<f64> = pairs.filter_map(|(from, to)| Some((*to)? - (*from)?)).collect();
        let fewest = self.plan.replications.min(2) as usize;
        (changes.len() >= fewest).then(|| Interval::of_chosen(&changes, among.max(1)))
    }
}

/// True if two texts mean the same value, such as `2` and `2.0`, or `1 GB` and `1000 MB`.
fn same(one: &str, other: &str) -> bool {
    let base = |text: &str| amount(text).map(|(value, ..)| value);
    one == other || base(one).is_some_and(|value| base(other) == Some(value))
}

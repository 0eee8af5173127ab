//! The result of `sweep`: many settings of one scenario. `experiment` makes it, `report` shows it.

pub(super) mod elbow;
pub(super) mod file;

use crate::observe::Measure;
use crate::scenario::amount;
use crate::statistics::Estimate;
use crate::statistics::sweep::{Axis, AxisCurve, Interval, Plan, Point, Sensitivity, axis_curves};

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
        SweepResult { plan, measure, points, results, curves, sensitivity }
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
    /// among `among` points.
    pub(crate) fn change(&self, from: usize, to: usize, among: usize) -> Option<Interval> {
        let pairs = self.results[from].iter().zip(&self.results[to]);
        let changes: Vec<f64> = pairs.filter_map(|(from, to)| Some((*to)? - (*from)?)).collect();
        (!changes.is_empty()).then(|| Interval::of_chosen(&changes, among.max(1)))
    }
}

/// True if two texts mean the same value, such as `2` and `2.0`, or `1 GB` and `1000 MB`.
fn same(one: &str, other: &str) -> bool {
    let base = |text: &str| amount(text).map(|(value, ..)| value);
    one == other || base(one).is_some_and(|value| base(other) == Some(value))
}

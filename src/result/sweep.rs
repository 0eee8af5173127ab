//! The result of `sweep`: many settings of one scenario. `cli` makes it, `report` shows it.

use crate::observe::Measure;
use crate::scenario::amount;
use crate::study::Estimate;
use crate::study::sweep::{Axis, Bend, Interval, Plan, Point, Sensitivity, bends};

/// Everything that is known of one sweep.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepResult {
    /// What was played.
    pub plan: Plan,
    /// What the answer is about.
    pub measure: Measure,
    /// The metrics of each point, without those of single jobs, workflows and steps.
    pub points: Vec<Vec<Estimate>>,
    /// What each replication contributes to the metric the answer is about: by point, then by replication.
    pub results: Vec<Vec<Option<f64>>>,
    /// What it does along every numeric axis.
    pub bends: Vec<Bend>,
    /// Which input matters, by axis.
    pub sensitivity: Sensitivity,
}

impl SweepResult {
    /// What the metrics of each point, and the metric the answer is about in each replication, come to.
    pub fn new(
        plan: Plan,
        measure: Measure,
        points: Vec<Vec<Estimate>>,
        results: Vec<Vec<Option<f64>>>,
    ) -> SweepResult {
        let (bends, sensitivity) = (bends(&plan, &results), Sensitivity::of(&plan, &results));
        SweepResult { plan, measure, points, results, bends, sensitivity }
    }

    /// What the limit costs more at one point than at another, at most: USD per 30 days.
    pub(crate) fn price(&self, from: usize, to: usize) -> f64 {
        self.plan.points[to].limit_cost - self.plan.points[from].limit_cost
    }

    /// The point at which nothing differs from the scenario, if it is one of them.
    pub(crate) fn own(&self) -> Option<usize> {
        // A default that is written out makes another text of the same scenario.
        let same =
            |(axis, setting): (&Axis, &String)| axis.own.as_deref().is_some_and(|own| same(own, setting));
        let stands = |point: &Point| self.plan.axes.iter().zip(&point.settings).all(same);
        self.plan.points.iter().position(|point| point.hash == self.plan.hash || stands(point))
    }

    /// The estimate of the metric at a point.
    pub(crate) fn estimate(&self, point: usize) -> Option<&Estimate> {
        self.points[point].iter().find(|estimate| self.measure.is(estimate.metric, &estimate.labels))
    }

    /// What changes from one point to another, replication by replication, if the two were chosen
    /// because they are extreme `among` so many.
    pub(crate) fn change(&self, from: usize, to: usize, among: usize) -> Option<Interval> {
        let pairs = self.results[from].iter().zip(&self.results[to]);
        let changes: Vec<f64> = pairs.filter_map(|(from, to)| Some((*to)? - (*from)?)).collect();
        (!changes.is_empty()).then(|| Interval::of_chosen(&changes, among.max(1)))
    }
}

/// Whether two texts of a value mean the same: `2` and `2.0`, `1 GB` and `1000 MB`.
fn same(one: &str, other: &str) -> bool {
    let base = |text: &str| amount(text).map(|(value, ..)| value);
    one == other || base(one).is_some_and(|value| base(other) == Some(value))
}

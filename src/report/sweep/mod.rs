//! What a sweep looks like in every format: the answer, the points, where a curve bends, and which
//! input matters.
//!
//! `points.csv` has a line for every value of every replication and is written while they come
//! ([`rows`]); everything else is made of what it holds.

mod json;
mod markdown;
mod row;
mod sections;
mod sentence;
mod summary;
mod table;
mod words;

pub(super) use sections::sections;
pub(super) use words::{noun, point, settings};

pub use json::json;
pub use markdown::markdown;
pub use row::{head, read, rows};
pub use sentence::verdict;
pub use summary::{csv, summary_head, summary_rows};
pub use table::table;

use crate::outcome::{Better, Measure};
use crate::scenario::amount;
use crate::study::Estimate;
use crate::study::sweep::{Axis, Bend, Interval, Plan, Point, Sensitivity, bends};

/// Everything a report of one sweep says.
#[derive(Debug, Clone, PartialEq)]
pub struct Swept {
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

/// The fewest replications whose resamples say how sure a place is.
const PLACES_MIN: u32 = 8;

impl Swept {
    /// What the metrics of each point, and the metric the answer is about in each replication, come to.
    pub fn new(
        plan: Plan,
        measure: Measure,
        points: Vec<Vec<Estimate>>,
        results: Vec<Vec<Option<f64>>>,
    ) -> Swept {
        let (bends, sensitivity) = (bends(&plan, &results), Sensitivity::of(&plan, &results));
        Swept { plan, measure, points, results, bends, sensitivity }
    }

    /// The points that were played and measured, with the mean over replications.
    fn means(&self) -> Vec<(usize, f64)> {
        let mean = |(point, values): (usize, &Vec<Option<f64>>)| {
            let known: Vec<f64> = values.iter().copied().flatten().collect();
            (!known.is_empty()).then(|| (point, known.iter().sum::<f64>() / known.len() as f64))
        };
        self.results.iter().enumerate().filter_map(mean).collect()
    }

    /// The points that were played and measured, the best first; of a metric of which neither direction is
    /// good, the least.
    fn ranked(&self) -> Vec<usize> {
        let mut means = self.means();
        match self.measure.metric.better {
            Better::Higher => means.sort_by(|a, b| b.1.total_cmp(&a.1)),
            Better::Lower | Better::Neither => means.sort_by(|a, b| a.1.total_cmp(&b.1)),
        }
        means.into_iter().map(|(point, _)| point).collect()
    }

    /// Whether there are enough replications to say how sure the place of an elbow is. Of two there are
    /// three resamples.
    fn tells_places(&self) -> bool {
        self.plan.replications >= PLACES_MIN
    }

    /// What the limit costs more at one point than at another, at most: USD per 30 days.
    fn price(&self, from: usize, to: usize) -> f64 {
        self.plan.points[to].limit_cost - self.plan.points[from].limit_cost
    }

    /// The point at which nothing differs from the scenario, if it is one of them.
    fn own(&self) -> Option<usize> {
        // A default that is written out makes another text of the same scenario.
        let same =
            |(axis, setting): (&Axis, &String)| axis.own.as_deref().is_some_and(|own| same(own, setting));
        let stands = |point: &Point| self.plan.axes.iter().zip(&point.settings).all(same);
        self.plan.points.iter().position(|point| point.hash == self.plan.hash || stands(point))
    }

    /// The estimate of the metric at a point.
    pub(super) fn estimate(&self, point: usize) -> Option<&Estimate> {
        self.points[point].iter().find(|estimate| self.measure.is(estimate.metric, &estimate.labels))
    }

    /// What changes from one point to another, replication by replication, if the two were chosen
    /// because they are extreme `among` so many.
    fn change(&self, from: usize, to: usize, among: usize) -> Option<Interval> {
        let pairs = self.results[from].iter().zip(&self.results[to]);
        let changes: Vec<f64> = pairs.filter_map(|(from, to)| Some((*to)? - (*from)?)).collect();
        (!changes.is_empty()).then(|| Interval::of_chosen(&changes, among.max(1)))
    }

    /// What the numbers rest on.
    pub(super) fn basis(&self) -> String {
        let Plan { replications, simulated_days, warmup_days, .. } = &self.plan;
        let points = (0..self.plan.points.len()).filter(|point| self.plan.plays(*point)).count();
        let means = match replications {
            1 => "one replication each, so without intervals over replications".to_owned(),
            n => format!("means of {n} replications with 95 % intervals; the same draws at every point"),
        };
        let measured = simulated_days - warmup_days;
        format!("{points} points, {means}; {measured:.1} days after {warmup_days:.1} days of warm-up.")
    }
}

/// Whether two texts of a value mean the same: `2` and `2.0`, `1 GB` and `1000 MB`.
fn same(one: &str, other: &str) -> bool {
    let base = |text: &str| amount(text).map(|(value, ..)| value);
    one == other || base(one).is_some_and(|value| base(other) == Some(value))
}

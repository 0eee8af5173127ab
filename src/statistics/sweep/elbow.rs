//! Finds where a result bends along each numeric axis of a grid, and how certain that position is.
//! The grid is cut into curves, and each is judged alone. `result` calls it once a sweep is complete.

use super::design::Design;
use super::plan::Plan;
use super::resample::{Interval, RESAMPLES, resample};
use crate::scenario::amount;
use indexmap::IndexMap;

/// A result along one numeric axis in every replication, with everything else equal. A replication
/// has the same draws at every point.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// Positions on the axis, ascending and distinct.
    pub x: Vec<f64>,
    /// The result in each replication at each position.
    pub y: Vec<Vec<f64>>,
}

/// The shape of a curve, as far as replications agree on it.
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
    /// No two positions differ by more than chance.
    Flat,
    /// It falls and rises again, or rises and falls: no single position is where it bends.
    Turning,
    /// Replications do not agree on a bend. This is the slope from end to end.
    Even(Interval),
    /// It bends at one position.
    Elbow(Elbow),
}

/// Where a curve bends: the position farthest from the straight line between its ends. Beyond it, a
/// further step begins to change less (or more) than steps do on average.
///
/// Source: Satopää et al., "Finding a 'Kneedle' in a Haystack" (2011), without its smoothing: a
/// mean over replications is smooth enough, and resamples show where it is not.
#[derive(Debug, Clone, PartialEq)]
pub struct Elbow {
    /// Its position, as an index into the curve.
    pub at: usize,
    /// The first position of the elbow in 95 % of the resamples of the replications.
    pub first: usize,
    /// The last position of the elbow in 95 % of the resamples.
    pub last: usize,
    /// Which side is flatter.
    pub shape: Shape,
    /// Slope from the first position to the elbow.
    pub before: Interval,
    /// Slope from the elbow to the last position.
    pub after: Interval,
    /// The steepest slope that a single step on the flatter side may have: the largest absolute end
    /// of the steps' intervals.
    pub flat_at_most: f64,
}

/// Which side of an elbow is flatter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// The far side: more changes little.
    Flattens,
    /// The near side: less would have been enough.
    Steepens,
}

/// The smallest distance from the straight line between its ends at which a curve counts as bent,
/// as a share of its whole change.
const BENT_MIN: f64 = 0.1;
/// The share of resamples that must agree that a curve is bent.
const AGREED_MIN: f64 = 0.95;
/// The share of the largest difference that must lie between the ends; otherwise the curve turns
/// around.
const MONOTONE_MIN: f64 = 0.8;

impl Curve {
    /// What the curve does; `None` for fewer than three positions, or without a replication.
    ///
    /// # Panics
    /// If a replication does not have a value at every position.
    pub fn finding(&self) -> Option<Finding> {
        let last = self.x.len().checked_sub(1).filter(|last| *last >= 2)?;
        let everything: Vec<usize> = (0..self.y.len()).collect();
        let mean = self.mean(&everything)?;
        let (least, most) = extremes(&mean);
        if mean[least] == mean[most] || !self.differ(least, most) {
            return Some(Finding::Flat);
        }
        if (mean[last] - mean[0]).abs() < MONOTONE_MIN * (mean[most] - mean[least]) {
            return Some(Finding::Turning);
        }
        let even = || Finding::Even(self.slope(0, last));
        let Some((at, shape)) = bend(&self.x, &mean) else { return Some(even()) };
        let Some((first, last_at)) = self.agreed(shape) else { return Some(even()) };
        let flat = if shape == Shape::Flattens { at..last } else { 0..at };
        let steepest = flat.map(|step| self.slope(step, step + 1)).map(|s| s.low.abs().max(s.high.abs()));
        Some(Finding::Elbow(Elbow {
            at,
            first: first.min(at),
            last: last_at.max(at),
            shape,
            before: self.slope(0, at),
            after: self.slope(at, last),
            flat_at_most: steepest.fold(0.0, f64::max),
        }))
    }

    /// The change per unit of the axis from one position to another, paired by replication.
    pub fn slope(&self, from: usize, to: usize) -> Interval {
        let run = self.x[to] - self.x[from];
        let slopes: Vec<f64> = self.y.iter().map(|values| (values[to] - values[from]) / run).collect();
        Interval::of_mean(&slopes)
    }

    /// The mean at every position over these replications.
    fn mean(&self, replications: &[usize]) -> Option<Vec<f64>> {
        let mean = |place: usize| {
            replications.iter().map(|number| self.y[*number][place]).sum::<f64>() / replications.len() as f64
        };
        (!replications.is_empty()).then(|| (0..self.x.len()).map(mean).collect())
    }

    /// True if the ends differ by more than chance, or if the smallest and the largest mean differ
    /// by more than those of as many positions do by chance. A single replication cannot show this: its
    /// values count as different.
    fn differ(&self, least: usize, most: usize) -> bool {
        let last = self.x.len() - 1;
        let change = |from: usize, to: usize| -> Vec<f64> {
            self.y.iter().map(|values| values[to] - values[from]).collect()
        };
        // Two questions, each with half of the 5 % of wrong answers.
        let ends = Interval::of_chosen(&change(0, last), 2);
        let extremes = Interval::of_chosen(&change(least, most), last * (last + 1));
        self.y.len() < 2 || ends.is_off_zero() || extremes.is_off_zero()
    }

    /// The range of positions of a bend of this shape in 95 % of the resamples; `None` if too few
    /// have one.
    fn agreed(&self, shape: Shape) -> Option<(usize, usize)> {
        let bend_of = |number| {
            let mean = self.mean(&resample(self.y.len(), 1, number))?;
            bend(&self.x, &mean).filter(|(_, found)| *found == shape).map(|(at, _)| at)
        };
        let mut found: Vec<usize> = (0..RESAMPLES).filter_map(bend_of).collect();
        found.sort_unstable();
        if (found.len() as f64) < AGREED_MIN * RESAMPLES as f64 {
            return None;
        }
        let place = |share: f64| found[((found.len() - 1) as f64 * share) as usize];
        Some((place(0.025), place(0.975)))
    }
}

/// The positions of the smallest and of the largest value.
fn extremes(values: &[f64]) -> (usize, usize) {
    let by = |a: &usize, b: &usize| values[*a].total_cmp(&values[*b]);
    let places = || 0..values.len();
    (places().min_by(by).unwrap_or(0), places().max_by(by).unwrap_or(0))
}

/// The position farthest from the straight line between the ends, if it is far enough to count as a
/// bend.
fn bend(x: &[f64], y: &[f64]) -> Option<(usize, Shape)> {
    let last = x.len() - 1;
    let (run, rise) = (x[last] - x[0], y[last] - y[0]);
    let above = |place: usize| (y[place] - y[0]) / rise - (x[place] - x[0]) / run;
    let farthest = (1..last).max_by(|a, b| above(*a).abs().total_cmp(&above(*b).abs()))?;
    let distance = above(farthest);
    let shape = if distance > 0.0 { Shape::Flattens } else { Shape::Steepens };
    (distance.is_finite() && distance.abs() >= BENT_MIN).then_some((farthest, shape))
}

/// Values of axes, each with the index of its axis.
type Others = Vec<(usize, String)>;

/// A result along one numeric axis, with the other axes held constant.
#[derive(Debug, Clone, PartialEq)]
pub struct AxisCurve {
    /// Index of the axis in the plan.
    pub axis: usize,
    /// The constant values of the other axes.
    pub others: Others,
    /// Indices of the points along the axis, in the order of the axis.
    pub points: Vec<usize>,
    /// Unit of the axis; may be empty.
    pub unit: String,
    /// The result along the axis.
    pub curve: Curve,
    /// Whether and where the curve bends.
    pub finding: Finding,
}

impl AxisCurve {
    /// The elbow; `None` if the curve does not bend.
    pub fn elbow(&self) -> Option<&Elbow> {
        match &self.finding {
            Finding::Elbow(elbow) => Some(elbow),
            _ => None,
        }
    }
}

/// The bends along every numeric axis of a grid, for each combination of values of the other axes.
/// `results` is indexed by point, then by replication. A curve that was not measured in every
/// replication is left out.
pub fn axis_curves(plan: &Plan, results: &[Vec<Option<f64>>]) -> Vec<AxisCurve> {
    if plan.design != Design::Grid || plan.shard.is_some() {
        return Vec::new();
    }
    (0..plan.axes.len()).flat_map(|axis| along(plan, axis, results)).collect()
}

fn along(plan: &Plan, axis: usize, results: &[Vec<Option<f64>>]) -> Vec<AxisCurve> {
    let mut groups = IndexMap::<Others, Vec<(f64, usize)>>::new();
    let mut unit = None;
    for (index, point) in plan.points.iter().enumerate() {
        let Some((number, scale, own)) = amount(&point.settings[axis]) else { return Vec::new() };
        let (scale, _) = unit.get_or_insert((scale, own));
        let settings = point.settings.iter().cloned().enumerate();
        let others = settings.filter(|(other, _)| *other != axis).collect();
        groups.entry(others).or_default().push((number / *scale, index));
    }
    let unit = unit.map_or_else(String::new, |(_, unit)| unit);
    groups
        .into_iter()
        .filter_map(|(others, places)| axis_curve(axis, others, &unit, places, results))
        .collect()
}

fn axis_curve(
    axis: usize,
    others: Others,
    unit: &str,
    mut places: Vec<(f64, usize)>,
    results: &[Vec<Option<f64>>],
) -> Option<AxisCurve> {
    places.sort_by(|a, b| a.0.total_cmp(&b.0));
    if places.windows(2).any(|pair| pair[0].0 >= pair[1].0) {
        return None;
    }
    let replications = results[places[0].1].len();
    let value = |replication: usize| {
        places.iter().map(move |(_, point)| results[*point].get(replication).copied().flatten())
    };
    let y: Option<Vec<Vec<f64>>> = (0..replications).map(|number| value(number).collect()).collect();
    let curve = Curve { x: places.iter().map(|(x, _)| *x).collect(), y: y? };
    let finding = curve.finding()?;
    let points = places.into_iter().map(|(_, point)| point).collect();
    Some(AxisCurve { axis, others, points, unit: unit.to_owned(), curve, finding })
}

//! The elbow of one curve, and how sure its place is.

use super::resample::{Interval, RESAMPLES, resample};

/// A result along one numeric axis, all else equal, in every replication; replications of one number
/// see the same draws at every point.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// Where it was measured, upwards, no place twice.
    pub x: Vec<f64>,
    /// The result in each replication at each place.
    pub y: Vec<Vec<f64>>,
}

/// What a curve does.
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
    /// No place differs from another more than chance does.
    Flat,
    /// It goes down and up again, or up and down: there is no one place where it bends.
    Turning,
    /// It bends nowhere that replications agree upon: one slope is as good as any other.
    Even(Interval),
    /// It bends.
    Bent(Elbow),
}

/// Where a curve bends: the place farthest from the straight line between its ends, where one step
/// more begins to change less (or more) than steps do on average.
///
/// Source: Satopää et al., "Finding a 'Kneedle' in a Haystack" (2011), without its smoothing: a mean
/// over replications is smooth enough, and resamples tell where it is not.
#[derive(Debug, Clone, PartialEq)]
pub struct Elbow {
    /// The place, an index into the curve.
    pub at: usize,
    /// The first place it has in 95 % of the resamples of the replications.
    pub first: usize,
    /// The last such place.
    pub last: usize,
    /// Which way it bends.
    pub shape: Shape,
    /// The slope from the first place to the elbow.
    pub before: Interval,
    /// The slope from the elbow to the last place.
    pub after: Interval,
    /// The steepest that any single step on the flatter side may be: the largest upper end of their
    /// intervals, without a sign.
    pub flat_at_most: f64,
}

/// Which side of an elbow is flatter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// The far one: more of it changes little.
    Flattens,
    /// The near one: less of it would have done.
    Steepens,
}

/// How far a curve has to be from the straight line between its ends, as a share of its whole change,
/// to be called bent.
const BENT_MIN: f64 = 0.1;
/// The share of resamples that have to agree that a curve is bent.
const AGREED_MIN: f64 = 0.95;
/// The share of the largest difference that has to lie between the ends, or the curve turns around.
const MONOTONE_MIN: f64 = 0.8;

impl Curve {
    /// What the curve does; `None` of fewer than three places, or without a replication.
    ///
    /// # Panics
    /// If a replication has not a value at every place.
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
        Some(Finding::Bent(Elbow {
            at,
            first: first.min(at),
            last: last_at.max(at),
            shape,
            before: self.slope(0, at),
            after: self.slope(at, last),
            flat_at_most: steepest.fold(0.0, f64::max),
        }))
    }

    /// The change from one place to another for each unit of the axis, paired by replication.
    pub fn slope(&self, from: usize, to: usize) -> Interval {
        let run = self.x[to] - self.x[from];
        let slopes: Vec<f64> = self.y.iter().map(|values| (values[to] - values[from]) / run).collect();
        Interval::of_mean(&slopes)
    }

    /// The mean at every place over these replications.
    fn mean(&self, replications: &[usize]) -> Option<Vec<f64>> {
        let mean = |place: usize| {
            replications.iter().map(|number| self.y[*number][place]).sum::<f64>() / replications.len() as f64
        };
        (!replications.is_empty()).then(|| (0..self.x.len()).map(mean).collect())
    }

    /// Whether the ends differ by more than chance does, or the least and the largest mean by more than
    /// those of so many places do; a single replication cannot tell and is believed.
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

    /// Between which places the bend of this shape lies in 95 % of the resamples; `None` if too few
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

/// The places of the least and the largest value.
fn extremes(values: &[f64]) -> (usize, usize) {
    let by = |a: &usize, b: &usize| values[*a].total_cmp(&values[*b]);
    let places = || 0..values.len();
    (places().min_by(by).unwrap_or(0), places().max_by(by).unwrap_or(0))
}

/// The place farthest from the straight line between the ends, if it is far enough to call it a bend.
fn bend(x: &[f64], y: &[f64]) -> Option<(usize, Shape)> {
    let last = x.len() - 1;
    let (run, rise) = (x[last] - x[0], y[last] - y[0]);
    let above = |place: usize| (y[place] - y[0]) / rise - (x[place] - x[0]) / run;
    let farthest = (1..last).max_by(|a, b| above(*a).abs().total_cmp(&above(*b).abs()))?;
    let distance = above(farthest);
    let shape = if distance > 0.0 { Shape::Flattens } else { Shape::Steepens };
    (distance.is_finite() && distance.abs() >= BENT_MIN).then_some((farthest, shape))
}

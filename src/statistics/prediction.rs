//! Predictions: what a metric may be if the assumptions are not what the scenario takes them for. Each *world*
//! draws every assumed input once; one replication is played in each. `experiment` draws the worlds; an interval
//! of the mean (`estimate.rs`) has chance only, a prediction has chance and the assumptions.

use super::common_pushes::CommonPushes;
use super::difference::{Difference, Verdict, is_better};
use super::series::Series;
use super::student::t_quantile;
use super::study::Study;
use std::collections::BTreeMap;

/// What is drawn in worlds.
#[derive(Debug, Clone, PartialEq)]
pub struct DrawnWorlds {
    /// How many worlds were played.
    pub count: u32,
    /// The paths of the inputs that are drawn.
    pub inputs: Vec<String>,
    /// The value of each input in each world, as a number that orders its values: by world, then by input.
    /// Empty in a result that was read from a file.
    pub levels: Vec<Vec<f64>>,
}

/// The range that has 90 % of what chance and the assumptions allow, in the metric's unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// A difference between two scenarios in worlds, which are the same on both sides.
#[derive(Debug, Clone, PartialEq)]
pub struct DifferenceInWorlds {
    /// The range of 90 % of the differences.
    pub prediction: Prediction,
    /// The share of worlds in which the metric is better, 0–1; `None` if neither direction is.
    pub share_better: Option<f64>,
    /// On which side of 0 the prediction is; `None` if neither direction is better.
    pub verdict: Option<Verdict>,
    /// The input that decides whether it is better. `None` if it is better or not in all worlds, or if no
    /// input goes along with it by more than chance.
    pub turned_by: Option<String>,
}

/// The share of outcomes on either side of a prediction.
const TAIL: f64 = 0.05;

impl Prediction {
    /// The prediction from one value per world; `None` for fewer than two. From 19 worlds on it lies between
    /// order statistics: a further value is below the k-th of n with the probability k ÷ (n + 1). With fewer,
    /// it is Student's, mean ± t · s · √(1 + 1 ÷ n), and at least the range of the values.
    ///
    /// Source: Hahn and Meeker, "Statistical intervals" (1991), chapters 4 and 5.
    pub fn of(values: &[f64]) -> Option<Prediction> {
        let n = values.len();
        if n < 2 {
            return None;
        }
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let rank = TAIL * (n as f64 + 1.0) - 1.0;
        if rank >= 0.0 {
            let (whole, part) = (rank as usize, rank - libm::floor(rank));
            let between = |near: f64, far: f64| near + (far - near) * part;
            let low = between(sorted[whole], sorted[whole + 1]);
            return Some(Prediction { low, high: between(sorted[n - 1 - whole], sorted[n - 2 - whole]) });
        }
        let mean = values.iter().sum::<f64>() / n as f64;
        let squares = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>();
        let deviation = libm::sqrt(squares / (n - 1) as f64 * (1.0 + 1.0 / n as f64));
        let margin = t_quantile(1.0 - TAIL, (n - 1) as f64) * deviation;
        Some(Prediction { low: sorted[0].min(mean - margin), high: sorted[n - 1].max(mean + margin) })
    }

    /// The part of it that a metric can be.
    fn cut(self, top: f64) -> Prediction {
        Prediction { low: self.low.max(0.0), high: self.high.min(top) }
    }
}

impl Study {
    /// Adds the predictions from the same scenario in worlds, of which each is a replication of `played`.
    pub fn predict(&mut self, played: &Study, worlds: &DrawnWorlds) {
        let mut all = played.series.iter();
        for estimate in &mut self.estimates {
            // Both are in the order of the catalogue and of the labels.
            let mut ahead = all.clone();
            let is = |series: &&Series| series.metric == estimate.metric && series.labels == estimate.labels;
            let Some(series) = ahead.find(is) else { continue };
            all = ahead;
            let values: Vec<f64> = series.values.iter().copied().flatten().collect();
            let top = if estimate.metric.unit == "ratio" { 1.0 } else { f64::INFINITY };
            estimate.prediction = Prediction::of(&values).map(|prediction| prediction.cut(top));
        }
        self.worlds = Some(worlds.clone());
    }
}

/// Adds to each difference between two scenarios what it is in worlds, of which each is a replication of `base`
/// and of `other`.
pub fn judge_in_worlds(differences: &mut [Difference], base: &Study, other: &Study, worlds: &DrawnWorlds) {
    let finished = CommonPushes::completed_in_all([base, other]);
    let waiting = [base, other].map(|study| finished.waiting(study));
    let sides = [0, 1].map(|side| {
        let others = [base, other][side].series.iter().filter(|series| series.metric != CommonPushes::METRIC);
        let keyed = |series: &'_ Series| ((series.metric.name, series.labels.clone()), series.clone());
        others.chain(&waiting[side]).map(keyed).collect::<BTreeMap<_, _>>()
    });
    for difference in differences {
        let key = (difference.metric.name, difference.labels.clone());
        let [base, other] = [&sides[0], &sides[1]].map(|side| side.get(&key));
        let absent = difference.metric.zero_when_absent.then_some(0.0);
        let value =
            |series: Option<&Series>, world: usize| series.map_or(absent, |series| series.values[world]);
        let change = |world: usize| Some(value(other, world)? - value(base, world)?);
        let changes: Vec<Option<f64>> = (0..worlds.count as usize).map(change).collect();
        difference.worlds = in_worlds(difference, &changes, worlds);
    }
}

/// `changes` has the difference in each world.
fn in_worlds(
    difference: &Difference,
    changes: &[Option<f64>],
    worlds: &DrawnWorlds,
) -> Option<DifferenceInWorlds> {
    let known: Vec<f64> = changes.iter().copied().flatten().collect();
    let prediction = Prediction::of(&known)?;
    let better: Option<Vec<bool>> =
        known.iter().map(|change| is_better(difference.metric, *change)).collect();
    let share_better =
        better.as_ref().map(|better| better.iter().filter(|is| **is).count() as f64 / better.len() as f64);
    let verdict = share_better.map(|_| Verdict::of_range(difference.metric, prediction.low, prediction.high));
    let measured = changes.iter().zip(&worlds.levels).filter(|(change, _)| change.is_some());
    let levels: Vec<&[f64]> = measured.map(|(_, levels)| levels.as_slice()).collect();
    let turned_by =
        better.and_then(|better| turning(&better, &levels)).map(|input| worlds.inputs[input].clone());
    Some(DifferenceInWorlds { prediction, share_better, verdict, turned_by })
}

/// The input whose values go along most with what is true in a world, if they do so by more than chance: at
/// 5 % for all inputs together.
fn turning(is_true: &[bool], levels: &[&[f64]]) -> Option<usize> {
    let worlds = is_true.len();
    let inputs = levels.first()?.len();
    if worlds < 3 || is_true.windows(2).all(|pair| pair[0] == pair[1]) {
        return None;
    }
    let truth: Vec<f64> = is_true.iter().map(|is| if *is { 1.0 } else { 0.0 }).collect();
    let of = |input: usize| {
        let values: Vec<f64> = levels.iter().map(|levels| levels[input]).collect();
        correlation(&values, &truth).abs()
    };
    let strengths: Vec<f64> = (0..inputs).map(of).collect();
    let (input, strength) = strengths
        .iter()
        .copied()
        .enumerate()
        .fold((0, 0.0), |best, next| if next.1 > best.1 { next } else { best });
    let freedom = (worlds - 2) as f64;
    let t = t_quantile(1.0 - 0.025 / inputs as f64, freedom);
    // A correlation r of unrelated values has r √(ν ÷ (1 − r²)) like t with ν degrees of freedom.
    (strength > t / libm::sqrt(freedom + t * t)).then_some(input)
}

/// The correlation of two lists, −1 to 1; 0 if one of them is constant.
fn correlation(one: &[f64], other: &[f64]) -> f64 {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (one_mean, other_mean) = (mean(one), mean(other));
    let pairs = || one.iter().zip(other).map(|(a, b)| (a - one_mean, b - other_mean));
    let common: f64 = pairs().map(|(a, b)| a * b).sum();
    let (square, other_square): (f64, f64) =
        pairs().fold((0.0, 0.0), |(x, y), (a, b)| (x + a * a, y + b * b));
    if square > 0.0 && other_square > 0.0 { common / libm::sqrt(square * other_square) } else { 0.0 }
}

//! Worlds: in each, every assumed input is drawn once and one replication is played. `experiment` draws and plays
//! them; here the predictions are made of them, and the verdicts that hold in most worlds.

use super::common_pushes::CommonPushes;
use super::difference::{Difference, DifferenceInWorlds, Verdict, is_better};
use super::prediction::{DrawnWorlds, Prediction, students_range};
use super::series::Series;
use super::student::t_quantile;
use super::study::Study;
use crate::observe::{Label, Metric};
use std::collections::BTreeMap;

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
            let values: Vec<f64> = series.values().flatten().collect();
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
    let times = [base, other].map(|study| finished.times(study));
    let sides: [BTreeMap<(&str, &[Label]), &Series>; 2] =
        [(base, &times[0]), (other, &times[1])].map(|(study, times)| {
            let others = study.series.iter().filter(|series| !CommonPushes::concern(series.metric));
            others
                .chain(times)
                .map(|series| ((series.metric.name, series.labels.as_slice()), series))
                .collect()
        });
    for difference in differences {
        let key = (difference.metric.name, difference.labels.as_slice());
        let [base, other] = [&sides[0], &sides[1]].map(|side| side.get(&key).copied());
        let absent = difference.metric.zero_when_absent.then_some(0.0);
        let value =
            |series: Option<&Series>, world: usize| series.map_or(absent, |series| series.value(world));
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
    let verdict = better.as_ref().map(|better| verdict(better, &known, difference.metric));
    let measured = changes.iter().zip(&worlds.levels).filter(|(change, _)| change.is_some());
    let levels: Vec<&[f64]> = measured.map(|(_, levels)| levels.as_slice()).collect();
    let turned_by =
        better.and_then(|better| turning(&better, &levels)).map(|input| worlds.inputs[input].clone());
    Some(DifferenceInWorlds { prediction, share_better, verdict, turned_by })
}

/// The verdict that holds in nine of ten worlds. If k of n are better, a further one is with a probability of
/// k ÷ (n + 1) or more; where n is too small for nine tenths, Student's
/// range decides.
fn verdict(better: &[bool], changes: &[f64], metric: &Metric) -> Verdict {
    let enough = |count: usize| count as f64 >= Prediction::SHARE * (changes.len() as f64 + 1.0);
    let improved = better.iter().filter(|is| **is).count();
    let unchanged = changes.iter().filter(|change| **change == 0.0).count();
    if enough(improved) {
        return Verdict::Better;
    }
    if enough(changes.len() - improved - unchanged) {
        return Verdict::Worse;
    }
    if enough(changes.len()) {
        return Verdict::NotDistinguishable;
    }
    let (low, high) = students_range(changes);
    Verdict::of_range(metric, low, high)
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

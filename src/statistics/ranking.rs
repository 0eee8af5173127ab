//! Ranks what a base is compared with, best first: what is better than the base, the base and whatever cannot be told
//! apart from it, what is worse. Called by `experiment`; the reasons are in `docs/model.md`.

use super::common_pushes::CommonPushes;
use super::difference::SUCCESS_CHANGE_MIN;
use super::series::Series;
use super::student::t_quantile;
use super::study::Study;
use crate::observe::{Better, Measure, Metric, metric};
use std::cmp::Ordering;

/// The order of several studies, of which the first is the base.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// The places of the studies, best first. The base is among them: what stands before it is better.
    pub order: Vec<usize>,
    /// True if the best one is better than the base even in the light of how many were tried.
    pub is_certain: bool,
    /// For each study: true if it is better than the base and nothing tells that the best one is better than it.
    pub ties: Vec<bool>,
    /// For each study: the one before it in the order, or the base, that it comes out like.
    pub alike: Vec<Option<usize>>,
}

/// A change of less than this share of the mean decides no rank, however certain it is.
const RELEVANT: f64 = 0.005;
/// Studies are alike if each criterion differs by less than this share of it, in the mean of all replications.
const ALIKE: f64 = 0.001;
/// The error of a test.
const LEVEL: f64 = 0.05;

/// A criterion to rank by: one metric, or the sum of several with one unit.
struct Criterion {
    values: Vec<Vec<Option<f64>>>,
    better: Better,
    /// The smallest change that counts, in the unit of the values.
    least: f64,
}

/// Ranks studies of the same replications, of which the first is the base: by how many pushes get green, by the mean
/// time until they do, by runner minutes, and by what runners and cache cost. `by` names a metric that comes before
/// these.
pub fn rank(studies: &[&Study], by: Option<&Measure>) -> Ranking {
    let criteria = criteria(studies, by);
    // Of many that change nothing, one looks as if it did: a superlative shares its error among all.
    let shared = LEVEL / (studies.len().max(2) - 1) as f64;
    let ranks = Ranks { criteria: &criteria };
    let mut order: Vec<usize> = (0..studies.len()).collect();
    order.sort_by(|a, b| ranks.compared(*a, *b));
    let best = order.first().copied().unwrap_or(0);
    let better: Vec<usize> = order.iter().copied().take_while(|at| *at != 0).collect();
    // What changes nothing is not told apart from a best that is hardly better than the base, and yet is not as good.
    let tied = |at: usize| at != best && better.contains(&at) && !ranks.is_better(best, at, shared);
    let mut alike = vec![None; studies.len()];
    let mut seen = vec![0];
    for at in order.iter().copied().filter(|at| *at > 0) {
        alike[at] = seen.iter().copied().find(|other| ranks.are_alike(*other, at));
        if alike[at].is_none() {
            seen.push(at);
        }
    }
    let is_certain = best != 0 && ranks.change(best, shared) == Ordering::Less;
    Ranking { ties: (0..studies.len()).map(tied).collect(), is_certain, order, alike }
}

fn criteria(studies: &[&Study], by: Option<&Measure>) -> Vec<Criterion> {
    let (green, times) = ([("stat", "mean")], times(studies));
    let ranked: Vec<Ranked> =
        studies.iter().zip(&times).map(|(study, times)| Ranked { study, times }).collect();
    let own = [
        Criterion::of(&ranked, &[(&metric::PUSH_GREEN_SHARE, &[])]),
        Criterion::of(&ranked, &[(&metric::PUSH_GREEN, &green)]),
        Criterion::of(&ranked, &[(&metric::RUNNER_MINUTES, &[])]),
        Criterion::of(&ranked, &[(&metric::RUNNER_COST, &[]), (&metric::CACHE_COST, &[])]),
    ];
    let asked = by.map(|by| {
        let labels: Vec<(&str, &str)> = by.labels.iter().map(|(name, text)| (*name, text.as_str())).collect();
        Criterion::of(&ranked, &[(by.metric, &labels)])
    });
    asked.into_iter().chain(own).collect()
}

/// A study, and the times of the pushes that succeed in all.
struct Ranked<'a> {
    study: &'a Study,
    times: &'a [Series],
}

/// The times of pushes in each study, over those that succeed in all. A study in which less than half as many succeed as
/// in the base would leave too few: it keeps its own, and comes last for that.
fn times(studies: &[&Study]) -> Vec<Vec<Series>> {
    let count = |study: &Study| CommonPushes::completed_in_all([study]).mean();
    let least = studies.first().map_or(0.0, |base| count(base) / 2.0);
    let succeeds = |study: &&Study| count(study) >= least;
    let common = CommonPushes::completed_in_all(studies.iter().copied().filter(succeeds));
    let own = |study: &Study| CommonPushes::completed_in_all([study]).times(study);
    studies.iter().map(|study| if succeeds(study) { common.times(study) } else { own(study) }).collect()
}

impl Criterion {
    fn of(studies: &[Ranked], parts: &[(&'static Metric, &[(&str, &str)])]) -> Criterion {
        let values: Vec<_> = studies.iter().map(|ranked| ranked.sum(parts)).collect();
        let base: Vec<f64> = values.first().into_iter().flatten().copied().flatten().collect();
        let (metric, _) = parts[0];
        let least = match metric == &metric::PUSH_GREEN_SHARE {
            true => SUCCESS_CHANGE_MIN,
            false => RELEVANT * mean(&base).unwrap_or(0.0).abs(),
        };
        Criterion { values, better: metric.better, least }
    }

    /// A study's mean, turned so that less is better; infinite if it was never measured.
    fn badness(&self, at: usize) -> f64 {
        let values: Vec<f64> = self.values[at].iter().copied().flatten().collect();
        let sign = if self.better == Better::Higher { -1.0 } else { 1.0 };
        mean(&values).map_or(f64::INFINITY, |mean| sign * mean)
    }

    /// How much worse a study is than the base, in whole steps that count. Against the base, because a smaller change than
    /// a step must not decide by lying on the other side of a round number.
    fn grade(&self, at: usize) -> f64 {
        let worse = self.badness(at) - self.badness(0);
        // No zero has a sign, or one would come before the other.
        if self.least > 0.0 { libm::trunc(worse / self.least) + 0.0 } else { worse }
    }

    /// The differences between two studies, replication by replication.
    fn pairs(&self, one: usize, other: usize) -> Vec<f64> {
        let pairs = self.values[one].iter().zip(&self.values[other]);
        pairs.filter_map(|(one, other)| Some((*other)? - (*one)?)).collect()
    }

    fn tells_apart(&self, one: usize, other: usize, level: f64) -> bool {
        let pairs = self.pairs(one, other);
        let (Some(mean), n) = (mean(&pairs), pairs.len() as f64) else { return false };
        if n < 2.0 || mean.abs() < self.least || mean == 0.0 {
            return false;
        }
        let squares: f64 = pairs.iter().map(|pair| (pair - mean) * (pair - mean)).sum();
        let error = libm::sqrt(squares / (n - 1.0) / n);
        mean.abs() > t_quantile(1.0 - level / 2.0, n - 1.0) * error
    }
}

impl Ranked<'_> {
    /// Each replication's sum of these metrics.
    fn sum(&self, parts: &[(&'static Metric, &[(&str, &str)])]) -> Vec<Option<f64>> {
        let mut sums = vec![Some(0.0); self.study.replications as usize];
        for (metric, labels) in parts {
            let all = if CommonPushes::concern(metric) { self.times } else { &self.study.series };
            let series = all.iter().find(|series| series.is(metric, labels));
            let absent = || vec![metric.zero_when_absent.then_some(0.0); sums.len()];
            let values = series.map_or_else(absent, |series| series.parts());
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum = sum.zip(value).map(|(sum, value)| sum + value);
            }
        }
        sums
    }
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

struct Ranks<'a> {
    criteria: &'a [Criterion],
}

impl Ranks<'_> {
    /// Whether a study is better (less) or worse (greater) than the base: the first criterion that tells it apart decides.
    fn change(&self, at: usize, level: f64) -> Ordering {
        let told = self.criteria.iter().find(|criterion| criterion.tells_apart(0, at, level));
        told.map_or(Ordering::Equal, |criterion| criterion.badness(at).total_cmp(&criterion.badness(0)))
    }

    /// The order of two studies: by what they are against the base, then by their means in steps that count. The base is
    /// the first of those that are like it.
    fn compared(&self, one: usize, other: usize) -> Ordering {
        let changes = self.change(one, LEVEL).cmp(&self.change(other, LEVEL));
        let base = (one != 0).cmp(&(other != 0));
        let grades =
            self.criteria.iter().map(|criterion| criterion.grade(one).total_cmp(&criterion.grade(other)));
        grades.fold(changes.then(base), Ordering::then)
    }

    /// True if the first criterion that tells two studies apart is in favour of the one. What only costs more is not
    /// better.
    fn is_better(&self, one: usize, other: usize, level: f64) -> bool {
        let told = self.criteria.iter().find(|criterion| criterion.tells_apart(one, other, level));
        told.is_some_and(|criterion| criterion.badness(one) < criterion.badness(other))
    }

    /// True if they differ in no replication by more than can be seen.
    fn are_alike(&self, one: usize, other: usize) -> bool {
        let same = |criterion: &Criterion| {
            let apart: Vec<f64> = criterion.pairs(one, other).into_iter().map(f64::abs).collect();
            let size = [one, other].map(|at| criterion.badness(at).abs());
            mean(&apart).is_none_or(|apart| apart <= ALIKE * size[0].min(size[1]))
        };
        self.criteria.iter().all(same)
    }
}

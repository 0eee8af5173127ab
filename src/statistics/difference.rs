//! Paired differences between two scenarios with the same draws, and verdicts on them. `experiment`
//! compares scenarios with it.

use super::common_pushes::CommonPushes;
use super::intervals::Intervals;
use super::prediction::Prediction;
use super::series::{Series, rank};
use super::student::t_quantile;
use super::study::Study;
use crate::observe::{Better, Label, Metric, metric};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The change of a metric from one scenario to another, paired by replication. Both have the same
/// pushes, changes and sizes, so that what they have in common cancels.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The metric, which gives the unit of all numbers here.
    pub metric: &'static Metric,
    /// The labels of the metric, in the metric's order.
    pub labels: Vec<Label>,
    /// Mean in the base scenario, over the replications that have a value in both.
    pub base: f64,
    /// Mean in the other scenario, over the same replications.
    pub other: f64,
    /// Mean of other − base.
    pub difference: f64,
    /// Lower end of its 95 % interval.
    pub low: f64,
    /// Upper end of its 95 % interval.
    pub high: f64,
    /// Number of replications that have a value in both.
    pub n: u32,
    /// What it is where the assumptions are drawn, too, if that was played.
    pub worlds: Option<DifferenceInWorlds>,
}

/// A difference between two scenarios in worlds, which are the same on both sides.
#[derive(Debug, Clone, PartialEq)]
pub struct DifferenceInWorlds {
    /// The range of 90 % of the differences.
    pub prediction: Prediction,
    /// The share of worlds in which the metric is better, 0–1; `None` if neither direction is.
    pub share_better: Option<f64>,
    /// Whether it is better, or worse, in nine of ten worlds; `None` if neither direction is better.
    pub verdict: Option<Verdict>,
    /// The input that decides whether it is better. `None` if it is better or not in all worlds, or if no
    /// input goes along with it by more than chance.
    pub turned_by: Option<String>,
}

/// A metric under labels.
pub type Headline = (&'static Metric, &'static [(&'static str, &'static str)]);

/// The metrics that a sweep and an attribution show first, and by which a comparison ranks: the time until a push is
/// green, runner minutes, and the bill.
pub const HEADLINES: [Headline; 3] = [COMPARED[0], COMPARED[1], COMPARED[2]];

/// The metrics in the table of a comparison, by which it ranks and judges: the time until a push is green, runner
/// minutes, what runners and the cache cost, and how many pushes get green. The hit ratio explains them.
pub const COMPARED: [Headline; 6] = [
    (&metric::PUSH_GREEN, &[("stat", "mean")]),
    (&metric::RUNNER_MINUTES, &[]),
    (&metric::RUNNER_COST, &[]),
    (&metric::CACHE_COST, &[]),
    (&metric::PUSH_GREEN_SHARE, &[]),
    (&metric::RESTORE_HIT_RATIO, &[]),
];

/// Metrics that grow with the running time of jobs. They also fall if more runs fail, which is not
/// an improvement.
const RUNNING: [&Metric; 3] = [&metric::PUSH_RUNNER_MINUTES, &metric::RUNNER_MINUTES, &metric::RUNNER_COST];

/// Metrics of successful runs only.
const OF_SUCCESS: [&Metric; 2] = [&metric::JOB_DURATION, &metric::WORKFLOW_DURATION];

/// The smallest change of a job's success share at which its successful runs count as other runs
/// than before; a comparison then says so.
pub const SUCCESS_CHANGE_MIN: f64 = 0.01;

/// True for the metrics that a comparison shows first, those of an attribution, and how often each job
/// succeeds, which is needed to judge them.
pub fn is_leading(metric: &Metric, labels: &[Label]) -> bool {
    let headline = COMPARED.iter().any(|(headline, wanted)| headline.is_with(wanted, metric, labels));
    headline || job_that_succeeds(metric, labels).is_some()
}

fn job_that_succeeds<'a>(metric: &Metric, labels: &'a [Label]) -> Option<&'a str> {
    match labels {
        [("job", job)] if metric == &metric::JOB_SUCCESS_SHARE => Some(job),
        _ => None,
    }
}

/// Whether a difference is an improvement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Verdict {
    /// The interval is on the good side of 0.
    #[serde(rename = "better")]
    Better,
    /// The interval is on the bad side of 0.
    #[serde(rename = "worse")]
    Worse,
    /// The interval contains 0, or there is none: one replication proves nothing.
    #[serde(rename = "not distinguishable")]
    NotDistinguishable,
}

impl Verdict {
    /// The verdict on a metric whose change lies in this range. One direction of it is better.
    pub(super) fn of_range(metric: &Metric, low: f64, high: f64) -> Verdict {
        match (low > 0.0 || high < 0.0, is_better(metric, if low > 0.0 { low } else { high })) {
            (true, Some(true)) => Verdict::Better,
            (true, _) => Verdict::Worse,
            (false, _) => Verdict::NotDistinguishable,
        }
    }

    /// The verdict as results spell it.
    pub fn label(self) -> &'static str {
        match self {
            Verdict::Better => "better",
            Verdict::Worse => "worse",
            Verdict::NotDistinguishable => "not distinguishable",
        }
    }
}

/// True if a metric is better with this change; `None` if neither direction is.
pub(super) fn is_better(metric: &Metric, change: f64) -> Option<bool> {
    match metric.better {
        Better::Lower => Some(change < 0.0),
        Better::Higher => Some(change > 0.0),
        Better::Neither => None,
    }
}

impl Difference {
    /// The verdict on this metric alone; `None` if neither direction is an improvement.
    pub fn verdict(&self) -> Option<Verdict> {
        (self.metric.better != Better::Neither).then(|| match self.n >= 2 {
            true => Verdict::of_range(self.metric, self.low, self.high),
            false => Verdict::NotDistinguishable,
        })
    }

    /// The verdict in the light of the other changes. A shorter running time is not an improvement
    /// as far as it can be explained by runs that no longer succeed: at most by the largest fall of
    /// any job's success share. Durations of other runs than before cannot be compared.
    pub fn verdict_among(&self, all: &[Difference]) -> Option<Verdict> {
        let verdict = self.verdict()?;
        let jobs = || all.iter().filter_map(|change| Some((change.job_that_succeeds()?, change.difference)));
        let void = if RUNNING.contains(&self.metric) {
            let most = jobs().map(|(_, change)| -change).fold(0.0, f64::max);
            verdict == Verdict::Better && -self.difference <= most * self.base
        } else if OF_SUCCESS.contains(&self.metric) {
            let own = self.labels.iter().find(|(label, _)| *label == "job").map(|(_, job)| job.as_str());
            let others = |change: f64| change.abs() >= SUCCESS_CHANGE_MIN;
            jobs().any(|(job, change)| own.is_none_or(|own| own == job) && others(change))
        } else {
            false
        };
        Some(if void { Verdict::NotDistinguishable } else { verdict })
    }

    /// The verdict if the assumptions are drawn, too, in the light of the other changes; `None` if that was not
    /// played, or if neither direction is better.
    pub fn verdict_in_worlds(&self, all: &[Difference]) -> Option<Verdict> {
        let verdict = self.worlds.as_ref()?.verdict?;
        Some(if self.is_void_among(all) { Verdict::NotDistinguishable } else { verdict })
    }

    /// True if it is better, but only where the assumptions are what the scenario takes them for. Few worlds that all
    /// agree do not show that.
    pub fn depends_on_assumptions(&self, all: &[Difference]) -> bool {
        let better = Some(Verdict::Better);
        let agree = self.worlds.as_ref().is_some_and(|worlds| worlds.share_better == Some(1.0));
        self.verdict_among(all) == better
            && !agree
            && self.verdict_in_worlds(all).is_some_and(|own| Some(own) != better)
    }

    /// True if the metric alone has a verdict, but the other changes make it void.
    pub fn is_void_among(&self, all: &[Difference]) -> bool {
        self.verdict().is_some_and(|own| own != Verdict::NotDistinguishable)
            && self.verdict_among(all) == Some(Verdict::NotDistinguishable)
    }

    /// The job, if this is the success share of a job.
    pub fn job_that_succeeds(&self) -> Option<&str> {
        job_that_succeeds(self.metric, &self.labels)
    }

    /// True if the interval does not contain 0.
    pub fn is_distinguishable(&self) -> bool {
        self.n >= 2 && (self.high < 0.0 || self.low > 0.0)
    }

    /// True if the difference is more than chance would make one of so many such differences, at a level of 95 % for all of
    /// them together (Bonferroni). The interval is Student's over the replications, so it widens by the ratio of two of its
    /// quantiles.
    pub fn is_distinguishable_among(&self, many: usize) -> bool {
        if self.n < 2 {
            return false;
        }
        let quantile = |count: usize| t_quantile(1.0 - 0.025 / count as f64, f64::from(self.n - 1));
        let widening = quantile(many.max(1)) / quantile(1);
        let reach =
            if self.difference > 0.0 { self.difference - self.low } else { self.high - self.difference };
        self.is_distinguishable() && self.difference.abs() > widening * reach
    }

    /// True if this is the metric with exactly these labels, in any order.
    pub fn is(&self, metric: &Metric, labels: &[(&str, &str)]) -> bool {
        metric.is_with(labels, self.metric, &self.labels)
    }
}

/// The differences of all metrics from `base` to `other`, in the order of the catalogue and then of
/// the labels. A count that only one study has is 0 in the other. Any other metric that one of them
/// never measured is left out. The times of pushes are compared over those that succeed in both.
///
/// # Panics
/// If the studies differ in their number of replications.
pub fn differences(base: &Study, other: &Study) -> Vec<Difference> {
    differences_over(base, other, &CommonPushes::completed_in_all([base, other]))
}

/// Like [`differences`], with the times of pushes compared over these, which succeed in both studies.
///
/// # Panics
/// If the studies differ in their number of replications.
pub fn differences_over(base: &Study, other: &Study, finished: &CommonPushes) -> Vec<Difference> {
    assert_eq!(base.replications, other.replications, "replications are compared in pairs");
    let times = [base, other].map(|study| finished.times(study));
    let mut pairs = BTreeMap::<(usize, &[Label]), [Option<&Series>; 2]>::new();
    for (side, study) in [base, other].into_iter().enumerate() {
        let others = study.series.iter().filter(|series| !CommonPushes::concern(series.metric));
        for series in others.chain(&times[side]) {
            pairs.entry((rank(series.metric), &series.labels)).or_default()[side] = Some(series);
        }
    }
    let mut intervals = Intervals::default();
    let compared = |[base, other]: [Option<&Series>; 2]| compared(base, other, &mut intervals);
    pairs.into_values().filter_map(compared).collect()
}

pub(super) fn compared(
    base: Option<&Series>,
    other: Option<&Series>,
    intervals: &mut Intervals,
) -> Option<Difference> {
    let known = base.or(other)?;
    let (metric, labels) = (known.metric, &known.labels);
    let has = |series: Option<&Series>, at: usize| {
        series.map_or(metric.zero_when_absent, |series| series.value(at).is_some())
    };
    let both = |at: usize| has(base, at) && has(other, at);
    let parts = |series: Option<&Series>| match series {
        Some(series) => series.parts_of(both),
        None => (0..known.replications()).map(|at| both(at).then_some(0.0)).collect(),
    };
    let pairs: Vec<(f64, f64)> =
        parts(base).into_iter().zip(parts(other)).filter_map(|(base, other)| base.zip(other)).collect();
    of_pairs(metric, labels, &pairs, intervals)
}

/// The difference of pairs of values; `None` if there are none.
fn of_pairs(
    metric: &'static Metric,
    labels: &[Label],
    pairs: &[(f64, f64)],
    intervals: &mut Intervals,
) -> Option<Difference> {
    let differences: Vec<f64> = pairs.iter().map(|(base, other)| other - base).collect();
    let (difference, margin) = intervals.of(&differences)?;
    let mean = |side: fn(&(f64, f64)) -> f64| pairs.iter().map(side).sum::<f64>() / pairs.len() as f64;
    Some(Difference {
        metric,
        labels: labels.to_vec(),
        base: mean(|pair| pair.0),
        other: mean(|pair| pair.1),
        difference,
        low: difference - margin,
        high: difference + margin,
        n: pairs.len() as u32,
        worlds: None,
    })
}

/// The difference of a count over everything but what has these labels. It has no labels itself.
///
/// # Panics
/// If the studies differ in their number of replications.
pub fn difference_of_rest(
    base: &Study,
    other: &Study,
    metric: &'static Metric,
    labels: &[(&str, &str)],
) -> Option<Difference> {
    assert_eq!(base.replications, other.replications, "replications are compared in pairs");
    let rest = |study: &Study| {
        let [all, part] = [&[], labels].map(|labels| counts(study, metric, labels));
        all.into_iter().zip(part).map(|(all, part)| all - part).collect::<Vec<f64>>()
    };
    let pairs: Vec<(f64, f64)> = rest(base).into_iter().zip(rest(other)).collect();
    of_pairs(metric, &[], &pairs, &mut Intervals::default())
}

/// A count in each replication.
fn counts(study: &Study, metric: &Metric, labels: &[(&str, &str)]) -> Vec<f64> {
    let series = study.series.iter().find(|series| series.is(metric, labels));
    let values = |series: &Series| series.values().map(|value| value.unwrap_or(0.0)).collect();
    series.map_or_else(|| vec![0.0; study.replications as usize], values)
}

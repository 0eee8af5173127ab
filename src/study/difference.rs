//! What changes from one scenario to another, with the same draws, and whether that is better.

use super::estimate::Intervals;
use super::finished::Finished;
use super::series::{Series, rank};
use super::study::Study;
use crate::observe::{Better, Label, Metric};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a metric changes from one scenario to another, replication by replication: the same pushes,
/// the same changes and the same sizes, so that what they have in common falls out.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The metric.
    pub metric: &'static Metric,
    /// Its labels.
    pub labels: Vec<Label>,
    /// The mean in the scenario compared with, over the replications that have a value in both.
    pub base: f64,
    /// The mean in the other, over the same.
    pub other: f64,
    /// The mean of other − base.
    pub difference: f64,
    /// The lower end of its 95 % interval.
    pub low: f64,
    /// The upper end of its 95 % interval.
    pub high: f64,
    /// How many replications have a value in both.
    pub n: u32,
}

/// What a comparison is about first: runner time and waiting for each push, and the bill.
pub const HEADLINES: [(&str, &[(&str, &str)]); 3] =
    [("push.runner_minutes", &[]), ("push.waiting", &[("stat", "mean")]), ("runner.cost", &[])];

/// What grows with the time jobs run. It falls where more runs fail, too, which is no gain.
const RUNNING: [&str; 3] = ["push.runner_minutes", "runner.minutes", "runner.cost"];

/// What is measured of successful runs alone.
const OF_SUCCESS: [&str; 2] = ["job.duration", "workflow.duration"];
/// From which change of a job's success share on, its successful runs are others than before, and a
/// comparison says so.
pub const SUCCESS_CHANGE_MIN: f64 = 0.01;

/// Whether a comparison is about this first: the headlines, and how often each job succeeds, without which
/// they cannot be judged.
pub fn is_leading(metric: &Metric, labels: &[Label]) -> bool {
    let same = |(label, text): &Label, wanted: &[(&str, &str)]| wanted.contains(&(*label, text.as_str()));
    let headline = |(name, wanted): &(&str, &[(&str, &str)])| {
        metric.name == *name && labels.len() == wanted.len() && labels.iter().all(|label| same(label, wanted))
    };
    HEADLINES.iter().any(headline) || job_that_succeeds(metric, labels).is_some()
}

fn job_that_succeeds<'a>(metric: &Metric, labels: &'a [Label]) -> Option<&'a str> {
    match labels {
        [("job", job)] if metric.name == "job.success_share" => Some(job),
        _ => None,
    }
}

/// Whether a difference is for the good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Verdict {
    /// The interval is on the good side of 0.
    #[serde(rename = "better")]
    Better,
    /// The interval is on the bad side of 0.
    #[serde(rename = "worse")]
    Worse,
    /// The interval holds 0, or there is none: one replication proves nothing.
    #[serde(rename = "not distinguishable")]
    NotDistinguishable,
}

impl Verdict {
    /// The words for it.
    pub fn label(self) -> &'static str {
        match self {
            Verdict::Better => "better",
            Verdict::Worse => "worse",
            Verdict::NotDistinguishable => "not distinguishable",
        }
    }
}

impl Difference {
    /// The verdict; `None` for a metric that describes and of which neither direction is good.
    pub fn verdict(&self) -> Option<Verdict> {
        let good = match self.metric.better {
            Better::Lower => self.high < 0.0,
            Better::Higher => self.low > 0.0,
            Better::Neither => return None,
        };
        Some(match self.is_distinguishable() {
            true if good => Verdict::Better,
            true => Verdict::Worse,
            false => Verdict::NotDistinguishable,
        })
    }

    /// The verdict beside what else changes. Less running time is no gain as far as the runs explain it that do
    /// not succeed any more: at most by the largest fall of any job's success share. And durations of other
    /// runs than before cannot be compared.
    pub fn verdict_among(&self, all: &[Difference]) -> Option<Verdict> {
        let verdict = self.verdict()?;
        let jobs = || all.iter().filter_map(|change| Some((change.job_that_succeeds()?, change.difference)));
        let name = self.metric.name;
        let void = if RUNNING.contains(&name) {
            let most = jobs().map(|(_, change)| -change).fold(0.0, f64::max);
            verdict == Verdict::Better && -self.difference <= most * self.base
        } else if OF_SUCCESS.contains(&name) {
            let own = self.labels.iter().find(|(label, _)| *label == "job").map(|(_, job)| job.as_str());
            let others = |change: f64| change.abs() >= SUCCESS_CHANGE_MIN;
            jobs().any(|(job, change)| own.is_none_or(|own| own == job) && others(change))
        } else {
            false
        };
        Some(if void { Verdict::NotDistinguishable } else { verdict })
    }

    /// Whether it has a verdict of its own that what else changes makes void.
    pub fn is_void_among(&self, all: &[Difference]) -> bool {
        self.verdict().is_some_and(|own| own != Verdict::NotDistinguishable)
            && self.verdict_among(all) == Some(Verdict::NotDistinguishable)
    }

    /// The job, where this is the share of its runs that succeed.
    pub fn job_that_succeeds(&self) -> Option<&str> {
        job_that_succeeds(self.metric, &self.labels)
    }

    /// Whether 0 is outside the interval.
    pub fn is_distinguishable(&self) -> bool {
        self.n >= 2 && (self.high < 0.0 || self.low > 0.0)
    }

    /// Whether this is the metric under exactly these labels, in any order.
    pub fn is(&self, name: &str, labels: &[(&str, &str)]) -> bool {
        let has = |(label, text): &(&str, &str)| self.labels.iter().any(|(l, t)| l == label && t == text);
        self.metric.name == name && self.labels.len() == labels.len() && labels.iter().all(has)
    }
}

/// What every metric changes from `base` to `other`, in the order of the catalogue, then of the
/// labels. A count that only one of them has is 0 in the other; anything else that one of them never
/// measured cannot be compared and is left out. Waiting is compared over the pushes that both finish.
///
/// # Panics
/// If the studies differ in their number of replications.
pub fn differences(base: &Study, other: &Study) -> Vec<Difference> {
    differences_over(base, other, &Finished::everywhere([base, other]))
}

/// The same with waiting compared over these pushes, which both finish.
///
/// # Panics
/// If the studies differ in their number of replications.
pub fn differences_over(base: &Study, other: &Study, finished: &Finished) -> Vec<Difference> {
    assert_eq!(base.replications, other.replications, "replications are compared in pairs");
    let waiting = [base, other].map(|study| finished.waiting(study));
    let mut pairs = BTreeMap::<(usize, &[Label]), [Option<&Series>; 2]>::new();
    for (side, study) in [base, other].into_iter().enumerate() {
        let others = study.series.iter().filter(|series| series.metric.name != Finished::METRIC);
        for series in others.chain(&waiting[side]) {
            pairs.entry((rank(series.metric), &series.labels)).or_default()[side] = Some(series);
        }
    }
    let mut intervals = Intervals::default();
    let compared = |[base, other]: [Option<&Series>; 2]| compared(base, other, &mut intervals);
    pairs.into_values().filter_map(compared).collect()
}

fn compared(base: Option<&Series>, other: Option<&Series>, intervals: &mut Intervals) -> Option<Difference> {
    let Series { metric, labels, values, .. } = base.or(other)?;
    let has = |series: Option<&Series>, at: usize| {
        series.map_or(metric.zero_when_absent, |series| series.values[at].is_some())
    };
    let both = |at: usize| has(base, at) && has(other, at);
    let parts = |series: Option<&Series>| match series {
        Some(series) => series.parts_of(both),
        None => (0..values.len()).map(|at| both(at).then_some(0.0)).collect(),
    };
    let pairs: Vec<(f64, f64)> =
        parts(base).into_iter().zip(parts(other)).filter_map(|(base, other)| base.zip(other)).collect();
    let differences: Vec<f64> = pairs.iter().map(|(base, other)| other - base).collect();
    let (difference, margin) = intervals.of(&differences)?;
    let mean = |side: fn(&(f64, f64)) -> f64| pairs.iter().map(side).sum::<f64>() / pairs.len() as f64;
    Some(Difference {
        metric,
        labels: labels.clone(),
        base: mean(|pair| pair.0),
        other: mean(|pair| pair.1),
        difference,
        low: difference - margin,
        high: difference + margin,
        n: pairs.len() as u32,
    })
}

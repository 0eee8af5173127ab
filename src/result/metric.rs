//! Rows about metrics in a result's file: estimates, differences and shares. A row is made from what a
//! study knows, and reading turns it back into that. A row is dropped if this version does not know its
//! metric or one of its labels.

use super::problems::{Problems, replications};
use crate::observe::metric::find;
use crate::observe::{Label, Measure, Metric};
use crate::statistics::{AttributedShare, Difference, DifferenceInWorlds, Estimate, Prediction, Verdict};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The labels of a metric, in the metric's order. A missing label means "all".
pub type LabelMap = IndexMap<String, String>;

/// A metric with its mean over the replications and the 95 % interval of the mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MetricRow {
    /// The metric's name.
    pub name: String,
    /// Its labels.
    pub labels: LabelMap,
    /// The unit of the numbers.
    pub unit: String,
    /// The mean.
    pub mean: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
    /// How many replications have a value.
    #[serde(deserialize_with = "replications")]
    pub n: u32,
    /// What it may be if the assumptions are drawn, too; absent where that was not played.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prediction: Option<PredictionRow>,
}

/// The range that has 90 % of what chance and the assumptions allow. Of fewer than 19 worlds, it is the lowest and the
/// highest value, and says how much that is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PredictionRow {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// The share of what is possible that lies between them if that is less than 90 %: the range is then only that of
    /// the values seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covers: Option<f64>,
}

/// How a metric changes from the base to another scenario, on average over pairs of replications.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DifferenceRow {
    /// The metric's name.
    pub name: String,
    /// Its labels.
    pub labels: LabelMap,
    /// The unit of the numbers.
    pub unit: String,
    /// The mean in the base.
    pub base: f64,
    /// The mean in the other scenario.
    pub other: f64,
    /// The mean of other − base.
    pub difference: f64,
    /// The lower end of the 95 % interval of the difference.
    pub low: f64,
    /// The upper end of that interval.
    pub high: f64,
    /// How many replications have a value in both.
    #[serde(deserialize_with = "replications")]
    pub n: u32,
    /// Whether the change is an improvement; absent for a metric for which neither direction is better.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// The difference if the assumptions are drawn, too; absent where that was not played.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prediction: Option<PredictionRow>,
    /// The share of worlds, each with other assumptions, in which the change is an improvement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share_of_worlds_better: Option<f64>,
    /// Whether 90 % of what chance and the assumptions allow is an improvement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict_under_assumptions: Option<Verdict>,
    /// The assumed input that decides whether it is an improvement, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turned_by: Option<String>,
}

/// One strategy's contribution to the effect of several.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShareRow {
    /// The strategy.
    pub strategy: String,
    /// The metric's name.
    pub metric: String,
    /// Its labels.
    pub labels: LabelMap,
    /// The unit of the numbers.
    pub unit: String,
    /// The mean share; the shares of all strategies sum to the whole difference.
    pub share: f64,
    /// The lower end of its 95 % interval.
    pub low: f64,
    /// The upper end of its 95 % interval.
    pub high: f64,
}

/// The labels as the file has them.
pub(super) fn labels(labels: &[Label]) -> LabelMap {
    labels.iter().map(|(name, text)| ((*name).to_owned(), text.clone())).collect()
}

/// The metric with this name and these labels; `None` if this version does not know it.
pub(super) fn measure(name: &str, labels: LabelMap) -> Option<Measure> {
    let metric: &'static Metric = find(name)?;
    let known = |(name, text): (String, String)| {
        metric.labels.iter().find(|label| **label == name).map(|label| (*label, text))
    };
    let labels: Option<Vec<Label>> = labels.into_iter().map(known).collect();
    Some(Measure::new(metric, labels?))
}

/// The contents of the rows whose metrics are known. A remark counts the others.
pub(super) fn known<R, T>(rows: Vec<R>, read: fn(R) -> Option<T>, problems: &mut Problems) -> Vec<T> {
    let all = rows.len();
    let known: Vec<T> = rows.into_iter().filter_map(read).collect();
    problems.left_out(all - known.len());
    known
}

impl MetricRow {
    /// The row for an estimate.
    pub fn of(estimate: &Estimate) -> MetricRow {
        let Estimate { metric, mean, low, high, n, .. } = *estimate;
        let (name, unit) = (metric.name.to_owned(), metric.unit.to_owned());
        let prediction = estimate.prediction.map(PredictionRow::of);
        MetricRow { name, labels: labels(&estimate.labels), unit, mean, low, high, n, prediction }
    }

    /// The estimate of a row; `None` if its metric is not known.
    pub fn estimate(self) -> Option<Estimate> {
        let Measure { metric, labels } = measure(&self.name, self.labels)?;
        let MetricRow { mean, low, high, n, .. } = self;
        let prediction = self.prediction.map(PredictionRow::prediction);
        Some(Estimate { metric, labels, mean, low, high, n, prediction })
    }
}

impl DifferenceRow {
    /// The row for a difference. Its verdict takes `all` differences of the comparison into account.
    pub fn of(change: &Difference, all: &[Difference]) -> DifferenceRow {
        let Difference { metric, base, other, difference, low, high, n, .. } = *change;
        let (name, unit) = (metric.name.to_owned(), metric.unit.to_owned());
        let (labels, verdict) = (labels(&change.labels), change.verdict_among(all));
        let worlds = change.worlds.as_ref();
        DifferenceRow {
            name,
            labels,
            unit,
            base,
            other,
            difference,
            low,
            high,
            n,
            verdict,
            prediction: worlds.map(|worlds| PredictionRow::of(worlds.prediction)),
            share_of_worlds_better: worlds.and_then(|worlds| worlds.share_better),
            verdict_under_assumptions: change.verdict_in_worlds(all),
            turned_by: worlds.and_then(|worlds| worlds.turned_by.clone()),
        }
    }

    /// The difference of a row; `None` if its metric is not known.
    pub fn difference(self) -> Option<Difference> {
        let Measure { metric, labels } = measure(&self.name, self.labels)?;
        let DifferenceRow { base, other, difference, low, high, n, .. } = self;
        let worlds = self.prediction.map(|row| DifferenceInWorlds {
            prediction: row.prediction(),
            share_better: self.share_of_worlds_better,
            verdict: self.verdict_under_assumptions,
            turned_by: self.turned_by,
        });
        Some(Difference { metric, labels, base, other, difference, low, high, n, worlds })
    }
}

impl PredictionRow {
    fn of(prediction: Prediction) -> PredictionRow {
        let Prediction { low, high, covers } = prediction;
        PredictionRow { low, high, covers: (!prediction.is_whole()).then_some(covers) }
    }

    fn prediction(self) -> Prediction {
        let PredictionRow { low, high, covers } = self;
        Prediction { low, high, covers: covers.unwrap_or(Prediction::SHARE) }
    }
}

impl ShareRow {
    /// The row for a share of one of these strategies.
    pub fn of(of: &AttributedShare, strategies: &[String]) -> ShareRow {
        let AttributedShare { strategy, metric, share, low, high, .. } = *of;
        let (strategy, labels) = (strategies[strategy].clone(), labels(&of.labels));
        let (metric, unit) = (metric.name.to_owned(), metric.unit.to_owned());
        ShareRow { strategy, metric, labels, unit, share, low, high }
    }

    /// The share of a row. `strategy` is the index of the row's strategy.
    pub fn share(self, strategy: usize) -> Option<AttributedShare> {
        let Measure { metric, labels } = measure(&self.metric, self.labels)?;
        let ShareRow { share, low, high, .. } = self;
        Some(AttributedShare { strategy, metric, labels, share, low, high })
    }
}

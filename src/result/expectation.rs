//! The expectations of a scenario and their judgements, as rows of a run's file: written from what was
//! checked, and read back.

use super::checked::{Against, Checked};
use super::metric::{LabelMap, labels, measure};
use super::problems::{Problems, REPLICATIONS_MAX};
use crate::observe::{Expectation, Judgement, Measure, Rival, Side};
use crate::statistics::Difference;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An expectation of the scenario and whether it holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExpectationRow {
    /// The expectation, as text for people to read.
    pub text: String,
    /// Whether it holds.
    #[serde(default)]
    pub outcome: Judgement,
    /// `outcome` as true or false; null if it is undecided.
    pub held: Option<bool>,
    /// The mean of the metric; null if it was never measured.
    pub value: Option<f64>,
    /// The lower end of its 95 % interval.
    pub low: Option<f64>,
    /// The upper end of its 95 % interval.
    pub high: Option<f64>,
    /// The metric's name.
    pub metric: String,
    /// Its labels.
    pub labels: LabelMap,
    /// The smallest value that holds.
    pub min: Option<f64>,
    /// The largest value that holds.
    pub max: Option<f64>,
    /// The strategies with which the metric is compared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub against: Vec<RivalRow>,
}

/// A strategy that an expectation compares the scenario with, and how the metric changes with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RivalRow {
    /// The strategy, as `--strategy` takes it.
    pub strategy: String,
    /// The side of the strategy's value on which the metric must be.
    pub side: Side,
    /// The minimum distance from that value, 0 or more.
    pub by: f64,
    /// The mean with the strategy.
    pub value: Option<f64>,
    /// The mean difference (with the strategy − without); null if it was not measured on both sides.
    pub difference: Option<f64>,
    /// The lower end of its 95 % interval.
    pub low: Option<f64>,
    /// The upper end of its 95 % interval.
    pub high: Option<f64>,
    /// How many replications have a value on both sides.
    pub n: Option<u32>,
    /// Whether the metric is on the right side, and far enough.
    #[serde(default)]
    pub outcome: Judgement,
}

/// The number of replications that is assumed for files of earlier versions, which do not state it.
const UNSAID: u32 = 2;

impl ExpectationRow {
    /// The row for a checked expectation.
    pub(super) fn of(checked: &Checked) -> ExpectationRow {
        let Checked { expectation, known, rivals, judgement, .. } = checked;
        let Measure { metric, labels: own } = &expectation.measure;
        ExpectationRow {
            text: expectation.to_string(),
            outcome: *judgement,
            held: judgement.held(),
            value: known.as_ref().map(|known| known.mean),
            low: known.as_ref().map(|known| known.low),
            high: known.as_ref().map(|known| known.high),
            metric: metric.name.to_owned(),
            labels: labels(own),
            min: expectation.min,
            max: expectation.max,
            against: rivals.iter().map(RivalRow::of).collect(),
        }
    }

    /// The expectation of a row; `None` if this version does not know its metric.
    pub(super) fn expectation(&self) -> Option<Expectation> {
        let rival = |row: &RivalRow| {
            let RivalRow { strategy, side, by, .. } = row;
            Rival { strategy: strategy.clone(), side: *side, by: *by }
        };
        let measure = measure(&self.metric, self.labels.clone())?;
        let rivals = self.against.iter().map(rival).collect();
        Some(Expectation { measure, min: self.min, max: self.max, rivals })
    }

    /// The differences of its metric to each strategy that it compares with.
    pub(super) fn changes(&self, path: &str, problems: &mut Problems) -> Vec<(String, Difference)> {
        let Some(Measure { metric, labels }) = measure(&self.metric, self.labels.clone()) else {
            return vec![];
        };
        let measured = self.against.iter().filter(|row| row.difference.is_some());
        let change = |row: &RivalRow| {
            let [base, other, difference, low, high] =
                [self.value, row.value, row.difference, row.low, row.high];
            let n = row.n.unwrap_or(UNSAID);
            let labels = (n <= REPLICATIONS_MAX).then(|| labels.clone())?;
            let (base, other, difference, low, high) = (base?, other?, difference?, low?, high?);
            let change = Difference { metric, labels, base, other, difference, low, high, n, worlds: None };
            Some((row.strategy.clone(), change))
        };
        let changes: Option<Vec<_>> = measured.map(change).collect();
        problems.unless(changes.is_some(), path, "compares with a strategy, but lacks numbers for it");
        changes.unwrap_or_default()
    }
}

impl RivalRow {
    fn of(Against { rival, change, judgement }: &Against) -> RivalRow {
        let number = |of: fn(&Difference) -> f64| change.as_ref().map(of);
        RivalRow {
            strategy: rival.strategy.clone(),
            side: rival.side,
            by: rival.by,
            value: number(|change| change.other),
            difference: number(|change| change.difference),
            low: number(|change| change.low),
            high: number(|change| change.high),
            n: change.as_ref().map(|change| change.n),
            outcome: *judgement,
        }
    }
}

/// The strategies that all expectations compare with, each with the differences of their metrics.
pub(super) fn rivals(rows: &[ExpectationRow], problems: &mut Problems) -> Vec<(String, Vec<Difference>)> {
    let mut rivals: Vec<(String, Vec<Difference>)> = vec![];
    for (index, row) in rows.iter().enumerate() {
        for (strategy, change) in row.changes(&format!("expectations[{index}]"), problems) {
            match rivals.iter_mut().find(|(name, _)| *name == strategy) {
                Some((_, changes)) => changes.push(change),
                None => rivals.push((strategy, vec![change])),
            }
        }
    }
    rivals
}

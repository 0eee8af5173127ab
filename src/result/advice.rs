//! The advice in the result of `run`: remedies that were tried, and what each changes. `experiment` makes it, `report`
//! shows it.

use super::comparison::StrategyEdit;
use super::metric::{DifferenceRow, LabelMap};
use crate::statistics::{Difference, Verdict};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Remedies that were tried after a run, within its budget.
#[derive(Debug, Clone, PartialEq)]
pub struct Advice {
    /// Those that change something: gains that are told from chance come first, the largest at the top.
    pub remedies: Vec<AdvisedRemedy>,
    /// Those that change nothing.
    pub without_effect: Vec<String>,
    /// Those for which the budget did not suffice, the most relevant first.
    pub not_tried: Vec<String>,
}

/// A remedy that was tried.
#[derive(Debug, Clone, PartialEq)]
pub struct AdvisedRemedy {
    /// Its strategies, as on the command line.
    pub strategies: Vec<String>,
    /// What to edit.
    pub edits: Vec<StrategyEdit>,
    /// What it changes most of all that counts.
    pub difference: Difference,
}

/// A remedy in the result of `run`, with the change of one metric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AdviceRow {
    /// Its strategies, as `compare --strategy` takes them.
    pub strategies: Vec<String>,
    /// What to edit for each of them.
    pub edits: Vec<StrategyEdit>,
    /// The metric of the numbers: `push.green`, `runner.minutes`, or `cache.unreachable_bytes`.
    pub metric: String,
    /// Its labels.
    pub labels: LabelMap,
    /// Its unit.
    pub unit: String,
    /// The mean without the remedy, in the replications that were compared.
    pub base: f64,
    /// The mean with it.
    pub other: f64,
    /// The mean of other − base.
    pub difference: f64,
    /// The lower end of the 95 % interval of the difference.
    pub low: f64,
    /// The upper end of that interval.
    pub high: f64,
    /// How many replications were compared; with one, there is no interval.
    pub n: u32,
    /// Whether the change is an improvement.
    pub verdict: Option<Verdict>,
}

impl AdviceRow {
    pub(super) fn of(remedy: &AdvisedRemedy) -> AdviceRow {
        let of = &remedy.difference;
        let DifferenceRow { name, labels, unit, base, other, difference, low, high, n, verdict, .. } =
            DifferenceRow::of(of, std::slice::from_ref(of));
        let (strategies, edits) = (remedy.strategies.clone(), remedy.edits.clone());
        AdviceRow {
            strategies,
            edits,
            metric: name,
            labels,
            unit,
            base,
            other,
            difference,
            low,
            high,
            n,
            verdict,
        }
    }

    /// The remedy of a row; `None` if this version does not know its metric.
    pub(super) fn remedy(self) -> Option<AdvisedRemedy> {
        let AdviceRow {
            strategies,
            edits,
            metric: name,
            labels,
            unit,
            base,
            other,
            difference,
            low,
            high,
            n,
            verdict,
        } = self;
        let row = DifferenceRow {
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
            prediction: None,
            share_of_worlds_better: None,
            verdict_under_assumptions: None,
            turned_by: None,
        };
        Some(AdvisedRemedy { strategies, edits, difference: row.difference()? })
    }
}

//! The advice in the result of `run`: remedies that were tried, and what each changes. `experiment` makes it, `report`
//! shows it.

use crate::result::comparison::StrategyEdit;
use crate::result::metric::DifferenceRow;
use crate::result::run::evictor::Evictors;
use crate::statistics::Difference;
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
    /// Those that were tried in one replication only.
    pub tried_once: Vec<String>,
    /// In how many replications the others were tried; 0 in results of earlier versions, which do not say it.
    pub replications: u32,
    /// The true effect of the largest evictors.
    pub evictors: Evictors,
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
    /// What it frees of a cache that is mostly dead, if that costs time.
    pub freed: Option<Difference>,
    /// What else gets better with it, told from chance: time or money.
    pub gains: Vec<Difference>,
    /// What else gets worse with it, told from chance: time or money.
    pub costs: Vec<Difference>,
}

/// A remedy in the result of `run`, with the change of one metric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AdviceRow {
    /// Its strategies, as `compare --strategy` takes them.
    pub strategies: Vec<String>,
    /// What to edit for each of them.
    pub edits: Vec<StrategyEdit>,
    /// The change of one metric, the first of these that is told from chance: `push.green_share`, `push.green`, `runner.minutes`,
    /// `cache.cost`, `runner.cost`, or `cache.unreachable_bytes`. The base is the scenario as it is, over the replications that
    /// were compared.
    #[serde(flatten)]
    pub change: DifferenceRow,
    /// How it changes `cache.unreachable_bytes`, where it frees space and costs time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub freed: Option<DifferenceRow>,
    /// What gets better with it besides `change`: `push.green`, `runner.minutes`, `runner.cost` or `cache.cost`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gains: Vec<DifferenceRow>,
    /// What gets worse with it although `change` is a gain: `push.green`, `runner.minutes`, `runner.cost` or `cache.cost`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub costs: Vec<DifferenceRow>,
}

impl AdviceRow {
    pub(in crate::result) fn of(remedy: &AdvisedRemedy) -> AdviceRow {
        let row = |of: &Difference| DifferenceRow::of(of, std::slice::from_ref(of));
        AdviceRow {
            strategies: remedy.strategies.clone(),
            edits: remedy.edits.clone(),
            change: row(&remedy.difference),
            freed: remedy.freed.as_ref().map(row),
            gains: remedy.gains.iter().map(row).collect(),
            costs: remedy.costs.iter().map(row).collect(),
        }
    }

    /// The remedy of a row; `None` if this version does not know its metric.
    pub(super) fn remedy(self) -> Option<AdvisedRemedy> {
        let AdviceRow { strategies, edits, change, freed, gains, costs } = self;
        let freed = freed.and_then(DifferenceRow::difference);
        let [gains, costs] =
            [gains, costs].map(|rows| rows.into_iter().filter_map(DifferenceRow::difference).collect());
        Some(AdvisedRemedy { strategies, edits, difference: change.difference()?, freed, gains, costs })
    }
}

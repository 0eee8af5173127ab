//! How certain a result is, as its file states it: the precision that was reached, the batches of one
//! replication, the assumptions that were drawn, and where the warm-up comes from.

use super::metric::{LabelMap, labels, measure};
use super::problems::replications;
use crate::statistics::{Batches, Dependence, DrawnWorlds, Precision, PrecisionOutcome, WarmUp};
use crate::units::Duration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The requested precision, and whether it was reached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PrecisionRow {
    /// The metric's name.
    pub metric: String,
    /// Its labels.
    pub labels: LabelMap,
    /// The requested half-width of the 95 % interval, as a share of the mean.
    pub target: f64,
    /// The half-width that was reached; null if it was never measured twice.
    pub half_width: Option<f64>,
    /// Whether it reaches the requested precision.
    pub reached: bool,
    /// The most replications that were allowed.
    #[serde(deserialize_with = "replications")]
    pub replications_max: u32,
}

/// The parts of the only replication over which intervals are taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BatchesRow {
    /// How many there are.
    #[serde(deserialize_with = "replications")]
    pub count: u32,
    /// How many days each of them has.
    pub days: f64,
    /// Metrics whose neighbouring batches depend on each other: their intervals are too narrow.
    pub dependent: Vec<DependenceRow>,
}

/// A metric whose batches depend on each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DependenceRow {
    /// The metric's name.
    pub metric: String,
    /// Its labels.
    pub labels: LabelMap,
    /// The correlation of neighbouring batches, −1 to 1.
    pub correlation: f64,
}

/// The worlds from which predictions are made: in each, the assumed inputs are drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AssumptionsRow {
    /// How many worlds were simulated.
    #[serde(deserialize_with = "replications")]
    pub worlds: u32,
    /// The paths of the inputs that were drawn.
    pub inputs: Vec<String>,
}

impl AssumptionsRow {
    pub(super) fn of(worlds: &DrawnWorlds) -> AssumptionsRow {
        AssumptionsRow { worlds: worlds.count, inputs: worlds.inputs.clone() }
    }

    pub(super) fn worlds(self) -> DrawnWorlds {
        DrawnWorlds { count: self.worlds, inputs: self.inputs, levels: vec![] }
    }
}

impl PrecisionRow {
    pub(super) fn of(reached: &PrecisionOutcome) -> PrecisionRow {
        let PrecisionOutcome { asked, half_width, .. } = reached;
        PrecisionRow {
            metric: asked.measure.metric.name.to_owned(),
            labels: labels(&asked.measure.labels),
            target: asked.target,
            half_width: *half_width,
            reached: reached.holds(),
            replications_max: asked.replications_max,
        }
    }

    /// The precision that `replications` replications reached; `None` if this version does not know the
    /// metric.
    pub(super) fn reached(self, replications: u32) -> Option<PrecisionOutcome> {
        let PrecisionRow { target, half_width, replications_max, .. } = self;
        let measure = measure(&self.metric, self.labels)?;
        Some(PrecisionOutcome {
            asked: Precision { measure, target, replications_max },
            half_width,
            replications,
        })
    }
}

impl BatchesRow {
    pub(super) fn of(batches: &Batches) -> BatchesRow {
        let row = |Dependence { measure, correlation }: &Dependence| DependenceRow {
            metric: measure.metric.name.to_owned(),
            labels: labels(&measure.labels),
            correlation: *correlation,
        };
        let dependent = batches.dependent.iter().map(row).collect();
        BatchesRow { count: batches.count, days: batches.length.as_days_f64(), dependent }
    }

    pub(super) fn batches(self) -> Batches {
        let known = |row: DependenceRow| {
            let measure = measure(&row.metric, row.labels)?;
            Some(Dependence { measure, correlation: row.correlation })
        };
        let dependent = self.dependent.into_iter().filter_map(known).collect();
        Batches { count: self.count, length: Duration::DAY.scaled(self.days), dependent }
    }
}

/// The name of the rule that the warm-up follows; `None` if the scenario states the warm-up.
pub(super) fn rule(warm_up: WarmUp) -> Option<String> {
    let rule = match warm_up {
        WarmUp::Fixed => return None,
        WarmUp::Shortened => "half of the simulated time",
        WarmUp::Detected => "MSER-5",
        WarmUp::NotReached => "MSER-5: not reached, twice the retention",
    };
    Some(rule.to_owned())
}

/// The warm-up with this rule. A rule that this version does not know still means that it was detected.
pub(super) fn warm_up(rule: Option<&str>) -> WarmUp {
    match rule {
        None => WarmUp::Fixed,
        Some(rule) if rule.contains("not reached") => WarmUp::NotReached,
        Some(rule) if rule.contains("half") => WarmUp::Shortened,
        Some(_) => WarmUp::Detected,
    }
}

//! The conclusions from a sweep's points, as rows of its file: where a curve bends, and which input
//! matters. The file has them so that others need not compute them; reading a file computes them again from
//! the points.

use super::SweepResult;
use crate::statistics::sweep::{AxisCurve, Effect, Elbow, Explained, Finding, Interval, Sensitivity, Shape};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The conclusions from all points of a sweep.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Findings {
    /// How the metric changes along each numeric axis.
    pub elbows: Vec<ElbowRow>,
    /// How much each input matters; absent if not requested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensitivity: Option<Vec<SensitivityRow>>,
}

/// How the metric changes along an axis. Slopes are in `unit` for each `per` of the axis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ElbowRow {
    /// The axis.
    pub axis: String,
    /// The values on the other axes.
    pub with: BTreeMap<String, String>,
    /// `flat`, `turning`, `even`, `flattens` or `steepens`.
    pub finding: String,
    /// The value at which the curve bends.
    pub at: Option<String>,
    /// The lower end of the 95 % interval of that value.
    pub low: Option<String>,
    /// The upper end of that interval.
    pub high: Option<String>,
    /// The unit of the metric.
    pub unit: String,
    /// The unit of the axis.
    pub per: String,
    /// The slope from one end to the other.
    pub slope: Interval,
    /// The slope below the elbow.
    pub below: Option<Interval>,
    /// The slope above the elbow.
    pub above: Option<Interval>,
    /// The largest slope of a single step on the flatter side.
    pub flat_at_most: Option<f64>,
    /// The first and the last value of the axis: where the curve bends depends on them.
    pub window: [String; 2],
    /// The step beyond the elbow.
    pub next: Option<NextRow>,
}

/// The step beyond an elbow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NextRow {
    /// The value on the axis at its end.
    pub to: String,
    /// The total change of the metric.
    pub change: Interval,
    /// What the limit costs in addition while the cache is exactly full, in USD per 30 days.
    pub limit_cost_max: f64,
}

/// How much an input matters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum SensitivityRow {
    /// Sobol indices: shares of the variance of the metric.
    Sobol {
        /// The input.
        path: String,
        /// The share that the input explains alone.
        first_order: Interval,
        /// The share that it explains alone and together with others.
        total: Interval,
    },
    /// Morris's effects: how much the metric changes if the input moves over its whole range.
    Morris {
        /// The input.
        path: String,
        /// The mean size of the change.
        mu_star: Interval,
        /// The mean change.
        mu: Interval,
        /// The spread of the change.
        sigma: f64,
    },
}

impl Findings {
    pub(in crate::result) fn of(swept: &SweepResult) -> Findings {
        let path = |axis: usize| swept.plan.axes[axis].name.clone();
        let sobol = |(axis, of): (usize, &Explained)| SensitivityRow::Sobol {
            path: path(axis),
            first_order: of.alone,
            total: of.in_all,
        };
        let morris = |(axis, of): (usize, &Effect)| {
            let Effect { size: mu_star, direction: mu, spread: sigma } = *of;
            SensitivityRow::Morris { path: path(axis), mu_star, mu, sigma }
        };
        Findings {
            elbows: swept.curves.iter().map(|along| ElbowRow::of(swept, along)).collect(),
            sensitivity: match &swept.sensitivity {
                Sensitivity::Unknown => None,
                Sensitivity::Explained(all) => Some(all.iter().enumerate().map(sobol).collect()),
                Sensitivity::Effects(all) => Some(all.iter().enumerate().map(morris).collect()),
            },
        }
    }
}

impl ElbowRow {
    fn of(swept: &SweepResult, along: &AxisCurve) -> ElbowRow {
        let axis = |axis: usize| swept.plan.axes[axis].name.clone();
        let last = along.points.len() - 1;
        let elbow = along.elbow();
        let at = |place: fn(&Elbow) -> usize| elbow.map(|elbow| value(swept, along, place(elbow)));
        ElbowRow {
            axis: axis(along.axis),
            with: along.others.iter().map(|(other, value)| (axis(*other), value.clone())).collect(),
            finding: word(&along.finding).to_owned(),
            at: at(|elbow| elbow.at),
            low: at(|elbow| elbow.first),
            high: at(|elbow| elbow.last),
            unit: swept.measure.metric.unit.to_owned(),
            per: if along.unit.is_empty() { "1".to_owned() } else { along.unit.clone() },
            slope: along.curve.slope(0, last),
            below: elbow.map(|elbow| elbow.before),
            above: elbow.map(|elbow| elbow.after),
            flat_at_most: elbow.map(|elbow| elbow.flat_at_most),
            window: [0, last].map(|place| value(swept, along, place)),
            next: elbow.and_then(|elbow| NextRow::of(swept, along, elbow)),
        }
    }
}

impl NextRow {
    fn of(swept: &SweepResult, along: &AxisCurve, elbow: &Elbow) -> Option<NextRow> {
        let [from, to] = [elbow.at, elbow.at + 1].map(|place| along.points[place]);
        let next = |change| NextRow {
            to: value(swept, along, elbow.at + 1),
            change,
            limit_cost_max: swept.price(from, to),
        };
        swept.change(from, to, 1).map(next)
    }
}

/// The axis's value at a position of its curve.
fn value(swept: &SweepResult, along: &AxisCurve, place: usize) -> String {
    swept.plan.points[along.points[place]].settings[along.axis].clone()
}

fn word(finding: &Finding) -> &'static str {
    match finding {
        Finding::Flat => "flat",
        Finding::Turning => "turning",
        Finding::Even(_) => "even",
        Finding::Elbow(elbow) if elbow.shape == Shape::Flattens => "flattens",
        Finding::Elbow(_) => "steepens",
    }
}

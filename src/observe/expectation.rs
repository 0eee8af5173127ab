//! Expectations of a scenario (`[[expect]]`): bounds on a metric, or a comparison with a strategy.
//! They are judged by intervals, not by means; `statistics` supplies the intervals and `scenario` reads
//! the tables.

use super::judgement::Judgement;
use super::measure::Measure;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a scenario expects of one metric, as stated in an `[[expect]]` table.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// The metric and its labels.
    pub measure: Measure,
    /// The smallest accepted value, in the metric's unit.
    pub min: Option<f64>,
    /// The largest accepted value, in the metric's unit.
    pub max: Option<f64>,
    /// The strategies to compare with.
    pub rivals: Vec<Rival>,
}

/// A strategy with which the scenario is compared: the metric must be smaller or larger than with
/// it.
#[derive(Debug, Clone, PartialEq)]
pub struct Rival {
    /// The strategy as written on the command line.
    pub strategy: String,
    /// Whether the metric must be below or above.
    pub side: Side,
    /// The smallest accepted difference, in the metric's unit, ≥ 0.
    pub by: f64,
}

/// A side of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Smaller than it.
    Below,
    /// Larger than it.
    Above,
}

impl Side {
    /// The word for it, which is also the key in an expectation.
    pub fn label(self) -> &'static str {
        match self {
            Side::Below => "below",
            Side::Above => "above",
        }
    }
}

impl Rival {
    /// The change by the strategy that is needed to meet the expectation.
    pub fn bound(&self) -> f64 {
        match self.side {
            Side::Below => self.by,
            Side::Above => -self.by,
        }
    }

    /// Judges the expectation if the strategy changes the metric by something between `low` and
    /// `high`. `level` is the larger absolute value of the two numbers compared.
    pub fn judge(&self, low: f64, high: f64, level: f64) -> Judgement {
        match self.side {
            Side::Below => Judgement::above(self.by, low, high, level),
            Side::Above => Judgement::above(self.by, -high, -low, level),
        }
    }
}

impl Expectation {
    /// Judges the bounds for a value that lies between `low` and `high`.
    pub fn judge(&self, low: f64, high: f64) -> Judgement {
        let least = self.min.map(|min| Judgement::at_least(min, low, high));
        let most = self.max.map(|max| Judgement::at_most(max, low, high));
        Judgement::all(least.into_iter().chain(most))
    }
}

impl fmt::Display for Expectation {
    /// Writes, for example, `restore.hit_ratio {client=rust-cache, ref=main} >= 0.9` or
    /// `cache.bytes {stat=peak} <= 12.00 GB`.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let metric = self.measure.metric;
        let number =
            |value: f64| metric.size(value).map_or_else(|| value.to_string(), |size| size.to_string());
        // A size is printed with its unit, and nobody says "0.9 ratio".
        let unit = match metric.unit.strip_prefix("bytes") {
            Some(per) => per.to_owned(),
            None if metric.unit == "ratio" => String::new(),
            None => format!(" {}", metric.unit),
        };
        let bounds = match (self.min, self.max) {
            (Some(min), Some(max)) => Some(format!("between {} and {}{unit}", number(min), number(max))),
            (Some(min), None) => Some(format!(">= {}{unit}", number(min))),
            (None, Some(max)) => Some(format!("<= {}{unit}", number(max))),
            (None, None) => None,
        };
        let rivals = self.rivals.iter().map(|Rival { strategy, side, by }| match *by > 0.0 {
            true => format!("{} `{strategy}` by {}{unit}", side.label(), number(*by)),
            false => format!("{} `{strategy}`", side.label()),
        });
        let all: Vec<String> = bounds.into_iter().chain(rivals).collect();
        write!(f, "{} {}", self.measure, all.join(" and "))
    }
}

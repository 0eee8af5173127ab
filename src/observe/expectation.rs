use super::judgement::Judgement;
use super::measure::Measure;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a scenario expects of one metric, as an `[[expect]]` table of its file says.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// What it is about.
    pub measure: Measure,
    /// The smallest value that holds, in the metric's unit.
    pub min: Option<f64>,
    /// The largest value that holds, in the metric's unit.
    pub max: Option<f64>,
    /// What it is held against besides.
    pub rivals: Vec<Rival>,
}

/// The same scenario with a strategy, than which a metric has to be smaller or larger.
#[derive(Debug, Clone, PartialEq)]
pub struct Rival {
    /// The strategy, as it is asked for on the command line.
    pub strategy: String,
    /// On which side of it the metric has to be.
    pub side: Side,
    /// By how much at least, in the metric's unit, 0 or more.
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
    /// The word for it, and the key of an expectation.
    pub fn label(self) -> &'static str {
        match self {
            Side::Below => "below",
            Side::Above => "above",
        }
    }
}

impl Rival {
    /// The change with the strategy beyond which it is enough.
    pub fn bound(&self) -> f64 {
        match self.side {
            Side::Below => self.by,
            Side::Above => -self.by,
        }
    }

    /// Whether the metric is far enough on the right side, if the strategy changes it by something between
    /// `low` and `high`; `level` is the larger of the two numbers compared, without a sign.
    pub fn judge(&self, low: f64, high: f64, level: f64) -> Judgement {
        match self.side {
            Side::Below => Judgement::above(self.by, low, high, level),
            Side::Above => Judgement::above(self.by, -high, -low, level),
        }
    }
}

impl Expectation {
    /// Whether a value is within the bounds, if it lies between `low` and `high`.
    pub fn judge(&self, low: f64, high: f64) -> Judgement {
        let least = self.min.map(|min| Judgement::at_least(min, low, high));
        let most = self.max.map(|max| Judgement::at_most(max, low, high));
        Judgement::all(least.into_iter().chain(most))
    }
}

impl fmt::Display for Expectation {
    /// For example `restore.hit_ratio {client=rust-cache, ref=main} >= 0.9 ratio` or `cache.bytes
    /// {stat=peak} <= 12.00 GB`.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let metric = self.measure.metric;
        let number =
            |value: f64| metric.size(value).map_or_else(|| value.to_string(), |size| size.to_string());
        let unit =
            metric.unit.strip_prefix("bytes").map_or_else(|| format!(" {}", metric.unit), str::to_owned);
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

use super::measure::Measure;
use std::fmt;

/// What a scenario expects of one metric, as an `[[expect]]` table of its file says.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// What it is about.
    pub measure: Measure,
    /// The smallest mean that holds, in the metric's unit.
    pub min: Option<f64>,
    /// The largest mean that holds, in the metric's unit.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// By how much a metric is on the right side, if its mean changes by so much with the strategy.
    pub fn margin(&self, change: f64) -> f64 {
        match self.side {
            Side::Below => change,
            Side::Above => -change,
        }
    }

    /// Whether that is enough.
    pub fn holds(&self, change: f64) -> bool {
        self.margin(change) > 0.0 && self.margin(change) >= self.by
    }
}

impl Expectation {
    /// Whether a mean over all replications is within the bounds; a metric that was never measured is
    /// not.
    pub fn bounds(&self, mean: Option<f64>) -> bool {
        mean.is_some_and(|mean| {
            self.min.is_none_or(|min| min <= mean) && self.max.is_none_or(|max| mean <= max)
        })
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

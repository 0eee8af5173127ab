//! The intervals computed from bootstrap resamples. `elbow.rs`, `morris.rs` and
//! `sobol.rs` use them.

use crate::observe::quantile;
pub(super) use crate::statistics::bootstrap::resample;
use crate::statistics::intervals::Intervals;
use crate::statistics::student::t_quantile;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Number of resamples for an interval.
pub(super) const RESAMPLES: usize = 1_000;

/// An estimate with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Interval {
    /// The estimate.
    pub value: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Interval {
    /// The mean of values with Student's interval. For a single value, the interval is the value
    /// itself.
    ///
    /// # Panics
    /// If there is no value.
    pub fn of_mean(values: &[f64]) -> Interval {
        let (value, margin) = Intervals::default().of(values).expect("a mean is of something");
        Interval { value, low: value - margin, high: value + margin }
    }

    /// Like [`Interval::of_mean`], for values that were chosen as extreme from the means of
    /// several. The interval is wide enough that all of them lie within theirs at once, by
    /// Bonferroni's inequality.
    ///
    /// # Panics
    /// If there is no value, or nothing to choose from.
    pub fn of_chosen(values: &[f64], among: usize) -> Interval {
        assert!(among > 0, "something is chosen among something");
        let Interval { value, high, .. } = Interval::of_mean(values);
        let freedom = values.len() as f64 - 1.0;
        let wider = match freedom > 0.0 {
            true => t_quantile(1.0 - 0.025 / among as f64, freedom) / t_quantile(0.975, freedom),
            false => 1.0,
        };
        let margin = (high - value) * wider;
        Interval { value, low: value - margin, high: value + margin }
    }

    /// True if 0 lies outside the interval.
    pub fn is_off_zero(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }

    /// The estimate with the 2.5 % and the 97.5 % quantile of its resamples.
    ///
    /// # Panics
    /// If there is no resample.
    pub(super) fn of(value: f64, mut resampled: Vec<f64>) -> Interval {
        let [low, high] = [0.025, 0.975].map(|p| quantile(&mut resampled, p));
        Interval { value, low: low.min(value), high: high.max(value) }
    }
}

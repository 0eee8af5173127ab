//! The requested precision of a metric (`--precision`), and the number of replications that it is
//! likely to take. `experiment` adds replications until it is reached.

use super::estimate::Estimate;
use super::intervals::Intervals;
use super::series::Series;
use crate::observe::Measure;

/// The precision at which no more replications are added.
#[derive(Debug, Clone, PartialEq)]
pub struct Precision {
    /// The metric that has to be precise.
    pub measure: Measure,
    /// The requested half-width of the 95 % interval, relative to the mean; for comparisons see
    /// [`DIFFERENCE_MIN`].
    pub target: f64,
    /// The largest number of replications.
    pub replications_max: u32,
}

/// The precision that was reached.
#[derive(Debug, Clone, PartialEq)]
pub struct PrecisionOutcome {
    /// The precision that was requested.
    pub asked: Precision,
    /// The half-width of the 95 % interval relative to the mean (or see [`DIFFERENCE_MIN`]); of
    /// several comparisons, that of the least certain one. `None` if there are fewer than two
    /// values.
    pub half_width: Option<f64>,
    /// Number of replications played.
    pub replications: u32,
}

/// The half-width of a difference is relative to the difference, but at least to this share of the
/// base's mean. A difference of zero has no relative precision: it is known well enough once it is
/// known to be small.
pub const DIFFERENCE_MIN: f64 = 0.1;

impl PrecisionOutcome {
    /// True if the requested precision was reached.
    pub fn holds(&self) -> bool {
        self.half_width.is_some_and(|half_width| half_width <= self.asked.target)
    }
}

impl Precision {
    /// The number of replications to play next, given the metric in each case and its half-width. `None` if the precision is reached, the limit is hit, or
    /// nothing was ever measured.
    ///
    /// The interval narrows with the square root of the number of replications. Going to that
    /// number at once means few looks at the interval, so that it is rarely narrow by luck.
    pub fn next(&self, cases: &[Series], half_width: Option<f64>) -> Option<u32> {
        let now = cases.first().map_or(0, |series| series.replications()) as u32;
        let needed = match half_width {
            Some(half_width) if half_width <= self.target => return None,
            Some(half_width) => f64::from(now) * (half_width / self.target) * (half_width / self.target),
            None if is_unmeasured(cases) => return None,
            None => f64::INFINITY,
        };
        // The cast saturates.
        let needed = libm::ceil(needed) as u32;
        let next = needed.clamp(now + 1 + now / 10, now.saturating_mul(2).max(2)).min(self.replications_max);
        (next > now).then_some(next)
    }

    /// The relative half-width of the 95 % interval: of the metric if there is one case, otherwise
    /// of its difference between the first case and the one for which that is least certain. `None`
    /// if there are fewer than two values.
    pub fn half_width(&self, cases: &[Series]) -> Option<f64> {
        let (base, others) = cases.split_first()?;
        if others.is_empty() {
            let Estimate { mean, low, high, .. } = Estimate::alone(base).filter(|known| known.n > 1)?;
            return Some(if low == high { 0.0 } else { (high - low) / 2.0 / mean });
        }
        let base = base.parts();
        let difference = |other: &Series| {
            let other = other.parts();
            let pairs = base.iter().zip(&other);
            let pairs: Vec<(f64, f64)> = pairs.filter_map(|(base, other)| base.zip(*other)).collect();
            let differences: Vec<f64> = pairs.iter().map(|(base, other)| other - base).collect();
            let mean = pairs.iter().map(|(base, _)| base).sum::<f64>() / pairs.len() as f64;
            relative(&differences, |difference| difference.abs().max(mean.abs() * DIFFERENCE_MIN))
        };
        let all: Option<Vec<f64>> = others.iter().map(difference).collect();
        all.map(|all| all.into_iter().fold(0.0, f64::max))
    }
}

fn is_unmeasured(cases: &[Series]) -> bool {
    cases.iter().any(|series| series.values().all(|value| value.is_none()))
}

/// The number of replications that is likely to keep an interval clear of a bound. The present
/// number `now` gives a half-width of `half_width` towards the bound, which is `gap` away. `None`
/// if more than `most` would be needed. A fifth is added, since the next interval will be somewhat
/// elsewhere.
pub fn replications_to_tell(now: u32, half_width: f64, gap: f64, most: u32) -> Option<u32> {
    let needed = f64::from(now) * (half_width / gap) * (half_width / gap) * 1.2;
    // Rounded up to two digits; it is not more exact than that.
    let step = libm::pow(10.0, libm::floor(libm::log10(needed.max(10.0))) - 1.0);
    let needed = libm::ceil(needed / step) * step;
    (needed <= f64::from(most)).then_some((needed as u32).max(now + 1))
}

/// The half-width of an interval relative to `yardstick` of its mean. A half-width of 0 is exact
/// whatever the yardstick.
fn relative(values: &[f64], yardstick: impl Fn(f64) -> f64) -> Option<f64> {
    let (mean, margin) = Intervals::default().of(values).filter(|_| values.len() > 1)?;
    Some(if margin == 0.0 { 0.0 } else { margin / yardstick(mean) })
}

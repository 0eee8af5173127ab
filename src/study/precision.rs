//! How sure a metric has to be, and how many replications that is likely to take.

use super::estimate::Intervals;
use crate::observe::Measure;

/// How sure a metric has to be before no more replications are added.
#[derive(Debug, Clone, PartialEq)]
pub struct Precision {
    /// The metric.
    pub measure: Measure,
    /// The half-width of its 95 % interval that is asked for, as a share of the yardstick: the mean,
    /// or for a comparison see [`DIFFERENCE_MIN`].
    pub target: f64,
    /// The most replications.
    pub replications_max: u32,
}

/// How sure a metric became.
#[derive(Debug, Clone, PartialEq)]
pub struct Reached {
    /// What was asked for.
    pub asked: Precision,
    /// The half-width of the 95 % interval as a share of the yardstick, of the least sure comparison;
    /// `None` if there are not two values to tell it from.
    pub half_width: Option<f64>,
    /// How many replications it took.
    pub replications: u32,
}

/// A difference is measured against itself, or against this share of the base's mean where it is
/// smaller. A difference of nothing has no relative precision: it is known well enough when it is
/// known to be small.
pub const DIFFERENCE_MIN: f64 = 0.1;

impl Reached {
    /// Whether it is as sure as was asked for.
    pub fn holds(&self) -> bool {
        self.half_width.is_some_and(|half_width| half_width <= self.asked.target)
    }
}

impl Precision {
    /// How many replications to go on to, from the values of the metric in each case and replication and the
    /// half-width they give; `None` if it is sure enough, the limit is hit, or nothing was ever measured.
    ///
    /// The interval narrows with the square root of their number. Going on to that number at once
    /// looks at the interval seldom, so that it is rarely narrow by luck.
    pub fn next(&self, values: &[Vec<Option<f64>>], half_width: Option<f64>) -> Option<u32> {
        let now = values.first().map_or(0, Vec::len) as u32;
        let needed = match half_width {
            Some(half_width) if half_width <= self.target => return None,
            Some(half_width) => f64::from(now) * (half_width / self.target) * (half_width / self.target),
            None if is_unmeasured(values) => return None,
            None => f64::INFINITY,
        };
        // A cast of more than fits gives the largest number there is.
        let needed = libm::ceil(needed) as u32;
        let next = needed.clamp(now + 1 + now / 10, now.saturating_mul(2).max(2)).min(self.replications_max);
        (next > now).then_some(next)
    }

    /// The half-width of the 95 % interval as a share of the yardstick: of the metric of the only case, or of
    /// its difference between the first case and the one for which that is least sure. `None` where there are
    /// not two values.
    pub fn half_width(&self, values: &[Vec<Option<f64>>]) -> Option<f64> {
        let (base, others) = values.split_first()?;
        if others.is_empty() {
            let values: Vec<f64> = base.iter().copied().flatten().collect();
            return relative(&values, |mean| mean.abs());
        }
        let difference = |other: &Vec<Option<f64>>| {
            let pairs = base.iter().zip(other);
            let pairs: Vec<(f64, f64)> = pairs.filter_map(|(base, other)| base.zip(*other)).collect();
            let differences: Vec<f64> = pairs.iter().map(|(base, other)| other - base).collect();
            let mean = pairs.iter().map(|(base, _)| base).sum::<f64>() / pairs.len() as f64;
            relative(&differences, |difference| difference.abs().max(mean.abs() * DIFFERENCE_MIN))
        };
        let all: Option<Vec<f64>> = others.iter().map(difference).collect();
        all.map(|all| all.into_iter().fold(0.0, f64::max))
    }
}

fn is_unmeasured(values: &[Vec<Option<f64>>]) -> bool {
    values.iter().any(|case| case.iter().all(Option::is_none))
}

/// How many replications are likely to keep an interval clear of a bound, if `now` of them leave it
/// `half_width` wide towards the bound, which is `gap` away; `None` where that would take more than
/// `most`. A fifth is added, since the next interval lies somewhat elsewhere.
pub fn replications_to_tell(now: u32, half_width: f64, gap: f64, most: u32) -> Option<u32> {
    let needed = f64::from(now) * (half_width / gap) * (half_width / gap) * 1.2;
    // Two digits: it is no more exact than that.
    let step = libm::pow(10.0, libm::floor(libm::log10(needed.max(10.0))) - 1.0);
    let needed = libm::ceil(needed / step) * step;
    (needed <= f64::from(most)).then_some((needed as u32).max(now + 1))
}

/// The half-width of an interval as a share of the yardstick that its mean gives. A half-width of 0
/// is as sure as can be, whatever the yardstick.
fn relative(values: &[f64], yardstick: impl Fn(f64) -> f64) -> Option<f64> {
    let (mean, margin) = Intervals::default().of(values).filter(|_| values.len() > 1)?;
    Some(if margin == 0.0 { 0.0 } else { margin / yardstick(mean) })
}

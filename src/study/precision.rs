use super::estimate::Intervals;
use super::gathering::Gathering;
use crate::outcome::Measure;

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
    /// Adds replications until the metric of the only case, or its difference between the first case
    /// and every other, is as sure as asked for, or the limit is hit. `grow` adds them, up to so many.
    ///
    /// How many are added follows from the values alone, so the result is that of as many replications
    /// asked for at once.
    ///
    /// # Errors
    /// That of `grow`.
    pub fn pursue<E>(
        &self,
        gathering: &mut Gathering,
        mut grow: impl FnMut(&mut Gathering, u32) -> Result<(), E>,
    ) -> Result<Reached, E> {
        loop {
            let replications = gathering.replications();
            let half_width = self.half_width(gathering);
            match self.next(gathering, half_width) {
                Some(more) => grow(gathering, more)?,
                None => return Ok(Reached { asked: self.clone(), half_width, replications }),
            }
        }
    }

    /// How many replications to go on to; `None` if it is sure enough, the limit is hit, or nothing
    /// was ever measured.
    ///
    /// The interval narrows with the square root of their number. Going on to that number at once
    /// looks at the interval seldom, so that it is rarely narrow by luck.
    fn next(&self, gathering: &Gathering, half_width: Option<f64>) -> Option<u32> {
        let now = gathering.replications();
        let needed = match half_width {
            Some(half_width) if half_width <= self.target => return None,
            Some(half_width) => f64::from(now) * (half_width / self.target) * (half_width / self.target),
            None if self.is_unmeasured(gathering) => return None,
            None => f64::INFINITY,
        };
        // A cast of more than fits gives the largest number there is.
        let needed = libm::ceil(needed) as u32;
        let next = needed.clamp(now + 1 + now / 10, now.saturating_mul(2).max(2)).min(self.replications_max);
        (next > now).then_some(next)
    }

    fn is_unmeasured(&self, gathering: &Gathering) -> bool {
        let nothing = |case| gathering.values(case, &self.measure).iter().all(Option::is_none);
        (0..gathering.cases()).any(nothing)
    }

    /// That of the least sure comparison.
    fn half_width(&self, gathering: &Gathering) -> Option<f64> {
        let base = gathering.values(0, &self.measure);
        if gathering.cases() == 1 {
            let values: Vec<f64> = base.into_iter().flatten().collect();
            return relative(&values, |mean| mean.abs());
        }
        let difference = |other: usize| {
            let pairs = base.iter().zip(gathering.values(other, &self.measure));
            let pairs: Vec<(f64, f64)> = pairs.filter_map(|(base, other)| base.zip(other)).collect();
            let differences: Vec<f64> = pairs.iter().map(|(base, other)| other - base).collect();
            let mean = pairs.iter().map(|(base, _)| base).sum::<f64>() / pairs.len() as f64;
            relative(&differences, |difference| difference.abs().max(mean.abs() * DIFFERENCE_MIN))
        };
        let all: Option<Vec<f64>> = (1..gathering.cases()).map(difference).collect();
        all.map(|all| all.into_iter().fold(0.0, f64::max))
    }
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

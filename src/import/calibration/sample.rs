//! A sample of measured values, and what is said of it: the median, because one stuck runner or one interrupted
//! upload must not move it, and whether it is two groups rather than one.

use crate::observe;

/// Finite values in ascending order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sample(Vec<f64>);

/// The fewest values of each of two groups.
const GROUP_MIN: usize = 3;
/// The least share of all values in each of two groups.
const GROUP_SHARE: f64 = 0.1;
/// How many times the one group's values are those of the other, at least (geometric means).
const RATIO_MIN: f64 = 1.5;
/// The least share of the variance of logarithms that two groups explain. The best cut of a normal sample explains
/// 2/π = 0.64 of it, that of a uniform one 0.75.
const EXPLAINED_MIN: f64 = 0.8;

impl Sample {
    /// The finite ones of these values.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Sample {
        let mut values: Vec<f64> = values.into_iter().filter(|value| value.is_finite()).collect();
        values.sort_by(f64::total_cmp);
        Sample(values)
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The quantile `p` (0–1), interpolated; `None` without values.
    pub fn quantile(&self, p: f64) -> Option<f64> {
        (!self.0.is_empty()).then(|| observe::quantile(&mut self.0.clone(), p))
    }

    /// The median; `None` without values.
    pub fn median(&self) -> Option<f64> {
        self.quantile(0.5)
    }

    /// The lower and the upper group, if the values are two groups: the cut with the least variance of logarithms
    /// within the groups (two means), if the groups are large enough, far enough apart, and explain enough.
    pub fn two_groups(&self) -> Option<(Sample, Sample)> {
        let positive: Vec<f64> = self.0.iter().copied().filter(|value| *value > 0.0).collect();
        let logs: Vec<f64> = positive.iter().map(|value| libm::log(*value)).collect();
        let least = GROUP_MIN.max(libm::ceil(positive.len() as f64 * GROUP_SHARE) as usize);
        let total = squares(&logs);
        let cuts = (least..=logs.len().saturating_sub(least)).map(|cut| {
            let (low, high) = logs.split_at(cut);
            (cut, squares(low) + squares(high))
        });
        let (cut, within) = cuts.min_by(|one, other| one.1.total_cmp(&other.1))?;
        let (low, high) = logs.split_at(cut);
        let is_apart = mean(high) - mean(low) >= libm::log(RATIO_MIN);
        (is_apart && total > 0.0 && 1.0 - within / total >= EXPLAINED_MIN)
            .then(|| (Sample(positive[..cut].to_vec()), Sample(positive[cut..].to_vec())))
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The sum of squared distances from the mean.
fn squares(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|value| (value - mean) * (value - mean)).sum()
}

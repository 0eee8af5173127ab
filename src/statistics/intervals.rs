//! 95 % intervals of means over replications, by the kind of the metric: Wilson's for ratios, its limit for
//! other metrics that cannot be negative, and Student's t for differences, which may have either sign. `estimate.rs` chooses among them; `docs/model.md` has how often they hold the truth.

use super::series::Series;
use super::student::t_quantile;
use std::collections::BTreeMap;

/// Computes means and 95 % intervals. It caches quantiles of Student's t, since thousands of
/// metrics need the same one.
#[derive(Debug, Default)]
pub(super) struct Intervals {
    /// By twice the degrees of freedom.
    quantiles: BTreeMap<u32, f64>,
    /// True if chance decides what is requested, or with what result.
    drawn: bool,
}

/// Closer to 0 or 1 than this, the replications alone do not show well how a ratio varies: most of
/// them have no hit, or no miss.
const EDGE: f64 = 0.05;
/// Number of trials that count as one in that case, since misses come in bursts. In scenarios near their limit
/// the variance of a hit ratio is 1.2 to 2.5 times that of independent look-ups.
const TOGETHER: f64 = 2.0;
/// The 97.5 % quantile of the normal distribution.
const NORMAL: f64 = 1.959_963_984_540_054;

impl Intervals {
    /// Intervals for the metrics of these series.
    pub fn of_study(series: &[Series]) -> Intervals {
        let drawn = series.iter().any(|series| series.labels.is_empty() && series.is_drawn());
        Intervals { drawn, ..Intervals::default() }
    }

    /// Intervals for the metric of this series alone.
    pub fn of_series(series: &Series) -> Intervals {
        Intervals { drawn: series.is_drawn(), ..Intervals::default() }
    }

    /// The mean of values and the half-width of Student's interval: t · s ÷ √n, with n − 1 degrees of
    /// freedom; 0 for a single value. `None` if there are no values.
    pub fn of(&mut self, values: &[f64]) -> Option<(f64, f64)> {
        let mean = mean(values)?;
        Some((mean, self.margin(values, mean, (values.len() - 1) as f64)))
    }

    /// The interval around the mean of a ratio.
    pub fn of_ratio(&mut self, mean: f64, series: &Series) -> (f64, f64) {
        let parts: Vec<f64> = series.parts().into_iter().flatten().collect();
        let trials = series.trials();
        let margin = match trials > 0.0 {
            true => self.of(&parts).map_or(0.0, |(_, margin)| margin),
            false => self.of_skewed(&parts),
        };
        let rare = self.drawn && trials > 0.0 && mean.min(1.0 - mean) < EDGE;
        wilson(mean, margin, if rare { trials / TOGETHER } else { f64::INFINITY })
    }

    /// The interval around the mean of a metric that cannot be negative: the means whose distance from the
    /// one found is not larger than chance makes it there, if the variance of a mean is in proportion to it, as
    /// that of counts is. Wilson's interval is the same for a ratio and becomes this one where the ratio is
    /// small; where the mean is known well, both are Student's.
    pub fn of_rate(&mut self, mean: f64, series: &Series) -> (f64, f64) {
        let parts: Vec<f64> = series.parts().into_iter().flatten().collect();
        let margin = match series.pooled() {
            Some(pooled) => self.t((parts.len() - 1) as f64) * pooled.error(),
            None => self.of_skewed(&parts),
        };
        if mean <= 0.0 {
            return (mean, mean + margin);
        }
        let excess = margin * margin / mean;
        let reach = libm::sqrt(excess * mean + excess * excess / 4.0);
        (mean + excess / 2.0 - reach, mean + excess / 2.0 + reach)
    }

    /// The half-width of Student's interval for values of which a few may be far from the others, as in sums of
    /// rare events. Such values say less about their own variance, which then has fewer degrees of freedom:
    /// 2 (n − 1) ÷ (2 + γ) with their excess kurtosis γ, rounded down to halves.
    ///
    /// Source: Box, "Non-normality and tests on variances" (1953).
    fn of_skewed(&mut self, values: &[f64]) -> f64 {
        let Some(mean) = mean(values) else { return 0.0 };
        let moment = |power: i32| {
            values.iter().map(|value| (0..power).fold(1.0, |all, _| all * (value - mean))).sum::<f64>()
                / values.len() as f64
        };
        let variance = moment(2);
        let excess = if variance > 0.0 { (moment(4) / (variance * variance) - 3.0).max(0.0) } else { 0.0 };
        self.margin(values, mean, 2.0 * (values.len() - 1) as f64 / (2.0 + excess))
    }

    /// t · s ÷ √n; 0 for a single value.
    fn margin(&mut self, values: &[f64], mean: f64, freedom: f64) -> f64 {
        if values.len() < 2 {
            return 0.0;
        }
        self.t(freedom) * deviation(values, mean) / libm::sqrt(values.len() as f64)
    }

    /// The 97.5 % quantile of Student's t, with the degrees of freedom rounded down to halves.
    fn t(&mut self, freedom: f64) -> f64 {
        let halves = ((2.0 * freedom) as u32).max(2);
        *self.quantiles.entry(halves).or_insert_with(|| t_quantile(0.975, f64::from(halves) / 2.0))
    }
}

/// Wilson's interval for a ratio whose Student's interval has the half-width `margin`. Near 0 and 1,
/// Wilson's covers the truth where Student's does not. It is computed with the number of independent
/// trials at which both would be equally wide, but with `independent` of them at most, however well
/// replications agree. Without a miss in n of those, the low end is n ÷ (n + 3.84).
///
/// Sources: Wilson, "Probable inference, the law of succession, and statistical inference"
/// (1927); Korn and Graubard, "Confidence intervals for proportions with small expected number
/// of positive counts estimated from survey data" (1998), for the effective number.
fn wilson(ratio: f64, margin: f64, independent: f64) -> (f64, f64) {
    let variance = ratio * (1.0 - ratio);
    // Both are the square of a quantile ÷ the number of independent trials.
    let seen = if variance > 0.0 && margin > 1e-9 * ratio { margin * margin / variance } else { 0.0 };
    let spread = seen.max(NORMAL * NORMAL / independent);
    let centre = (ratio + spread / 2.0) / (1.0 + spread);
    let reach = libm::sqrt(spread * (variance + spread / 4.0)) / (1.0 + spread);
    (centre - reach, centre + reach)
}

/// The mean; `None` if there are no values.
fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The sample standard deviation of at least two values.
fn deviation(values: &[f64], mean: f64) -> f64 {
    let squares = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>();
    libm::sqrt(squares / (values.len() - 1) as f64)
}

//! Batch means: intervals from the parts of one long replication, for `run --batches`. Used if a
//! single long recording is the only data; otherwise intervals are over replications
//! (`estimate.rs`).

use super::difference::HEADLINES;
use super::estimate::Estimate;
use super::intervals::Intervals;
use super::series::Series;
use super::series_table::SeriesTable;
use super::student::t_quantile;
use super::study::{Batches, Dependence, Study};
use crate::event::Window;
use crate::observe::{Measure, Outcome, Value, metric};
use crate::units::Duration;

/// The smallest number of batches. Fewer say little about how much they differ.
pub const BATCHES_MIN: u32 = 8;

impl Study {
    /// A study of one replication, played once as a whole and once for each batch. In the latter
    /// only that batch was measured; `parts` are their values in order.
    ///
    /// A mean is that of the whole replication. Its interval follows from the differences between
    /// batches, by Student's t. The peak and the final level occur only once and have no interval.
    ///
    /// # Panics
    /// If there are no parts.
    pub fn in_batches(whole: Outcome, parts: &[Vec<Value>]) -> Study {
        assert!(!parts.is_empty(), "a batch is a part");
        let (values, waits) = (whole.values.clone(), whole.waits.clone());
        let mut study = Study::new(SeriesTable::of(&[values]), vec![waits], whole);
        let series = SeriesTable::of(parts).into_series();
        let mut intervals = Intervals::of_study(&series);
        for estimate in &mut study.estimates {
            let line = series.iter().find(|s| s.metric == estimate.metric && s.labels == estimate.labels);
            if let Some(line) = line.filter(|_| !happens_once(estimate)) {
                estimate.spread(line, &mut intervals);
            }
        }
        let (count, Window { measure_from, end, .. }) = (parts.len() as u32, study.first.window);
        let length = Duration((end - measure_from).0 / i64::from(count));
        study.batches = Some(Batches { count, length, dependent: dependent(&series) });
        study
    }
}

fn happens_once(estimate: &Estimate) -> bool {
    matches!(estimate.label("stat"), Some("peak" | "final"))
}

/// The leading metrics whose neighbouring batches depend on each other, tested together at 5 %: the
/// headlines, the size of the cache, the wasted share, and each client's hit ratio.
fn dependent(series: &[Series]) -> Vec<Dependence> {
    let leading: Vec<&Series> = series.iter().filter(|series| is_leading(series)).collect();
    let test = |series: &&Series| {
        let values: Option<Vec<f64>> = series.values().collect();
        let correlation = neighbours(&values?, 0.05 / leading.len() as f64)?;
        let measure = Measure { metric: series.metric, labels: series.labels.clone() };
        Some(Dependence { measure, correlation })
    };
    leading.iter().filter_map(test).collect()
}

fn is_leading(series: &Series) -> bool {
    let of_a_client = matches!(series.labels.as_slice(), [("client", _)]);
    series.is(&metric::CACHE_BYTES, &[("stat", "mean")])
        || series.is(&metric::JOB_WASTED_SHARE, &[])
        || (series.metric == &metric::RESTORE_HIT_RATIO && of_a_client)
        || HEADLINES.iter().any(|(metric, labels)| series.is(metric, labels))
}

/// The correlation of neighbouring values if it is too large to be chance, by von Neumann's ratio,
/// one-sided at `level`.
///
/// C = 1 − Σ (xᵢ − xᵢ₊₁)² ÷ (2 Σ (xᵢ − x̄)²) is nearly normal for independent values, with mean 0
/// and variance (n − 2) ÷ (n² − 1). Sources: von Neumann, "Distribution of the ratio of the mean
/// square successive difference to the variance" (1941); Fishman, "Grouping observations in digital
/// simulation" (1978).
pub fn neighbours(values: &[f64], level: f64) -> Option<f64> {
    let n = values.len() as f64;
    if values.len() < BATCHES_MIN as usize {
        return None;
    }
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    let steps: f64 = values.windows(2).map(|pair| (pair[0] - pair[1]) * (pair[0] - pair[1])).sum();
    let correlation = 1.0 - steps / (2.0 * squares);
    // With this many degrees of freedom, Student's t is the normal distribution.
    let bound = t_quantile(1.0 - level, 1e9) * libm::sqrt((n - 2.0) / (n * n - 1.0));
    (squares > 0.0 && correlation > bound).then_some(correlation)
}

//! MSER-5: how much of the start of a series to leave out (White, "An effective truncation
//! heuristic for bias reduction in simulation output", 1997). `warm_up.rs` applies it to the size
//! of the cache.

/// The result of MSER for a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truncation {
    /// The series is steady after this many values, which are to be dropped.
    After(usize),
    /// The best cut is in the second half: the series does not settle, or not early enough to tell.
    NotReached,
}

/// Number of values that MSER-5 averages into one.
const BATCH: usize = 5;
/// The last cuts, or the last quarter of a short series, are not tried: a few values are close to
/// each other by chance.
const TAIL: usize = 5;
/// Shorter series are not judged.
const VALUES_MIN: usize = 10;
/// Smallest spread that is assumed for the values, as a share of the largest value. The values left
/// after a cut may be equal by chance, too.
const SPREAD_MIN: f64 = 0.01;
/// A series does not settle if the squared error of the best cut in the second half is smaller than
/// that of the best cut in the first half by this factor, which means half the standard error.
const LATE: f64 = 4.0;

/// MSER-5: the cut after which the mean of the rest has the smallest marginal standard error,
/// computed over means of five values. An incomplete last five is left out.
///
/// Sources: White, "An effective truncation heuristic for bias reduction in simulation output"
/// (1997); White, Cobb and Spratt, "A comparison of five steady-state truncation heuristics for
/// simulation" (2000). As there, a cut is searched in the first half.
pub fn mser5(series: &[f64]) -> Truncation {
    let mean = |batch: &[f64]| batch.iter().sum::<f64>() / BATCH as f64;
    let batches: Vec<f64> = series.chunks_exact(BATCH).map(mean).collect();
    match mser(&batches) {
        Truncation::After(batches) => Truncation::After(batches * BATCH),
        other => other,
    }
}

/// MSER on the values themselves: the d with the smallest Σ (xᵢ − x̄)² ÷ (n − d)² over what remains
/// when the first d values are dropped; the smallest d if several are equal.
///
/// The result is [`Truncation::NotReached`] if a cut in the second half is better and the best cut
/// of the first half is its last, or if one in the second half leaves less than half the standard
/// error. A cut that is only slightly better is chance: in half of all series that are steady from
/// the start and whose neighbouring values depend on each other, the last values are close to each
/// other.
pub fn mser(series: &[f64]) -> Truncation {
    let (n, half) = (series.len(), series.len() / 2);
    if n < VALUES_MIN {
        return Truncation::NotReached;
    }
    let errors = errors(series);
    let best = |cuts: std::ops::RangeInclusive<usize>| {
        cuts.min_by(|a, b| errors[*a].total_cmp(&errors[*b])).expect("there is a cut")
    };
    let (early, any) = (best(0..=half), best(0..=n - TAIL.min(n / 4)));
    let spread = series.iter().fold(0.0, |most: f64, value| most.max(value.abs())) * SPREAD_MIN;
    let least = errors[any].max(spread * spread / (n - any) as f64);
    let late = any > half && (early == half || least * LATE < errors[early]);
    if late { Truncation::NotReached } else { Truncation::After(early) }
}

/// The squared marginal standard error after each cut.
fn errors(series: &[f64]) -> Vec<f64> {
    let mut errors = vec![0.0; series.len()];
    // From the end, mean and sum of squares are updated by one value at a time (Welford, 1962).
    let (mut mean, mut squares) = (0.0, 0.0);
    for (cut, value) in series.iter().enumerate().rev() {
        let left = (series.len() - cut) as f64;
        let distance = value - mean;
        mean += distance / left;
        squares += distance * (value - mean);
        errors[cut] = squares / (left * left);
    }
    errors
}

//! MSER-5: how much of the start of a series to leave out (White, "An effective truncation heuristic for bias
//! reduction in simulation output", 1997).

/// What MSER says about the start of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truncation {
    /// The series is steady from here on: so many of its first values are to be dropped.
    After(usize),
    /// The best cut is in the second half: the series never settles, or not early enough to tell.
    NotReached,
}

/// How many values MSER-5 joins to one.
const BATCH: usize = 5;
/// The last cuts are not tried, or of a short series its last quarter: few values are close to each
/// other by chance.
const TAIL: usize = 5;
/// Fewer values say nothing.
const VALUES_MIN: usize = 10;
/// No mean is known better than from values with a spread of this share of the largest: what is left
/// after a cut may be equal by chance, too.
const SPREAD_MIN: f64 = 0.01;
/// By how much the squared error of the best cut in the second half has to be smaller than that of the
/// best in the first, to say that the series does not settle: half the standard error.
const LATE: f64 = 4.0;

/// MSER-5: the cut that leaves the mean of the rest with the smallest marginal standard error, over
/// means of five values each. A last, incomplete five is left out.
///
/// Sources: White, "An effective truncation heuristic for bias reduction in simulation output"
/// (1997); White, Cobb and Spratt, "A comparison of five steady-state truncation heuristics for
/// simulation" (2000). As there, a cut is looked for in the first half.
pub fn mser5(series: &[f64]) -> Truncation {
    let mean = |batch: &[f64]| batch.iter().sum::<f64>() / BATCH as f64;
    let batches: Vec<f64> = series.chunks_exact(BATCH).map(mean).collect();
    match mser(&batches) {
        Truncation::After(batches) => Truncation::After(batches * BATCH),
        other => other,
    }
}

/// MSER on the values themselves: of all d, the one with the least Σ (xᵢ − x̄)² ÷ (n − d)², over
/// what is left when the first d are dropped; of equals the smallest.
///
/// It is not reached if the best cut is the last of the first half, or if one in the second half is
/// leaves less than half the standard error. One that is hardly better is chance: values that depend on their neighbours
/// lie close to each other at the end of half of all series that are steady from the start.
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
    // From the end on, mean and sum of squares grow by one value at a time (Welford, 1962).
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

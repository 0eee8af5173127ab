//! Sobol's indices: how much of a result's variance each input explains. `sensitivity.rs` calls it
//! with the results of a sweep.

use super::resample::{Interval, RESAMPLES, resample};

/// How much of a result's variance an input explains if all inputs vary over their ranges.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Explained {
    /// By itself: how much variance would disappear on average if it were known (the first-order
    /// index).
    pub alone: Interval,
    /// Together with all other inputs: how much variance would remain if everything else were known
    /// (the total index). Greater than `alone` if it interacts with others.
    pub in_all: Interval,
}

/// The Sobol indices of every input, from the results at the points of [`super::Design::Sobol`].
/// `results` is indexed by replication, then by point. `None` if all results are equal.
///
/// A point's result is its mean over replications, which have the same draws at all points. The
/// intervals are over resamples of the rows and of the replications.
///
/// Source: Saltelli et al., "Variance based sensitivity analysis of model output" (2010), table 2:
/// (b) for the first order, (f) by Jansen (1999) for the total.
///
/// # Panics
/// If there are no results, or a replication does not have whole rows.
pub fn explained(results: &[Vec<f64>], inputs: usize) -> Option<Vec<Explained>> {
    let each = inputs + 2;
    let rows = results.first().expect("there is a replication").len() / each;
    assert!(results.iter().all(|values| values.len() == rows * each), "rows are whole");
    let everything = (0..results.len()).collect::<Vec<_>>();
    let all_rows: Vec<usize> = (0..rows).collect();
    let whole = indices(&averaged(results, &everything), &all_rows, inputs)?;
    let mut resampled: Vec<[Vec<f64>; 2]> = vec![Default::default(); inputs];
    for number in 0..RESAMPLES {
        let chosen = averaged(results, &resample(results.len(), 1, number));
        let Some(indices) = indices(&chosen, &resample(rows, 2, number), inputs) else { continue };
        for (input, (first, total)) in indices.into_iter().enumerate() {
            resampled[input][0].push(first);
            resampled[input][1].push(total);
        }
    }
    let interval = |(whole, resampled): ((f64, f64), [Vec<f64>; 2])| {
        let [mut alone, mut in_all] = resampled;
        alone.push(whole.0);
        in_all.push(whole.1);
        Explained { alone: Interval::of(whole.0, alone), in_all: Interval::of(whole.1, in_all) }
    };
    Some(whole.into_iter().zip(resampled).map(interval).collect())
}

/// The mean at every point over these replications.
fn averaged(results: &[Vec<f64>], replications: &[usize]) -> Vec<f64> {
    let mut means = vec![0.0; results[0].len()];
    for replication in replications {
        means.iter_mut().zip(&results[*replication]).for_each(|(mean, value)| *mean += value);
    }
    means.iter_mut().for_each(|mean| *mean /= replications.len() as f64);
    means
}

/// The first-order and the total index of every input, from these rows.
fn indices(values: &[f64], rows: &[usize], inputs: usize) -> Option<Vec<(f64, f64)>> {
    let at = |row: usize, column: usize| values[row * (inputs + 2) + column];
    let count = rows.len() as f64;
    let mean = rows.iter().map(|row| at(*row, 0) + at(*row, 1)).sum::<f64>() / (2.0 * count);
    let square = |value: f64| (value - mean) * (value - mean);
    let variance =
        rows.iter().map(|row| square(at(*row, 0)) + square(at(*row, 1))).sum::<f64>() / (2.0 * count);
    // A variance within rounding errors counts as none.
    if variance <= mean * mean * 1e-24 {
        return None;
    }
    let of = |input: usize| {
        let (mut first, mut total) = (0.0, 0.0);
        for row in rows {
            let (a, b, mixed) = (at(*row, 0) - mean, at(*row, 1) - mean, at(*row, input + 2) - mean);
            first += b * (mixed - a);
            total += (a - mixed) * (a - mixed);
        }
        (first / count / variance, total / (2.0 * count) / variance)
    };
    Some((0..inputs).map(of).collect())
}

//! Morris's elementary effects: a cheap screening of which inputs matter. `sensitivity.rs` calls it
//! with the results of a sweep.

use super::resample::{Interval, RESAMPLES, resample};

/// How much an input moves a result over its whole range, in the result's unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effect {
    /// Mean absolute effect over the positions of the other inputs (μ*).
    pub size: Interval,
    /// Mean effect with its sign (μ): positive if the result grows with the input. Closer to 0 than
    /// `size` if the direction depends on other inputs.
    pub direction: Interval,
    /// Standard deviation of the effect between positions (σ), caused by interaction with other
    /// inputs or by a bend.
    pub spread: f64,
}

/// Morris's elementary effects of every input, from the results at the points of
/// [`super::Design::Morris`]. `results` is indexed by replication, then by point; `places` are the
/// positions of the points. `counts` are the numbers of values of inputs that list theirs.
///
/// A point's result is its mean over replications, which have the same draws at all points. The
/// intervals are over resamples of the paths and of the replications.
///
/// Source: Campolongo, Cariboni and Saltelli, "An effective screening design for sensitivity
/// analysis of large models" (2007), for μ*.
///
/// # Panics
/// If there are no results, or a replication does not have one result per position.
pub fn effects(results: &[Vec<f64>], places: &[Vec<f64>], counts: &[Option<usize>]) -> Vec<Effect> {
    assert!(
        !results.is_empty() && results.iter().all(|values| values.len() == places.len()),
        "one result a point"
    );
    let inputs = counts.len();
    // Indexed by input, then by path, then by replication.
    let mut found: Vec<Vec<Vec<f64>>> = vec![vec![]; inputs];
    for from in (0..places.len() - 1).filter(|from| (from + 1) % (inputs + 1) != 0) {
        let moved = |input: &usize| places[from][*input] != places[from + 1][*input];
        let input = (0..inputs).find(moved).expect("every step moves an input");
        let share = share_moved(places[from][input], places[from + 1][input], counts[input]);
        let effect =
            |values: &Vec<f64>| if share == 0.0 { 0.0 } else { (values[from + 1] - values[from]) / share };
        found[input].push(results.iter().map(effect).collect());
    }
    found.iter().map(|paths| effect(paths)).collect()
}

/// The share of its range that an input moved. Listed values are evenly spaced.
fn share_moved(from: f64, to: f64, count: Option<usize>) -> f64 {
    match count {
        None => to - from,
        Some(count) if count < 2 => 0.0,
        Some(count) => {
            let index = |place: f64| ((place * count as f64) as usize).min(count - 1) as f64;
            (index(to) - index(from)) / (count - 1) as f64
        }
    }
}

fn effect(paths: &[Vec<f64>]) -> Effect {
    let replications = paths[0].len();
    let everything = |count: usize| (0..count).collect::<Vec<_>>();
    let (size, direction, spread) = summary(paths, &everything(paths.len()), &everything(replications));
    let resampled = (0..RESAMPLES)
        .map(|number| summary(paths, &resample(paths.len(), 3, number), &resample(replications, 1, number)));
    let (sizes, directions) = resampled.map(|(size, direction, _)| (size, direction)).unzip();
    Effect { size: Interval::of(size, sizes), direction: Interval::of(direction, directions), spread }
}

/// μ*, μ and σ over these paths and replications.
fn summary(paths: &[Vec<f64>], chosen: &[usize], replications: &[usize]) -> (f64, f64, f64) {
    let mean_of = |path: &usize| {
        replications.iter().map(|replication| paths[*path][*replication]).sum::<f64>()
            / replications.len() as f64
    };
    let effects: Vec<f64> = chosen.iter().map(mean_of).collect();
    let count = effects.len() as f64;
    let direction = effects.iter().sum::<f64>() / count;
    let size = effects.iter().map(|effect| effect.abs()).sum::<f64>() / count;
    let squares: f64 = effects.iter().map(|effect| (effect - direction) * (effect - direction)).sum();
    (size, direction, libm::sqrt(squares / (count - 1.0).max(1.0)))
}

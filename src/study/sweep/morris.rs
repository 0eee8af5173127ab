//! Morris's elementary effects.

use super::resample::{Interval, RESAMPLES, resample};

/// What moving one input over its whole range does to a result, in the result's unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effect {
    /// How much it moves the result, whichever way, on average over where the others stand (μ*).
    pub size: Interval,
    /// The same with its sign (μ): up if the result grows with the input. Nearer to 0 than `size`
    /// where the direction depends on the others.
    pub direction: Interval,
    /// How much the effect differs from place to place (σ): through the others, or by a bend.
    pub spread: f64,
}

/// Morris's elementary effects of every input from the results at the points of
/// [`super::Design::Morris`]: `results` by replication, then by point, and the `places` of the points.
/// `counts` are the numbers of values of the inputs that list theirs.
///
/// A point's result is its mean over replications, which see the same draws everywhere. The intervals
/// are over resamples of the paths and of the replications.
///
/// Source: Campolongo, Cariboni and Saltelli, "An effective screening design for sensitivity analysis
/// of large models" (2007), for μ*.
///
/// # Panics
/// If there are no results, or not as many in each replication as there are places.
pub fn effects(results: &[Vec<f64>], places: &[Vec<f64>], counts: &[Option<usize>]) -> Vec<Effect> {
    assert!(
        !results.is_empty() && results.iter().all(|values| values.len() == places.len()),
        "one result a point"
    );
    let inputs = counts.len();
    // By input, then by path, then by replication.
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

/// Which share of its range an input moved. Listed values are as far apart as their places.
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

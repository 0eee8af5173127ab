//! Designs of sweeps: the points of a grid, of a sample, or of Sobol's and Morris's analyses. A
//! point is a position on each axis from 0 to 1; `experiment` turns positions into values.

use crate::random::{Draws, Purpose, mix};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which points of the space that the axes span are played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Design {
    /// Every combination of the values of all axes.
    Grid,
    /// Number of points spread evenly over the space: an Owen-scrambled Sobol sequence.
    Sample(u32),
    /// Number of rows for Sobol indices; each has two points more than there are axes.
    Sobol(u32),
    /// Number of paths for Morris's effects; each has one point more than there are axes.
    Morris(u32),
}

/// The largest number of sampled rows, limited by the generator of the sequence.
pub const ROWS_MAX: u32 = 1 << 16;

/// Length of a step of a Morris path: two of the three steps between four levels.
const STEP: f64 = 2.0 / 3.0;

impl Design {
    /// Number of points, given the number of values of each axis. `None` if an axis is continuous
    /// and the design is a grid, which needs values to list.
    pub fn count(self, axes: &[Option<usize>]) -> Option<u64> {
        let inputs = axes.len() as u64;
        match self {
            Design::Grid => {
                axes.iter().try_fold(1_u64, |all, axis| Some(all.saturating_mul((*axis)? as u64)))
            }
            Design::Sample(points) => Some(points.into()),
            Design::Sobol(rows) => Some(u64::from(rows) * (inputs + 2)),
            Design::Morris(paths) => Some(u64::from(paths) * (inputs + 1)),
        }
    }

    /// The position of every point on all axes, from 0 (the first value) to 1 (the last).
    ///
    /// # Panics
    /// If a grid has a continuous axis, or a sample more than [`ROWS_MAX`] rows.
    pub fn places(self, axes: &[Option<usize>], seed: u64) -> Vec<Vec<f64>> {
        match self {
            Design::Grid => grid(axes),
            Design::Sample(points) => (0..points).map(|row| row_of(row, axes.len(), seed)).collect(),
            Design::Sobol(rows) => (0..rows).flat_map(|row| crossed(row, axes.len(), seed)).collect(),
            Design::Morris(paths) => (0..paths).flat_map(|path| walked(path, axes.len(), seed)).collect(),
        }
    }
}

/// All combinations. The last axis changes fastest.
fn grid(axes: &[Option<usize>]) -> Vec<Vec<f64>> {
    let mut points = vec![vec![]];
    for count in axes.iter().map(|axis| axis.expect("a grid has values to list")) {
        let further = |point: &Vec<f64>| -> Vec<Vec<f64>> {
            let middle = |index: usize| (index as f64 + 0.5) / count as f64;
            (0..count).map(|index| [point.as_slice(), &[middle(index)]].concat()).collect()
        };
        points = points.iter().flat_map(further).collect();
    }
    points
}

/// One row of the sequence, with `dimensions` dimensions.
fn row_of(row: u32, dimensions: usize, seed: u64) -> Vec<f64> {
    assert!(row < ROWS_MAX, "row {row} is beyond the sequence");
    let seed = mix(seed, Purpose::Design as u64) as u32;
    (0..dimensions as u32).map(|dimension| f64::from(sobol_burley::sample(row, dimension, seed))).collect()
}

/// The points of a row for Sobol indices: A, B, and A with one input at a time from B.
///
/// Source: Saltelli et al., "Variance based sensitivity analysis of model output" (2010), section
/// 3.
fn crossed(row: u32, inputs: usize, seed: u64) -> Vec<Vec<f64>> {
    let both = row_of(row, 2 * inputs, seed);
    let (a, b) = both.split_at(inputs);
    let mixed = |input: usize| {
        let mut point = a.to_vec();
        point[input] = b[input];
        point
    };
    [a.to_vec(), b.to_vec()].into_iter().chain((0..inputs).map(mixed)).collect()
}

/// A path through the four levels 0, ⅓, ⅔ and 1 of every input. It moves each input once, in a
/// random order.
///
/// Source: Morris, "Factorial sampling plans for preliminary computational experiments" (1991).
fn walked(path: u32, inputs: usize, seed: u64) -> Vec<Vec<f64>> {
    let draws = Draws::new(seed, 0);
    let unit = |what: u64, input: usize| {
        draws.unit(Purpose::Design, mix(mix(mix(0, u64::from(path)), what), input as u64))
    };
    let mut order: Vec<usize> = (0..inputs).collect();
    order.sort_by(|a, b| unit(0, *a).total_cmp(&unit(0, *b)));
    let ends = |input: usize| {
        let low = if unit(1, input) < 0.5 { 0.0 } else { 1.0 / 3.0 };
        if unit(2, input) < 0.5 { (low, low + STEP) } else { (low + STEP, low) }
    };
    let mut points = vec![(0..inputs).map(|input| ends(input).0).collect::<Vec<f64>>()];
    for input in order {
        let mut next = points[points.len() - 1].clone();
        next[input] = ends(input).1;
        points.push(next);
    }
    points
}

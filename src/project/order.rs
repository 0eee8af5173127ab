//! The dependency order of a compilation's units and their priorities, in the form a
//! [`Schedule`](super::Schedule) needs. It is computed once per compilation and shared by all its
//! schedules.

use super::unit::Unit;
use std::cmp::Reverse;

/// Dependants and priorities of the units, in flat arrays for speed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct UnitOrder {
    /// The dependants of unit `u` are `dependants[starts[u]..starts[u + 1]]`.
    starts: Vec<u32>,
    dependants: Vec<u32>,
    /// Position of each unit when sorted by urgency, most urgent first, then by index.
    pub rank: Vec<u32>,
    /// The unit at each position; the inverse of `rank`.
    pub by_rank: Vec<u32>,
    /// Number of units that each unit waits for.
    pub waits_for: Vec<u32>,
    /// The crate of each unit.
    pub crates: Vec<u32>,
}

impl UnitOrder {
    pub fn new(units: &[Unit], urgency: &[u32]) -> UnitOrder {
        let mut by_rank: Vec<u32> = (0..units.len() as u32).collect();
        by_rank.sort_by_key(|&unit| (Reverse(urgency[unit as usize]), unit));
        let mut rank = vec![0; units.len()];
        for (place, &unit) in (0..).zip(&by_rank) {
            rank[unit as usize] = place;
        }
        let (starts, dependants) = dependants(units);
        let waits_for = units.iter().map(|unit| unit.dependencies.len() as u32).collect();
        let crates = units.iter().map(|unit| unit.krate).collect();
        UnitOrder { starts, dependants, rank, by_rank, waits_for, crates }
    }

    /// The units that wait for `unit`, in ascending order.
    pub fn dependants(&self, unit: u32) -> &[u32] {
        let unit = unit as usize;
        &self.dependants[self.starts[unit] as usize..self.starts[unit + 1] as usize]
    }
}

fn dependants(units: &[Unit]) -> (Vec<u32>, Vec<u32>) {
    let mut edges: Vec<(u32, u32)> = Vec::new();
    for (i, unit) in (0..).zip(units) {
        edges.extend(unit.dependencies.iter().map(|&d| (d, i)));
    }
    edges.sort_unstable();
    let mut starts = vec![0; units.len() + 1];
    for &(of, _) in &edges {
        starts[of as usize + 1] += 1;
    }
    for i in 1..starts.len() {
        starts[i] += starts[i - 1];
    }
    (starts, edges.into_iter().map(|(_, dependant)| dependant).collect())
}

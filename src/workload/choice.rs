//! Draws how many crates a change touches, and which. `history.rs` calls it with a random stream of
//! its own for each change.

use crate::random::{Draws, Purpose};
use rand::Rng;
use rand::RngExt;
use std::collections::BTreeSet;

/// A geometric number ≥ 1 with this mean (a mean below 1 counts as 1).
pub(super) fn geometric(mean: f64, rng: &mut impl Rng) -> u32 {
    if mean <= 1.0 {
        return 1;
    }
    // Inverts P(more than k) = (1 − 1/mean)^k at a uniform draw from (0, 1].
    let draw = 1.0 - rng.random::<f64>();
    let more = libm::log(draw) / libm::log1p(-1.0 / mean);
    1 + libm::floor(more).min(f64::from(u32::MAX - 1)) as u32
}

/// `count` distinct items (all of them if there are fewer). Each set is equally likely (Floyd's
/// algorithm, 1987). The result is ascending if `items` is.
pub(super) fn distinct(items: &[u32], count: usize, rng: &mut impl Rng) -> Vec<u32> {
    let count = count.min(items.len());
    let mut chosen = BTreeSet::new();
    for last in items.len() - count..items.len() {
        let place = below(last + 1, rng);
        if !chosen.insert(place) {
            chosen.insert(last);
        }
    }
    chosen.into_iter().map(|place| items[place]).collect()
}

/// `count` distinct items, drawn one after the other, each with probability proportional to its
/// weight among those left (Efraimidis and Spirakis, 2006: the smallest exponential draws with the
/// weights as rates).
pub(super) fn weighted(items: &[(u32, f64)], count: usize, rng: &mut impl Rng) -> Vec<u32> {
    let mut keyed: Vec<(f64, u32)> =
        items.iter().map(|&(item, weight)| (-libm::log(1.0 - rng.random::<f64>()) / weight, item)).collect();
    keyed.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    keyed.into_iter().take(count).map(|(_, item)| item).collect()
}

/// The workspace crates, of these with their weights, that a change of sources touches: `mean` on average.
pub(super) fn members(mean: f64, of: &[(u32, f64)], draws: &Draws, address: u64) -> Vec<u32> {
    let mut rng = draws.stream(Purpose::Source, address);
    let count = geometric(mean, &mut rng);
    weighted(of, count as usize, &mut rng)
}

/// A number from 0 to `end` − 1 by widening multiplication (the bias is below 2⁻⁴⁰ here).
fn below(end: usize, rng: &mut impl Rng) -> usize {
    ((u128::from(rng.next_u64()) * end as u128) >> 64) as usize
}

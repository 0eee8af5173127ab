//! Bootstrap resamples. Sweeps and the intervals of quantiles use them.

use crate::random::{Draws, Purpose, mix};

/// The indices of one bootstrap resample: as many as there are observations, drawn with
/// replacement. `of` separates what is resampled independently.
///
/// Source: Efron, "Bootstrap methods: another look at the jackknife" (1979).
pub(in crate::statistics) fn resample(count: usize, of: u64, number: usize) -> Vec<usize> {
    // These draws do not depend on the simulation's seed: they are not part of the simulation.
    let draws = Draws::new(of, number as u32);
    let draw = |index: usize| draws.unit(Purpose::Resample, mix(0, index as u64));
    (0..count).map(|index| (draw(index) * count as f64) as usize).collect()
}

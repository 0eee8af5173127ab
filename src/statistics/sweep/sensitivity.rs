//! Which inputs matter, by the analysis that the design allows: Sobol's or Morris's. `result` calls
//! it once a sweep is complete.

use super::design::Design;
use super::morris::{Effect, effects};
use super::plan::Plan;
use super::sobol::{Explained, explained};

/// The result of a sensitivity analysis.
#[derive(Debug, Clone, PartialEq)]
pub enum Sensitivity {
    /// There was no analysis, or nothing varies.
    Unknown,
    /// Sobol indices, by axis.
    Explained(Vec<Explained>),
    /// Morris's effects, by axis.
    Effects(Vec<Effect>),
}

impl Sensitivity {
    /// Analyses the results of a sweep, indexed by point, then by replication.
    /// [`Sensitivity::Unknown`] if a point was not measured in every replication.
    pub fn of(plan: &Plan, results: &[Vec<Option<f64>>]) -> Sensitivity {
        if plan.shard.is_some() {
            return Sensitivity::Unknown;
        }
        let by_replication = |replication: usize| {
            results.iter().map(|values| values.get(replication).copied().flatten()).collect()
        };
        let all: Option<Vec<Vec<f64>>> = (0..plan.replications as usize).map(by_replication).collect();
        let (Some(all), counts) = (all, plan.counts()) else { return Sensitivity::Unknown };
        match plan.design {
            Design::Sobol(_) => {
                explained(&all, counts.len()).map_or(Sensitivity::Unknown, Sensitivity::Explained)
            }
            Design::Morris(_) => {
                let found = effects(&all, &plan.design.places(&counts, plan.seed), &counts);
                match found.iter().all(|effect| effect.size.value == 0.0) {
                    true => Sensitivity::Unknown,
                    false => Sensitivity::Effects(found),
                }
            }
            Design::Grid | Design::Sample(_) => Sensitivity::Unknown,
        }
    }
}

//! What a comparison looks like in every format: who is better, by how much, how surely, and whether
//! that depends on the limit.

mod csv;
mod markdown;
mod sections;
mod sentence;
mod success;
mod table;

pub use csv::csv;
pub use markdown::markdown;
pub(super) use sections::sections;
pub use sentence::verdict;
pub use table::table;

use super::basis::{measured, precision};
use crate::result::{Alternative, ComparisonResult, PushCounts};
use crate::study::{Difference, HEADLINES};

/// The result as JSON: the base's metrics as `run` has them, and beside them the comparisons.
pub fn json(compared: &ComparisonResult) -> String {
    compared.to_file(verdict(compared)).json()
}

impl Alternative {
    /// Its name for a person: a line may be broken between strategies.
    fn shown(&self) -> String {
        if self.settings.is_empty() { self.name.clone() } else { self.name.replace('+', " + ") }
    }
}

impl PushCounts {
    /// From which share of left-out pushes on, a person is told of them.
    const TOLD: f64 = 0.005;

    /// From which share of more or fewer pushes on that succeed, the verdict says so.
    const DIFFERENT: f64 = 0.02;

    /// That more or fewer pushes succeed: no waiting tells of a push that fails.
    fn verdict(&self) -> Option<String> {
        let PushCounts { base, other, .. } = self;
        ((other - base).abs() > base * PushCounts::DIFFERENT).then(|| match other < base {
            true => format!(" {other:.0} of {base:.0} pushes per replication still succeed."),
            false => format!(" More pushes succeed: {other:.0} per replication, not {base:.0}."),
        })
    }

    /// Over which pushes waiting is compared, where that leaves some out.
    fn note(&self) -> Option<String> {
        let PushCounts { base, other, both } = self;
        (base.max(*other) > both * (1.0 + PushCounts::TOLD)).then(|| {
            format!(
                "Waiting is compared over the {both:.0} pushes that succeed on both sides ({base:.0} \
                 before, {other:.0} after)."
            )
        })
    }
}

/// The headline at this place, of these differences.
fn headline(differences: &[Difference], place: usize) -> Option<&Difference> {
    let (name, labels) = HEADLINES[place];
    differences.iter().find(|difference| difference.is(name, labels))
}

impl ComparisonResult {
    /// What the numbers rest on.
    fn basis(&self) -> String {
        let (days, warmup) = self.days();
        let pairs = match self.base.replications {
            1 => "One replication has no intervals, so nothing is distinguishable".to_owned(),
            n => format!("Means of {n} paired differences with 95 % intervals"),
        };
        let basis = format!("{pairs}, {}.", measured(days, warmup, self.warm_up));
        let yardstick = "itself, or of a tenth of the base if that is larger";
        let sure = |reached| precision(reached, "The difference of ", yardstick);
        let reached = self.reached.as_ref().map(sure);
        std::iter::once(basis).chain(reached).collect::<Vec<_>>().join(" ")
    }

    /// Whether runners cost anything, anywhere.
    fn has_cost(&self) -> bool {
        let costs = |other: &Alternative| {
            headline(&other.differences, 2).is_some_and(|cost| cost.base > 0.0 || cost.other > 0.0)
        };
        self.others.iter().any(costs)
    }
}

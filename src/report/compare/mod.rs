//! What a comparison looks like in every format: who is better, by how much, how surely, and whether
//! that depends on the limit.

mod csv;
mod json;
mod markdown;
mod sections;
mod sentence;
mod success;
mod table;

pub use csv::csv;
pub use json::json;
pub use markdown::markdown;
pub(super) use sections::sections;
pub use sentence::verdict;
pub use table::table;

use super::basis::{measured, precision};
use crate::outcome::Timeline;
use crate::study::{Difference, HEADLINES, Reached, Share, Study, WarmUp};
use crate::units::Bytes;

/// Everything a report of one comparison says.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// The base's name.
    pub name: String,
    /// The base's file, as it was named on the command line.
    pub file: String,
    /// The hash of the base, 16 hexadecimal digits.
    pub hash: String,
    /// The seed of all draws.
    pub seed: u64,
    /// The command line that gives the same numbers again.
    pub reproduce: String,
    /// The replications of the base.
    pub base: Study,
    /// How sure the least sure difference of a metric became, where that was asked for.
    pub reached: Option<Reached>,
    /// Where the warm-up of all sides comes from.
    pub warm_up: WarmUp,
    /// What the base's limit costs at most, USD per 30 days.
    pub limit_cost: f64,
    /// What it is compared with, in the order of the command line.
    pub others: Vec<Other>,
    /// Which strategy did how much of it.
    pub attribution: Option<Attribution>,
}

/// One scenario or strategy that the base is compared with.
#[derive(Debug, Clone, PartialEq)]
pub struct Other {
    /// Its name, or the strategy as it was asked for.
    pub name: String,
    /// Its hash.
    pub hash: String,
    /// What a strategy changed, as `--set` takes it; empty for a scenario of its own.
    pub settings: Vec<String>,
    /// Its limit.
    pub limit: Bytes,
    /// What its limit costs at most, USD per 30 days.
    pub limit_cost: f64,
    /// Over which pushes waiting is compared.
    pub waited: Waited,
    /// What every metric changes.
    pub differences: Vec<Difference>,
    /// The same comparison at other limits, smallest first.
    pub strip: Vec<Stripe>,
    /// What happened when in its first replication, where somebody kept it.
    pub timeline: Option<Timeline>,
}

impl Other {
    /// Its name for a person: a line may be broken between strategies.
    fn shown(&self) -> String {
        if self.settings.is_empty() { self.name.clone() } else { self.name.replace('+', " + ") }
    }
}

/// How many pushes succeed in a replication, on average.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Waited {
    /// In the base.
    pub base: f64,
    /// In the other.
    pub other: f64,
    /// In both (with shares, in every subset of the strategies): waiting is compared over these.
    pub both: f64,
}

impl Waited {
    /// From which share of left-out pushes on, a person is told of them.
    const TOLD: f64 = 0.005;

    /// From which share of more or fewer pushes on that succeed, the verdict says so.
    const DIFFERENT: f64 = 0.02;

    /// That more or fewer pushes succeed: no waiting tells of a push that fails.
    fn verdict(&self) -> Option<String> {
        let Waited { base, other, .. } = self;
        let word = if other < base { "Fewer" } else { "More" };
        ((other - base).abs() > base * Waited::DIFFERENT)
            .then(|| format!(" {word} pushes succeed: {other:.0} instead of {base:.0} in a replication."))
    }

    /// Over which pushes waiting is compared, where that leaves some out.
    fn note(&self) -> Option<String> {
        let Waited { base, other, both } = self;
        (base.max(*other) > both * (1.0 + Waited::TOLD)).then(|| {
            format!(
                "Waiting is compared over the {both:.0} pushes that succeed on both sides, of {base:.0} before and \
                 {other:.0} after."
            )
        })
    }
}

/// One comparison of the strip.
#[derive(Debug, Clone, PartialEq)]
pub struct Stripe {
    /// Both limits are this many times their own.
    pub factor: f64,
    /// What the headline metrics change, and the shares of runs that succeed, by job.
    pub differences: Vec<Difference>,
}

/// How strategies divide what they do together.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribution {
    /// The strategies, in the order in which they are applied.
    pub strategies: Vec<String>,
    /// Their shares, by metric.
    pub shares: Vec<Share>,
}

/// The headline at this place, of these differences.
fn headline(differences: &[Difference], place: usize) -> Option<&Difference> {
    let (name, labels) = HEADLINES[place];
    differences.iter().find(|difference| difference.is(name, labels))
}

impl Compared {
    /// The simulated and the warm-up days of the base.
    pub(super) fn days(&self) -> (f64, f64) {
        let window = self.base.first.window;
        ((window.end - window.start).as_days_f64(), (window.measure_from - window.start).as_days_f64())
    }

    /// What the numbers rest on.
    fn basis(&self) -> String {
        let (days, warmup) = self.days();
        let pairs = match self.base.replications {
            1 => "One replication, so no intervals: nothing is distinguishable".to_owned(),
            n => format!("Means of {n} paired differences with 95 % intervals"),
        };
        let basis = format!("{pairs}, {}.", measured(days, warmup, self.warm_up));
        let yardstick = "itself, or of a tenth of the base where it is smaller";
        let sure = |reached| precision(reached, "The difference of ", yardstick);
        let reached = self.reached.as_ref().map(sure);
        std::iter::once(basis).chain(reached).collect::<Vec<_>>().join(" ")
    }

    /// Whether runners cost anything, anywhere.
    fn has_cost(&self) -> bool {
        let costs = |other: &Other| {
            headline(&other.differences, 2).is_some_and(|cost| cost.base > 0.0 || cost.other > 0.0)
        };
        self.others.iter().any(costs)
    }
}

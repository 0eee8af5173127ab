use super::checked::Checked;
use crate::outcome::{Expectation, Judgement};
use crate::study::{Difference, Reached, Study, WarmUp};

/// Everything a report of one simulated scenario says.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The subcommand that produced it.
    pub command: &'static str,
    /// The scenario's name.
    pub name: String,
    /// The scenario's file, as it was named on the command line.
    pub file: String,
    /// The hash of the effective scenario, 16 hexadecimal digits.
    pub hash: String,
    /// The seed of all draws.
    pub seed: u64,
    /// The command line that gives the same numbers again.
    pub reproduce: String,
    /// The replications.
    pub study: Study,
    /// How sure a metric became, where that was asked for.
    pub reached: Option<Reached>,
    /// Where the warm-up comes from.
    pub warm_up: WarmUp,
    /// What the scenario expects.
    pub expectations: Vec<Expectation>,
    /// What every metric changes with each strategy that expectations are held against, with the same
    /// draws.
    pub rivals: Vec<(String, Vec<Difference>)>,
}

impl Answer {
    /// Whether every expectation of the scenario holds.
    pub fn judgement(&self) -> Judgement {
        Judgement::all(self.checked().iter().map(|checked| checked.judgement))
    }

    /// The simulated days, warm-up included.
    pub fn simulated_days(&self) -> f64 {
        (self.study.first.window.end - self.study.first.window.start).as_days_f64()
    }

    /// The days before anything is measured.
    pub fn warmup_days(&self) -> f64 {
        (self.study.first.window.measure_from - self.study.first.window.start).as_days_f64()
    }

    pub(super) fn checked(&self) -> Vec<Checked<'_>> {
        self.expectations.iter().map(|expectation| Checked::of(expectation, self)).collect()
    }
}

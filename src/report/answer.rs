use crate::outcome::Expectation;
use crate::study::{Reached, Study};

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
    /// What the scenario expects.
    pub expectations: Vec<Expectation>,
}

/// One expectation held against the result.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Checked<'a> {
    pub expectation: &'a Expectation,
    /// The mean; `None` if the metric was never measured.
    pub value: Option<f64>,
    pub held: bool,
}

impl Answer {
    /// Whether every expectation of the scenario holds.
    pub fn holds(&self) -> bool {
        self.checked().iter().all(|checked| checked.held)
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
        let check = |expectation| {
            let value = self.study.mean_for(expectation);
            Checked { expectation, value, held: expectation.holds(value) }
        };
        self.expectations.iter().map(check).collect()
    }
}

use super::number::change;
use crate::outcome::{Expectation, Rival};
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

/// One expectation held against the result.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Checked<'a> {
    pub expectation: &'a Expectation,
    /// The mean; `None` if the metric was never measured.
    pub value: Option<f64>,
    /// What it is held against besides, and what the metric changes with that.
    pub rivals: Vec<(&'a Rival, Option<Difference>)>,
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
        self.expectations.iter().map(|expectation| self.check(expectation)).collect()
    }

    fn check<'a>(&self, expectation: &'a Expectation) -> Checked<'a> {
        let measure = &expectation.measure;
        let change = |rival: &Rival| {
            let (_, all) = self.rivals.iter().find(|(name, _)| *name == rival.strategy)?;
            all.iter().find(|change| measure.is(change.metric, &change.labels)).cloned()
        };
        let rivals: Vec<_> = expectation.rivals.iter().map(|rival| (rival, change(rival))).collect();
        let value = self.study.mean_for(expectation);
        let held = expectation.bounds(value)
            && rivals
                .iter()
                .all(|(rival, change)| change.as_ref().is_some_and(|change| rival.holds(change.difference)));
        Checked { expectation, value, rivals, held }
    }
}

impl Checked<'_> {
    /// What was measured, for a person.
    pub(super) fn measured(&self) -> String {
        let metric = self.expectation.measure.metric;
        let number =
            |value: f64| metric.size(value).map_or_else(|| format!("{value:.4}"), |size| size.to_string());
        let value = self.value.map_or("never measured".into(), |value| format!("is {}", number(value)));
        let rivals = self.rivals.iter().map(|(rival, difference)| match difference {
            None => format!("never measured on both sides with `{}`", rival.strategy),
            Some(difference) => {
                let sure = if self.is_sure(rival, difference) { "" } else { ", which may be chance" };
                let Difference { other, .. } = difference;
                let (other, change) = (number(*other), change(difference));
                format!("{other} with `{}`, a difference of {change}{sure}", rival.strategy)
            }
        });
        std::iter::once(value).chain(rivals).collect::<Vec<_>>().join("; ")
    }

    /// Whether the whole interval is on one side of what was asked for.
    fn is_sure(&self, rival: &Rival, difference: &Difference) -> bool {
        let ends = [difference.low, difference.high].map(|end| rival.holds(end));
        difference.n > 1 && ends[0] == ends[1]
    }
}

//! Expectations checked against a result: the estimate of the metric, the differences to strategies, and
//! the judgement. The file of a run and every report of it show them.

use crate::observe::{Expectation, Judgement, Rival};
use crate::statistics::{Difference, Estimate, Study};

/// One expectation, checked against a result.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Checked<'a> {
    /// The expectation.
    pub expectation: &'a Expectation,
    /// The estimate of its metric; `None` if the metric was never measured.
    pub known: Option<Estimate>,
    /// The strategies that it compares the scenario with.
    pub rivals: Vec<Against<'a>>,
    /// The judgement of all parts together.
    pub judgement: Judgement,
    /// The study that it is based on.
    pub study: &'a Study,
}

/// A strategy that an expectation compares the scenario with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Against<'a> {
    /// The strategy.
    pub rival: &'a Rival,
    /// How the metric changes with the strategy; `None` if it was not measured on both sides.
    pub change: Option<Difference>,
    /// The judgement of this comparison.
    pub judgement: Judgement,
}

impl<'a> Checked<'a> {
    /// Checks an expectation against a study, and against the differences to each strategy that it names.
    pub fn of(
        expectation: &'a Expectation,
        study: &'a Study,
        changes: &[(String, Vec<Difference>)],
    ) -> Checked<'a> {
        let against = |rival: &'a Rival| {
            let all = changes.iter().find(|(name, _)| *name == rival.strategy);
            let measure = &expectation.measure;
            let change = all.and_then(|(_, all)| all.iter().find(|c| measure.is(c.metric, &c.labels)));
            Against { rival, judgement: judged(study, rival, change), change: change.cloned() }
        };
        let rivals: Vec<Against> = expectation.rivals.iter().map(against).collect();
        let sides = rivals.iter().map(|against| against.judgement);
        let judgement = Judgement::all(sides.chain([study.judge(expectation)]));
        let known = study.known(&expectation.measure);
        Checked { expectation, known, rivals, judgement, study }
    }
}

fn judged(study: &Study, rival: &Rival, change: Option<&Difference>) -> Judgement {
    match change {
        None => Judgement::NotHeld,
        Some(change) if study.has_no_interval(change.n) => Judgement::Undecided,
        Some(change) => rival.judge(change.low, change.high, change.base.abs().max(change.other.abs())),
    }
}

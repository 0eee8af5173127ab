//! Expectations held against a result: what is known of their metrics, and whether that is enough. A result's
//! file and every report of a run show it.

use crate::observe::{Expectation, Judgement, Rival};
use crate::study::{Difference, Estimate, Study};

/// One expectation held against a result.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Checked<'a> {
    /// What is expected.
    pub expectation: &'a Expectation,
    /// What is known of the metric; `None` if it was never measured.
    pub known: Option<Estimate>,
    /// What it is held against besides.
    pub rivals: Vec<Against<'a>>,
    /// What all of it comes to.
    pub judgement: Judgement,
    /// The study that it rests on.
    pub study: &'a Study,
}

/// A strategy that an expectation is held against.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Against<'a> {
    /// The strategy.
    pub rival: &'a Rival,
    /// What the metric changes with it; `None` if it was not measured on both sides.
    pub change: Option<Difference>,
    /// What it comes to.
    pub judgement: Judgement,
}

impl<'a> Checked<'a> {
    /// An expectation against a study, and against what metrics change with each strategy it is compared with.
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

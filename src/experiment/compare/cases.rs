//! Reads everything that a comparison simulates: the scenarios, and the base with each strategy applied.

use super::CompareRequest;
use crate::diagnostic::Report;
use crate::experiment::Problem;
use crate::experiment::edit::edits;
use crate::result::{InapplicableStrategy, StrategyEdit, base_name};
use crate::scenario::{self, Change, Loaded, Scenario};
use crate::strategy::{CannotApply, StrategySet, lower_limit, proposals};
use crate::units::Bytes;
use std::path::PathBuf;

/// How many strategies are tried together, after all were tried by themselves.
const TOGETHER_MAX: usize = 3;

/// All scenarios of a comparison, checked.
#[derive(Debug)]
pub(super) struct Cases {
    /// The scenario that the others are compared with.
    pub base: Loaded,
    /// The other scenarios.
    pub others: Vec<ComparedScenario>,
    /// With `--attribute`: the base with each subset of the strategies, indexed by bits. The empty subset
    /// is the base itself and the full one is the only other scenario; both are left out here.
    pub subsets: Vec<Loaded>,
    /// The strategies that were to be tried but change nothing here.
    pub not_applicable: Vec<InapplicableStrategy>,
    reader: Reader,
}

/// A scenario that the base is compared with.
#[derive(Debug)]
pub(super) struct ComparedScenario {
    /// Its name in the result.
    pub name: String,
    /// The scenario.
    pub loaded: Loaded,
    /// The settings that its strategy changed; empty for a scenario from a file.
    pub settings: Vec<String>,
    /// Its strategies; `None` for a scenario from a file.
    pub strategies: Option<StrategySet>,
}

impl Cases {
    /// Reads all scenarios and applies all strategies. Returns all problems if there are any.
    pub fn gather(request: &CompareRequest) -> Result<Cases, Vec<Problem>> {
        let scenario = scenario::read(&request.base, &request.set).map_err(|report| vec![report.into()])?;
        let base = scenario::build(&request.base, scenario.clone()).map_err(|report| vec![report.into()])?;
        let reader = Reader { file: request.base.clone(), scenario };
        let files = request.others.iter().map(|file| {
            let loaded = scenario::load(file, &request.set)?;
            Ok(ComparedScenario { name: loaded.name.clone(), loaded, settings: vec![], strategies: None })
        });
        let named = request.strategies.iter().map(|strategies| Ok(reader.case(strategies)?));
        let (mut others, problems) = sorted_out(files.chain(named));
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut subsets = vec![];
        if request.attribute {
            let all =
                reader.subset(&request.strategies, usize::MAX).map_err(|problem| vec![problem.into()])?;
            others = vec![all];
            let count = 1 << request.strategies.len();
            let some = (1..count - 1).map(|subset| Ok(reader.subset(&request.strategies, subset)?));
            let (cases, problems) = sorted_out(some);
            if !problems.is_empty() {
                return Err(problems);
            }
            subsets = cases.into_iter().map(|case| case.loaded).collect();
        }
        let mut not_applicable = vec![];
        if request.all {
            let known: Vec<String> = others.iter().map(|case| case.name.clone()).collect();
            let (cases, refused) = reader.all(&known);
            others.extend(cases);
            not_applicable = refused;
        }
        rename_twins(&base, &mut others);
        Ok(Cases { base, others, subsets, not_applicable, reader })
    }

    /// What is worth a trial once the single strategies are known: the best two and the best three of `better` together,
    /// which are the places of the better ones among the others, best first, and the smallest limit that holds `peak`.
    pub fn further(&self, better: &[usize], peak: Bytes) -> Vec<ComparedScenario> {
        let mut chosen: Vec<&StrategySet> = vec![];
        for strategies in better.iter().filter_map(|place| self.others[*place].strategies.as_ref()) {
            if chosen.len() < TOGETHER_MAX && chosen.iter().all(|other| !other.overlaps(strategies)) {
                chosen.push(strategies);
            }
        }
        let together = |count: usize| {
            let sets: Vec<StrategySet> = chosen[..count].iter().copied().cloned().collect();
            StrategySet::together(&sets)
        };
        let lower = lower_limit(&self.reader.scenario, peak);
        let sets = lower.into_iter().chain((2..=chosen.len()).map(together));
        sets.filter_map(|set| self.reader.case(&set).ok()).collect()
    }

    /// What the base is called beside the others.
    pub fn base_name(&self) -> String {
        let file = self.base.file.display().to_string();
        base_name(&self.base.name, &file, self.others.iter().map(|other| other.name.as_str())).to_owned()
    }

    /// The warnings about the others that the base does not have.
    pub fn remarks(&self) -> impl Iterator<Item = &Report> {
        let (known, tried) = (self.base.report.len(), !self.not_applicable.is_empty());
        let own = move |case: &&ComparedScenario| {
            // Nobody has asked for the strategies that are merely tried.
            case.settings.is_empty() || case.loaded.report.len() > known && !tried
        };
        self.others.iter().filter(own).map(|case| &case.loaded.report)
    }
}

/// Separates the valid scenarios from the problems of the invalid ones.
fn sorted_out(
    cases: impl Iterator<Item = Result<ComparedScenario, Problem>>,
) -> (Vec<ComparedScenario>, Vec<Problem>) {
    let (mut fine, mut problems) = (vec![], vec![]);
    for case in cases {
        match case {
            Ok(case) => fine.push(case),
            Err(problem) => problems.push(problem),
        }
    }
    (fine, problems)
}

/// Renames files that have the same name in different folders to their paths.
fn rename_twins(base: &Loaded, others: &mut [ComparedScenario]) {
    let names: Vec<String> = others.iter().map(|case| case.name.clone()).collect();
    for case in others.iter_mut().filter(|case| case.settings.is_empty()) {
        let twins = names.iter().filter(|name| **name == case.name).count();
        if twins > 1 || case.name == base.name {
            case.name = case.loaded.file.display().to_string();
        }
    }
}

/// The base, to which the strategies are applied.
#[derive(Debug)]
struct Reader {
    file: PathBuf,
    scenario: Scenario,
}

impl Reader {
    fn case(&self, strategies: &StrategySet) -> Result<ComparedScenario, CannotApply> {
        let (scenario, changes) = strategies.apply(&self.scenario)?;
        self.built(scenario, strategies, &changes)
    }

    /// The base with the strategies whose bits are set.
    fn subset(&self, strategies: &[StrategySet], bits: usize) -> Result<ComparedScenario, CannotApply> {
        let chosen = strategies.iter().enumerate().filter(|(index, _)| bits >> index & 1 == 1);
        let chosen: Vec<StrategySet> = chosen.map(|(_, strategies)| strategies.clone()).collect();
        let together = StrategySet::together(&chosen);
        let (scenario, changes) = together.apply_what_is_left(&self.scenario)?;
        self.built(scenario, &together, &changes)
    }

    fn built(
        &self,
        scenario: Scenario,
        strategies: &StrategySet,
        changes: &[Change],
    ) -> Result<ComparedScenario, CannotApply> {
        let loaded = scenario::build(&self.file, scenario);
        let loaded = loaded.map_err(|report| CannotApply::Invalid(Box::new(report)))?;
        let settings = changes.iter().map(ToString::to_string).collect();
        Ok(ComparedScenario {
            name: strategies.to_string(),
            loaded,
            settings,
            strategies: Some(strategies.clone()),
        })
    }

    /// The base with every strategy that applies, except those that are known already, and the others with the reason.
    fn all(&self, known: &[String]) -> (Vec<ComparedScenario>, Vec<InapplicableStrategy>) {
        let (mut cases, mut refused) = (vec![], vec![]);
        for strategies in proposals(&self.scenario) {
            let strategy = strategies.to_string();
            match self.case(&strategies) {
                _ if known.contains(&strategy) => {}
                Ok(case) => cases.push(case),
                Err(CannotApply::DoesNotApply { strategy, .. }) if is_refused(&refused, strategy) => {}
                Err(CannotApply::DoesNotApply { strategy, reason }) => {
                    refused.push(InapplicableStrategy { strategy: strategy.into(), reason: reason.into() });
                }
                Err(CannotApply::Invalid(_)) => {
                    refused.push(InapplicableStrategy {
                        strategy,
                        reason: "it makes the scenario invalid".into(),
                    });
                }
            }
        }
        (cases, refused)
    }
}

/// True if the strategy does not apply with another value either.
fn is_refused(refused: &[InapplicableStrategy], strategy: &str) -> bool {
    refused.iter().any(|refused| refused.strategy == strategy)
}

impl ComparedScenario {
    /// What to edit, strategy by strategy, in what `base` was imported from.
    fn edits(&self, base: &Scenario) -> Vec<StrategyEdit> {
        self.strategies.iter().flat_map(|strategies| edits(strategies, base)).collect()
    }
}

impl Cases {
    /// What to edit for the other scenario at this index.
    pub fn edits(&self, other: usize) -> Vec<StrategyEdit> {
        self.others[other].edits(&self.reader.scenario)
    }
}

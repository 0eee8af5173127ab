//! Reads everything that a comparison simulates: the scenarios, and the base with each strategy applied.

use super::CompareRequest;
use crate::diagnostic::Report;
use crate::experiment::Problem;
use crate::scenario::{self, Loaded, Scenario};
use crate::strategy::StrategySet;
use std::path::Path;

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
    /// The strategies that were applied to the base; `None` for a scenario from a file.
    pub strategies: Option<StrategySet>,
}

impl Cases {
    /// Reads all scenarios and applies all strategies. Returns all problems if there are any.
    pub fn gather(request: &CompareRequest) -> Result<Cases, Vec<Problem>> {
        let scenario = scenario::read(&request.base, &request.set).map_err(|report| vec![report.into()])?;
        let base = scenario::build(&request.base, scenario.clone()).map_err(|report| vec![report.into()])?;
        let reader = Reader { file: &request.base, scenario };
        let files = request.others.iter().map(|file| {
            let loaded = scenario::load(file, &request.set)?;
            Ok(ComparedScenario { name: loaded.name.clone(), loaded, settings: vec![], strategies: None })
        });
        let treated = request.strategies.iter().map(|strategies| reader.case(strategies));
        let (mut others, problems) = sorted_out(files.chain(treated));
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut subsets = vec![];
        if request.attribute {
            let all = reader.subset(&request.strategies, usize::MAX).map_err(|problem| vec![problem])?;
            others = vec![all];
            let count = 1 << request.strategies.len();
            let some = (1..count - 1).map(|subset| reader.subset(&request.strategies, subset));
            let (cases, problems) = sorted_out(some);
            if !problems.is_empty() {
                return Err(problems);
            }
            subsets = cases.into_iter().map(|case| case.loaded).collect();
        }
        rename_twins(&base, &mut others);
        Ok(Cases { base, others, subsets })
    }

    /// The warnings about the others that the base does not have.
    pub fn remarks(&self) -> impl Iterator<Item = &Report> {
        let known = self.base.report.len();
        let own =
            move |case: &&ComparedScenario| case.settings.is_empty() || case.loaded.report.len() > known;
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
struct Reader<'a> {
    file: &'a Path,
    scenario: Scenario,
}

impl Reader<'_> {
    fn case(&self, strategies: &StrategySet) -> Result<ComparedScenario, Problem> {
        let (scenario, changes) = strategies.apply(&self.scenario)?;
        let loaded = scenario::build(self.file, scenario)?;
        let settings = changes.iter().map(ToString::to_string).collect();
        Ok(ComparedScenario {
            name: strategies.to_string(),
            loaded,
            settings,
            strategies: Some(strategies.clone()),
        })
    }

    /// The base with the strategies whose bits are set.
    fn subset(&self, strategies: &[StrategySet], bits: usize) -> Result<ComparedScenario, Problem> {
        let chosen = strategies.iter().enumerate().filter(|(index, _)| bits >> index & 1 == 1);
        let chosen: Vec<StrategySet> = chosen.map(|(_, strategies)| strategies.clone()).collect();
        let together = StrategySet::together(&chosen);
        let (scenario, changes) = together.apply_what_is_left(&self.scenario)?;
        let loaded = scenario::build(self.file, scenario)?;
        let settings = changes.iter().map(ToString::to_string).collect();
        Ok(ComparedScenario { name: together.to_string(), loaded, settings, strategies: Some(together) })
    }
}

//! Loads a scenario together with the strategies that its expectations (`[[expect]]`) compare it with. Each
//! of them is checked like the scenario itself, so that `check` finds their problems, too.

use super::{BadStrategy, CannotApply, StrategySet};
use crate::diagnostic::{Diagnostic, Report, Span};
use crate::observe::Side;
use crate::scenario::{Loaded, Scenario, build, read_all};
use std::path::Path;

/// A scenario, and the same scenario with each strategy that its expectations name.
#[derive(Debug)]
pub struct ScenarioWithStrategies {
    /// The scenario as it is.
    pub own: Loaded,
    /// The same before it was built, to which further strategies can be applied.
    pub scenario: Scenario,
    /// The scenario with each of the strategies, in the order in which they are first named.
    pub with_strategy: Vec<(String, Loaded)>,
}

/// Reads the scenario in `file` with the settings `sets`, and applies the strategies that its expectations
/// name.
///
/// # Errors
/// A report of all problems of the scenario, and one of all problems of the strategies.
pub fn load(file: &Path, sets: &[String]) -> Result<ScenarioWithStrategies, Vec<Report>> {
    let scenario = read_all(file, sets).map_err(|report| vec![report])?;
    let own = build(file, scenario.clone());
    let with_strategy = with_each_strategy(file, &scenario, own.is_ok());
    match (own, with_strategy) {
        (Ok(own), Ok(with_strategy)) => Ok(ScenarioWithStrategies { own, scenario, with_strategy }),
        (own, others) => Err([own.err(), others.err()].into_iter().flatten().collect()),
    }
}

/// The scenario with each strategy. If the scenario is invalid, an invalid result is not blamed on the
/// strategy.
fn with_each_strategy(
    file: &Path,
    scenario: &Scenario,
    is_valid: bool,
) -> Result<Vec<(String, Loaded)>, Report> {
    let mut report = Report::about(scenario.report.sources.clone());
    let mut all: Vec<(String, Loaded)> = Vec::new();
    for (name, span) in named(scenario) {
        if all.iter().all(|(known, _)| known != name) {
            match with_strategies(scenario, name).map(|scenario| build(file, scenario)) {
                Ok(Ok(loaded)) => all.push((name.to_owned(), loaded)),
                Ok(Err(_)) if !is_valid => {}
                Ok(Err(invalid)) => {
                    let refusal = CannotApply::Invalid(Box::new(invalid));
                    report.push(wrong(BadStrategy::from(&refusal), span));
                }
                Err(problem) => report.push(wrong(problem, span)),
            }
        }
    }
    if report.has_errors() { Err(report) } else { Ok(all) }
}

/// The strategies that expectations name, with their positions in the file.
fn named(scenario: &Scenario) -> Vec<(&str, Span)> {
    let tables = scenario.view().tables("expect").into_iter();
    let sides = [Side::Below, Side::Above].map(Side::label);
    let of = tables.flat_map(|expect| sides.into_iter().filter_map(move |side| expect.table_or_none(side)));
    of.map(|rival| (rival.text("strategy"), rival.span("strategy"))).collect()
}

fn with_strategies(scenario: &Scenario, names: &str) -> Result<Scenario, BadStrategy> {
    let changed = StrategySet::parse(names)?.apply(scenario);
    changed.map(|(scenario, _)| scenario).map_err(|refusal| BadStrategy::from(&refusal))
}

fn wrong(BadStrategy { message, help, .. }: BadStrategy, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::error("wrong-strategy", message).at(span);
    if help.is_empty() { diagnostic } else { diagnostic.help(help) }
}

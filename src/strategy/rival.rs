//! Loads a scenario together with the strategies that its expectations (`[[expect]]`) compare it with. Each
//! of them is checked like the scenario itself, so that `check` finds their problems, too.

use super::Treatment;
use crate::diagnostic::{Diagnostic, Report, Span};
use crate::observe::Side;
use crate::scenario::{Loaded, Scenario, build, read};
use std::path::Path;

/// A scenario, and the same scenario with each strategy that its expectations name.
#[derive(Debug)]
pub struct Contest {
    /// The scenario as it is.
    pub own: Loaded,
    /// The scenario with each of the strategies, in the order in which they are first named.
    pub rivals: Vec<(String, Loaded)>,
}

/// Reads the scenario in `file` with the settings `sets`, and applies the strategies that its expectations
/// name.
///
/// # Errors
/// A report of all problems of the scenario, and one of all problems of the strategies.
pub fn load(file: &Path, sets: &[String]) -> Result<Contest, Vec<Report>> {
    let scenario = read(file, sets).map_err(|report| vec![report])?;
    let own = build(file, scenario.clone());
    let rivals = rivals(file, &scenario, own.is_ok());
    match (own, rivals) {
        (Ok(own), Ok(rivals)) => Ok(Contest { own, rivals }),
        (own, rivals) => Err([own.err(), rivals.err()].into_iter().flatten().collect()),
    }
}

/// The scenario with each strategy. If the scenario is invalid, an invalid result is not blamed on the
/// strategy.
fn rivals(file: &Path, scenario: &Scenario, is_valid: bool) -> Result<Vec<(String, Loaded)>, Report> {
    let mut report = Report::about(scenario.report.sources.clone());
    let mut rivals: Vec<(String, Loaded)> = Vec::new();
    for (name, span) in named(scenario) {
        if rivals.iter().all(|(known, _)| known != name) {
            match treated(file, scenario, name) {
                Ok(Ok(loaded)) => rivals.push((name.to_owned(), loaded)),
                Ok(Err(_)) if !is_valid => {}
                Ok(Err(_)) => report.push(wrong("the strategy makes the scenario invalid".into(), span)),
                Err(problem) => report.push(wrong(problem, span)),
            }
        }
    }
    if report.has_errors() { Err(report) } else { Ok(rivals) }
}

/// The strategies that expectations name, with their positions in the file.
fn named(scenario: &Scenario) -> Vec<(&str, Span)> {
    let tables = scenario.view().tables("expect").into_iter();
    let sides = [Side::Below, Side::Above].map(Side::label);
    let of = tables.flat_map(|expect| sides.into_iter().filter_map(move |side| expect.table_or_none(side)));
    of.map(|rival| (rival.text("strategy"), rival.span("strategy"))).collect()
}

fn treated(file: &Path, scenario: &Scenario, name: &str) -> Result<Result<Loaded, Report>, String> {
    let treatment = Treatment::parse(name)?;
    let (scenario, _) = treatment.apply(scenario).map_err(|refusal| refusal.to_string())?;
    Ok(build(file, scenario))
}

/// The error for a strategy. The part of the problem after a colon or semicolon becomes the help.
fn wrong(problem: String, span: Span) -> Diagnostic {
    let (message, help) = match problem.split_once(": ").or_else(|| problem.split_once("; ")) {
        Some((message, help)) => (message.to_owned(), Some(help.to_owned())),
        None => (problem, None),
    };
    let diagnostic = Diagnostic::error("wrong-strategy", message).at(span);
    match help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

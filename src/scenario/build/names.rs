//! The things that names in a workflow can refer to, and how a name is found among them.

use crate::ci::Runner;
use crate::diagnostic::{Diagnostic, Report, Span, nearest, printable};
use crate::project::{CrateGraph, Flavour, Image};

/// The things that names in a workflow can refer to.
pub(super) struct KnownNames<'a> {
    pub runners: &'a [Runner],
    pub graph: &'a CrateGraph,
    pub images: &'a [Image],
    pub classes: &'a [String],
    /// All inputs of the project, by their index.
    pub inputs: &'a [String],
    /// The branches besides the default branch.
    pub branches: &'a [String],
    /// The flavours of the scenario, and another one for each measured job.
    pub flavours: &'a mut Vec<Flavour>,
    pub report: &'a mut Report,
}

/// The index of `name` in `names`. If it is missing, reports that there is no such `noun`.
pub(super) fn position<'a>(
    name: &str,
    span: Span,
    noun: &str,
    names: impl Iterator<Item = &'a str> + Clone,
    report: &mut Report,
) -> Option<usize> {
    let found = names.clone().position(|known| known == name);
    if found.is_none() {
        report.push(unknown(name, span, noun, names));
    }
    found
}

/// The place of the runner with this label. GitHub's labels are the same in upper and lower case.
pub(super) fn runner_position(
    label: &str,
    span: Span,
    runners: &[Runner],
    report: &mut Report,
) -> Option<usize> {
    let names = runners.iter().map(|runner| runner.name.as_str());
    let in_any_case = || names.clone().position(|name| name.eq_ignore_ascii_case(label));
    let found = names.clone().position(|name| name == label).or_else(in_any_case);
    if found.is_none() {
        let other = unknown(label, span, "runner", names.clone());
        report.push(match nearest(label, names) {
            Some(_) => other,
            None => other.help(format!("`[runner.{}]` adds one", printable(label))),
        });
    }
    found
}

fn unknown<'a>(
    name: &str,
    span: Span,
    noun: &str,
    names: impl Iterator<Item = &'a str> + Clone,
) -> Diagnostic {
    let (kind, place) = noun.find(" in ").map_or((noun, ""), |at| noun.split_at(at));
    let message = format!("there is no {kind} `{}`{place}", printable(name));
    let diagnostic = Diagnostic::error("unknown-name", message).at(span);
    if let Some(near) = nearest(name, names.clone()) {
        return diagnostic.suggest(span, format!("\"{near}\""));
    }
    let known: Vec<_> = names.take(LISTED_MAX).map(|known| format!("`{known}`")).collect();
    match known.is_empty() {
        true => diagnostic.help(format!("the scenario has no {noun}")),
        false => diagnostic.help(format!("known: {}", known.join(", "))),
    }
}

/// How many names are listed if none is similar.
const LISTED_MAX: usize = 20;

//! Filters by paths. GitHub has one for each event, and so has a scenario: one list where all events have the same
//! patterns, otherwise a table.

use super::EventWord;
use crate::import::draft::ledger::Ledger;
use crate::import::found::Situation;
use crate::import::path_output::filters;
use crate::import::pattern::PatternRules;
use crate::import::toml_text::{TomlLines, list};
use crate::import::workflow::{AssumedEvent, JobNode, WorkflowFile, WorkflowTrigger};

/// The most path classes of a scenario.
const CLASSES_MAX: usize = 64;

/// Writes the filters of the workflow, which is called `name` in the scenario and runs on the events of `words`.
pub(in crate::import::draft) fn filters_by_paths(
    file: &WorkflowFile,
    name: &str,
    words: &[EventWord],
    lines: &mut TomlLines,
    ledger: &mut Ledger,
) {
    let is_written = |trigger: &&WorkflowTrigger| words.iter().any(|(event, _)| event.name == trigger.event);
    let concerned = file.triggers.iter().filter(|trigger| may_filter(trigger)).filter(is_written);
    let concerned: Vec<&WorkflowTrigger> = concerned.collect();
    let Some(first) = concerned.iter().find(|trigger| !trigger.paths.is_empty()) else { return };
    if concerned.iter().all(|trigger| trigger.paths == first.paths) {
        if let Some(class) = class(name, first, file, ledger) {
            lines.value("paths", &list([class.as_str()]), "paths");
        }
        return;
    }
    let mut filters = Vec::new();
    for trigger in concerned.iter().filter(|trigger| !trigger.paths.is_empty()) {
        // The workflow's own name is that of the patterns that come first.
        let own = match trigger.paths == first.paths {
            true => name.to_owned(),
            false => format!("{name}-{}", trigger.event.replace('_', "-")),
        };
        if let Some(class) = class(&own, trigger, file, ledger) {
            filters.push(format!("{} = {}", trigger.event, list([class.as_str()])));
        }
    }
    if !filters.is_empty() {
        lines.value("paths", &format!("{{ {} }}", filters.join(", ")), "paths");
    }
}

/// Notes the class of an event's patterns; `None` if the scenario has too many.
fn class(name: &str, trigger: &WorkflowTrigger, file: &WorkflowFile, ledger: &mut Ledger) -> Option<String> {
    let patterns = (with_all(&trigger.paths), PatternRules::Workflow);
    let class = add_class(name.to_owned(), Some(patterns), &trigger.paths.join(" "), ledger);
    if class.is_none() {
        let place = format!("{}:{}", file.path, trigger.line);
        ledger.blank(&place, format!("the paths of `{}`: a scenario has at most 64 classes", trigger.event));
    }
    class
}

/// The patterns of a class, with the rules that they follow.
pub(in crate::import::draft) type ClassPatterns = (Vec<String>, PatternRules);

/// The patterns behind an output of a job of this workflow, if its file tells them.
pub(in crate::import::draft) fn output_patterns(
    workflow: &WorkflowFile,
    output: &str,
) -> Option<ClassPatterns> {
    Some((filters(workflow).remove(output)?, PatternRules::Braces))
}

/// Notes the class of these patterns, and hands back its name: `wanted`, with a number behind it if that is the name of
/// others. `None` if the scenario has too many.
pub(in crate::import::draft) fn add_class(
    wanted: String,
    patterns: Option<ClassPatterns>,
    about: &str,
    ledger: &mut Ledger,
) -> Option<String> {
    let is_own = |name: &String| {
        !ledger.classes.contains_key(name) || ledger.class_patterns.get(name) == patterns.as_ref()
    };
    let numbered = (2..).map(|number| format!("{wanted}-{number}"));
    let name = std::iter::once(wanted.clone()).chain(numbered).find(is_own)?;
    if ledger.classes.len() >= CLASSES_MAX && !ledger.classes.contains_key(&name) {
        return None;
    }
    ledger.classes.entry(name.clone()).or_insert_with(|| about.to_owned());
    if let Some(patterns) = patterns {
        ledger.class_patterns.insert(name.clone(), patterns);
    }
    Some(name)
}

const PULLS: [&str; 2] = ["pull_request", "pull_request_target"];

/// True if GitHub applies a filter by paths to this event; pushes of tags have none.
fn may_filter(trigger: &WorkflowTrigger) -> bool {
    let is_push = trigger.event == "push" && (trigger.has_branches() || !trigger.has_tags());
    is_push || PULLS.contains(&trigger.event.as_str())
}

/// Patterns that only take paths away (`paths-ignore`) take them from all paths.
fn with_all(patterns: &[String]) -> Vec<String> {
    let all = patterns.iter().all(|pattern| pattern.starts_with('!')).then(|| "**".to_owned());
    all.into_iter().chain(patterns.iter().cloned()).collect()
}

/// True if files say what an expression of a job's `if` is on each push and pull request.
pub(in crate::import::draft) fn is_decided(
    base: Situation,
    job: &JobNode,
    file: &str,
    expression: &str,
) -> bool {
    let is_known = |event: AssumedEvent| {
        let situation = Situation { event: &event, ..base };
        let scope = situation.scope(job, None, &situation.inputs());
        base.decider.value(expression, &scope).known_text().is_some()
    };
    file == base.workflow.path && is_known(AssumedEvent::push()) && is_known(AssumedEvent::pull_request())
}

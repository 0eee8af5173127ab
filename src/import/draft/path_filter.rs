//! Filters by paths. GitHub has one for each event, a scenario one for a workflow and one for each of its jobs: a filter
//! that some events lack is written at the jobs that run only on events that have it, and listed as a blank.

use super::ledger::Ledger;
use super::toml_text::{TomlLines, list};
use crate::import::pattern::PatternRules;
use crate::import::workflow::{AssumedEvent, RunRef, WorkflowFile, WorkflowTrigger};

/// The filters of a workflow.
pub(super) struct PathFilter<'a> {
    /// The workflow's name, which is that of its path class.
    class: &'a str,
    file: &'a str,
    filtered: Vec<&'a WorkflowTrigger>,
    free: Vec<&'a WorkflowTrigger>,
}

/// The most path classes of a scenario.
pub(super) const CLASSES_MAX: usize = 64;

impl<'a> PathFilter<'a> {
    /// The filters of this workflow, which is called `class` in the scenario.
    pub fn of(file: &'a WorkflowFile, class: &'a str) -> PathFilter<'a> {
        let concerned = file.triggers.iter().filter(|trigger| may_filter(trigger));
        let (filtered, free) = concerned.partition(|trigger| !trigger.paths.is_empty());
        PathFilter { class, file: &file.path, filtered, free }
    }

    /// Writes the filter of the workflow if every event has one, and lists what is lost.
    pub fn workflow(&self, lines: &mut TomlLines, ledger: &mut Ledger) {
        let Some(first) = self.filtered.first() else { return };
        let place = format!("{}:{}", self.file, first.line);
        let patterns = first.paths.join(" ");
        if let Some(free) = self.free.first() {
            let what = format!(
                "the paths of `{}` ({patterns}) are left out of jobs that `{}` runs, too: it has no such filter",
                first.event, free.event
            );
            return ledger.blank(&place, what);
        }
        if let Some(other) = self.filtered.iter().find(|other| other.paths != first.paths) {
            let what = format!(
                "the paths of `{}` ({}): one class stands for them and for those of `{}`",
                other.event,
                other.paths.join(" "),
                first.event
            );
            ledger.blank(&format!("{}:{}", self.file, other.line), what);
        }
        if let Some(class) = self.class(ledger) {
            lines.value("paths", &list([class.as_str()]), "paths");
        }
    }

    /// The class of a job that runs on these events, if the workflow's own `paths` cannot say it and each of them that
    /// touches paths has the filter.
    pub fn of_job(&self, events: &[AssumedEvent], ledger: &mut Ledger) -> Option<String> {
        let touches = |event: &&AssumedEvent| {
            event.name == "push" && event.ref_kind != RunRef::Tag || PULLS.contains(&event.name.as_str())
        };
        let is_filtered =
            |event: &AssumedEvent| self.filtered.iter().any(|trigger| trigger.event == event.name);
        let mut own = events.iter().filter(touches).peekable();
        let is_meant = !self.free.is_empty() && own.peek().is_some() && own.all(is_filtered);
        if is_meant { self.class(ledger) } else { None }
    }

    fn class(&self, ledger: &mut Ledger) -> Option<String> {
        let first = self.filtered.first()?;
        let place = format!("{}:{}", self.file, first.line);
        if ledger.classes.len() >= CLASSES_MAX && !ledger.classes.contains_key(self.class) {
            ledger
                .blank(&place, format!("the paths of `{}`: a scenario has at most 64 classes", first.event));
            return None;
        }
        ledger.classes.entry(self.class.to_owned()).or_insert_with(|| first.paths.join(" "));
        let patterns = (with_all(&first.paths), PatternRules::Workflow);
        ledger.class_patterns.insert(self.class.to_owned(), patterns);
        Some(self.class.to_owned())
    }
}

const PULLS: [&str; 2] = ["pull_request", "pull_request_target"];

/// True if GitHub applies a filter by paths to this event; pushes of tags have none.
fn may_filter(trigger: &WorkflowTrigger) -> bool {
    let is_push = trigger.event == "push" && (trigger.has_branches() || !trigger.has_tags);
    is_push || PULLS.contains(&trigger.event.as_str())
}

/// Patterns that only take paths away (`paths-ignore`) take them from all paths.
fn with_all(patterns: &[String]) -> Vec<String> {
    let all = patterns.iter().all(|pattern| pattern.starts_with('!')).then(|| "**".to_owned());
    all.into_iter().chain(patterns.iter().cloned()).collect()
}

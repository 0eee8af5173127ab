//! Workflows that delete entries of the cache, such as GitHub's documented cleanup of closed pull requests: what starts
//! them, and what they delete as far as their scripts tell. Which entries a script chooses is decided in `script.rs`, by what
//! it says; a script with a condition that is not understood is told of and not written.
//!
//! A job with caches is not looked at here: it may delete an entry only to save it anew.

mod script;

use super::expression::{Decider, Truth};
use super::found::{FoundJob, Situation};
use super::inventory::FoundWorkflow;
use super::sources::{RepositorySources, below_root};
use super::toml_text::{TomlLines, key, list, quoted};
use super::workflow::{AssumedEvent, JobNode, WorkflowFile, WorkflowTrigger};
use super::yaml::YamlNode;
use crate::workload::Cron;
use script::{ChosenEntries, DeletionScript};
use std::collections::{BTreeMap, BTreeSet};

/// What the workflows of a repository delete.
#[derive(Debug, Default)]
pub struct FoundJanitors {
    /// The tables `[janitor.NAME]`.
    pub tables: TomlLines,
    /// The files of the workflows that delete entries.
    pub files: BTreeSet<String>,
    /// What could not be written: the place, and why.
    pub blanks: Vec<(String, String)>,
    /// The names of the tables.
    names: BTreeSet<String>,
}

/// What starts a janitor.
#[derive(Debug, Clone, PartialEq, Eq)]
enum JanitorTrigger {
    Closed,
    PushToMain,
    After(String),
    /// Crons with their time zone.
    Crons(Vec<String>, String),
}

impl JanitorTrigger {
    /// True if it stands for this event.
    fn is(&self, event: &AssumedEvent) -> bool {
        match self {
            JanitorTrigger::Closed => ["pull_request", "pull_request_target"].contains(&event.name.as_str()),
            JanitorTrigger::PushToMain => *event == AssumedEvent::push(),
            JanitorTrigger::After(_) => event.name == "workflow_run",
            JanitorTrigger::Crons(..) => event.name == "schedule",
        }
    }
}

/// The zone of crons that name none.
const UTC: &str = "UTC";

/// The most janitors of a scenario.
const JANITORS_MAX: usize = 20;
/// How deeply local actions are followed.
const DEPTH_MAX: usize = 5;

impl FoundJanitors {
    /// Those of all workflows. `names` are their names in the scenario, by path, and `written` says which of them are in it.
    pub fn of(
        (sources, decider): (&RepositorySources, &Decider),
        found: &[FoundWorkflow],
        names: &BTreeMap<String, String>,
        written: &dyn Fn(&str) -> bool,
    ) -> FoundJanitors {
        let any = AssumedEvent::push();
        let mut all = FoundJanitors::default();
        for workflow in found {
            for (job, node) in workflow.jobs.iter().zip(&workflow.file.jobs) {
                let base = Situation { sources, decider, workflow: workflow.file, event: &any, given: None };
                let whole = script_of(base, job, node, None);
                if !whole.deletes() {
                    continue;
                }
                let place = format!("{}:{}", workflow.file.path, node.node.line);
                all.files.insert(workflow.file.path.clone());
                let after = |trigger: &WorkflowTrigger| started_after(sources, trigger, names, written);
                let starts = starts(workflow.file, &sources.own_name.default_branch, &after);
                if starts.is_empty() {
                    let what = format!(
                        "`{}` deletes entries of the cache, and nothing that is simulated starts it",
                        job.id
                    );
                    all.blanks.push((place.clone(), what));
                }
                for start in starts {
                    let event = workflow.events.iter().find(|event| start.is(event));
                    let script = script_of(base, job, node, event);
                    if script.deletes() {
                        all.add(&names[&workflow.file.path], (&place, &job.id), &script, &start);
                    }
                }
            }
        }
        all
    }

    fn add(
        &mut self,
        workflow: &str,
        (place, job): (&str, &str),
        script: &DeletionScript,
        start: &JanitorTrigger,
    ) {
        let chosen = match script.chosen(*start == JanitorTrigger::Closed) {
            Ok(_) if self.names.len() == JANITORS_MAX => Err("a scenario has at most 20 janitors".to_owned()),
            other => other,
        };
        match chosen {
            Ok(chosen) => {
                let name = self.free_name(workflow, job);
                table(&mut self.tables, &name, place, start, &chosen);
            }
            Err(why) => {
                let what = format!("`{job}` deletes entries of the cache, and which is not decided: {why}");
                self.blanks.push((place.to_owned(), what));
            }
        }
    }

    /// A name for a table: that of the workflow, with that of the job behind it if there are several.
    fn free_name(&mut self, workflow: &str, job: &str) -> String {
        let names = [workflow.to_owned(), format!("{workflow}-{job}")];
        let numbered = (2..).map(|number| format!("{workflow}-{job}-{number}"));
        let name = names.into_iter().chain(numbered).find(|name| !self.names.contains(name));
        let name = name.expect("there is always a further number");
        self.names.insert(name.clone());
        name
    }
}

/// The scripts of a job without a cache, as far as they run under an event; all if there is none. Of other jobs it is empty.
fn script_of(
    base: Situation,
    job: &FoundJob,
    node: &JobNode,
    event: Option<&AssumedEvent>,
) -> DeletionScript {
    let mut script = DeletionScript::default();
    let situation = Situation { event: event.unwrap_or(base.event), ..base };
    let scope = situation.scope(node, None, &situation.inputs());
    let may_run = |node: &YamlNode| {
        let text = node.text_of("if").unwrap_or_else(|| "true".to_owned());
        // Of a pull request that is closed, more is known than is assumed of others.
        let is_open = event.is_none() || text.contains("merged");
        text.trim() != "false" && (is_open || base.decider.condition(&text, &scope) != Truth::No)
    };
    if job.clients.is_empty() && may_run(&node.node) {
        [&base.workflow.root, &node.node]
            .into_iter()
            .for_each(|around| script.environment(around.get("env")));
        let steps = node.steps().iter().filter(|step| may_run(step));
        gather(base.sources, steps, &mut script, 0);
    }
    script
}

fn gather<'a>(
    sources: &RepositorySources,
    steps: impl Iterator<Item = &'a YamlNode>,
    script: &mut DeletionScript,
    depth: usize,
) {
    for step in steps {
        script.environment(step.get("env"));
        let uses = step.text_of("uses").unwrap_or_default();
        script.action(&uses, step.get("with"));
        let texts = [step.text_of("run"), step.get("with").and_then(|with| with.text_of("script"))];
        texts.into_iter().flatten().for_each(|text| script.run(&text));
        if let Some(action) =
            below_root(&uses).and_then(|_| sources.action(&uses).ok()).filter(|_| depth < DEPTH_MAX)
        {
            let inner = action.root.get("runs").and_then(|runs| runs.get("steps")).map(YamlNode::list);
            gather(sources, inner.unwrap_or_default().iter(), script, depth + 1);
        }
    }
}

/// What starts a workflow, as far as janitors can be started.
fn starts(
    file: &WorkflowFile,
    default_branch: &str,
    after: &dyn Fn(&WorkflowTrigger) -> Vec<String>,
) -> Vec<JanitorTrigger> {
    let mut starts = Vec::new();
    for trigger in &file.triggers {
        let closes = trigger.types.iter().any(|kind| kind == "closed");
        match trigger.event.as_str() {
            "pull_request" | "pull_request_target" if closes => starts.push(JanitorTrigger::Closed),
            "push" if trigger.means(default_branch) => {
                starts.push(JanitorTrigger::PushToMain);
            }
            "schedule" => starts.extend(scheduled(trigger)),
            "workflow_run" => {
                starts.extend(after(trigger).into_iter().map(JanitorTrigger::After));
            }
            _ => {}
        }
    }
    starts.dedup();
    starts
}

fn scheduled(trigger: &WorkflowTrigger) -> Option<JanitorTrigger> {
    let zone = trigger.crons.iter().find_map(|(_, zone)| zone.clone()).unwrap_or_else(|| UTC.to_owned());
    let is_cron = |fields: &&String| Cron::new(0, fields, &zone).is_ok();
    let crons: Vec<String> =
        trigger.crons.iter().map(|(fields, _)| fields).filter(is_cron).cloned().collect();
    (!crons.is_empty()).then_some(JanitorTrigger::Crons(crons, zone))
}

/// The workflows of the scenario after which a trigger starts, by their names in it.
fn started_after(
    sources: &RepositorySources,
    trigger: &WorkflowTrigger,
    names: &BTreeMap<String, String>,
    written: &dyn Fn(&str) -> bool,
) -> Vec<String> {
    let meant = sources.workflows.iter().filter(|other| trigger.workflows.contains(&other.name));
    let meant = meant.filter(|other| written(&other.path));
    meant.filter_map(|other| names.get(&other.path).cloned()).collect()
}

fn table(lines: &mut TomlLines, name: &str, place: &str, start: &JanitorTrigger, chosen: &ChosenEntries) {
    lines.table(&format!("[janitor.{}]", key(name)), place);
    match start {
        JanitorTrigger::Closed => lines.value("on", &quoted("closed"), ""),
        JanitorTrigger::PushToMain => lines.value("on", &quoted("push main"), ""),
        JanitorTrigger::After(workflow) => lines.value("after", &quoted(workflow), ""),
        JanitorTrigger::Crons(crons, zone) => {
            lines.value("cron", &list(crons.iter().map(String::as_str)), "");
            if zone != UTC {
                lines.value("timezone", &quoted(zone), "");
            }
        }
    }
    chosen.write(lines);
}

//! Writes the first scenario of a repository: what the workflows say, with its place; what they cannot say as a
//! marked guess with its range; and what could not be decided as a blank, listed at the top. The same files give the
//! same bytes.

mod client;
mod client_writer;
mod expand;
mod image;
mod job;
mod key;
mod ledger;
mod leg;
mod path_filter;
mod shown;
mod toml_text;
mod trigger;

use super::calibration::{Calibration, WorkflowCrons};
use super::expression::{Decider, Truth};
use super::found::{FoundJob, Situation};
use super::inventory::{FoundWorkflow, not_known};
use super::sources::RepositorySources;
use super::workflow::AssumedEvent;
use expand::{DraftJob, expand};
use job::{JobWriter, cancel_word, group_table};
use key::{AxisNames, template};
use ledger::{Assumption, Ledger};
use path_filter::PathFilter;

pub use ledger::OpenAssumption;
use std::collections::BTreeMap;
use toml_text::{TomlLines, key as toml_key, list, quoted};

/// A scenario that was written from a repository's files.
#[derive(Debug, Clone, PartialEq)]
pub struct ScenarioDraft {
    /// Its text.
    pub text: String,
    /// What is left blank: the place, and what is missing.
    pub blanks: Vec<(String, String)>,
    /// The workflows that are not in it, each with the reason.
    pub left_out: Vec<(String, &'static str)>,
    /// What is still assumed, the most runner time behind it first.
    pub open: Vec<OpenAssumption>,
}

/// The most workflows of a scenario.
const WORKFLOWS_MAX: usize = 100;

/// Writes the scenario, with data in place of assumptions as far as `calibration` has them; `None` if no workflow has a cache client and an event that can be simulated.
pub fn draft(
    sources: &RepositorySources,
    decider: &Decider,
    found: &[FoundWorkflow],
    calibration: &Calibration,
) -> Option<ScenarioDraft> {
    let names = names(found);
    let mut ledger = Ledger::default();
    ledger.calibration = calibration.clone();
    ledger.calibration.learn_workload(&crons(found));
    let (mut body, mut left_out, mut written) = (TomlLines::default(), Vec::new(), 0);
    for workflow in found {
        let own = WorkflowDraft { sources, decider, workflow, names: &names };
        match own.write(&mut ledger) {
            _ if written == WORKFLOWS_MAX => {
                left_out.push((workflow.file.path.clone(), "a scenario has at most 100"))
            }
            Ok(lines) => {
                body.append(&lines);
                written += 1;
            }
            Err(why) => left_out.push((workflow.file.path.clone(), why)),
        }
    }
    if written == 0 {
        return None;
    }
    for note in not_known(sources, found) {
        ledger.blank(&note.place, format!("`{}`: {}", note.what, note.why));
    }
    let workload = workload(&mut ledger);
    let tables = ledger.tables();
    let mut lines = TomlLines::default();
    head(&mut lines, sources, &ledger, &left_out);
    lines.append(&workload);
    lines.append(&tables);
    lines.append(&ledger.images);
    lines.append(&body);
    lines.append(&ledger.assumptions());
    let open = ledger.open();
    Some(ScenarioDraft { text: lines.text(), blanks: ledger.blanks, left_out, open })
}

/// The schedules of all workflows.
fn crons(found: &[FoundWorkflow]) -> Vec<WorkflowCrons> {
    let of = |workflow: &FoundWorkflow| WorkflowCrons {
        workflow: workflow.file.name.clone(),
        crons: workflow.file.triggers.iter().flat_map(|on| on.crons.clone()).collect(),
    };
    found.iter().map(of).collect()
}

/// The names of workflows in the scenario, by path: those of their files.
fn names(found: &[FoundWorkflow]) -> BTreeMap<String, String> {
    let name = |workflow: &FoundWorkflow| {
        let file = workflow.file.path.rsplit('/').next().unwrap_or_default();
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        (workflow.file.path.clone(), stem.to_owned())
    };
    let mut names: BTreeMap<String, String> = found.iter().map(name).collect();
    // `ci.yml` and `ci.yaml` may stand beside each other.
    let taken: Vec<String> = names.values().cloned().collect();
    for (path, name) in &mut names {
        if taken.iter().filter(|own| *own == name).count() > 1 {
            *name = path.rsplit('/').next().unwrap_or_default().to_owned();
        }
    }
    names
}

fn head(
    lines: &mut TomlLines,
    sources: &RepositorySources,
    ledger: &Ledger,
    left_out: &[(String, &'static str)],
) {
    lines.remark(&format!(
        "Imported from the workflows of {}. A comment says where a line comes from.",
        sources.name
    ));
    lines.remark("What no file tells is `assumed`, with its range at the end; `gh cache list` and run times replace it.");
    if !ledger.blanks.is_empty() {
        lines.remark("Left blank, because the files do not decide it or a scenario cannot say it:");
    }
    for (place, what) in &ledger.blanks {
        lines.remark(&format!("- {place}: {what}"));
    }
    if !left_out.is_empty() {
        lines.remark("Left out:");
    }
    for (file, why) in left_out {
        lines.remark(&format!("- {file}: {why}"));
    }
    if !ledger.calibration.remarks.is_empty() {
        lines.remark("Seen in the records:");
    }
    for remark in &ledger.calibration.remarks {
        lines.remark(&format!("- {remark}"));
    }
    lines.value("title", &quoted(&sources.name), "");
}

/// Who pushes what: guesses, and what the workflows need.
fn workload(ledger: &mut Ledger) -> TomlLines {
    let mut lines = TomlLines::default();
    lines.table("[workload]", "");
    let basis = "`git log`";
    let mut assume = |lines: &mut TomlLines, path: &[&str], value: &str, range: &str| {
        let (value, about) = ledger.assume(path, Assumption::new(value, range, basis));
        lines.value(&path[1..].join("."), &value, &about);
    };
    assume(&mut lines, &["workload", "pushes-per-day"], "6", "1..50");
    assume(&mut lines, &["workload", "pull-requests", "share"], "0.7", "0.4..0.9");
    assume(&mut lines, &["workload", "changes", "lock"], "0.15", "0.05..0.3");
    if ledger.releases {
        let (value, about) =
            ledger.assume(&["workload", "releases-per-month"], Assumption::new("2", "0.5..8", basis));
        lines.value("releases-per-month", &value, &about);
    }
    if ledger.merge_queue {
        lines.value("merge-queue", "true", "");
    }
    for rate in ledger.rates.clone() {
        let path = ["workload", "events-per-day", rate];
        let (value, about) = ledger.assume(&path, Assumption::new("0.2", "0.01..5", "`gh run list`"));
        lines.value(&format!("events-per-day.{rate}"), &value, &about);
    }
    let classes = ledger.classes.clone();
    if !classes.is_empty() {
        lines.value("path-classes", &list(classes.keys().map(String::as_str)), "");
    }
    for (class, place) in classes {
        let path = ["workload", "changes", "paths", &class];
        let (value, about) =
            ledger.assume(&path, Assumption::new("0.5", "0.1..0.9", "`git log --name-only`"));
        lines.value(&format!("changes.paths.{}", toml_key(&class)), &value, &format!("{about}; {place}"));
    }
    // Without data, these are as the scenario's defaults say.
    for path in [["workload", "cron-delay"].as_slice(), &["workload", "re-runs", "share"]] {
        if let Some(known) = ledger.calibration.known(path) {
            lines.value(&path[1..].join("."), &known.value, &known.source);
        }
    }
    lines
}

/// One workflow that is being written.
struct WorkflowDraft<'a> {
    sources: &'a RepositorySources,
    decider: &'a Decider,
    workflow: &'a FoundWorkflow<'a>,
    names: &'a BTreeMap<String, String>,
}

impl WorkflowDraft<'_> {
    /// Its tables, or why it is left out.
    fn write(&self, ledger: &mut Ledger) -> Result<TomlLines, &'static str> {
        let file = self.workflow.file;
        if file.is_only_called() {
            return Err("it runs as a part of those that call it");
        }
        let mut trial = Vec::new();
        let event = self.event();
        let base = Situation {
            sources: self.sources,
            decider: self.decider,
            workflow: file,
            event: &event,
            given: None,
        };
        let mut has_clients = false;
        let events = &self.workflow.events;
        expand(base, events, &mut |_, job| {
            has_clients |= !job.found.clients.is_empty();
            trial.push(job.name);
        });
        if !has_clients {
            return Err("it has no cache");
        }
        let mut probe = Ledger::default();
        let words = self.words(&mut probe);
        if words.is_empty() {
            return Err("nothing that starts it is simulated");
        }
        let words = {
            drop(words);
            self.words(ledger)
        };
        let name = &self.names[&file.path];
        let mut lines = TomlLines::default();
        lines.table(&format!("[workflow.{}]", toml_key(name)), &file.path);
        let shown: Vec<&str> =
            words.iter().map(|(_, word)| word.as_str()).filter(|word| !word.is_empty()).collect();
        lines.value(
            "on",
            &list(shown.iter().copied()),
            &file.triggers.first().map_or(String::new(), |on| format!("line {}", on.line)),
        );
        self.schedule(&mut lines, &shown);
        let filter = PathFilter::of(file, name);
        filter.workflow(&mut lines, ledger);
        self.concurrency(base, &mut lines, ledger);
        if let Some(mode) = file.root.text_of("cache-mode").filter(|mode| !mode.contains("${{")) {
            lines.value("cache-mode", &quoted(&mode), "");
        }
        expand(base, events, &mut |base, job: DraftJob| {
            let mut writer = JobWriter {
                workflow: name,
                shown: &file.name,
                words: &words,
                known: &trial,
                filter: &filter,
                ledger,
                lines: &mut lines,
            };
            writer.job(base, &job);
        });
        Ok(lines)
    }

    /// The event under which texts are read: a push to the default branch, if that starts it.
    fn event(&self) -> AssumedEvent {
        let events = &self.workflow.events;
        let push = AssumedEvent::push();
        if events.contains(&push) || events.is_empty() { push } else { events[0].clone() }
    }

    /// The words of `on`. After a workflow that is not written, nothing can start.
    fn words(&self, ledger: &mut Ledger) -> Vec<trigger::EventWord> {
        let file = self.workflow.file;
        let mut words = trigger::words(&file.triggers, &file.path, &self.sources.default_branch, ledger);
        if self.after().is_empty() {
            words.retain(|(_, word)| word != "workflow_run");
        }
        words
    }

    /// The workflows after which it runs, by their names in the scenario.
    fn after(&self) -> Vec<&str> {
        let wanted: Vec<&String> =
            self.workflow.file.triggers.iter().flat_map(|trigger| &trigger.workflows).collect();
        let known = self.sources.workflows.iter().filter(|other| {
            let has_cache = |job: &FoundJob| !job.clients.is_empty();
            wanted.contains(&&other.name)
                && other.path != self.workflow.file.path
                && self.writes(other, &has_cache)
        });
        known.map(|other| self.names[&other.path].as_str()).collect()
    }

    /// True if another workflow is certainly written.
    fn writes(&self, other: &super::workflow::WorkflowFile, has_cache: &dyn Fn(&FoundJob) -> bool) -> bool {
        let events = AssumedEvent::of(&other.triggers, &self.sources.default_branch);
        let event = AssumedEvent::push();
        let base = Situation {
            sources: self.sources,
            decider: self.decider,
            workflow: other,
            event: &event,
            given: None,
        };
        let starts = ["push", "pull_request", "schedule", "merge_group", "release", "workflow_dispatch"];
        let is_started = events.iter().any(|event| starts.contains(&event.name.as_str()));
        is_started
            && !other.is_only_called()
            && other.jobs.iter().any(|job| has_cache(&FoundJob::look(base, job, &events)))
    }

    fn schedule(&self, lines: &mut TomlLines, words: &[&str]) {
        let crons: Vec<&(String, Option<String>)> =
            self.workflow.file.triggers.iter().flat_map(|on| &on.crons).collect();
        if !crons.is_empty() && words.contains(&"schedule") {
            lines.value("cron", &list(crons.iter().map(|(cron, _)| cron.as_str())), "");
        }
        if let Some(zone) =
            crons.iter().find_map(|(_, zone)| zone.as_deref()).filter(|_| words.contains(&"schedule"))
        {
            lines.value("timezone", &quoted(zone), "");
        }
        if words.contains(&"workflow_run") {
            lines.value("after", &list(self.after()), "");
        }
    }

    /// True if each push has a group of its own, and each pull request one for all its pushes.
    fn of_pull(&self, text: &str, of_push: &str) -> bool {
        let own = |group: &str| ["{sha}", "{run-id}"].iter().any(|name| group.contains(name));
        let pull = AssumedEvent::pull_request();
        let (file, sources, decider) = (self.workflow.file, self.sources, self.decider);
        let base = Situation { sources, decider, workflow: file, event: &pull, given: None };
        let nobody = super::workflow::JobNode { id: String::new(), node: super::yaml::YamlNode::empty() };
        let group = decider.text(text, &base.scope(&nobody, None, &base.inputs())).text();
        let of_pull = template(&group, &AxisNames::default(), "", &mut Ledger::default());
        self.workflow.events.contains(&pull) && own(of_push) && !own(&of_pull)
    }

    fn concurrency(&self, base: Situation, lines: &mut TomlLines, ledger: &mut Ledger) {
        let Some(node) = self.workflow.file.root.get("concurrency") else { return };
        let nobody = super::workflow::JobNode { id: String::new(), node: super::yaml::YamlNode::empty() };
        let scope = base.scope(&nobody, None, &base.inputs());
        let text = node.text().or_else(|| node.text_of("group")).unwrap_or_default();
        let group = self.decider.text(&text, &scope).text();
        let place = format!("{}:{}", self.workflow.file.path, node.line);
        let cancels = |event: &AssumedEvent| {
            let known = self.workflow.cancels.iter().find(|(own, _)| own == event);
            known.map_or(Truth::No, |(_, truth)| *truth)
        };
        let mut group = template(&group, &AxisNames::default(), &place, ledger);
        let mut cancel = cancel_word(&self.workflow.events, cancels);
        if self.of_pull(&text, &group) && cancel != "false" {
            (group, cancel) = ("{workflow}-{ref}".to_owned(), "\"pull-requests\"");
            ledger.blank(&place, "pushes to one branch do not wait for each other, as they do here");
        }
        let table = group_table(&group, cancel, node.text_of("queue").as_deref());
        lines.value("concurrency", &table, &format!("line {}", node.line));
    }
}

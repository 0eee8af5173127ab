//! Writes the first scenario of a repository: what the workflows say, with its place; what they cannot say as a
//! marked guess with its range; and what could not be decided as a blank, listed at the top. The same files give the
//! same bytes.

mod action;
mod basis;
mod client;
mod client_writer;
mod compiler;
mod container;
mod expand;
mod head;
mod image;
mod job;
mod key;
mod key_form;
mod ledger;
mod leg;
mod own_key;
mod shown;
mod times;
mod trigger;
mod workload;
mod written;

use super::calibration::{Calibration, ShownJob};
use super::expression::{Decider, Truth};
use super::found::{FoundJob, Situation};
use super::idle::{idle_lines, without_idle};
use super::inventory::{FoundWorkflow, not_known};
use super::past::{MeasuredPast, RepositoryPast, WantedPast};
use super::sources::RepositorySources;
use super::toml_text::{TomlLines, key as toml_key, list, quoted};
use super::workflow::{AssumedEvent, JobNode};
use super::yaml::YamlNode;
use crate::diagnostic::visible;
use basis::PushBasis;
use expand::{JobNames, expand};
use head::{ELSEWHERE, head};
use job::JobWriter;
use key::AxisNames;
use ledger::Ledger;
pub use ledger::OpenAssumption;
use std::collections::BTreeMap;
use trigger::group::WrittenGroup;
use trigger::path_filter::filters_by_paths;
use trigger::{followed, schedule};
use workload::{measured_lines, workload};
pub use written::learned;
use written::{Written, written};

/// A scenario that was written from a repository's files.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ScenarioDraft {
    /// Its text.
    pub text: String,
    /// What is left blank: the place, and what is missing.
    pub blanks: Vec<(String, String)>,
    /// The workflows that are not in it, each with the reason.
    pub left_out: Vec<(String, &'static str)>,
    /// What is still assumed, the most runner time behind it first.
    pub open: Vec<OpenAssumption>,
    /// What would tell each assumption, by its path in `[assumed]`.
    pub bases: BTreeMap<String, &'static str>,
    /// Its jobs: workflow and job as it calls them, and as GitHub does.
    pub jobs: Vec<(String, String, ShownJob)>,
    /// The event log that it replays.
    pub events: Option<String>,
    /// What is said of the history, in sentences without a full stop.
    pub remarks: Vec<String>,
    /// True if no workflow has a cache.
    pub is_without_cache: bool,
}

/// Writes the scenario, with data in place of assumptions as far as `calibration` and the history have them; `None` if
/// no workflow has an event that can be simulated. Workflows without a cache are left out, unless all are. `events` is
/// the name of the event log that may stand beside it, or why there is none.
pub fn draft(
    sources: &RepositorySources,
    decider: &Decider,
    found: &[FoundWorkflow],
    (calibration, past, events): (&Calibration, &RepositoryPast, EventLogName),
) -> Option<ScenarioDraft> {
    let (mut ledger, whole) = written(sources, decider, found, (calibration, past));
    if whole.count == 0 {
        return None;
    }
    let Written { body, left_out, is_without_cache, .. } = whole;
    ledger.blank_unknown(&not_known(sources, found));
    let (past, remarks) = measured(&ledger, past);
    ledger.blank_made(&sources.files.paths, past.as_ref());
    let mut draft = ScenarioDraft { left_out, remarks, is_without_cache, ..ScenarioDraft::default() };
    let whole = DraftParts { sources, ledger: &ledger, body: &body };
    whole.write(&mut draft, past.as_ref().map_or(PushBasis::Guess, PushBasis::Rates));
    let Some(past) = past else { return Some(draft) };
    let why = match why_not_replayed(&ledger, &past, events) {
        None => match whole.replayed(&draft, &past, events.unwrap_or_default()) {
            Ok(replayed) => return Some(replayed),
            Err(why) => why,
        },
        Some(why) => why,
    };
    draft.remarks.push(format!("pushes are drawn at the rates of the history, not replayed: {why}"));
    whole.write(&mut draft, PushBasis::Rates(&past));
    Some(draft)
}

/// What a scenario is put together from.
struct DraftParts<'a> {
    sources: &'a RepositorySources,
    ledger: &'a Ledger,
    body: &'a TomlLines,
}

impl DraftParts<'_> {
    /// The draft that replays the newest pushes.
    ///
    /// # Errors
    /// Why not, if less of it would happen than in `drawn`.
    fn replayed(
        &self,
        drawn: &ScenarioDraft,
        past: &MeasuredPast,
        file: &str,
    ) -> Result<ScenarioDraft, String> {
        let mut replayed = ScenarioDraft { events: Some(past.recent.csv()), ..drawn.clone() };
        replayed.remarks.push("the newest pushes are replayed".to_owned());
        self.write(&mut replayed, PushBasis::Log(past, file));
        let idle = |draft: &ScenarioDraft| {
            let events = draft.events.as_deref().map(|events| (file, events));
            let lines: Vec<&str> = draft.text.lines().collect();
            let idle = idle_lines(&draft.text, events).unwrap_or_default();
            idle.into_iter()
                .filter_map(|line| Some(lines.get(line.checked_sub(1)?)?.trim().to_owned()))
                .collect()
        };
        let (replayed_idle, drawn_idle): (Vec<String>, Vec<String>) = (idle(&replayed), idle(drawn));
        if replayed_idle.len() <= drawn_idle.len() {
            return Ok(replayed);
        }
        let lost = replayed_idle.iter().find(|line| !drawn_idle.contains(line));
        let lost = lost.and_then(|line| line.split(" # ").next()).unwrap_or("what some lines say");
        Err(format!("the newest pushes say nothing of {}", visible(&format!("`{lost}`"))))
    }

    fn write(&self, draft: &mut ScenarioDraft, basis: PushBasis) {
        let mut ledger = self.ledger.clone();
        let workload = workload(&mut ledger, basis);
        let tables = ledger.tables(basis);
        let mut lines = TomlLines::default();
        head(&mut lines, self.sources, &ledger, &draft.left_out);
        if draft.is_without_cache && ledger.elsewhere == 0 {
            lines.remark(
                "No cache was found in these workflows: what they would do with one can be tried here.",
            );
        }
        draft.remarks.iter().for_each(|remark| lines.remark(&format!("History: {remark}.")));
        lines.value("title", &quoted(&self.sources.name), "");
        for part in [&workload, &tables, &ledger.images, self.body, &ledger.assumptions()] {
            lines.append(part);
        }
        let text = lines.text();
        let measured = measured_lines(&text);
        let file = if let PushBasis::Log(_, file) = basis { Some(file) } else { None };
        draft.text = without_idle(text, &measured, file.zip(draft.events.as_deref()));
        draft.open = ledger.open();
        draft.bases = ledger.bases();
        (draft.blanks, draft.jobs) = (ledger.blanks, ledger.shown);
    }
}

/// What the history says of what is noted, and what it does not.
fn measured(ledger: &Ledger, past: &RepositoryPast) -> (Option<MeasuredPast>, Vec<String>) {
    let wanted = WantedPast {
        inputs: ledger.input_patterns(),
        classes: ledger.class_files(),
        means_tag: &|tag| ledger.means_tag(tag),
        takes_stable_rust: ledger.takes_stable_rust,
    };
    match past.measured(&wanted) {
        Ok(measured) => {
            let remarks = past.remarks().into_iter().chain(measured.hidden()).collect();
            (Some(measured), remarks)
        }
        Err(why) => (None, vec![why]),
    }
}

/// The name of an event log, or why there is none: a clause about pushes.
pub type EventLogName<'a> = Result<&'a str, &'static str>;

/// Why there is no event log where a scenario is printed.
pub const NO_FILE: &str = "an event log needs a file beside it (--output)";

/// Why pushes are drawn although there is a history; `None` if they can be replayed.
fn why_not_replayed(ledger: &Ledger, past: &MeasuredPast, events: EventLogName) -> Option<String> {
    let unknown = ledger.unknown_files();
    if let Some(name) = unknown.first() {
        return Some(format!("it does not tell when `{name}` changes"));
    }
    match () {
        () if ledger.merge_queue => Some("commits do not show the runs of a merge queue".to_owned()),
        () if !ledger.branches.is_empty() => Some("pushes to other branches are not in it".to_owned()),
        () => past.why_not_replayed().or(events.err().map(str::to_owned)),
    }
}

/// One workflow that is being written.
struct WorkflowDraft<'a> {
    sources: &'a RepositorySources,
    decider: &'a Decider,
    workflow: &'a FoundWorkflow<'a>,
    names: &'a BTreeMap<String, String>,
    /// True if a workflow without a cache is left out.
    is_cached: bool,
}

impl WorkflowDraft<'_> {
    /// Its tables, or why it is left out.
    fn write(&self, ledger: &mut Ledger) -> Result<TomlLines, &'static str> {
        let file = self.workflow.file;
        if file.is_only_called() {
            let mut jobs = self.sources.workflows.iter().flat_map(|other| &other.jobs);
            let is_called =
                |uses: String| self.sources.called(&uses).is_some_and(|own| own.path == file.path);
            return Err(match jobs.any(|job| job.calls().is_some_and(is_called)) {
                true => "it runs as a part of those that call it",
                false => "nothing in this repository calls it",
            });
        }
        let event = self.event();
        let base = Situation {
            sources: self.sources,
            decider: self.decider,
            workflow: file,
            event: &event,
            given: None,
        };
        // Where nothing that starts it is simulated, what it caches is still told.
        let simulated = trigger::written(&self.workflow.events, &self.words(&mut Ledger::default()));
        let events = if simulated.is_empty() { &self.workflow.events } else { &simulated };
        let mut trial = JobNames { wants_clients: self.is_cached, ..JobNames::default() };
        expand(base, events, &mut trial);
        if trial.wants_clients {
            return Err(match () {
                () if trial.is_elsewhere => ELSEWHERE,
                () if trial.is_unread => "it has no cache itself, and a workflow that it calls is not read",
                () => "it has no cache",
            });
        }
        if trial.names.is_empty() {
            return Err("none of its jobs runs");
        }
        if simulated.is_empty() {
            return Err("nothing that starts it is simulated");
        }
        let words = self.words(ledger);
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
        self.schedule(base, &mut lines, &shown, ledger);
        filters_by_paths(file, name, &words, &mut lines, ledger);
        self.concurrency(base, &words, &mut lines, ledger);
        if let Some(mode) = file.root.text_of("cache-mode").filter(|mode| !mode.contains("${{")) {
            lines.value("cache-mode", &quoted(&mode), "");
        }
        let mut writer = JobWriter {
            workflow: name,
            shown: &file.name,
            words: &words,
            pushes: file.triggers.iter().find(|trigger| trigger.event == "push"),
            known: &trial.names,
            ledger,
            lines: &mut lines,
        };
        expand(base, events, &mut writer);
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
        let mut words =
            trigger::words(&file.triggers, &file.path, &self.sources.own_name.default_branch, ledger);
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
            let has_cache = |job: FoundJob| !job.within_github().0.clients.is_empty();
            wanted.contains(&&other.name)
                && other.path != self.workflow.file.path
                && self.writes(other, &has_cache)
        });
        known.map(|other| self.names[&other.path].as_str()).collect()
    }

    /// True if another workflow is certainly written.
    fn writes(&self, other: &super::workflow::WorkflowFile, has_cache: &dyn Fn(FoundJob) -> bool) -> bool {
        let events = AssumedEvent::of(&other.triggers, &self.sources.own_name.default_branch);
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
            && other.jobs.iter().any(|job| has_cache(FoundJob::look(base, job, &events)))
    }

    fn schedule(&self, base: Situation, lines: &mut TomlLines, words: &[&str], ledger: &mut Ledger) {
        if words.contains(&"schedule") {
            schedule(&self.workflow.file.triggers, lines);
        }
        let followed_run = self.workflow.events.iter().find(|event| event.name == "workflow_run");
        if let Some(event) = followed_run.filter(|_| words.contains(&"workflow_run")) {
            lines.value("after", &list(self.after()), "");
            followed(Situation { event, ..base }, lines, ledger);
        }
    }

    fn concurrency(
        &self,
        base: Situation,
        words: &[trigger::EventWord],
        lines: &mut TomlLines,
        ledger: &mut Ledger,
    ) {
        let Some(node) = self.workflow.file.root.get("concurrency") else { return };
        let cancels = |event: &AssumedEvent| {
            let known = self.workflow.cancels.iter().find(|(own, _)| own == event);
            known.map_or(Truth::No, |(_, truth)| *truth)
        };
        let group = WrittenGroup {
            node,
            job: &JobNode { id: String::new(), node: YamlNode::empty() },
            events: trigger::written(&self.workflow.events, words),
            names: &AxisNames::default(),
            place: format!("{}:{}", self.workflow.file.path, node.line),
        };
        if let Some(table) = group.table(base, cancels, ledger) {
            lines.value("concurrency", &table, &format!("line {}", node.line));
        }
    }
}

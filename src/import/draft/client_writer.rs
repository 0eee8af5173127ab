//! What every client's table is written with.

use super::key::{AxisNames, template};
use super::ledger::{Assumption, Ledger};
use crate::import::expression::{ExprValue, KeyText, Truth};
use crate::import::found::{FoundClient, Saves, StepClient};
use crate::import::toml_text::{list, quoted};
use crate::import::tree::RepositoryTree;
use crate::import::workflow::{AssumedEvent, JobLeg, RunRef};

/// The events besides pushes that `save-on` knows.
const SAVE_EVENTS: [&str; 7] = [
    "pull_request",
    "merge_group",
    "release",
    "schedule",
    "workflow_dispatch",
    "repository_dispatch",
    "workflow_run",
];

/// What a client's table is made from.
pub(super) struct ClientWriter<'a> {
    pub found: &'a FoundClient,
    pub state: &'a StepClient,
    pub names: &'a AxisNames,
    pub place: String,
    /// The path of the client's table in the scenario.
    pub path: Vec<String>,
    /// The legs of the job.
    pub legs: Vec<JobLeg>,
    /// The label of its runner, with the values of the matrix in it.
    pub runner: KeyText,
    /// The repository's files.
    pub files: &'a RepositoryTree,
    pub ledger: &'a mut Ledger,
    pub values: Vec<(&'static str, String, String)>,
    /// The values that are guesses.
    pub guesses: Vec<(&'static str, Assumption)>,
    /// The events of the job under which the step is skipped.
    pub skipped: Vec<AssumedEvent>,
    /// True if some of the legs save and others do not.
    pub saves_by_leg: bool,
}

/// An input of a step, unless it is empty.
pub(super) fn given<'a>(state: &'a StepClient, input: &str) -> Option<&'a ExprValue> {
    let found = state.given.with.iter().find(|(name, _)| name.eq_ignore_ascii_case(input));
    found
        .map(|(_, value)| value)
        .filter(|value| value.known_text().is_none_or(|text| !text.trim().is_empty()))
}

impl ClientWriter<'_> {
    /// Which runs save, unless that is what the client does by itself.
    pub fn saves(&mut self, default: &str) {
        let is_build = self.found.step.client == "buildkit" && !self.skipped.is_empty();
        // A build that is skipped is no build that does not save.
        let saves = if is_build { self.found.saves_where_it_runs() } else { self.found.saves };
        let word = match saves {
            Saves::Always => "always",
            Saves::DefaultBranch => "default-branch",
            Saves::Never => "never",
            Saves::Conditional => {
                let path: Vec<&str> = self.path.iter().map(String::as_str).chain(["save-if"]).collect();
                if let Some(known) = self.ledger.calibration.known(&path).cloned() {
                    self.values.push(("save-if", known.value, known.source));
                    return;
                }
                let is_decided = self.found.own.iter().all(|(_, truth)| *truth != Truth::Maybe);
                if is_decided && let Some(events) = self.save_events() {
                    return self.push("save-on", list(events));
                }
                let is_list = self.path.last().is_some_and(|name| name.parse::<usize>().is_ok());
                if default == "always" && !is_list && self.found.saves_by_leg().is_some() {
                    self.saves_by_leg = true;
                    return;
                }
                let what = format!("which runs save: {}", self.found.save_condition());
                self.ledger.blank(&self.place, what);
                // Some never do, whatever the rest of the condition comes to.
                let some_never = self.found.own.iter().any(|(_, truth)| *truth == Truth::No);
                if some_never && let Some(events) = self.save_events() {
                    self.push("save-on", list(events));
                }
                return;
            }
        };
        // A merge queue never saves what only the default branch or pull requests may.
        if word != default && !(word == "always" && default == "not-queue") {
            self.push("save-if", quoted(word));
        }
    }

    /// The words of `save-on`, if they say which runs save, or may.
    fn save_events(&self) -> Option<Vec<&'static str>> {
        let saving = self.found.own.iter().filter(|(_, truth)| *truth != Truth::No);
        let every_push = |(event, truth): &(AssumedEvent, Truth)| event.name != "push" || *truth != Truth::No;
        let every_push = self.found.own.iter().all(every_push);
        let mut words: Vec<&'static str> = Vec::new();
        for (event, _) in saving {
            let word = match (event.name.as_str(), event.ref_kind) {
                ("push", RunRef::Default) => "push main",
                ("push", RunRef::Tag) => "push tags",
                ("push", _) if every_push => "push",
                (name, _) => SAVE_EVENTS.iter().find(|word| **word == name)?,
            };
            words.push(word);
        }
        if words.contains(&"push") {
            words.retain(|word| !["push main", "push tags"].contains(word));
        }
        (!words.is_empty()).then_some(words)
    }

    /// A text with placeholders.
    pub fn template(&mut self, key: &'static str, text: &KeyText) {
        let text = template(text, self.names, &self.place, self.ledger);
        self.push(key, quoted(text.trim()));
    }

    /// A guess.
    pub fn assume(&mut self, key: &'static str, value: &str, range: &str) {
        let path: Vec<&str> = self.path.iter().map(String::as_str).chain([key]).collect();
        let guess = Assumption::new(value, range, "`gh cache list`");
        let (value, about) = self.ledger.assume(&path, guess.clone());
        if about == "assumed" {
            self.guesses.push((key, guess));
        }
        self.values.push((key, value, about));
    }

    /// A value as TOML.
    pub fn push(&mut self, key: &'static str, value: String) {
        self.values.push((key, value, String::new()));
    }
}

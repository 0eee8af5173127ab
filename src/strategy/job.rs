//! The jobs of a scenario as the strategies see them: which clients they have, which events start them, and
//! changes of their settings. It reads the checked scenario, not the model.

use crate::client::{ACTIONS, KeyTemplate};
use crate::scenario::{Change, View};

/// A job of a scenario, with its workflow.
#[derive(Debug, Clone, Copy)]
pub(super) struct JobSettings<'a> {
    /// The workflow's name.
    pub workflow: &'a str,
    /// The workflow's table.
    pub around: View<'a>,
    /// The job's name.
    pub name: &'a str,
    /// The job's table.
    pub view: View<'a>,
}

/// The clients that store image layers.
pub(super) const EXPORTERS: [&str; 3] = ["buildkit-gha", "buildkit-registry", "buildkit-s3"];

/// All jobs, in the order of the scenario.
pub(super) fn jobs(scenario: View<'_>) -> Vec<JobSettings<'_>> {
    scenario
        .map("workflow")
        .into_iter()
        .flat_map(|(workflow, around)| {
            around.map("job").into_iter().map(move |(name, view)| JobSettings {
                workflow,
                around,
                name,
                view,
            })
        })
        .collect()
}

impl<'a> JobSettings<'a> {
    /// The settings of one of its cache clients; `None` if the job does not use it.
    pub fn client(&self, name: &str) -> Option<View<'a>> {
        self.view.table("cache").table_or_none(name)
    }

    /// True if one of these events starts its workflow.
    pub fn is_started_by(&self, events: &[&str]) -> bool {
        let is_one = |text: &str| events.iter().any(|event| includes(text, event));
        self.around.texts("on").iter().any(|(text, _)| is_one(text))
    }

    /// True if its workflow also runs on the default branch, with the right to write.
    pub fn runs_on_main(&self) -> bool {
        self.is_started_by(&ON_MAIN)
    }

    /// True if what a run on the default branch saves can serve it: it runs there itself, or a job that does asks for
    /// an entry of the same name.
    pub fn is_served_from_main(&self, jobs: &[JobSettings]) -> bool {
        let names = self.entry_names();
        let shares = |other: &JobSettings| other.entry_names().iter().any(|name| names.contains(name));
        self.runs_on_main() || jobs.iter().any(|other| other.runs_on_main() && shares(other))
    }

    /// The client and the name of each entry that jobs of other names may share.
    fn entry_names(&self) -> Vec<(&'static str, String)> {
        let steps = self.steps().into_iter().map(|step| (ACTIONS_CACHE, step.text("key").to_owned()));
        let shared =
            self.client("rust-cache").map(|client| ("rust-cache", client.text("shared-key").to_owned()));
        let scopes =
            self.client("buildkit-gha").map(|client| ("buildkit-gha", client.text("scope").to_owned()));
        let tags = self
            .client("buildkit-registry")
            .map(|client| ("buildkit-registry", client.text("tag").to_owned()));
        let named = shared.into_iter().chain(scopes).chain(tags).filter(|(_, name)| !name.is_empty());
        steps.chain(named).collect()
    }

    /// True if `cache-mode`, its own or else its workflow's, lets it save.
    pub fn may_save(&self) -> bool {
        let declared = [self.view, self.around].into_iter().find(|view| view.has("cache-mode"));
        declared.is_none_or(|view| ["write", "write-only"].contains(&view.text("cache-mode")))
    }

    /// A change of one setting of one of its clients.
    pub fn set(&self, client: &'a str, key: &'a str, value: impl Into<String>) -> Change {
        Change::new(["workflow", self.workflow, "job", self.name, "cache", client, key], value)
    }

    /// A change that gives it a client with these settings, or removes the client if `value` is `false`.
    pub fn replace(&self, client: &'a str, value: impl Into<String>) -> Change {
        Change::new(["workflow", self.workflow, "job", self.name, "cache", client], value)
    }

    /// Changes that set `save-if` for those of the given clients that save always.
    pub fn save_if(&self, clients: &[&'static str], when: &str) -> Vec<Change> {
        let always = |view: View| view.text("save-if") == "always";
        let plain = clients.iter().filter(|client| **client != ACTIONS_CACHE);
        let plain = plain.filter(|client| self.client(client).is_some_and(always));
        let mut changes: Vec<_> = plain.map(|client| self.set(client, "save-if", quoted(when))).collect();
        let steps = if clients.contains(&ACTIONS_CACHE) { self.steps() } else { Vec::new() };
        for (index, _) in steps.into_iter().enumerate().filter(|(_, step)| always(*step)) {
            let path = self.step_path(index, "save-if");
            changes.push(Change { path, value: quoted(when) });
        }
        changes
    }

    /// True if its runs on pull requests save into the Actions cache.
    pub fn saves_on_pull_requests(&self) -> bool {
        let allowed = |view: View| ["always", "not-queue"].contains(&view.text("save-if"));
        let has = |view: View, key: &str| view.keys().any(|own| own == key);
        let elsewhere = |view: View| has(view, "store") && view.text("store") != "gha";
        let refused = |view: View| has(view, "read-only") && view.flag("read-only");
        let saves =
            |client: &&str| self.client(client).is_some_and(|v| allowed(v) && !elsewhere(v) && !refused(v));
        savers().any(|client| saves(&client)) || self.steps().into_iter().any(allowed)
    }

    /// The path of a setting of its actions/cache step with this index.
    pub fn step_path(&self, index: usize, key: &str) -> Vec<String> {
        let index = index.to_string();
        let path = ["workflow", self.workflow, "job", self.name, "cache", ACTIONS_CACHE, &index, key];
        path.map(str::to_owned).into()
    }

    /// True if it saves archives under keys that contain a hash, or something else that changes with time.
    pub fn has_generations(&self) -> bool {
        let saves = |view: &View| view.text("save-if") != "never";
        let is_hashed = |client: &&str| self.client(client).is_some_and(|view| saves(&view));
        let changes = |step: &View| saves(step) && KeyTemplate::changes_with_time(step.text("key"));
        hashed().any(|client| is_hashed(&client)) || self.steps().iter().any(changes)
    }

    /// The settings of its actions/cache steps.
    pub fn steps(&self) -> Vec<View<'a>> {
        let cache = self.view.table("cache");
        if cache.has(ACTIONS_CACHE) { cache.tables(ACTIONS_CACHE) } else { Vec::new() }
    }
}

const ACTIONS_CACHE: &str = "actions-cache";

/// The events whose runs are on the default branch and may write.
const ON_MAIN: [&str; 5] =
    ["push main", "schedule", "workflow_dispatch", "repository_dispatch", "workflow_run"];

/// The clients besides actions/cache that save into the Actions cache.
fn savers() -> impl Iterator<Item = &'static str> {
    let actions = ACTIONS.iter().map(|action| action.name);
    ["rust-cache", "sccache", "buildkit-gha"].into_iter().chain(actions)
}

/// The clients whose keys always contain a hash of files, or something else that changes with time.
fn hashed() -> impl Iterator<Item = &'static str> {
    std::iter::once("rust-cache").chain(ACTIONS.iter().map(|action| action.name))
}

/// True if a janitor deletes without regard to age, key and ref, apart from those in `refs`.
pub(super) fn deletes_all_of(janitor: View, refs: &[&str]) -> bool {
    let conditions = ["prefix", "older-than", "idle-for"];
    let written = janitor.texts("refs");
    !conditions.iter().any(|key| janitor.is_changed(key))
        && (written.is_empty() || refs.iter().all(|class| written.iter().any(|(own, _)| own == class)))
}

/// The text as a TOML string.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// True if a text of `on` includes the event, perhaps on some branches only.
pub(super) fn includes(text: &str, event: &str) -> bool {
    let on_some_branches = text.strip_prefix(event).is_some_and(|pattern| pattern.starts_with(' '));
    text == event || on_some_branches || (text, event) == ("push", "push main")
}

//! The jobs of a scenario as strategies see them: their clients, and what these say.

use crate::scenario::{Change, View};

/// A job of a scenario: where it stands, and what it says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Job<'a> {
    /// Its workflow's name.
    pub workflow: &'a str,
    /// Its workflow.
    pub around: View<'a>,
    /// Its name.
    pub name: &'a str,
    /// What it says.
    pub view: View<'a>,
}

/// The clients that keep image layers in a store of their own choice.
pub(super) const EXPORTERS: [&str; 3] = ["buildkit-gha", "buildkit-registry", "buildkit-s3"];

/// All jobs, in the order in which they are written.
pub(super) fn jobs(scenario: View<'_>) -> Vec<Job<'_>> {
    scenario
        .map("workflow")
        .into_iter()
        .flat_map(|(workflow, around)| {
            around.map("job").into_iter().map(move |(name, view)| Job { workflow, around, name, view })
        })
        .collect()
}

impl<'a> Job<'a> {
    /// One of its cache clients, if it has it.
    pub fn client(&self, name: &str) -> Option<View<'a>> {
        self.view.table("cache").table_or_none(name)
    }

    /// Whether its workflow is started by one of these events.
    pub fn is_started_by(&self, events: &[&str]) -> bool {
        self.around.texts("on").iter().any(|(event, _)| events.contains(event))
    }

    /// A change of one of its clients' settings.
    pub fn set(&self, client: &'a str, key: &'a str, value: impl Into<String>) -> Change {
        Change::new(["workflow", self.workflow, "job", self.name, "cache", client, key], value)
    }

    /// A change that gives it a client with these settings, or with `false` takes one away.
    pub fn replace(&self, client: &'a str, value: impl Into<String>) -> Change {
        Change::new(["workflow", self.workflow, "job", self.name, "cache", client], value)
    }

    /// Changes that give every client of it which saves always, of those named, this `save-if`.
    pub fn save_if(&self, clients: &[&'static str], when: &str) -> Vec<Change> {
        let always = |view: View| view.text("save-if") == "always";
        let plain = clients.iter().filter(|client| **client != ACTIONS_CACHE);
        let plain = plain.filter(|client| self.client(client).is_some_and(always));
        let mut changes: Vec<_> = plain.map(|client| self.set(client, "save-if", quoted(when))).collect();
        let steps = if clients.contains(&ACTIONS_CACHE) { self.steps() } else { Vec::new() };
        for (index, _) in steps.into_iter().enumerate().filter(|(_, step)| always(*step)) {
            let index = index.to_string();
            let path =
                ["workflow", self.workflow, "job", self.name, "cache", ACTIONS_CACHE, &index, "save-if"];
            changes.push(Change::new(path, quoted(when)));
        }
        changes
    }

    /// Whether runs of it on pull requests save into the Actions cache.
    pub fn saves_on_pull_requests(&self) -> bool {
        let allowed = |view: View| ["always", "not-queue"].contains(&view.text("save-if"));
        let stored = |client: &&str, view: View| match *client {
            "sccache" => view.text("store") == "gha" && !view.flag("read-only"),
            _ => true,
        };
        let saves =
            |client: &&str| self.client(client).is_some_and(|view| allowed(view) && stored(client, view));
        SAVERS.iter().any(saves) || self.steps().into_iter().any(allowed)
    }

    /// Its steps with actions/cache.
    fn steps(&self) -> Vec<View<'a>> {
        let cache = self.view.table("cache");
        if cache.has(ACTIONS_CACHE) { cache.tables(ACTIONS_CACHE) } else { Vec::new() }
    }
}

const ACTIONS_CACHE: &str = "actions-cache";

/// The clients that keep what they save in the Actions cache, besides actions/cache.
const SAVERS: [&str; 6] = ["rust-cache", "setup-node", "setup-python", "setup-go", "sccache", "buildkit-gha"];

/// A text as TOML.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Whether a name with placeholders tells apart at least what another one does.
pub(super) fn is_as_fine(name: &str, other: &str) -> bool {
    ["{image}", "{arch}"].iter().all(|part| name.contains(part) || !other.contains(part))
}

/// Gives every image build that keeps its layers in the Actions cache this scope, unless the one it
/// has tells as much apart.
pub(super) fn scoped(scenario: View, scope: &str) -> Vec<Change> {
    let jobs = jobs(scenario).into_iter();
    jobs.filter_map(|job| {
        let client = job.client("buildkit-gha")?;
        (!is_as_fine(client.text("scope"), scope)).then(|| job.set("buildkit-gha", "scope", quoted(scope)))
    })
    .collect()
}

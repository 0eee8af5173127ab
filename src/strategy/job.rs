//! The jobs of a scenario as the strategies see them: which clients they have, also in some legs only, which events
//! start them, and changes of their settings. It reads the checked scenario, not the model.

use super::place::{ClientSettings, Inherits, set_where};
use crate::client::{ACTIONS, KeyTemplate};
use crate::scenario::{Change, Node, Override, View};

/// A job of a scenario, with its workflow.
#[derive(Debug, Clone)]
pub(super) struct JobSettings<'a> {
    /// The workflow's name.
    pub workflow: &'a str,
    /// The workflow's table.
    pub around: View<'a>,
    /// The job's name.
    pub name: &'a str,
    /// The job's table.
    pub view: View<'a>,
    legs: Vec<LegSettings<'a>>,
}

/// What a table of `leg` overrides in some legs of a job.
#[derive(Debug, Clone)]
struct LegSettings<'a> {
    over: Override<'a>,
    /// The job's table with it.
    job: Node,
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
                legs: legs(view),
            })
        })
        .collect()
}

fn legs(job: View<'_>) -> Vec<LegSettings<'_>> {
    let overrides = job.overrides("leg").into_iter();
    overrides.map(|over| LegSettings { over, job: job.overridden(&[over]) }).collect()
}

impl JobSettings<'_> {
    /// The settings of one of its cache clients, or of its steps with actions/cache: the job's own, and those that some
    /// of its legs override. None if no leg uses the client.
    pub fn clients(&self, name: &str) -> Vec<ClientSettings<'_>> {
        let own = settings(self.view, name, &self.path(), Inherits::OfJob);
        let of_legs = self.legs.iter().enumerate().flat_map(|(index, leg)| self.of_leg(index, leg, name));
        own.into_iter().chain(of_legs).collect()
    }

    fn of_leg<'s>(&'s self, index: usize, leg: &'s LegSettings, name: &str) -> Vec<ClientSettings<'s>> {
        let said = leg.over.view.table_or_none("cache").filter(|said| said.has(name));
        let path = [self.path(), vec!["leg".to_owned(), index.to_string()]].concat();
        let of = |said| settings(self.view.replaced(&leg.job), name, &path, inherits(said, name));
        said.map(of).unwrap_or_default()
    }

    fn path(&self) -> Vec<String> {
        ["workflow", self.workflow, "job", self.name].map(str::to_owned).into()
    }

    /// The settings of its actions/cache steps.
    pub fn steps(&self) -> Vec<ClientSettings<'_>> {
        self.clients(ACTIONS_CACHE)
    }

    /// True if some of its legs use a cache.
    pub fn has_cache(&self) -> bool {
        let legs = self.legs.iter().map(|leg| self.view.replaced(&leg.job));
        std::iter::once(self.view).chain(legs).any(|job| job.table("cache").keys().next().is_some())
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
        let named = |(client, key): (&'static str, &str)| -> Vec<(&'static str, String)> {
            let all = self.clients(client).into_iter();
            all.map(|settings| (client, settings.view.text(key).to_owned())).collect()
        };
        let is_named = |(client, name): &(&str, String)| *client == ACTIONS_CACHE || !name.is_empty();
        NAMES.into_iter().flat_map(named).filter(is_named).collect()
    }

    /// True if `cache-mode`, its own or else its workflow's, lets it save.
    pub fn may_save(&self) -> bool {
        let declared = [self.view, self.around].into_iter().find(|view| view.has("cache-mode"));
        declared.is_none_or(|view| ["write", "write-only"].contains(&view.text("cache-mode")))
    }

    /// Changes that set `save-if` for those of the given clients that save always.
    pub fn save_if(&self, clients: &[&'static str], when: &str) -> Vec<Change> {
        let (steps, plain): (Vec<&str>, Vec<&str>) =
            clients.iter().copied().partition(|client| *client == ACTIONS_CACHE);
        let saves = |of: &ClientSettings| (of.view.text("save-if") == "always").then(|| quoted(when));
        let of = |client| set_where(&self.clients(client), "save-if", saves);
        plain.into_iter().chain(steps).flat_map(of).collect()
    }

    /// True if its runs on pull requests save into the Actions cache.
    pub fn saves_on_pull_requests(&self) -> bool {
        let allowed = |view: View| ["always", "not-queue"].contains(&view.text("save-if"));
        let has = |view: View, key: &str| view.keys().any(|own| own == key);
        let elsewhere = |view: View| has(view, "store") && view.text("store") != "gha";
        let refused = |view: View| has(view, "read-only") && view.flag("read-only");
        let saves = |of: &ClientSettings| allowed(of.view) && !elsewhere(of.view) && !refused(of.view);
        savers().any(|client| self.clients(client).iter().any(saves))
            || self.steps().iter().any(|step| allowed(step.view))
    }

    /// True if it saves archives under keys that contain a hash, or something else that changes with time.
    pub fn has_generations(&self) -> bool {
        let saves = |view: &View| view.text("save-if") != "never";
        let changes = |view: &View| saves(view) && KeyTemplate::changes_with_time(view.text("key"));
        hashed().any(|client| self.clients(client).iter().any(|of| saves(&of.view)))
            || self.steps().iter().any(|step| changes(&step.view))
    }
}

/// The settings of one client in the `cache` of a job, which stands at `path`.
fn settings<'a>(
    job: View<'a>,
    client: &str,
    path: &[String],
    inherits: Inherits<'a>,
) -> Vec<ClientSettings<'a>> {
    let cache = job.table("cache");
    let path = [path, &["cache".to_owned(), client.to_owned()]].concat();
    let of = |view, index, path| ClientSettings { view, job, index, path, inherits };
    if client != ACTIONS_CACHE {
        return cache.table_or_none(client).map(|view| of(view, 0, path)).into_iter().collect();
    }
    let steps = if cache.has(client) { cache.tables(client) } else { Vec::new() };
    let steps = steps.into_iter().enumerate();
    steps.map(|(index, view)| of(view, index, [&path[..], &[index.to_string()]].concat())).collect()
}

/// What the settings of a client take over from the job, where some legs say this of their caches.
fn inherits<'a>(said: View<'a>, client: &str) -> Inherits<'a> {
    if client != ACTIONS_CACHE {
        return if said.table_or_none(client).is_some() { Inherits::Changes } else { Inherits::Nothing };
    }
    // Without a key it is a part of the job's only step.
    said.lone_table(client).filter(|own| !own.has("key")).map_or(Inherits::Nothing, Inherits::AllBut)
}

const ACTIONS_CACHE: &str = "actions-cache";

/// The setting by which jobs of other names may find the entries of a client.
const NAMES: [(&str, &str); 4] = [
    (ACTIONS_CACHE, "key"),
    ("rust-cache", "shared-key"),
    ("buildkit-gha", "scope"),
    ("buildkit-registry", "tag"),
];

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

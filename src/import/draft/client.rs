//! The tables of a job's cache clients. What an action's key is made of is said by its row in `client/action`; what
//! is here is where an input of the action goes.

use super::client_writer::{ClientWriter, given};
use super::expand::{DraftJob, calls};
use super::image::image_client;
use super::key::{AxisNames, template};
use super::key_form::{by_key_form, is_list, usual_steps};
use super::ledger::{Assumption, Ledger};
use crate::client::ACTIONS;
use crate::diagnostic::visible;
use crate::import::expression::{ExprValue, KeyPiece, KeyText, Truth, Varying};
use crate::import::found::{FoundClient, Saves, Situation, StepBeside, StepClient};
use crate::import::toml_text::{list, quoted};
use crate::import::workflow::{AssumedEvent, JobLeg, JobMatrix};

/// A client's table.
pub(super) struct ClientTable {
    /// The client's name in the scenario.
    pub name: &'static str,
    /// True if a job may have several, as a list.
    pub is_list: bool,
    /// Its place in that list.
    pub index: usize,
    /// False if only some legs have it, and the job's own list does not.
    pub is_usual: bool,
    /// Where it comes from.
    pub place: String,
    /// Keys with their values and comments.
    pub values: Vec<(&'static str, String, String)>,
    /// The values that are guesses.
    pub guesses: Vec<(&'static str, Assumption)>,
    /// The image that the job builds, if it is BuildKit.
    pub image: Option<String>,
    /// True if some of its legs save and others do not.
    pub saves_by_leg: bool,
    /// What was found.
    pub found: FoundClient,
}

impl ClientTable {
    /// True if the key of its archive contains the id of the job.
    pub fn names_job(&self) -> bool {
        let value = |name: &str| self.values.iter().find(|(own, ..)| *own == name).map(|(_, value, _)| value);
        let by_default = self.name == "rust-cache"
            && value("shared-key").is_none()
            && value("add-job-id-key").is_none_or(|text| text != "false");
        let of_action = ACTIONS.iter().filter(|row| row.name == self.name).any(|row| {
            let choice = value(row.choice).map(|text| text.trim_matches('"'));
            row.variant(choice).entries.iter().any(|entry| entry.key.contains("{job}"))
        });
        by_default || of_action || self.values.iter().any(|(_, text, _)| text.contains("{job}"))
    }

    /// True if it saves compiling or analysing, so that a miss costs as much as the work; false for a store of packages.
    pub fn saves_work(&self) -> bool {
        match ACTIONS.iter().find(|row| row.name == self.name) {
            Some(row) => row.saves_work(),
            None if self.is_list => self.archives_outputs(),
            None => self.image.is_none(),
        }
    }

    /// True if it keeps compiled crates, so that `cargo build --timings` tells what a miss costs.
    pub fn keeps_crates(&self) -> bool {
        ["rust-cache", "sccache"].contains(&self.name)
    }

    /// True if it looks for an entry.
    pub fn looks_up(&self) -> bool {
        !self.values.iter().any(|(key, value, _)| *key == "action" && value == "\"save\"")
    }

    /// True if a path of actions/cache is one of what a build or an analysis makes.
    fn archives_outputs(&self) -> bool {
        let action = self.found.step.action.as_ref().map(|action| action.name.to_lowercase());
        if action.is_some_and(|action| BUILDS.contains(&action.as_str())) {
            return true;
        }
        let state = self.found.runs.first().map(|(_, state)| state);
        let paths = state.and_then(|state| given(state, "path")).map(ExprValue::text).unwrap_or_default();
        let is_output =
            |part: &str| OUTPUTS.contains(&part) || part.contains("ccache") || part.starts_with("bazel");
        let is_store = |path: &str| path.contains("cabal/store") || path.contains("outputs.cabal-store");
        let unknown = paths.varyings().any(|what| matches!(what, Varying::Unknown(why) if is_store(why)));
        unknown || is_store(&paths.now()) || paths.now().split(['/', '\\', '\n', ' ']).any(is_output)
    }
}

/// Folders and files in which a build or an analysis keeps what it makes, as they are usually called.
const OUTPUTS: [&str; 25] = [
    "target",
    "build",
    "go-build",
    "dist",
    "dist-newstyle",
    "_build",
    "out",
    "obj",
    ".next",
    ".nuxt",
    ".turbo",
    ".nx",
    ".parcel-cache",
    "DerivedData",
    "zig-cache",
    ".zig-cache",
    ".stack-work",
    ".lake",
    ".mypy_cache",
    ".ruff_cache",
    ".eslintcache",
    "build-cache-1",
    ".opam",
    "_opam",
    ".stack",
];

/// The tables of a job's clients, in the order of their steps.
pub(super) fn client_tables(
    base: Situation,
    job: &DraftJob,
    names: &AxisNames,
    workflow: &str,
    ledger: &mut Ledger,
) -> Vec<ClientTable> {
    let mut tables: Vec<ClientTable> = Vec::new();
    let legs = match &job.found.matrix {
        JobMatrix::Legs(_, legs, _) => legs.clone(),
        JobMatrix::Single | JobMatrix::Dynamic(_) => Vec::new(),
    };
    let formed = job.found.clients.iter().flat_map(|found| by_key_form(found, base.event, job, ledger));
    let clients = joined(formed.collect());
    let lists: Vec<&FoundClient> = clients.iter().filter(|found| is_list(found)).collect();
    let mut usual = usual_steps(job, &lists).into_iter();
    for found in &clients {
        // A client that is left out below stands in no list.
        let is_usual = !is_list(found) || usual.next().unwrap_or(true);
        let runs = || found.runs.iter().filter(|(_, state)| state.runs != Truth::No);
        let main = runs().find(|(run, _)| run.event == *base.event).or_else(|| runs().next());
        let Some((run, state)) = main else { continue };
        let place = found.step.place.text();
        let name = table_name(found, state);
        let is_list = name == "actions-cache";
        // One client has several names: an action that runs rust-cache, and the stores of BuildKit.
        let client = found.step.client;
        let is_there = |table: &ClientTable| !table.is_list && table.found.step.client == client;
        if !is_list && tables.iter().any(is_there) {
            ledger.blank(&place, format!("`{}` has {client} twice, and a scenario's job once", job.name));
            continue;
        }
        if name == "sccache" && tables.iter().any(|table| table.image.is_some()) {
            ledger.blank(&place, format!("sccache in `{}`, which builds an image", job.name));
            continue;
        }
        let skipped = found.skipped(&job.events);
        let index = tables.iter().filter(|table| table.is_list && table.is_usual).count();
        let mut path: Vec<String> =
            ["workflow", workflow, "job", &job.name, "cache", name].map(String::from).to_vec();
        path.extend(is_list.then(|| index.to_string()));
        let mut writer = ClientWriter {
            found,
            state,
            names,
            place: place.clone(),
            path,
            legs: legs.clone(),
            runner: runner_of(base, job, run.leg.as_ref()),
            files: &base.sources.files,
            ledger,
            values: Vec::new(),
            guesses: Vec::new(),
            skipped: skipped.clone(),
            saves_by_leg: false,
        };
        let before = writer.ledger.assumed_so_far();
        let image = writer.write(name, workflow, &job.name);
        if !is_usual {
            // What is assumed of it is noted where the legs that have it are written.
            writer.ledger.assume_only(before);
        }
        let (values, guesses, saves_by_leg) = (writer.values, writer.guesses, writer.saves_by_leg);
        if let Some(what) = skips(base, job, found, &skipped) {
            ledger.blank(&place, what);
        }
        tables.push(ClientTable {
            name,
            is_list,
            index,
            is_usual,
            place,
            values,
            guesses,
            image,
            saves_by_leg,
            found: found.clone(),
        });
    }
    tables
}

/// The label of the job's runner in a leg.
fn runner_of(base: Situation, job: &DraftJob, leg: Option<&JobLeg>) -> KeyText {
    let scope = base.scope(job.node, leg, &base.inputs());
    base.decider.text(&job.node.runs_on(), &scope).labels()
}

/// The clients. Several that exclude each other, so that a run has at most one of them, become one.
fn joined(found: Vec<FoundClient>) -> Vec<FoundClient> {
    let mut clients: Vec<FoundClient> = Vec::new();
    for client in found {
        let whole = clients.iter_mut().filter(|_| !is_list(&client));
        match whole.into_iter().find_map(|own| Some((own.joined(&client)?, own))) {
            Some((both, own)) => *own = both,
            None => clients.push(client),
        }
    }
    clients
}

/// What a scenario cannot say of a step that is skipped under some events of its job. A save step that is skipped is
/// only a save that does not happen.
fn skips(base: Situation, job: &DraftJob, found: &FoundClient, skipped: &[AssumedEvent]) -> Option<String> {
    let action = found.step.action.as_ref().map_or(found.step.client, |action| action.name.as_str());
    let words =
        |events: &[AssumedEvent]| events.iter().map(AssumedEvent::words).collect::<Vec<_>>().join(", ");
    let idle = found.idle(&job.events);
    if !idle.is_empty() {
        let (job, events) = (&job.name, words(&idle));
        return Some(format!(
            "`{action}` in `{job}` caches nothing on {events}, which a scenario cannot say: here it does"
        ));
    }
    let open = |(_, state): &(_, StepClient)| state.runs == Truth::Maybe;
    if found.saves != Saves::Conditional && found.runs.iter().any(open) {
        let texts: Vec<&String> = found.runs.iter().flat_map(|(_, state)| &state.given.conditions).collect();
        let text = texts.first().map_or(String::new(), |text| format!(" ({})", text.trim()));
        return Some(format!("it is not decided if `{action}` runs{text}: here it does"));
    }
    if skipped.is_empty() || action.eq_ignore_ascii_case("actions/cache/save") {
        return None;
    }
    let what = format!("`{action}` in `{}` is skipped on {}", job.name, words(skipped));
    Some(match job.skipped_builds(base).is_empty() {
        true => format!("{what}, and a scenario cannot skip a step: here it runs"),
        false => format!("{what}: here the whole job is"),
    })
}

/// The name of the client's table.
fn table_name(found: &FoundClient, state: &StepClient) -> &'static str {
    let action = found.step.action.as_ref().map_or("", |action| action.name.as_str());
    match found.step.client {
        "buildkit" => super::image::table_name(found, state),
        "rust-cache" if action.eq_ignore_ascii_case("actions-rust-lang/setup-rust-toolchain") => {
            "setup-rust-toolchain"
        }
        "ccache"
            if given(state, "append-timestamp").and_then(|value| value.known_text()).as_deref()
                == Some("false") =>
        {
            "actions-cache"
        }
        own => own,
    }
}

impl ClientWriter<'_> {
    /// Writes the client's values; returns the image that it builds.
    fn write(&mut self, name: &'static str, workflow: &str, job: &str) -> Option<String> {
        match name {
            "rust-cache" | "setup-rust-toolchain" => self.rust_cache(),
            "sccache" => {
                self.assume("object-bytes", "\"500 MB\"", "0.1 GB..2 GB");
                self.saves("always");
            }
            "actions-cache" => self.actions_cache(),
            name if name.starts_with("buildkit") => return Some(image_client(self, name, workflow, job)),
            name => {
                let row = ACTIONS.iter().find(|row| row.name == name).expect("every other client is a row");
                self.action(row);
            }
        }
        None
    }

    fn rust_cache(&mut self) {
        self.ledger.hashes_crates = true;
        self.assume("size", "\"800 MB\"", "0.2 GB..2.5 GB");
        // setup-rust-toolchain hands these on under other names.
        for (key, input, other) in [
            ("prefix-key", "prefix-key", "cache-prefix-key"),
            ("shared-key", "shared-key", "cache-shared-key"),
            ("key", "key", "cache-key"),
        ] {
            let shared = key == "key" && self.values.iter().any(|(own, ..)| *own == "shared-key");
            let value = given(self.state, input).or_else(|| given(self.state, other));
            if let Some(value) = value.filter(|_| !shared).cloned() {
                self.template(key, &value.text());
            }
        }
        self.tell_compilers_apart();
        // `cache-workspace-crates` says nothing where the size of the workspace is not known.
        for key in ["cache-all-crates", "lookup-only"] {
            self.flag(key, key, "false");
        }
        for key in ["cache-targets", "add-job-id-key"] {
            let shared = key == "add-job-id-key" && self.values.iter().any(|(own, ..)| *own == "shared-key");
            if !shared {
                self.flag(key, key, "true");
            }
        }
        let default =
            if self.path.last().is_some_and(|name| name == "rust-cache") { "false" } else { "true" };
        self.flag("on-failure", "cache-on-failure", default);
        self.beside();
        self.saves("always");
    }

    /// What the step restores beside.
    fn beside(&mut self) {
        match self.state.given.beside {
            StepBeside::Nothing => {}
            StepBeside::Caches => self.push("background", quoted("restores")),
            StepBeside::Steps => self.push("background", "true".to_owned()),
            StepBeside::Cancelled => {
                let what = "a later step cancels this restore: here the job waits for it".to_owned();
                self.ledger.blank(&self.place, what);
            }
        }
    }

    fn actions_cache(&mut self) {
        let action = self.found.step.action.as_ref().map_or("", |action| action.name.as_str()).to_lowercase();
        if !action.starts_with("actions/cache") {
            return self.wrapper(&action);
        }
        let word = action.strip_prefix("actions/cache/").unwrap_or("cache");
        if word != "cache" {
            self.push("action", quoted(word));
        }
        let key = given(self.state, "key").map(ExprValue::text).unwrap_or_else(|| self.unknown_key());
        if key.pieces.iter().any(|piece| matches!(piece, KeyPiece::Fixed(text) if text.contains(','))) {
            let what =
                "a key with a comma, which the action refuses, so that the step fails: here it has `-`";
            self.ledger.blank(&self.place, what.to_owned());
        }
        self.template("key", &key.map_fixed(without_commas));
        if word != "save" {
            self.restore_keys("restore-keys", "");
        }
        let paths = given(self.state, "path").and_then(ExprValue::known_text).unwrap_or_default();
        let is_target = |line: &str| line.trim().trim_end_matches('/').rsplit('/').next() == Some("target");
        if paths.lines().any(is_target) {
            self.push("paths", quoted("target"));
        }
        self.archived_path();
        self.assume("size", "\"300 MB\"", "0.02 GB..2 GB");
        if word != "save" {
            self.flag("lookup-only", "lookup-only", "false");
            self.flag("fail-on-cache-miss", "fail-on-cache-miss", "false");
            self.beside();
        }
        self.flag("cross-os", "enableCrossOsArchive", "false");
        if word == "save" {
            let asks = |word: &str| self.state.given.conditions.iter().any(|text| calls(text, word));
            let only_success = asks("!failure()");
            let rules = [
                ("skip-after-hit", asks("cache-hit")),
                ("on-failure", !only_success && (asks("!cancelled()") || asks("failure()"))),
                ("on-cancel", !only_success && !asks("!cancelled()") && asks("always()")),
            ];
            for (key, _) in rules.into_iter().filter(|(_, holds)| *holds) {
                self.push(key, "true".to_owned());
            }
        }
        if word != "restore" {
            self.saves("always");
        }
    }

    /// The input `path`, where it is decided: an entry is found only by steps with the same one.
    fn archived_path(&mut self) {
        let Some(path) = given(self.state, "path").map(ExprValue::text) else { return };
        let is_unknown = |piece: &KeyPiece| matches!(piece, KeyPiece::Varies(Varying::Unknown(_), _));
        if !path.pieces.iter().any(is_unknown) {
            let path = template(&one_line_each(&path), self.names, &self.place, self.ledger);
            let lines: Vec<&str> = path.split(LINE).map(str::trim).filter(|line| !line.is_empty()).collect();
            self.push("path", quoted(&lines.join("|")));
        }
    }

    /// What stands for a key that is not there, or that a script makes, so that nothing is known of it.
    fn unknown_key(&mut self) -> KeyText {
        let written = self.found.step.inputs.get("key").filter(|text| !text.trim().is_empty());
        let Some(written) = written else { return KeyText::fixed("no-key") };
        self.ledger.blank(&self.place, format!("`unknown-{{os}}` stands for the key {}", visible(written)));
        let mut key = KeyText::fixed("unknown-");
        key.push(&KeyText::varying(Varying::Named("os"), None));
        key
    }

    /// Writes the restore keys that an input of the step says, each with this in front.
    pub(super) fn restore_keys(&mut self, input: &str, start: &str) {
        let keys = given(self.state, input).map(ExprValue::text).unwrap_or_default();
        let keys = one_line_each(&keys).map_fixed(without_commas);
        let keys = template(&keys, self.names, &self.place, self.ledger);
        let keys = keys.split(LINE).map(str::trim).filter(|key| !key.is_empty()).take(9);
        let keys: Vec<String> = keys.map(|key| format!("{start}{key}")).collect();
        if !keys.is_empty() {
            self.push("restore-keys", list(keys.iter().map(String::as_str)));
        }
    }

    /// A switch of the step that differs from what is usual.
    fn flag(&mut self, key: &'static str, input: &str, default: &str) {
        let Some(given) = given(self.state, input) else { return };
        let value = given.known_text().map(|text| text.to_lowercase());
        if value.is_none() {
            let text = self.found.step.inputs.get(input).cloned().unwrap_or_default();
            self.ledger.blank(&self.place, format!("`{input}: {text}`: here it is {default}"));
        }
        if let Some(value) =
            value.filter(|value| ["true", "false"].contains(&value.as_str()) && value != default)
        {
            self.push(key, value);
        }
    }
}

/// What stands for the end of a line while a text of several lines is turned into one.
const LINE: &str = "\u{1}";

fn one_line_each(text: &KeyText) -> KeyText {
    text.map_fixed(|fixed| fixed.replace('\n', LINE))
}

/// The text without commas, which the action refuses. Where it has one, the step fails on GitHub.
pub(super) fn without_commas(fixed: &str) -> String {
    fixed.replace(',', "-")
}

/// Actions whose archive has what a build makes, as their names are in small letters.
const BUILDS: [&str; 6] = [
    "flatpak/flatpak-github-actions/flatpak-builder",
    "hendrikmuhs/ccache-action",
    "leafwing-studios/cargo-cache",
    "leanprover/lean-action",
    "mlugg/setup-zig",
    "moonrepo/setup-rust",
];

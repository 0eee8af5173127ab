//! The tables of a job's cache clients. What an action's key is made of is said by its row in `client/action`; what
//! is here is where an input of the action goes.

use super::client_writer::{ClientWriter, given};
use super::expand::DraftJob;
use super::image::image_client;
use super::key::{AxisNames, template};
use super::ledger::{Assumption, Ledger};
use super::toml_text::{list, quoted};
use crate::client::{ACTIONS, CacheAction, SettingKind};
use crate::import::expression::{ExprValue, KeyPiece, KeyText, Truth};
use crate::import::found::{FoundClient, Situation, StepBeside, StepClient};
use crate::import::tree::RepositoryTree;
use crate::import::workflow::{AssumedEvent, JobMatrix};

/// A client's table.
pub(super) struct ClientTable {
    /// The client's name in the scenario.
    pub name: &'static str,
    /// True if a job may have several, as a list.
    pub is_list: bool,
    /// Where it comes from.
    pub place: String,
    /// Keys with their values and comments.
    pub values: Vec<(&'static str, String, String)>,
    /// The values that are guesses.
    pub guesses: Vec<(&'static str, Assumption)>,
    /// The image that the job builds, if it is BuildKit.
    pub image: Option<String>,
    /// What was found.
    pub found: FoundClient,
}

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
        JobMatrix::Legs(_, legs) => legs.clone(),
        JobMatrix::Single | JobMatrix::Dynamic(_) => Vec::new(),
    };
    for found in &job.found.clients {
        let runs = || found.runs.iter().filter(|(_, state)| state.runs != Truth::No);
        let main = runs().find(|(run, _)| run.event == *base.event).or_else(|| runs().next());
        let Some((_, state)) = main else { continue };
        let place = found.step.place.text();
        let name = table_name(found, state);
        let is_list = name == "actions-cache";
        let is_there = |table: &ClientTable| {
            table.name == name || (table.image.is_some() && name.starts_with("buildkit"))
        };
        if !is_list && tables.iter().any(is_there) {
            ledger.blank(&place, format!("`{}` has {name} twice, and a scenario's job once", job.name));
            continue;
        }
        if name == "sccache" && tables.iter().any(|table| table.image.is_some()) {
            ledger.blank(&place, format!("sccache in `{}`, which builds an image", job.name));
            continue;
        }
        let skipped = found.skipped(&job.events);
        let index = tables.iter().filter(|table| table.is_list).count().to_string();
        let mut path: Vec<String> =
            ["workflow", workflow, "job", &job.name, "cache", name].map(String::from).to_vec();
        path.extend(is_list.then_some(index));
        let mut writer = ClientWriter {
            found,
            state,
            names,
            place: place.clone(),
            path,
            legs: legs.clone(),
            files: &base.sources.files,
            ledger,
            values: Vec::new(),
            guesses: Vec::new(),
            skipped: skipped.clone(),
        };
        let image = writer.write(name, workflow, &job.name);
        let (values, guesses) = (writer.values, writer.guesses);
        if let Some(what) = skips(base, job, found, &skipped) {
            ledger.blank(&place, what);
        }
        tables.push(ClientTable { name, is_list, place, values, guesses, image, found: found.clone() });
    }
    tables
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
        let key = given(self.state, "key").map(ExprValue::text).unwrap_or_else(|| KeyText::fixed("no-key"));
        if key.pieces.iter().any(|piece| matches!(piece, KeyPiece::Fixed(text) if text.contains(','))) {
            let what =
                "a key with a comma, which the action refuses, so that the step fails: here it has `-`";
            self.ledger.blank(&self.place, what.to_owned());
        }
        self.template("key", &key.map_fixed(without_commas));
        let keys = given(self.state, "restore-keys").map(ExprValue::text).unwrap_or_default();
        let keys = one_line_each(&keys).map_fixed(without_commas);
        let keys = template(&keys, self.names, &self.place, self.ledger);
        let keys: Vec<&str> = keys.split(LINE).map(str::trim).filter(|key| !key.is_empty()).take(9).collect();
        if !keys.is_empty() && word != "save" {
            let keys = list(keys);
            self.push("restore-keys", keys);
        }
        let paths = given(self.state, "path").and_then(ExprValue::known_text).unwrap_or_default();
        let is_target = |line: &str| line.trim().trim_end_matches('/').rsplit('/').next() == Some("target");
        if paths.lines().any(is_target) {
            self.push("paths", quoted("target"));
        }
        self.assume("size", "\"300 MB\"", "0.02 GB..2 GB");
        if word != "save" {
            self.flag("lookup-only", "lookup-only", "false");
            self.flag("fail-on-cache-miss", "fail-on-cache-miss", "false");
            self.beside();
        }
        self.flag("cross-os", "enableCrossOsArchive", "false");
        if word == "save" {
            let says = |words: &[&str]| {
                self.state.given.conditions.iter().any(|text| words.iter().any(|word| text.contains(word)))
            };
            let rules = [
                ("skip-after-hit", says(&["cache-hit"])),
                ("on-failure", says(&["!cancelled()", "failure()"])),
                ("on-cancel", says(&["always()"])),
            ];
            for (key, _) in rules.into_iter().filter(|(_, holds)| *holds) {
                self.push(key, "true".to_owned());
            }
        }
        if word != "restore" {
            self.saves("always");
        }
    }

    /// An action that keeps one archive under a key that is not known here.
    fn wrapper(&mut self, action: &str) {
        let name = action.rsplit('/').next().unwrap_or(action).to_owned();
        if VERSIONED.contains(&action) {
            self.values.push((
                "key",
                quoted(&format!("{name}-{{os}}")),
                "its version, which seldom changes".to_owned(),
            ));
            self.assume("size", "\"200 MB\"", "0.02 GB..1 GB");
            return self.saves("always");
        }
        let input = self.ledger.uses_input(&name, &format!("what the key of {action} hashes"));
        self.values.push(("key", quoted(&format!("{name}-{{os}}-{{hash:{input}}}")), "assumed".to_owned()));
        self.assume("size", "\"200 MB\"", "0.02 GB..1 GB");
        self.saves("always");
    }

    fn action(&mut self, row: &'static CacheAction) {
        let manager = given(self.state, "cache").and_then(ExprValue::known_text).unwrap_or_default();
        let word =
            row.words.iter().find(|(word, _)| *word == manager || Some(*word) == self.choice(row).as_deref());
        if let Some((word, _)) = word.filter(|(word, _)| *word != row.words[0].0) {
            self.push(choice_key(row), quoted(word));
        }
        let variant = row.variant(word.map(|(word, _)| *word));
        for setting in row.settings.iter().filter(|setting| variant.uses(setting.name)) {
            match setting.kind {
                SettingKind::Inputs(usual) => self.inputs(setting.name, usual, row.name, &manager),
                SettingKind::Text(_) => self.setting(setting.name, row.name),
                SettingKind::Size(default) if setting.name == "size" => self.size(row.name, default),
                SettingKind::Size(_) => {}
            }
        }
        self.saves(row.save_if.trim_matches('"'));
    }

    /// The word of an action's choice, if it is another input than `cache`.
    fn choice(&self, row: &CacheAction) -> Option<String> {
        (!row.choice.is_empty()).then(|| given(self.state, row.choice)?.known_text()).flatten()
    }

    /// The inputs that an action's key hashes: the files that the step names, or the usual ones.
    fn inputs(&mut self, setting: &'static str, usual: &'static [&'static str], client: &str, manager: &str) {
        if setting == "repository" || setting == "wrapper" {
            return;
        }
        let files = ["cache-dependency-path", "cache-dependency-glob"]
            .into_iter()
            .find_map(|input| given(self.state, input));
        let files = files.and_then(ExprValue::known_text).unwrap_or_default();
        let mut names: Vec<String> = Vec::new();
        for pattern in files.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('!'))
        {
            let name = self.ledger.input(pattern);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        if let Some(pattern) = python_files(client, manager, self.files).filter(|_| names.is_empty()) {
            names.push(self.ledger.input(pattern));
            if names == usual {
                return;
            }
        }
        if names.is_empty() && !usual.is_empty() {
            usual.iter().for_each(|name| drop(self.ledger.uses_input(name, client)));
            return;
        }
        if names.is_empty() {
            let (name, what) = usual_files(client, manager);
            names.push(self.ledger.uses_input(name, what));
        }
        let value = if names.len() == 1 { quoted(&names[0]) } else { list(names.iter().map(String::as_str)) };
        self.push(setting, value);
    }

    /// A text that is a part of an action's key.
    fn setting(&mut self, setting: &'static str, client: &str) {
        let input = match (setting, client) {
            ("version", "setup-python" | "setup-uv") => "python-version",
            ("version", "setup-go") => "go-version",
            ("version", "setup-ruby") => "ruby-version",
            ("version", _) => return,
            (other, _) => other,
        };
        let Some(value) = given(self.state, input).cloned() else { return };
        match setting {
            "languages" => {
                let text = template(&value.text(), self.names, &self.place, self.ledger);
                let words: Vec<&str> = text.split([',', ' ', '\n']).filter(|word| !word.is_empty()).collect();
                self.push("languages", quoted(&words.join("_")));
            }
            _ => self.template(setting, &value.text()),
        }
    }

    /// A size: what the step says, or a guess.
    fn size(&mut self, client: &str, default: &'static str) {
        let said =
            given(self.state, "max-size").and_then(ExprValue::known_text).and_then(|text| megabytes(&text));
        match said.filter(|_| client == "ccache") {
            Some(size) => self.push("size", quoted(&size)),
            None => self.assume("size", default, "0.02 GB..2 GB"),
        }
    }

    /// A switch of the step that differs from what is usual.
    fn flag(&mut self, key: &'static str, input: &str, default: &str) {
        let value = given(self.state, input).and_then(ExprValue::known_text).map(|text| text.to_lowercase());
        if let Some(value) =
            value.filter(|value| ["true", "false"].contains(&value.as_str()) && value != default)
        {
            self.push(key, value);
        }
    }
}

/// The setting of a row that chooses its variant.
fn choice_key(row: &'static CacheAction) -> &'static str {
    row.choice
}

/// What stands for the end of a line while a text of several lines is turned into one.
const LINE: &str = "\u{1}";

fn one_line_each(text: &KeyText) -> KeyText {
    text.map_fixed(|fixed| fixed.replace('\n', LINE))
}

/// The text without commas, which the action refuses. Where it has one, the step fails on GitHub.
fn without_commas(fixed: &str) -> String {
    fixed.replace(',', "-")
}

/// The input that an action hashes if the step names no files, and what it stands for.
fn usual_files(client: &str, manager: &str) -> (&'static str, &'static str) {
    match (client, manager) {
        ("setup-java", "gradle") | ("setup-gradle", _) => {
            ("gradle", "**/*.gradle*, gradle/*.toml and the like")
        }
        ("setup-java", "sbt") => ("sbt", "**/*.sbt and the like"),
        ("setup-java", _) => ("pom", "**/pom.xml"),
        ("setup-dotnet", _) => ("nuget-lock", "**/packages.lock.json"),
        ("setup-ruby", _) => ("gemfile-lock", "Gemfile.lock"),
        ("setup-bazel", _) => ("bazel", "MODULE.bazel, WORKSPACE and BUILD files"),
        ("pre-commit", _) => ("pre-commit-config", ".pre-commit-config.yaml"),
        _ => ("lock", "Cargo.lock"),
    }
}

/// The file that a Python action hashes if the step names none: by the documentation of setup-python and the defaults of
/// setup-uv, of which a repository has one.
fn python_files(client: &str, manager: &str, files: &RepositoryTree) -> Option<&'static str> {
    let has = |name: &str| files.has_file(&[name]);
    match (client, manager) {
        ("setup-python", "pipenv") => Some("**/Pipfile.lock"),
        ("setup-python", "poetry") => Some("**/poetry.lock"),
        ("setup-python", _) if has("requirements.txt") => Some("**/requirements.txt"),
        ("setup-python", _) => Some("**/pyproject.toml"),
        ("setup-uv", _) if has("uv.lock") => Some("**/uv.lock"),
        _ => None,
    }
}

/// Actions that keep a program, under a key of its version and of nothing that is in the repository's files.
const VERSIONED: [&str; 6] = [
    "aquasecurity/setup-trivy",
    "awalsh128/cache-apt-pkgs-action",
    "goto-bus-stop/setup-zig",
    "jurplel/install-qt-action",
    "msys2/setup-msys2",
    "oven-sh/setup-bun",
];

/// `500M` of ccache as a scenario writes it.
fn megabytes(text: &str) -> Option<String> {
    let text = text.trim();
    let (number, unit) = text.split_at(text.find(|letter: char| !letter.is_ascii_digit() && letter != '.')?);
    let unit = unit.trim().to_uppercase();
    number.parse::<f64>().ok().filter(|number| *number > 0.0)?;
    match unit.chars().next()? {
        'K' => Some(format!("{number} kB")),
        'M' => Some(format!("{number} MB")),
        'G' => Some(format!("{number} GB")),
        _ => None,
    }
}

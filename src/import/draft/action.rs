//! The table of an action with a row in `client/action`: which of its inputs goes into which setting, and what a file or a
//! listing says in the place of an input.

use super::client_writer::{ClientWriter, given};
use super::key::template;
use super::ledger::usual_name;
use crate::client::{CacheAction, SettingKind};
use crate::diagnostic::visible;
use crate::import::expression::{ExprValue, KeyText};
use crate::import::lock::INPUT_KINDS;
use crate::import::toml_text::{list, quoted};
use crate::import::tool_version::VersionInputs;
use crate::import::tree::RepositoryTree;
use crate::units::Bytes;

impl ClientWriter<'_> {
    /// Writes what the row of an action has settings for.
    pub fn action(&mut self, row: &'static CacheAction) {
        let manager = given(self.state, "cache").and_then(ExprValue::known_text).unwrap_or_default();
        let word =
            row.words.iter().find(|(word, _)| *word == manager || Some(*word) == self.choice(row).as_deref());
        if let Some((word, _)) = word.filter(|(word, _)| *word != row.words[0].0) {
            self.push(row.choice, quoted(word));
        }
        let variant = row.variant(word.map(|(word, _)| *word));
        for setting in row.settings.iter().filter(|setting| variant.uses(setting.name)) {
            match setting.kind {
                SettingKind::Inputs(usual) => self.inputs(setting.name, usual, row.name, &manager),
                SettingKind::Text(_) if setting.name == "version" => self.version(row.name),
                SettingKind::Text(_) => self.setting(setting.name),
                SettingKind::Size(default) => self.size(setting.name, row.name, default),
            }
        }
        self.saves(row.save_if.trim_matches('"'));
        self.more_archives(row.name);
        let days = given(self.state, "cache-invalidation-interval").map(ExprValue::text);
        if let Some(days) = days.filter(|days| days.known().as_deref() != Some("7")) {
            let days = days.known().unwrap_or_else(|| "unknown".to_owned());
            let what = format!(
                "`cache-invalidation-interval: {}`: here the key changes every 7 days",
                visible(&days)
            );
            self.ledger.blank(&self.place, what);
        }
    }

    /// Archives that an input of an action turns on, and that the row does not have.
    fn more_archives(&mut self, client: &str) {
        for (_, input, what) in MORE_ARCHIVES.iter().filter(|(own, ..)| *own == client) {
            let own =
                given(self.state, input).and_then(ExprValue::known_text).map(|text| text.to_lowercase());
            // With a cache of packages, the JDK is cached unless the step says otherwise.
            let is_usual = *input == "cache-jdk" && self.major() >= 6;
            let value = own.unwrap_or_else(|| if is_usual { "true" } else { "" }.to_owned());
            if !["", "false", "none"].contains(&value.as_str()) {
                let what = format!("`{input}: {value}`: {what}, which is not in the scenario");
                self.ledger.blank(&self.place, what);
            }
        }
    }

    /// The word of an action's choice, if it is another input than `cache`.
    fn choice(&self, row: &CacheAction) -> Option<String> {
        (!row.choice.is_empty()).then(|| given(self.state, row.choice)?.known_text()).flatten()
    }

    /// The inputs that an action's key hashes: the files that the step names, or the usual ones.
    fn inputs(&mut self, setting: &'static str, usual: &'static [&'static str], client: &str, manager: &str) {
        if setting == "repository" || setting == "wrapper" {
            return self.wrapper_archive(client, manager);
        }
        let files = ["cache-dependency-path", "cache-dependency-glob"]
            .into_iter()
            .find_map(|input| given(self.state, input));
        let files = files.and_then(ExprValue::known_text).unwrap_or_default();
        let mut names = self.ledger.inputs(files.lines());
        if names.is_empty() {
            names = vec![self.usual_input(usual, client, manager)];
            if names == usual {
                return;
            }
        }
        let value = if names.len() == 1 { quoted(&names[0]) } else { list(names.iter().map(String::as_str)) };
        self.push(setting, value);
    }

    /// The input that an action's key hashes if the step names no files.
    fn usual_input(&mut self, usual: &'static [&'static str], client: &str, manager: &str) -> String {
        if let Some(pattern) = python_files(client, manager, self.files) {
            return self.ledger.input(pattern);
        }
        let Some(name) = usual.first() else {
            let (name, what) = usual_files(client, manager);
            return self.ledger.usual_input(name, kind_patterns(name), what);
        };
        let patterns = self.own_files(client, manager);
        // Of several at the top of the repository, an action takes the first one that is there.
        let at_top = |pattern: &&&str| self.files.paths.iter().any(|path| path == **pattern);
        let first = patterns.iter().find(at_top).map(std::slice::from_ref);
        self.ledger.usual_input(name, first.unwrap_or(patterns), client)
    }

    /// The files that an action looks for if the step names none. (actions/setup-node `src/cache-utils.ts`; actions/setup-go
    /// `src/cache-restore.ts`, which takes `go.mod` from v6.3 on; golangci-lint-action `src/cache.ts`; astral-sh/setup-uv
    /// `action.yml` at v3.0.0, v5.0.0, v6.0.0 and v7.0.0.)
    fn own_files(&self, client: &str, manager: &str) -> &'static [&'static str] {
        let is_from = |version| self.found.step.action.as_ref().is_some_and(|action| action.is_from(version));
        match (client, manager) {
            ("setup-node", "pnpm") => &["pnpm-lock.yaml"],
            ("setup-node", "yarn") => &["yarn.lock"],
            ("setup-node", _) => &["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml"],
            ("setup-go", _) if !is_from((6, 3)) => &["go.sum"],
            ("setup-go" | "golangci-lint", _) => &["go.mod"],
            ("setup-uv", _) if is_from((6, 0)) => &UV_FILES,
            ("setup-uv", _) if is_from((5, 0)) => &["**/uv.lock", "**/requirements*.txt"],
            ("setup-uv", _) => &["**/uv.lock"],
            _ => &[],
        }
    }

    /// The archive of the build tool that a wrapper fetches, which setup-java keeps apart. (`src/cache.ts`, from v5.6.0 on.)
    fn wrapper_archive(&mut self, client: &str, manager: &str) {
        let (file, pattern) = match manager {
            "gradle" => ("gradle-wrapper.properties", "**/gradle-wrapper.properties"),
            _ => ("maven-wrapper.properties", "**/.mvn/wrapper/maven-wrapper.properties"),
        };
        let keeps_it = self.found.step.action.as_ref().is_some_and(|action| action.is_from((5, 6)));
        if client == "setup-java" && keeps_it && self.files.has_file(&[file]) {
            let name = self.ledger.input(pattern);
            self.push("wrapper", quoted(&name));
        }
    }

    /// The major version of the action; one that is not known is the newest.
    fn major(&self) -> u32 {
        self.found.step.action.as_ref().and_then(|action| action.major).unwrap_or(u32::MAX)
    }

    /// A text that is a part of an action's key.
    fn setting(&mut self, setting: &'static str) {
        let Some(value) = given(self.state, setting).cloned() else { return };
        match setting {
            "languages" => {
                let text = template(&value.text(), self.names, &self.place, self.ledger);
                let mut words: Vec<&str> =
                    text.split([',', ' ', '\n']).filter(|word| !word.is_empty()).collect();
                words.sort_unstable();
                self.push("languages", quoted(&words.join("_")));
            }
            _ => self.template(setting, &value.text()),
        }
    }

    /// The version of the tool that an action installs, as its step or a file says it.
    fn version(&mut self, client: &str) {
        let Some(inputs) = VersionInputs::of(client) else { return };
        if let Some(value) = inputs.versions.iter().find_map(|input| given(self.state, input)).cloned() {
            // Of several, the last one is on the path.
            let last = value.known_text().and_then(|text| text.trim().lines().last().map(str::to_owned));
            let is_fixed = value.text().varyings().next().is_none();
            return match last.filter(|_| is_fixed) {
                Some(last) => self.template("version", &KeyText::fixed(last)),
                None => self.template("version", &value.text()),
            };
        }
        let major = self.found.step.action.as_ref().and_then(|action| action.major);
        let named = given(self.state, inputs.file).filter(|_| !inputs.file.is_empty());
        let Some(path) = named.map(|path| path.known_text().unwrap_or_default()) else {
            let usual = inputs.usual(self.files);
            return usual.into_iter().for_each(|version| self.push("version", quoted(&version)));
        };
        match inputs.in_file(self.files, &path, major) {
            Some(version) => self.values.push(("version", quoted(&version), path)),
            None => self.ledger.blank(&self.place, format!("the version that `{}` says", inputs.file)),
        }
    }

    /// A size: what a listing or the step says, or a guess; of a further archive only what a listing says.
    fn size(&mut self, setting: &'static str, client: &str, default: &'static str) {
        let path: Vec<&str> = self.path.iter().map(String::as_str).chain([setting]).collect();
        if let Some(known) = self.ledger.calibration.known(&path) {
            return self.values.push((setting, known.value.clone(), known.source.clone()));
        }
        let said =
            given(self.state, "max-size").and_then(ExprValue::known_text).and_then(|text| megabytes(&text));
        match said.filter(|_| client == "ccache") {
            _ if setting != "size" => {}
            Some(most) => match within(default, &most) {
                Some((usual, range)) => self.assume("size", &usual, &range),
                None => self.push("size", quoted(&most)),
            },
            None => self.assume("size", default, "0.02 GB..2 GB"),
        }
    }
}

/// Inputs that turn on a further archive: the client, the input and the archive. The sources are the actions' `action.yml`
/// (github/codeql-action `init/action.yml` and `src/dependency-caching.ts`, 041ec36; astral-sh/setup-uv, 004bc0b;
/// bazel-contrib/setup-bazel, 0da58f2; actions/setup-java, 1dbac3c).
const MORE_ARCHIVES: [(&str, &str, &str); 6] = [
    ("setup-java", "cache-jdk", "an archive of the JDK"),
    ("codeql", "dependency-caching", "an archive of the build's dependencies (`codeql-dependencies-…`)"),
    ("setup-uv", "cache-python", "an archive of Python itself (`setup-uv-…-python`)"),
    ("setup-bazel", "external-cache", "an archive of each external repository"),
    ("setup-bazel", "bazelisk-cache", "an archive of Bazel itself"),
    ("setup-bazel", "repository-cache", "an archive of the repository cache"),
];

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

/// The files that setup-uv hashes from v6 on; v7 also hashes the lock files of scripts.
const UV_FILES: [&str; 7] = [
    "**/*requirements*.txt",
    "**/*requirements*.in",
    "**/*constraints*.txt",
    "**/*constraints*.in",
    "**/pyproject.toml",
    "**/uv.lock",
    "**/*.py.lock",
];

/// The files of a kind that a setup action hashes.
pub(super) fn kind_patterns(name: &str) -> &'static [&'static str] {
    let name = usual_name(name);
    INPUT_KINDS.iter().find(|kind| kind.name == name).map_or(&[], |kind| kind.patterns)
}

/// The file that setup-python hashes if the step names none, by its documentation.
fn python_files(client: &str, manager: &str, files: &RepositoryTree) -> Option<&'static str> {
    let has = |name: &str| files.has_file(&[name]);
    match (client, manager) {
        ("setup-python", "pipenv") => Some("**/Pipfile.lock"),
        ("setup-python", "poetry") => Some("**/poetry.lock"),
        ("setup-python", _) if has("requirements.txt") => Some("**/requirements.txt"),
        ("setup-python", _) => Some("**/pyproject.toml"),
        _ => None,
    }
}

/// The usual size and its range where an entry cannot be larger than this: the bound says nothing of what is in it. `None` if
/// it cannot be much smaller, either.
fn within(usual: &str, most: &str) -> Option<(String, String)> {
    let bytes = |text: &str| text.trim_matches('"').parse::<Bytes>().map_or(0, |size| size.0);
    let least = if most.ends_with("GB") { "0.02 GB" } else { "20 MB" };
    let usual = if bytes(most) < bytes(usual) { quoted(most) } else { usual.to_owned() };
    (bytes(most) > 2 * bytes(least)).then(|| (usual, format!("{least}..{most}")))
}

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

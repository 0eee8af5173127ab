//! Which version of a tool a setup action installs where a file says it: `go-version-file`, `python-version-file`,
//! `.ruby-version` and the like. The rules are those of actions/setup-go (`src/installer.ts`, read at 0039f44, and the release
//! notes of v6.0.0), actions/setup-python (`src/utils.ts`, read at 5fda3b9) and ruby/setup-ruby (`index.js`, read at 0dafeac).

use super::tree::RepositoryTree;
use toml::{Table, Value};

/// How a setup action finds the version of its tool.
#[derive(Debug)]
pub struct VersionInputs {
    /// The inputs that name a version, the first that is given counting.
    pub versions: &'static [&'static str],
    /// The input that names a file.
    pub file: &'static str,
    /// The files that are read if neither is given.
    pub usual: &'static [&'static str],
    /// The tool's name in `.tool-versions`.
    pub tool: &'static str,
}

/// The inputs of each client with a version in its key.
const CLIENTS: [(&str, VersionInputs); 4] = [
    (
        "setup-go",
        VersionInputs {
            versions: &["go-version", "go-version-input"],
            file: "go-version-file",
            usual: &[],
            tool: "golang",
        },
    ),
    (
        "setup-python",
        VersionInputs {
            versions: &["python-version"],
            file: "python-version-file",
            usual: &[".python-version"],
            tool: "python",
        },
    ),
    (
        "setup-uv",
        VersionInputs {
            versions: &["python-version"],
            file: "",
            usual: &[".python-version", "pyproject.toml"],
            tool: "python",
        },
    ),
    (
        "setup-ruby",
        VersionInputs {
            versions: &["ruby-version"],
            file: "",
            usual: &[".ruby-version", ".tool-versions"],
            tool: "ruby",
        },
    ),
];

impl VersionInputs {
    /// Those of a client; `None` if its key has no version that an input says.
    pub fn of(client: &str) -> Option<&'static VersionInputs> {
        CLIENTS.iter().find(|(own, _)| *own == client).map(|(_, inputs)| inputs)
    }

    /// The version that a file says; `major` is that of the action.
    pub fn in_file(&self, files: &RepositoryTree, path: &str, major: Option<u32>) -> Option<String> {
        let path = path.trim().trim_start_matches("./");
        let text = files.texts.get(path)?;
        let name = path.rsplit('/').next().unwrap_or(path);
        let found = match name {
            "go.mod" | "go.work" => of_module(text, major),
            ".tool-versions" => of_tools(text, self.tool),
            "pyproject.toml" => of_manifest(
                text,
                &[&["project", "requires-python"], &["tool", "poetry", "dependencies", "python"]],
            ),
            "Pipfile" => {
                of_manifest(text, &[&["requires", "python_full_version"], &["requires", "python_version"]])
            }
            _ => text
                .lines()
                .map(str::trim)
                .find(|line| !line.is_empty() && !line.starts_with('#'))
                .map(str::to_owned),
        };
        found.map(|text| plain(&text)).filter(|text| !text.is_empty())
    }

    /// The version that the first of the usual files says.
    pub fn usual(&self, files: &RepositoryTree) -> Option<String> {
        self.usual.iter().find_map(|path| self.in_file(files, path, None))
    }
}

/// The major version of setup-go from which on `toolchain` counts.
const TOOLCHAIN_FROM: u32 = 6;

/// `go 1.24`, or `toolchain go1.24.9`.
fn of_module(text: &str, major: Option<u32>) -> Option<String> {
    let after = |start: &str| text.lines().find_map(|line| line.trim().strip_prefix(start));
    let toolchain = after("toolchain go").filter(|_| major.is_none_or(|major| major >= TOOLCHAIN_FROM));
    let line = toolchain.or_else(|| after("go "))?;
    line.split_whitespace().next().map(str::to_owned)
}

/// `golang 1.24.9`.
fn of_tools(text: &str, tool: &str) -> Option<String> {
    let mut lines = text.lines().map(str::split_whitespace);
    lines
        .find_map(|mut words| (words.next() == Some(tool)).then(|| words.next()).flatten())
        .map(str::to_owned)
}

/// The first of these values of a file in TOML.
fn of_manifest(text: &str, paths: &[&[&str]]) -> Option<String> {
    let root = Value::Table(text.parse::<Table>().ok()?);
    let value = |path: &&[&str]| path.iter().try_fold(&root, |value, key| value.get(key))?.as_str();
    paths.iter().find_map(value).map(str::to_owned)
}

/// The text as a part of a key, which has no spaces, commas or braces.
fn plain(text: &str) -> String {
    let letter = |letter: char| if ",{}".contains(letter) { '-' } else { letter };
    text.chars().filter(|own| !own.is_whitespace() && !own.is_control()).map(letter).take(100).collect()
}

//! Reads a git repository without executing anything of it. A repository's own configuration can name programs that
//! `git` runs (`gpg.program`, `core.fsmonitor`, hooks, filters), so `git` never sees it: it runs in an empty
//! repository of ours, made for the purpose, that only borrows the objects. The references are read as files.
//!
//! `history` and `tree` ask [`Git`]. It writes nothing to the repository and starts no other program.

mod objects;
mod place;
mod refs;

pub use super::program::{ProgramOutput, RunLimits};
pub use objects::{CommitFile, CommitFiles};
pub use place::GitPlace;
pub use refs::{DefaultBranch, RefTable};

use super::program::{self, ProgramFailure};
use crate::diagnostic::printable;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;
use thiserror::Error;

/// Why a repository's git data cannot be read. Each message says what to do.
#[derive(Debug, Error)]
pub enum GitFailure {
    /// There is no `.git`, and the folder is no git data itself.
    #[error("{0} is no git repository: name the folder with `.git`")]
    NoRepository(String),
    /// `.git`, or a part of it, is outside of the folder.
    #[error(
        "{what} leads to {to}, outside of the folder that was given: nothing outside is read. Name the folder that holds both"
    )]
    Outside {
        /// What points outside.
        what: String,
        /// Where to.
        to: String,
    },
    /// The objects are not all in the repository.
    #[error(
        "the repository borrows objects of another one (objects/info/alternates), and nothing outside is read: run `git repack -a -d`, delete that file, and try again"
    )]
    Borrowed,
    /// Something in the objects' folder is neither a file nor a folder.
    #[error(
        "{0} in the repository's objects is no plain file: nothing outside is read, so clone the repository again"
    )]
    NotPlain(String),
    /// References in a format that is not read.
    #[error(
        "the references are stored as a reftable, which is not read: run `git refs migrate --ref-format=files`"
    )]
    Reftable,
    /// A file of the repository cannot be read, or is too large.
    #[error("cannot read {file}: {why}")]
    Unreadable {
        /// The file.
        file: String,
        /// The reason.
        why: String,
    },
    /// No commit has this name.
    #[error(
        "`{0}` is no commit, branch or tag of this repository: look at its spelling, or run `git fetch --unshallow` if the clone is shallow"
    )]
    UnknownRevision(String),
    /// `git` cannot be started.
    #[error("cannot run `git` ({0}): install it, or import without the history")]
    NoProgram(String),
    /// `git` took too long and was stopped.
    #[error("`git {command}` was stopped after {seconds} s: the repository is too large to be read here")]
    TooSlow {
        /// Its subcommand.
        command: String,
        /// The limit.
        seconds: u64,
    },
    /// `git` found something wrong.
    #[error(
        "`git {command}` failed: {message}. If this is a partial clone (`--filter`), fetch what is missing: `git fetch --refetch --no-filter`"
    )]
    Broken {
        /// Its subcommand.
        command: String,
        /// Its first message.
        message: String,
    },
}

impl GitFailure {
    fn of(failure: ProgramFailure, command: &str) -> GitFailure {
        let command = command.to_owned();
        match failure {
            ProgramFailure::NoProgram(why) => GitFailure::NoProgram(why),
            ProgramFailure::TooSlow(seconds) => GitFailure::TooSlow { command, seconds },
            ProgramFailure::Broken(message) => GitFailure::Broken { command, message },
        }
    }
}

/// The name of an object: 40 hexadecimal digits, or 64.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectName(String);

impl ObjectName {
    /// The object with this name; `None` if the text is no whole name.
    pub fn new(text: &str) -> Option<ObjectName> {
        let is_name = [40, 64].contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_name.then(|| ObjectName(text.to_ascii_lowercase()))
    }

    /// Its digits.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// A repository that is open for reading.
#[derive(Debug)]
pub struct Git {
    place: GitPlace,
    refs: RefTable,
    /// The empty repository in which `git` runs.
    own: TempDir,
    limits: RunLimits,
}

impl Git {
    /// Opens the repository of this folder, which is its main folder or a bare repository.
    ///
    /// # Errors
    /// If there is none, if a part of it is elsewhere, or if `git` cannot be run.
    pub fn open(folder: &Path, limits: RunLimits) -> Result<Git, GitFailure> {
        let place = GitPlace::find(folder)?;
        let refs = RefTable::read(&place)?;
        let own = tempfile::tempdir().map_err(|error| GitFailure::NoProgram(error.to_string()))?;
        let git = Git { place, refs, own, limits };
        git.make_own()?;
        Ok(git)
    }

    /// True if the clone has only the newest commits.
    pub fn is_shallow(&self) -> bool {
        self.place.is_shallow
    }

    /// The references.
    pub fn refs(&self) -> &RefTable {
        &self.refs
    }

    /// The commit that a text means: `HEAD`, a branch, a tag or a commit, followed by any of `~2` and `^1`.
    ///
    /// # Errors
    /// If there is none.
    pub fn revision(&self, text: &str) -> Result<ObjectName, GitFailure> {
        let unknown = || GitFailure::UnknownRevision(printable(text).into_owned());
        let (base, steps) = text.split_at(text.find(['~', '^']).unwrap_or(text.len()));
        let digits = |byte: u8| byte.is_ascii_digit() || [b'~', b'^'].contains(&byte);
        let is_short = (4..=64).contains(&base.len()) && base.bytes().all(|byte| byte.is_ascii_hexdigit());
        let base = match self.refs.named(base) {
            Some(object) => object.text(),
            None if is_short => base,
            None => return Err(unknown()),
        };
        if !steps.bytes().all(digits) || steps.len() > 100 {
            return Err(unknown());
        }
        let whole = format!("{base}{steps}^{{commit}}");
        let output =
            self.output(&["rev-parse", "--verify", "--quiet", "--end-of-options", &whole], Vec::new());
        let named =
            output.ok().and_then(|output| ObjectName::new(String::from_utf8_lossy(&output.bytes).trim()));
        named.ok_or_else(unknown)
    }

    /// What `git` prints with these arguments, given this input. The output is cut at the limit.
    ///
    /// # Errors
    /// If it fails or takes too long.
    pub fn output(&self, arguments: &[&str], input: Vec<u8>) -> Result<ProgramOutput, GitFailure> {
        let mut command = self.command();
        command.env("GIT_DIR", self.own.path());
        command.env("GIT_ALTERNATE_OBJECT_DIRECTORIES", quoted(&self.place.objects));
        command.args(SAFE.iter().flat_map(|setting| ["-c", setting])).args(arguments);
        let name = arguments.first().copied().unwrap_or_default();
        program::output(command, input, &self.limits).map_err(|failure| GitFailure::of(failure, name))
    }

    /// Makes the empty repository.
    fn make_own(&self) -> Result<(), GitFailure> {
        let mut command = self.command();
        command.args(["init", "--quiet", "--bare", "--template="]);
        if self.refs.has_long_names() {
            command.arg("--object-format=sha256");
        }
        command.arg(".");
        let made = program::output(command, Vec::new(), &self.limits);
        made.map(|_| ()).map_err(|failure| GitFailure::of(failure, "init"))
    }

    /// `git` with nothing of the user's or the repository's settings. It starts in our own folder, so that not even a
    /// relative entry of PATH finds a program of the repository.
    fn command(&self) -> Command {
        let mut command = Command::new("git");
        command.current_dir(self.own.path()).env_clear();
        for kept in ["PATH", "SystemRoot"] {
            command.envs(std::env::var_os(kept).map(|value| (kept, value)));
        }
        command.env("HOME", self.own.path());
        command.envs(ENVIRONMENT.iter().copied());
        command
    }
}

/// What `git` must not do, whatever it reads.
const ENVIRONMENT: &[(&str, &str)] = &[
    ("GIT_CONFIG_NOSYSTEM", "1"),
    ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ("GIT_ATTR_NOSYSTEM", "1"),
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_NO_REPLACE_OBJECTS", "1"),
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_PAGER", "cat"),
    ("LC_ALL", "C"),
    ("TZ", "UTC"),
];

/// The same once more, for settings. The commit graph is a file of the repository that could lie.
const SAFE: &[&str] = &[
    "log.showSignature=false",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.commitGraph=false",
    "protocol.allow=never",
];

/// A path as one entry of `GIT_ALTERNATE_OBJECT_DIRECTORIES`, whatever characters it has.
fn quoted(path: &Path) -> OsString {
    let text = path.as_os_str().to_string_lossy();
    if !text.contains([':', ';', '"', '\\', '\n']) {
        return path.as_os_str().to_owned();
    }
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    OsString::from(format!("\"{escaped}\""))
}

/// A path for a message.
fn shown(path: &Path) -> String {
    printable(&path.display().to_string()).into_owned()
}

/// Reads a small file of the repository.
pub(super) fn small_file(path: &Path, most: u64) -> Result<String, GitFailure> {
    let unreadable = |why: String| GitFailure::Unreadable { file: shown(path), why };
    let kind = std::fs::symlink_metadata(path).map_err(|error| unreadable(error.to_string()))?;
    if !kind.is_file() || kind.len() > most {
        return Err(unreadable(format!("it is no plain file of at most {most} bytes")));
    }
    let bytes = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The path with all links followed.
fn resolved(path: &Path) -> Result<PathBuf, GitFailure> {
    let unreadable =
        |error: std::io::Error| GitFailure::Unreadable { file: shown(path), why: error.to_string() };
    path.canonicalize().map_err(unreadable)
}

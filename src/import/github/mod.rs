//! What GitHub has recorded of a repository, asked for with the user's own `gh`: its cache, its runs and their jobs, page by
//! page, so that a stopped import goes on where it was. `gh` runs in an empty folder, with the repository's name as an
//! argument: nothing of the repository is executed, and no shell is between. `cli` keeps the pages.

mod page;
mod remote;

pub use page::{RecordPage, RecordPlan};
pub use remote::RemoteName;

use super::program::{self, ProgramFailure, RunLimits};
use std::process::Command;
use std::time::Duration as WallTime;
use tempfile::TempDir;
use thiserror::Error;

/// The options and arguments that take files in place of what `gh` fetches.
const PASS: &str = "--caches, --runs and --jobs of `import`, a listing and --pulls of `diagnose`";

/// Why GitHub's records are not known.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GitHubFailure {
    /// The name of the repository on GitHub is not known: why.
    #[error("{0}: say it with GH_REPO=owner/name, or pass the files ({PASS})")]
    NoName(String),
    /// `gh` cannot be started.
    #[error(
        "cannot run `gh` ({0}): install it from https://cli.github.com and log in with `gh auth login`, or pass the \
         files ({PASS})"
    )]
    NoProgram(String),
    /// `gh` failed, or took too long.
    #[error("`gh api {address}` failed: {why}")]
    Failed {
        /// What was asked for.
        address: String,
        /// Its first message.
        why: String,
    },
    /// What came back is not what GitHub documents.
    #[error("`gh api {address}` printed something else than a page: {why}")]
    Malformed {
        /// What was asked for.
        address: String,
        /// What is wrong with it.
        why: String,
    },
}

/// The user's `gh`, asked about one repository.
#[derive(Debug)]
pub struct GitHubCli {
    name: RemoteName,
    /// The empty folder in which it runs.
    own: TempDir,
}

/// How much one page may take.
const LIMITS: RunLimits = RunLimits { bytes: 64_000_000, time: WallTime::from_secs(120) };

impl GitHubCli {
    /// Asks about this repository.
    ///
    /// # Errors
    /// If there is no folder to run in.
    pub fn new(name: RemoteName) -> Result<GitHubCli, GitHubFailure> {
        let own = tempfile::tempdir().map_err(|error| GitHubFailure::NoProgram(error.to_string()))?;
        Ok(GitHubCli { name, own })
    }

    /// The text of a page.
    ///
    /// # Errors
    /// If `gh` fails, for example because GitHub refuses more requests.
    pub fn page(&self, page: &RecordPage) -> Result<String, GitHubFailure> {
        let address = page.address(&self.name);
        let mut command = Command::new("gh");
        command.current_dir(self.own.path());
        command.envs([("GH_PROMPT_DISABLED", "1"), ("GH_NO_UPDATE_NOTIFIER", "1"), ("NO_COLOR", "1")]);
        command.env_remove("GH_REPO");
        command.args(["api", "--method", "GET", &address]);
        let failed = |why: String| GitHubFailure::Failed { address: address.clone(), why };
        let output = program::output(command, Vec::new(), &LIMITS).map_err(|failure| match failure {
            ProgramFailure::NoProgram(why) => GitHubFailure::NoProgram(why),
            ProgramFailure::TooSlow(seconds) => failed(format!("no answer within {seconds} s")),
            ProgramFailure::Broken(message) => failed(message),
        })?;
        String::from_utf8(output.bytes).map_err(|_| failed("it is not UTF-8".to_owned()))
    }
}

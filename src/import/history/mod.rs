//! The history of a repository's default branch, and what of its CI's past can be known from it: when was pushed and
//! merged, by whom, and which inputs each push changed. Git knows commits, not pushes, runs or closed pull requests;
//! what it does not know is said, never guessed silently. `docs/model.md` has the rules.
//!
//! [`GitHistory::read`] asks `git`; everything else computes on what it has read.

mod author;
mod branches;
mod commit;
mod pull;
mod pushes;
mod rates;
mod rust_release;

pub use author::is_dependency_bot;
pub use branches::BranchCommit;
pub use commit::MainCommit;
pub use pull::pull_number;
pub use pushes::{PushRecord, RecordedKind, RecordedPush};
pub use rates::{HistoryRates, InputRate, MergeRhythm, UnknownRate};

use super::git::{DefaultBranch, Git, GitFailure, ObjectName, RunLimits};
use crate::units::SimTime;
use branches::Branches;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use thiserror::Error;

/// How much of a history is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoryLimits {
    /// Commits of the default branch.
    pub commits: usize,
    /// Commits of pull requests.
    pub branch_commits: usize,
    /// Tags.
    pub tags: usize,
    /// What `git` may print, and how long it may take.
    pub run: RunLimits,
}

impl Default for HistoryLimits {
    fn default() -> HistoryLimits {
        HistoryLimits { commits: 20_000, branch_commits: 200_000, tags: 20_000, run: RunLimits::default() }
    }
}

/// Why a repository gives no history.
#[derive(Debug, Error)]
pub enum NoHistory {
    /// Its git data cannot be read.
    #[error(transparent)]
    Git(#[from] GitFailure),
    /// It has only the newest commits.
    #[error(
        "this is a shallow clone, which gives no rates: run `git fetch --unshallow`, or `actions/checkout` with `fetch-depth: 0`"
    )]
    Shallow,
    /// It has no commit.
    #[error("the repository has no commit yet")]
    Empty,
}

/// What was read of a repository's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitHistory {
    /// The branch that counts as the default branch.
    pub branch: DefaultBranch,
    /// Its commits, oldest first: for each, its first parent is the one before.
    pub commits: Vec<MainCommit>,
    /// The commits that each of these merged or squashed, oldest first, where they are known: by the commit's name.
    pub merged: BTreeMap<ObjectName, Vec<BranchCommit>>,
    /// The commits with tags, in the order of their times.
    pub releases: Vec<TaggedCommit>,
    /// The names of all branches that the clone knows, here and at its origin.
    pub branches: BTreeSet<String>,
    /// What was left out, in sentences without a full stop.
    pub left_out: Vec<String>,
}

/// A commit with a tag or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaggedCommit {
    /// When the first of the tags was made.
    pub at: SimTime,
    /// The names of the tags.
    pub tags: Vec<String>,
}

impl GitHistory {
    /// Reads the history of this folder's repository.
    ///
    /// # Errors
    /// If there is none, or not enough of it to tell rates.
    pub fn read(folder: &Path, limits: &HistoryLimits) -> Result<GitHistory, NoHistory> {
        GitHistory::of(&Git::open(folder, limits.run)?, limits)
    }

    /// Reads the history of an open repository.
    ///
    /// # Errors
    /// If there is none, or not enough of it to tell rates.
    pub fn of(git: &Git, limits: &HistoryLimits) -> Result<GitHistory, NoHistory> {
        if git.is_shallow() {
            return Err(NoHistory::Shallow);
        }
        let branch = git.refs().default_branch().ok_or(NoHistory::Empty)?;
        let (commits, mut left_out) = main_commits(git, &branch.commit, limits)?;
        let merged = merged(git, &commits, limits, &mut left_out)?;
        let releases = releases(git, limits, &mut left_out)?;
        let branches = git.refs().branches().map(str::to_owned).collect();
        Ok(GitHistory { branch, commits, merged, releases, branches, left_out })
    }
}

/// The commits of the default branch, oldest first, and what was left out.
fn main_commits(
    git: &Git,
    tip: &ObjectName,
    limits: &HistoryLimits,
) -> Result<(Vec<MainCommit>, Vec<String>), GitFailure> {
    let count = format!("--max-count={}", limits.commits + 1);
    let mut arguments =
        vec!["log", "--first-parent", "--diff-merges=first-parent", "--name-only", "--no-renames"];
    arguments.extend(LOG);
    arguments.extend([&count, commit::FORMAT, tip.text(), "--"]);
    let output = git.output(&arguments, Vec::new())?;
    let mut commits = commit::parse(&output.bytes);
    let mut left_out = Vec::new();
    if output.is_cut {
        // The oldest one is not whole.
        commits.pop();
        left_out.push(format!(
            "only the newest {} commits were read: the files they changed fill the limit",
            commits.len()
        ));
    } else if commits.len() > limits.commits {
        commits.truncate(limits.commits);
        left_out.push(format!("only the newest {} commits were read", limits.commits));
    }
    let known = commits.len();
    commits.retain(|commit| commit.has_time());
    if commits.len() < known {
        left_out.push(format!("{} commits have impossible times and were left out", known - commits.len()));
    }
    commits.reverse();
    Ok((commits, left_out))
}

/// Options of every `git log`: nothing is executed, nothing is coloured, nothing depends on settings.
const LOG: [&str; 9] = [
    "-z",
    "--no-show-signature",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--no-decorate",
    "--no-notes",
    "--no-mailmap",
    "--encoding=UTF-8",
];

/// The commits behind each merge, and behind each squash whose pull request's head the clone has.
fn merged(
    git: &Git,
    commits: &[MainCommit],
    limits: &HistoryLimits,
    left_out: &mut Vec<String>,
) -> Result<BTreeMap<ObjectName, Vec<BranchCommit>>, GitFailure> {
    let pulls: BTreeMap<u32, &ObjectName> = git.refs().pull_heads().collect();
    let heads = branches::heads(commits, &pulls);
    if heads.is_empty() {
        return Ok(BTreeMap::new());
    }
    let count = format!("--max-count={}", limits.branch_commits);
    let mut arguments = vec!["log", "--no-patch", "--ignore-missing", "--stdin"];
    arguments.extend(LOG);
    arguments.extend([&count, branches::FORMAT]);
    let names = heads.values().map(|head| format!("{}\n", head.text()));
    // Of the default branch itself nothing is wanted, so that the walk ends where it began.
    let known =
        commits.first().and_then(|oldest| oldest.parents.first()).map(|old| format!("^{}\n", old.text()));
    let output = git.output(&arguments, names.chain(known).collect::<String>().into_bytes())?;
    let branches = Branches::parse(&output.bytes);
    if output.is_cut || branches.len() >= limits.branch_commits {
        left_out.push("of the oldest pull requests, the pushes were not read".to_owned());
    }
    Ok(branches.merged(commits, &heads))
}

/// When tags were made: an annotated one says it, of another the commit's time counts.
fn releases(
    git: &Git,
    limits: &HistoryLimits,
    left_out: &mut Vec<String>,
) -> Result<Vec<TaggedCommit>, GitFailure> {
    let mut named: Vec<(&ObjectName, &str)> =
        git.refs().tags().map(|(name, object)| (object, name)).collect();
    named.sort();
    if named.len() > limits.tags {
        left_out.push(format!(
            "{} tags are more than {}, and the rest was left out",
            named.len(),
            limits.tags
        ));
        named.truncate(limits.tags);
    }
    let mut objects: Vec<&ObjectName> = named.iter().map(|(object, _)| *object).collect();
    objects.dedup();
    if objects.is_empty() {
        return Ok(Vec::new());
    }
    let mut known: BTreeMap<String, TaggedCommit> = BTreeMap::new();
    for (object, content) in objects.iter().zip(git.contents(&objects)?) {
        if let Some((commit, at)) = content.and_then(|content| commit::tagged(object, &content)) {
            let own = known.entry(commit).or_insert_with(|| TaggedCommit { at, tags: Vec::new() });
            own.at = at.min(own.at);
            let names = named.iter().filter(|(of, _)| of == object).map(|(_, name)| (*name).to_owned());
            own.tags.extend(names);
        }
    }
    let mut releases: Vec<TaggedCommit> = known.into_values().collect();
    releases.sort_by_key(|release| release.at);
    Ok(releases)
}

//! The change as a question: the workflows of two commits, as two scenarios of the same past, so that a comparison of
//! them says what the change does. The files are read from git, and nothing is checked out. `cli` calls it.

use super::calibration::Calibration;
use super::draft::{ScenarioDraft, draft};
use super::expression::Decider;
use super::git::{Git, RunLimits};
use super::inventory::FoundWorkflow;
use super::past::RepositoryPast;
use super::repository::RepositoryFolder;
use super::sources::RepositorySources;
use super::tree::{RepositoryTree, TreeLimits, is_build};
use std::path::Path;

/// The drafts of two commits.
#[derive(Debug)]
pub struct WorkflowChange {
    /// The draft of the commit before the change.
    pub from: ScenarioDraft,
    /// The draft of the commit after it.
    pub to: ScenarioDraft,
    /// What could not be read, in sentences without a full stop.
    pub remarks: Vec<String>,
}

/// A commit, and the name of the event log that its scenario may have.
#[derive(Debug, Clone, Copy)]
pub struct ComparedCommit<'a> {
    /// A branch, a tag or a commit, as people write it.
    pub revision: &'a str,
    /// The name of the event log.
    pub events: &'a str,
}

impl WorkflowChange {
    /// Reads the workflows of two commits of the repository in this folder. If the pushes of one cannot be replayed, those
    /// of neither are, so that both see the same ones.
    ///
    /// # Errors
    /// Why there are no two scenarios: a sentence without a full stop.
    pub fn read(folder: &Path, commits: [ComparedCommit; 2]) -> Result<WorkflowChange, String> {
        let git = Git::open(folder, RunLimits::default()).map_err(|error| error.to_string())?;
        let past = RepositoryPast::of(&git);
        let name = folder.canonicalize().ok().and_then(|path| Some(path.file_name()?.to_str()?.to_owned()));
        let name = name.unwrap_or_else(|| "repository".to_owned());
        let mut remarks = Vec::new();
        let mut read = Vec::new();
        for commit in commits {
            let sources = sources(&git, commit.revision, &name)?;
            let problems = sources.problems.iter();
            remarks.extend(
                problems.map(|problem| format!("{}: {}: {}", commit.revision, problem.path, problem.message)),
            );
            read.push((commit, sources));
        }
        let drafts = |replayed: bool| {
            let one = |(commit, sources): &(ComparedCommit, RepositorySources)| {
                drafted(sources, &past, replayed.then_some(commit.events)).ok_or_else(|| {
                    format!("{}: no workflow has a cache and an event that is simulated", commit.revision)
                })
            };
            read.iter().map(one).collect::<Result<Vec<ScenarioDraft>, String>>()
        };
        let mut pair = drafts(true)?;
        if pair.iter().any(|draft| draft.events.is_none()) {
            pair = drafts(false)?;
        }
        let mut pair = pair.into_iter();
        let (Some(from), Some(to)) = (pair.next(), pair.next()) else { return Err("two commits".to_owned()) };
        Ok(WorkflowChange { from, to, remarks })
    }
}

/// The workflows of a commit. They are put into a folder of their own for the time of reading.
fn sources(git: &Git, revision: &str, name: &str) -> Result<RepositorySources, String> {
    let commit = git.revision(revision).map_err(|error| error.to_string())?;
    let tree = RepositoryTree::from_commit(git, &commit, is_read, &TreeLimits::default())
        .map_err(|error| error.to_string())?;
    let folder = RepositoryFolder::of_tree(name, tree);
    RepositorySources::read(&folder).map_err(|problem| format!("{revision}: {problem}"))
}

/// True if the import reads a file of this path.
fn is_read(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_named = ["action.yml", "action.yaml", "package.json"].contains(&name);
    path.starts_with(".github/") || path.starts_with(".cargo/config") || is_named || is_build(path)
}

fn drafted(
    sources: &RepositorySources,
    past: &RepositoryPast,
    events: Option<&str>,
) -> Option<ScenarioDraft> {
    let decider = Decider::default();
    draft(sources, &decider, &FoundWorkflow::all(sources, &decider), (&Calibration::default(), past, events))
}

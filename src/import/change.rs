//! The change as a question: the workflows of two commits, as two scenarios of the same past, so that a comparison of
//! them says what the change does. The files are read from git, and nothing is checked out. `cli` calls it.

use super::calibration::Calibration;
use super::draft::{EventLogName, ScenarioDraft, draft, learned};
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
    /// Remarks on the records, and the jobs that no record mentions.
    pub notes: Vec<String>,
}

impl WorkflowChange {
    /// What the history is worth, said once for both commits. Of pushes that only one of them cannot replay, it says why
    /// that one cannot.
    pub fn history(&self) -> Vec<&str> {
        let [from, to] = [&self.from, &self.to].map(|draft| draft.remarks.as_slice());
        let all = from.iter().chain(to.iter().filter(|remark| !from.contains(remark)));
        all.map(String::as_str).filter(|remark| !remark.ends_with(OTHER_COMMIT)).collect()
    }
}

/// A commit, and the name of the event log that its scenario may have.
#[derive(Debug, Clone, Copy)]
pub struct ComparedCommit<'a> {
    /// A branch, a tag or a commit, as people write it.
    pub revision: &'a str,
    /// The name of the event log.
    pub events: &'a str,
}

/// The files of two commits, before scenarios are made of them.
#[derive(Debug)]
pub struct CommitSources<'a> {
    commits: [ComparedCommit<'a>; 2],
    sides: [RepositorySources; 2],
    past: RepositoryPast,
}

impl<'a> CommitSources<'a> {
    /// Reads the workflows of two commits of the repository in this folder, and its history.
    ///
    /// # Errors
    /// Why there are no workflows: a sentence without a full stop.
    pub fn read(folder: &Path, commits: [ComparedCommit<'a>; 2]) -> Result<CommitSources<'a>, String> {
        let git = Git::open(folder, RunLimits::default()).map_err(|error| error.to_string())?;
        let name = folder.canonicalize().ok().and_then(|path| Some(path.file_name()?.to_str()?.to_owned()));
        let name = name.unwrap_or_else(|| "repository".to_owned());
        let [from, to] = commits.map(|commit| sources(&git, commit.revision, &name));
        Ok(CommitSources { commits, sides: [from?, to?], past: RepositoryPast::of(&git) })
    }

    /// The files of each commit.
    pub fn sides(&self) -> &[RepositorySources; 2] {
        &self.sides
    }

    /// The scenarios of both, with the same values from the records where they are the same jobs and clients. If the pushes
    /// of one cannot be replayed, those of neither are, so that both see the same ones.
    ///
    /// # Errors
    /// Why there are no two scenarios: a sentence without a full stop.
    pub fn drafted(&self, known: &Calibration) -> Result<WorkflowChange, String> {
        let mut known = known.clone();
        for side in &self.sides {
            let decider = Decider::default();
            known = learned(side, &decider, &FoundWorkflow::all(side, &decider), (&known, &self.past));
        }
        let mut pair = self.pair(&known, true)?;
        let told = self.uncalibrated(&known, &pair);
        if !told.is_empty() || pair.iter().any(|draft| draft.events.is_none()) {
            let replayed = pair.iter().all(|draft| draft.events.is_some());
            told.into_iter().for_each(|remark| known.remark(remark));
            pair = self.pair(&known, replayed)?;
        }
        let [from, to] = pair;
        Ok(WorkflowChange { from, to, remarks: self.problems(), notes: known.remarks })
    }

    fn pair(&self, known: &Calibration, replayed: bool) -> Result<[ScenarioDraft; 2], String> {
        let one = |at: usize| {
            let ComparedCommit { revision, events } = self.commits[at];
            drafted(&self.sides[at], known, &self.past, if replayed { Ok(events) } else { Err(OTHER_COMMIT) })
                .ok_or_else(|| format!("{revision}: no workflow has a cache and an event that is simulated"))
        };
        Ok([one(0)?, one(1)?])
    }

    /// The jobs that only one side has and no record mentions, in sentences without a full stop.
    fn uncalibrated(&self, known: &Calibration, pair: &[ScenarioDraft; 2]) -> Vec<String> {
        let mut told = Vec::new();
        for (side, other) in [(0, 1), (1, 0)].into_iter().filter(|_| !known.is_empty()) {
            let is_there = |workflow: &str, job: &str| {
                pair[other].jobs.iter().any(|(own, name, _)| own == workflow && name == job)
            };
            for (workflow, job, _) in &pair[side].jobs {
                if !is_there(workflow, job) && !known.tells_of(workflow, job) {
                    let revision = self.commits[side].revision;
                    told.push(format!(
                        "`{job}` of {workflow} is in {revision} alone and not calibrated: no record tells of it"
                    ));
                }
            }
        }
        told
    }

    fn problems(&self) -> Vec<String> {
        let sides = self.commits.iter().zip(&self.sides);
        let problems = sides.flat_map(|(commit, side)| side.problems.iter().map(move |own| (commit, own)));
        problems.map(|(commit, own)| format!("{}: {}: {}", commit.revision, own.path, own.message)).collect()
    }
}

/// Why the pushes of a commit are not replayed that could be.
const OTHER_COMMIT: &str = "those of the other commit cannot be";

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
    known: &Calibration,
    past: &RepositoryPast,
    events: EventLogName,
) -> Option<ScenarioDraft> {
    let decider = Decider::default();
    draft(sources, &decider, &FoundWorkflow::all(sources, &decider), (known, past, events))
}

//! The commits behind a merge: which belong to the pull request and not to the default branch. A merge commit names
//! their newest as its second parent; of a squash, only a clone with `refs/pull/*/head` knows.

use super::author::is_dependency_bot;
use super::commit::{MainCommit, is_possible, seconds};
use super::pull::pull_number;
use crate::import::git::ObjectName;
use crate::units::SimTime;
use std::collections::{BTreeMap, BTreeSet};

/// A commit of a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BranchCommit {
    /// When it was committed. It was pushed then or later.
    pub at: SimTime,
    /// True if a dependency bot wrote it.
    pub is_bot: bool,
}

/// What `git log` is to print of a commit.
pub(super) const FORMAT: &str = "--format=tformat:%H %P <%ct %an <%ae>";

/// The newest commit of what each commit of the default branch merged, by the latter's name.
pub(super) fn heads<'a>(
    commits: &'a [MainCommit],
    pulls: &BTreeMap<u32, &'a ObjectName>,
) -> BTreeMap<&'a ObjectName, &'a ObjectName> {
    let head = |commit: &'a MainCommit| {
        let of_pull = || pulls.get(&pull_number(&commit.subject)?).copied();
        Some((&commit.name, commit.parents.get(1).or_else(of_pull)?))
    };
    commits.iter().filter_map(head).collect()
}

/// All commits that were read.
pub(super) struct Branches {
    commits: BTreeMap<ObjectName, (Vec<ObjectName>, BranchCommit)>,
}

impl Branches {
    pub fn parse(output: &[u8]) -> Branches {
        let records = output.split(|byte| *byte == 0).map(String::from_utf8_lossy);
        Branches { commits: records.filter_map(|record| parsed(&record)).collect() }
    }

    pub fn len(&self) -> usize {
        self.commits.len()
    }

    /// What each commit of the default branch merged, oldest first.
    pub fn merged(
        &self,
        main: &[MainCommit],
        heads: &BTreeMap<&ObjectName, &ObjectName>,
    ) -> BTreeMap<ObjectName, Vec<BranchCommit>> {
        let mut taken: BTreeSet<&ObjectName> = main.iter().map(|commit| &commit.name).collect();
        taken.extend(main.iter().filter_map(|commit| commit.parents.first()));
        let mut merged = BTreeMap::new();
        for commit in main {
            let Some(head) = heads.get(&commit.name) else { continue };
            let mut found = self.branch(head, &mut taken);
            // What was committed after the merge belongs to another life of the branch.
            found.retain(|of_branch| of_branch.at <= commit.at && is_possible(of_branch.at));
            found.sort_by_key(|of_branch| of_branch.at);
            merged.insert(commit.name.clone(), found);
        }
        merged
    }

    /// The commits from a head down to what is taken already. They are taken, too.
    fn branch<'a>(&'a self, head: &'a ObjectName, taken: &mut BTreeSet<&'a ObjectName>) -> Vec<BranchCommit> {
        let (mut open, mut found) = (vec![head], Vec::new());
        while let Some(name) = open.pop() {
            let Some((parents, commit)) = self.commits.get(name).filter(|_| taken.insert(name)) else {
                continue;
            };
            found.push(commit.clone());
            open.extend(parents);
        }
        found
    }
}

fn parsed(record: &str) -> Option<(ObjectName, (Vec<ObjectName>, BranchCommit))> {
    let (names, rest) = record.trim_start().split_once('<')?;
    let (at, author) = rest.split_once(' ')?;
    let mut names = names.split_whitespace().filter_map(ObjectName::new);
    let name = names.next()?;
    Some((name, (names.collect(), BranchCommit { at: seconds(at)?, is_bot: is_dependency_bot(author) })))
}

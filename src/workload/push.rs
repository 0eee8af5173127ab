use crate::project::Checkout;
use crate::units::SimTime;
use std::rc::Rc;

/// A set of path classes, one bit for each class the scenario names (64 at most).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct PathSet(pub u64);

impl PathSet {
    /// Whether the two sets share a class.
    pub fn meets(self, other: PathSet) -> bool {
        self.0 & other.0 != 0
    }
}

/// What happened on GitHub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PushKind {
    /// A push to the default branch; with the pull request it merges, if any.
    Main,
    /// A push to a pull request from the same repository.
    PullRequest,
    /// A push to a pull request from a fork.
    ForkPullRequest,
    /// A pull request was closed or merged: nothing runs, its scope is dead from here on.
    Closed,
    /// A release with its tag.
    Release,
    /// A merge-queue group.
    MergeGroup,
    /// A scheduled run on the default branch.
    Schedule,
}

/// One event that can start workflow runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Push {
    /// Its number in time order, from 0: the identity draws are addressed by.
    pub id: u32,
    /// When.
    pub at: SimTime,
    /// What.
    pub kind: PushKind,
    /// The pull request's number, or a release's or merge group's running number.
    pub number: Option<u32>,
    /// Whether a dependency bot pushed it.
    pub bot: bool,
    /// The path classes it touches: for a pull request its whole diff.
    pub paths: PathSet,
    /// What its workflow runs check out.
    pub checkout: Rc<Checkout>,
}

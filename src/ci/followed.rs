//! The runs at whose end a workflow on `workflow_run` starts: those of certain workflows, as far as its `branches` and its
//! condition on their conclusion let it. GitHub matches `branches` with the branch that the followed run was for, which
//! of a pull request is its head branch (documentation of the event).

use super::branch_pattern::is_meant;
use crate::event::Conclusion;

/// The runs that a workflow follows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FollowedRuns {
    /// Their workflows, as indices.
    pub workflows: Vec<usize>,
    /// Patterns of their branches; any branch if empty.
    pub branches: Vec<String>,
    /// How they must have ended.
    pub end: FollowedEnd,
}

/// How a run must have ended to be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum FollowedEnd {
    /// However it has.
    #[default]
    Any,
    /// With success.
    Success,
    /// With a failure.
    Failure,
}

impl FollowedRuns {
    /// True if a run of this workflow for this branch is followed when it ends so.
    pub fn has(&self, workflow: usize, branch: &str, conclusion: Conclusion) -> bool {
        let ends_so = match self.end {
            FollowedEnd::Any => true,
            FollowedEnd::Success => conclusion == Conclusion::Success,
            FollowedEnd::Failure => conclusion.is_red(),
        };
        self.workflows.contains(&workflow) && ends_so && self.is_for(branch)
    }

    /// True if its patterns mean this branch.
    pub fn is_for(&self, branch: &str) -> bool {
        self.branches.is_empty() || is_meant(self.branches.iter().map(String::as_str), branch)
    }
}

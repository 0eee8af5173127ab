//! For whom an entry is held: the class of its ref. Only runs on the same ref can read an entry, except those of
//! the default branch, which every run can read.

use crate::replay::{PullList, PullState};

/// The class of a ref, by its labels in the metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ScopeClass {
    /// The default branch.
    Main,
    /// A pull request that is open.
    OpenPull,
    /// A pull request that was merged or closed.
    ClosedPull,
    /// A pull request that may be open or closed.
    Pull,
    /// A branch of a merge queue, which is deleted when its group is done.
    MergeQueue,
    /// A tag.
    Tag,
    /// Another branch.
    OtherBranch,
    /// The listing does not say.
    Unlisted,
}

impl ScopeClass {
    /// All classes, in the order in which they are shown.
    pub const ALL: [ScopeClass; 8] = [
        ScopeClass::Main,
        ScopeClass::OpenPull,
        ScopeClass::ClosedPull,
        ScopeClass::Pull,
        ScopeClass::MergeQueue,
        ScopeClass::Tag,
        ScopeClass::OtherBranch,
        ScopeClass::Unlisted,
    ];

    /// The name in results.
    pub fn label(self) -> &'static str {
        match self {
            ScopeClass::Main => "main",
            ScopeClass::OpenPull => "pull_request_open",
            ScopeClass::ClosedPull => "pull_request_closed",
            ScopeClass::Pull => "pull_request",
            ScopeClass::MergeQueue => "merge_queue",
            ScopeClass::Tag => "tag",
            ScopeClass::OtherBranch => "other",
            ScopeClass::Unlisted => "unknown",
        }
    }

    /// The class of a full ref.
    pub fn of(reference: Option<&str>, default_branch: &str, pulls: Option<&PullList>) -> ScopeClass {
        let Some(reference) = reference else { return ScopeClass::Unlisted };
        if reference == default_branch {
            return ScopeClass::Main;
        }
        if reference.starts_with("refs/heads/gh-readonly-queue/") {
            return ScopeClass::MergeQueue;
        }
        if reference.starts_with("refs/tags/") {
            return ScopeClass::Tag;
        }
        match pull_number(reference) {
            None => ScopeClass::OtherBranch,
            Some(number) => match pulls.map(|pulls| pulls.state(number)) {
                Some(PullState::Open) => ScopeClass::OpenPull,
                Some(PullState::Closed) => ScopeClass::ClosedPull,
                Some(PullState::Unknown) | None => ScopeClass::Pull,
            },
        }
    }
}

/// The number of a pull request, by its ref.
pub fn pull_number(reference: &str) -> Option<u64> {
    reference.strip_prefix("refs/pull/")?.split('/').next()?.parse().ok()
}

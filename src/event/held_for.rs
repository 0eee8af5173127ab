//! For whom an entry is held: the kind of its ref, and whether its pull request is still open. Only runs on the
//! same ref can read an entry, except those of the default branch, which every run can read. Janitors choose by
//! it, and `cache.bytes` counts by it.

use super::site::RefKind;

/// For whom an entry is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HeldFor {
    /// The default branch.
    Main,
    /// A pull request that is open.
    OpenPull,
    /// A pull request that was merged or closed.
    ClosedPull,
    /// A branch of the merge queue, which is deleted when its group is done.
    MergeQueue,
    /// A tag.
    Tag,
    /// Another branch.
    OtherBranch,
}

impl HeldFor {
    /// All kinds, in the order of their indices.
    pub const ALL: [HeldFor; 6] = [
        HeldFor::Main,
        HeldFor::OpenPull,
        HeldFor::ClosedPull,
        HeldFor::MergeQueue,
        HeldFor::Tag,
        HeldFor::OtherBranch,
    ];

    /// For whom the entries of a ref are held. The default branch is called `main`.
    pub fn of(ref_name: &str, is_closed: bool) -> HeldFor {
        match RefKind::of(ref_name) {
            RefKind::Main => HeldFor::Main,
            RefKind::PullRequest if is_closed => HeldFor::ClosedPull,
            RefKind::PullRequest => HeldFor::OpenPull,
            RefKind::MergeQueue => HeldFor::MergeQueue,
            RefKind::Tag => HeldFor::Tag,
            RefKind::Branch => HeldFor::OtherBranch,
        }
    }

    /// The value of the `ref` label, and the word in a scenario.
    pub fn label(self) -> &'static str {
        match self {
            HeldFor::Main => "main",
            HeldFor::OpenPull => "pull_request_open",
            HeldFor::ClosedPull => "pull_request_closed",
            HeldFor::MergeQueue => "merge_queue",
            HeldFor::Tag => "tag",
            HeldFor::OtherBranch => "other",
        }
    }
}

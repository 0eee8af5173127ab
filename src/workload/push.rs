//! A [`Push`] and its identity. A push is an event on GitHub that can start workflow runs; whether
//! it does is decided in `ci`.
//!
//! The same push has the same [`PushId`] in every variant of a scenario, so that comparisons can
//! pair pushes.

use crate::project::{ChangeId, Checkout};
use crate::random::mix;
use crate::units::SimTime;
use std::rc::Rc;

/// A set of path classes, one bit for each class of the scenario (at most 64).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct PathSet(pub u64);

impl PathSet {
    /// True if the two sets share a class.
    pub fn meets(self, other: PathSet) -> bool {
        self.0 & other.0 != 0
    }

    /// The classes of either.
    pub fn or(self, other: PathSet) -> PathSet {
        PathSet(self.0 | other.0)
    }
}

/// What happened on GitHub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PushKind {
    /// A push to the default branch, by itself or as the merge of a pull request.
    Main,
    /// A push to another branch that the scenario names, by itself or as the merge of a pull request.
    Branch,
    /// A push to a pull request from the same repository.
    PullRequest,
    /// A push to a pull request from a fork.
    ForkPullRequest,
    /// A pull request was closed or merged. Nothing runs, and no run uses its scope from now on.
    Closed,
    /// A release with its tag.
    Release,
    /// A run of the merge queue, before the merge.
    MergeGroup,
    /// A scheduled run on the default branch.
    Schedule,
    /// `workflow_dispatch`: somebody starts a workflow by hand, on the default branch.
    Dispatch,
    /// `repository_dispatch`: another system starts a workflow, on the default branch.
    RepositoryDispatch,
    /// `issue_comment`.
    Comment,
}

impl PushKind {
    /// True if somebody pushes to a branch, a pull request or the merge queue, and waits for it to get green.
    pub fn is_to_branch(self) -> bool {
        use PushKind::{Branch, ForkPullRequest, Main, MergeGroup, PullRequest};
        matches!(self, Main | Branch | PullRequest | ForkPullRequest | MergeGroup)
    }
}

/// A branch that is pushed to: the default branch, or one that the scenario names, by its index from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct BranchId(pub u8);

impl BranchId {
    /// The default branch.
    pub const DEFAULT: BranchId = BranchId(0);
    /// The most branches, the default branch included.
    pub const MOST: usize = 64;
}

/// Identity of a push: a row of a recorded log, or a position in the life of a drawn branch. It
/// does not depend on other pushes. Draws are addressed by it, and a comparison pairs the pushes of
/// its two sides by it. So scheduled runs, releases, bursts or a merge queue that only one side has
/// do not change anything about the other pushes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PushId(u64);

/// Source of a drawn push. Each stream is numbered separately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub(super) enum Stream {
    /// A push to a pull request, by its number and the number of pushes before it.
    Branch = 1,
    /// A push to main that does not merge a pull request.
    Direct = 2,
    /// A pull request in the merge queue, by its number.
    Queued = 3,
    /// A merge, by the pull request's number.
    Merged = 4,
    /// A closing, by the pull request's number.
    Closed = 5,
    /// A release, numbered from 0.
    Release = 6,
    /// A scheduled run, by the time since the first instant.
    Schedule = 7,
    /// A push to another branch, by the branch and its number.
    OtherBranch = 8,
    /// A scheduled run of one workflow, by the workflow and the time since the first instant.
    Cron = 9,
    /// A run started by hand, numbered from 0.
    Dispatch = 10,
    /// A run started by another system, numbered from 0.
    RepositoryDispatch = 11,
    /// A comment, numbered from 0.
    Comment = 12,
    /// A push that mends a red run, by a hash of the push with that run.
    Fix = 13,
    /// A rebase of a bot's pull request, by its number and the number of rebases before it.
    Rebase = 14,
}

/// Number of bits of a [`PushId`] for the position within its stream.
const PLACE_BITS: u32 = 60;

/// Number of bits of a position that count the pushes of one branch.
const NTH_BITS: u32 = 28;

/// A bit set in the identity of every drawn change. Smaller identities belong to rows of recorded
/// logs.
const DRAWN: ChangeId = 1 << 30;

impl PushId {
    /// A row of a recorded log, numbered from 0.
    pub(super) fn row(row: u32) -> PushId {
        PushId(row.into())
    }

    /// A drawn push, by its position in its stream.
    pub(super) fn drawn(stream: Stream, place: u64) -> PushId {
        PushId((stream as u64) << PLACE_BITS | place & ((1 << PLACE_BITS) - 1))
    }

    /// Push number `nth`, from 0, to a drawn pull request.
    pub(super) fn of_branch(number: u32, nth: u32) -> PushId {
        PushId::drawn(Stream::Branch, u64::from(number) << NTH_BITS | u64::from(nth))
    }

    /// Rebase number `nth`, from 0, of a bot's pull request.
    pub(super) fn of_rebase(number: u32, nth: u32) -> PushId {
        PushId::drawn(Stream::Rebase, u64::from(number) << NTH_BITS | u64::from(nth))
    }

    /// True if it is a rebase of a bot's pull request.
    pub(super) fn is_rebase(self) -> bool {
        self.0 >> PLACE_BITS == Stream::Rebase as u64
    }

    /// The address of its draws.
    pub fn address(self) -> u64 {
        self.0
    }

    /// Its position in its stream.
    pub fn place(self) -> u64 {
        self.0 & ((1 << PLACE_BITS) - 1)
    }

    /// The identity of its change.
    pub(super) fn change(self) -> ChangeId {
        if self.0 < u64::from(DRAWN) - 1 { self.0 as ChangeId + 1 } else { drawn_change(self.0) }
    }
}

/// The identity of a change that is addressed by 64 bits. Among 10,000 changes the probability that
/// two share an identity is 5 %, which matters only for inputs that both of them change.
pub(super) fn drawn_change(address: u64) -> ChangeId {
    DRAWN | (mix(0, address) as ChangeId & (DRAWN - 1))
}

/// An event on GitHub that can start workflow runs, with its checkout.
#[derive(Debug, Clone, PartialEq)]
pub struct Push {
    /// Identity of the push, which does not depend on other pushes.
    pub id: PushId,
    /// Its number in time order, from 0. For display only.
    pub nth: u32,
    /// Time of the push.
    pub at: SimTime,
    /// What happened.
    pub kind: PushKind,
    /// Number of the pull request that it pushes to, queues, merges or closes; `None` if there is
    /// none.
    pub number: Option<u32>,
    /// The branch that it pushes to; for a pull request, its base, or what that is in the end if it is stacked.
    pub branch: BranchId,
    /// The open pull request whose branch is the base of the one that it pushes to: that is stacked on it.
    pub stacked_on: Option<u32>,
    /// The only workflow that it starts, by its index; `None` if it may start any.
    pub workflow: Option<u16>,
    /// True if a dependency bot pushed it.
    pub bot: bool,
    /// The path classes it touches; for a pull request, those of its whole diff.
    pub paths: PathSet,
    /// The path classes that differ from what its branch was before it; of a pull request, some of `paths`.
    pub pushed_paths: PathSet,
    /// The tree that its workflow runs check out, unless they run on the default branch whatever was pushed.
    pub checkout: Rc<Checkout>,
    /// The default branch after it; `None` for a fix elsewhere, which does not know what it is by then.
    pub main: Option<Rc<Checkout>>,
}

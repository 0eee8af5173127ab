use crate::project::{ChangeId, Checkout};
use crate::random::mix;
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

/// What a push is, whatever else is pushed: a row of a recorded log, or a place in the life of one drawn
/// branch. Its draws are addressed by it, and a comparison pairs the pushes of its two sides by it; so
/// scheduled runs, releases, bursts or a merge queue that only one side has change nothing about the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PushId(u64);

/// Where a drawn push comes from. Each stream counts for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub(super) enum Stream {
    /// A push to a pull request, by its number and how many came before.
    Branch = 1,
    /// A push to main that merges none.
    Direct = 2,
    /// A pull request in the merge queue, by its number.
    Queued = 3,
    /// A merge, by the pull request's number.
    Merged = 4,
    /// A closing, by the pull request's number.
    Closed = 5,
    /// A release, counted from 0.
    Release = 6,
    /// A scheduled run, by how long after the first instant it comes.
    Schedule = 7,
}

/// Bits of a [`PushId`] that count within a stream.
const PLACE_BITS: u32 = 60;

/// Bits of a place that count the pushes of one branch.
const NTH_BITS: u32 = 28;

/// Set in the identity of every change that was drawn; below are the rows of recorded logs.
const DRAWN: ChangeId = 1 << 30;

impl PushId {
    /// A row of a recorded log, counted from 0.
    pub(super) fn row(row: u32) -> PushId {
        PushId(row.into())
    }

    /// A drawn push, by its place in its stream.
    pub(super) fn drawn(stream: Stream, place: u64) -> PushId {
        PushId((stream as u64) << PLACE_BITS | place & ((1 << PLACE_BITS) - 1))
    }

    /// The `nth` push, from 0, to a drawn pull request.
    pub(super) fn of_branch(number: u32, nth: u32) -> PushId {
        PushId::drawn(Stream::Branch, u64::from(number) << NTH_BITS | u64::from(nth))
    }

    /// What draws are addressed by.
    pub fn address(self) -> u64 {
        self.0
    }

    /// Its place in its stream.
    pub fn place(self) -> u64 {
        self.0 & ((1 << PLACE_BITS) - 1)
    }

    /// The identity of what it changes.
    pub(super) fn change(self) -> ChangeId {
        if self.0 < u64::from(DRAWN) - 1 { self.0 as ChangeId + 1 } else { drawn_change(self.0) }
    }
}

/// The identity of a change that is addressed by 64 bits. That two of 10,000 are one has a chance of 5 %,
/// and touches only what both of them change.
pub(super) fn drawn_change(address: u64) -> ChangeId {
    DRAWN | (mix(0, address) as ChangeId & (DRAWN - 1))
}

/// One event that can start workflow runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Push {
    /// What it is, whatever else is pushed.
    pub id: PushId,
    /// Its number in time order, from 0: for readers alone.
    pub nth: u32,
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

//! Which pushes are mended: a red run is followed by a fix only while its push is the newest of its branch or
//! pull request. What a fix contains is in `workload`.

use crate::workload::{Push, PushKind};
use std::collections::{BTreeMap, BTreeSet};

/// What fixes follow: the newest push of each branch and pull request.
#[derive(Debug, Default)]
pub(super) struct Followed {
    /// For each line of pushes, the index and the identity of the newest.
    newest: BTreeMap<PushLine, (usize, u64)>,
    /// The pushes whose red runs have been seen. One fix mends all of them.
    seen: BTreeSet<u64>,
    /// For each fix, the push that it mends.
    mends: BTreeMap<u64, u64>,
}

/// What is pushed to, again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum PushLine {
    Pull(u32),
    Branch(u8),
}

impl PushLine {
    fn of(push: &Push) -> Option<PushLine> {
        match push.kind {
            PushKind::PullRequest | PushKind::ForkPullRequest | PushKind::Closed => {
                push.number.map(PushLine::Pull)
            }
            PushKind::Main | PushKind::Branch => Some(PushLine::Branch(push.branch.0)),
            _ => None,
        }
    }
}

impl Followed {
    /// A push arrives. Returns the indices of the pushes that are no longer needed.
    pub fn note(&mut self, index: usize, push: &Push) -> Vec<usize> {
        let Some(line) = PushLine::of(push) else { return vec![index] };
        let (replaced, stays) = match push.kind {
            PushKind::Closed => (self.newest.remove(&line), false),
            _ => (self.newest.insert(line, (index, push.id.address())), true),
        };
        let arrived = Some(index).filter(|_| !stays);
        replaced.map(|(index, _)| index).into_iter().chain(arrived).collect()
    }

    /// The index of the push of a run that has stayed red, if a fix may follow it.
    pub fn take_red(&mut self, red: u64) -> Option<usize> {
        let newest = self.newest.values().find(|(_, push)| *push == red);
        newest.map(|(index, _)| *index).filter(|_| self.seen.insert(red))
    }

    /// The index of the newest push to a pull request, if that is open.
    pub fn newest_of(&self, number: u32) -> Option<usize> {
        self.newest.get(&PushLine::Pull(number)).map(|(index, _)| *index)
    }

    /// A fix of this push is on its way.
    pub fn expect(&mut self, fix: &Push, of: u64) {
        self.mends.insert(fix.id.address(), of);
    }

    /// True if nobody else has pushed by now, and the pull request is open.
    pub fn is_wanted(&self, fix: &Push) -> bool {
        let newest = PushLine::of(fix).and_then(|line| self.newest.get(&line)).map(|(_, push)| push);
        newest.is_some() && newest == self.mends.get(&fix.id.address())
    }
}

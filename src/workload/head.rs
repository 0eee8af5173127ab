//! The branches that open pull requests of the repository come from, as far as others are stacked on them: the base of a
//! stacked pull request is such a branch.

use super::log::LoggedPush;
use super::push::PushKind;
use super::{PushSource, Workload};
use crate::project::Checkout;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The heads of the pull requests, if any is stacked on another.
#[derive(Debug, Default)]
pub(super) struct PullHeads {
    /// True if pull requests are stacked. Otherwise nothing is kept.
    stacks: bool,
    /// The newest state of each branch.
    newest: BTreeMap<u32, Rc<Checkout>>,
    /// The pull requests that are merged or closed.
    gone: BTreeSet<u32>,
}

impl PullHeads {
    /// Those before the first push.
    pub fn of(workload: &Workload) -> PullHeads {
        let stacks = match &workload.source {
            PushSource::Log(log) => log.pushes.iter().any(|push| push.stacked_on.is_some()),
            PushSource::Stochastic(drawn) => drawn.pull_requests.stacked > 0.0,
        };
        PullHeads { stacks, ..PullHeads::default() }
    }

    /// Notes what a push does to the branch of its pull request, if it has one.
    pub fn note(&mut self, push: &LoggedPush, checkout: &Rc<Checkout>) {
        let Some(number) = push.number.filter(|_| self.stacks) else { return };
        match push.kind {
            PushKind::PullRequest => {
                self.gone.remove(&number);
                self.newest.insert(number, checkout.clone());
            }
            PushKind::Closed | PushKind::Main | PushKind::Branch => {
                self.newest.remove(&number);
                self.gone.insert(number);
            }
            _ => {}
        }
    }

    /// True if the pull request is neither merged nor closed.
    pub fn is_open(&self, number: u32) -> bool {
        !self.gone.contains(&number)
    }

    /// The newest state of the branch of a pull request.
    pub fn newest(&self, number: u32) -> Option<Rc<Checkout>> {
        self.newest.get(&number).cloned()
    }
}

//! When a dependency bot rebases an open pull request: it makes its update again on top of the default branch and
//! force-pushes it. What the default branch gets, and when, may depend on the merge queue, so `engine` asks while it
//! runs.

use super::log::LoggedPush;
use super::push::PushId;
use crate::project::Checkout;
use crate::random::{Distribution, Draws, Purpose};
use crate::units::{Duration, SimTime};

/// What a bot waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RebaseWhen {
    /// The default branch has another content of an input that the pull request changes.
    Conflicted,
    /// The default branch was pushed to.
    BehindBaseBranch,
}

/// When bots rebase, and how often.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rebases {
    /// What they wait for.
    pub when: RebaseWhen,
    /// Seconds from the push to the default branch to that of the bot.
    pub after: Distribution,
    /// The most rebases of one pull request; `None`: any number.
    pub at_most: Option<u32>,
}

impl Rebases {
    /// True if the pull request that this push opened, which was rebased `done` times and last on top of `base`, is
    /// rebased now that the default branch is this one.
    pub fn follow(&self, opening: &LoggedPush, done: u32, base: &Checkout, main: &Checkout) -> bool {
        let mut inputs = opening.change.inputs.iter();
        let is_wanted = match self.when {
            RebaseWhen::Conflicted => inputs.any(|input| base.input(input) != main.input(input)),
            RebaseWhen::BehindBaseBranch => true,
        };
        is_wanted && self.at_most.is_none_or(|most| done < most)
    }

    /// The next rebase of the pull request that this push opened, after a push to the default branch at `now`.
    pub fn push(&self, opening: &LoggedPush, done: u32, now: SimTime, draws: &Draws) -> LoggedPush {
        let id = PushId::of_rebase(opening.number.unwrap_or_default(), done);
        let wait = draws.sample(Purpose::Change, id.address(), &self.after);
        LoggedPush { id, at: now + Duration::from_secs_f64(wait.max(0.0)), ..opening.clone() }
    }
}

//! An open pull request of a dependency bot, as far as its rebases depend on it. `rebasing.rs` keeps and moves them.

use super::planned_push::PlannedPush;
use crate::project::Checkout;
use crate::workload::LoggedPush;
use std::rc::Rc;

/// An open pull request of a bot.
#[derive(Debug)]
pub(super) struct BotPull {
    /// The push that opened it.
    pub opening: PlannedPush,
    /// The default branch that it was made on top of, or last rebased on.
    pub base: Rc<Checkout>,
    /// How often it was rebased.
    pub done: u32,
    /// The rebase that is on its way.
    pub next: Option<LoggedPush>,
}

//! How a caller follows an experiment, and how it cancels one. `cli` shows progress and handles Ctrl-C with
//! it.

use crate::event::Observer;
use crate::statistics::Study;

/// Receives the progress of an experiment, and can cancel it. The methods are called from several threads.
pub trait Control: Sync {
    /// A stage of `total` steps begins; `done` of them were done before. `what` names the steps, for
    /// example `replications`.
    fn begin(&self, what: &'static str, total: u64, done: u64);

    /// One step of the stage was done.
    fn advance(&self);

    /// The stage has ended.
    fn end(&self);

    /// True if somebody watches, and wants to see what the first replications show while the others are played.
    fn is_watched(&self) -> bool {
        false
    }

    /// What the replications so far show, of `all`. It is only called for those who watch.
    fn show(&self, _so_far: &Study, _all: u32) {}

    /// Returns true to stop the experiment. A long simulation in progress is given up, a short one is finished.
    fn is_cancelled(&self) -> bool;
}

/// Ends a replication soon after its experiment was cancelled.
pub(super) struct WhileWanted<'a>(pub &'a dyn Control);

impl Observer for WhileWanted<'_> {
    fn goes_on(&self) -> bool {
        !self.0.is_cancelled()
    }
}

/// A control that ignores progress and never cancels.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unattended;

impl Control for Unattended {
    fn begin(&self, _: &'static str, _: u64, _: u64) {}

    fn advance(&self) {}

    fn end(&self) {}

    fn is_cancelled(&self) -> bool {
        false
    }
}

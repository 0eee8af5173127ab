//! How a caller follows an experiment, and how it cancels one. `cli` shows progress and handles Ctrl-C with
//! it.

/// Receives the progress of an experiment, and can cancel it. The methods are called from several threads.
pub trait Control: Sync {
    /// A stage of `total` steps begins; `done` of them were done before. `what` names the steps, for
    /// example `replications`.
    fn begin(&self, what: &'static str, total: u64, done: u64);

    /// One step of the stage was done.
    fn advance(&self);

    /// The stage has ended.
    fn end(&self);

    /// Returns true to stop the experiment. Simulations in progress are finished first.
    fn is_cancelled(&self) -> bool;
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

//! How a caller follows an experiment, and cancels it.

/// What an experiment tells its caller while it is played, and asks of it. It is called from several threads.
pub trait Control: Sync {
    /// A stage of `total` steps begins, of which `done` were done before. `what` names the steps, for example
    /// `replications`.
    fn begin(&self, what: &'static str, total: u64, done: u64);

    /// One step of the stage is done.
    fn advance(&self);

    /// The stage is over.
    fn end(&self);

    /// Whether to stop. What is being simulated is finished first.
    fn is_cancelled(&self) -> bool;
}

/// Nobody follows the experiment or cancels it.
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

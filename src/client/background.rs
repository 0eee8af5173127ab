//! What a restore runs beside, if it runs in the background (`background`, `parallel`), and until when the job waits
//! for it (`wait`).

use crate::event::ClientId;
use crate::units::SimTime;

/// What a restore runs beside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum RunsBeside {
    /// Nothing: the next step begins when it is done.
    #[default]
    Nothing,
    /// The restores behind it: the job waits for it before its own steps.
    Restores,
    /// The restores and the fixed steps behind it: the job waits for it before it builds.
    Steps,
}

/// The restores of a job that are still running, by what waits for them: for each, the last to be done.
#[derive(Debug, Clone, Copy, Default)]
pub struct PendingRestores {
    /// Those that the job's own steps wait for.
    pub before_steps: Option<(SimTime, ClientId)>,
    /// Those that the build waits for.
    pub before_build: Option<(SimTime, ClientId)>,
}

impl PendingRestores {
    /// Adds a restore that is done at this instant.
    pub fn add(&mut self, beside: RunsBeside, done: SimTime, client: ClientId) {
        let last = match beside {
            RunsBeside::Nothing => return,
            RunsBeside::Restores => &mut self.before_steps,
            RunsBeside::Steps => &mut self.before_build,
        };
        *last = (*last).max(Some((done, client)));
    }
}

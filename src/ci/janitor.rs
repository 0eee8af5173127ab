//! Workflows that only delete entries: when they start, what they delete, and the job that is billed. They need
//! no runner to be free and cannot fail; `engine` starts them.

use crate::client::Deletion;
use crate::units::Duration;
use crate::workload::Cron;

/// A workflow that deletes entries.
#[derive(Debug, Clone, PartialEq)]
pub struct Janitor {
    /// What starts it.
    pub starts: JanitorStart,
    /// What it deletes, at the end of its job.
    pub deletes: Deletion,
    /// The runner of its job, an index into the model's list.
    pub runner: usize,
    /// How long it waits before its job begins.
    pub wait: Duration,
    /// How long its job takes.
    pub time: Duration,
}

/// An event that starts janitors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JanitorEvent {
    /// A pull request is closed.
    Closed,
    /// A push to the default branch.
    PushToMain,
}

impl From<JanitorEvent> for JanitorStart {
    fn from(event: JanitorEvent) -> JanitorStart {
        match event {
            JanitorEvent::Closed => JanitorStart::Closed,
            JanitorEvent::PushToMain => JanitorStart::PushToMain,
        }
    }
}

/// What starts a janitor.
#[derive(Debug, Clone, PartialEq)]
pub enum JanitorStart {
    /// A pull request is closed. Then it deletes entries of that pull request only.
    Closed,
    /// A push to the default branch.
    PushToMain,
    /// A run of this workflow ends, however it ends (an index into the model's list).
    After(usize),
    /// Its crons, as a workflow on `schedule`.
    Cron(Vec<Cron>),
}

//! On which pull request a drawn one is stacked.

use super::push::BranchId;
use crate::units::SimTime;

/// The pull requests that another one may be stacked on, in the order in which they were opened.
#[derive(Debug, Default)]
pub(super) struct OpenPulls(Vec<OpenPull>);

/// A pull request that people have opened.
#[derive(Debug, Clone, Copy)]
pub(super) struct OpenPull {
    pub number: u32,
    /// The branch that it is for in the end.
    pub branch: BranchId,
    /// When it is merged or closed.
    pub end: SimTime,
}

impl OpenPulls {
    /// Adds one that was opened after all others.
    pub fn add(&mut self, pull: OpenPull) {
        self.0.push(pull);
    }

    /// The newest one that is still open at this instant. The instants may not go back.
    pub fn newest(&mut self, at: SimTime) -> Option<OpenPull> {
        self.0.retain(|pull| pull.end > at);
        self.0.last().copied()
    }
}

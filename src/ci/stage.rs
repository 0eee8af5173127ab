//! How far changes have got when a run tests them. Jobs fail more or less often by it.

/// How far the changes have got that a run tests: a job may fail more often the less they were tested before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeStage {
    /// They are only proposed: those of a pull request, or of a push to its branch.
    Proposed,
    /// The merge queue tests them: they have passed before, but not together with those before them.
    Queued,
    /// They are on a branch or tag.
    Accepted,
}

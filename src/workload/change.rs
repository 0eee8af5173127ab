//! The inputs that a push changes, as a log row states them or a draw decides them. Which crates a
//! change touches is drawn in `history.rs`.

use crate::project::{InputId, InputSet};

/// The inputs that a push changes; for a pull request, those of its whole diff.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PushChange {
    /// The changed inputs.
    pub inputs: InputSet,
    /// The number of external crates that a change of the lock file touches; `None` if it is to be drawn.
    pub crates: Option<u32>,
}

impl PushChange {
    /// A change of exactly these inputs.
    pub fn of(inputs: &[InputId]) -> PushChange {
        PushChange { inputs: inputs.iter().copied().collect(), crates: None }
    }

    /// True if it changes the input.
    pub fn has(&self, input: InputId) -> bool {
        self.inputs.has(input)
    }
}

//! What evaluates expressions, with a limit on its work, and where it asks what contexts contain.

use super::value::ExprValue;
use std::cell::Cell;

/// What the contexts of an expression contain.
pub trait Contexts {
    /// The member of a context with this path, such as `["github", "ref"]`.
    fn look_up(&self, path: &[String]) -> ExprValue;
}

/// Evaluates expressions, within a limit of work.
#[derive(Debug)]
pub struct Decider {
    /// How many more steps it may take.
    left: Cell<u64>,
}

/// The steps that all expressions of a repository may take.
const STEPS_MAX: u64 = 4_000_000;
impl Default for Decider {
    fn default() -> Decider {
        Decider { left: Cell::new(STEPS_MAX) }
    }
}

impl Decider {
    /// True if that many steps are left; they are taken.
    pub fn takes(&self, steps: u64) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(steps));
        left >= steps
    }

    /// True if everything was within the limit so far.
    pub fn is_within_limit(&self) -> bool {
        self.left.get() > 0
    }
}

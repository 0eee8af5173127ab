//! A run before the simulation began. Growing archives get their initial content from such runs
//! ([`left_behind`](super::left_behind)); `engine` draws them, and nothing else is simulated of them.

use crate::project::Checkout;
use std::rc::Rc;

/// A run of a job's workflow on main before the simulation began.
#[derive(Debug, Clone, PartialEq)]
pub struct PastRun {
    /// The identity of the push that started it.
    pub push: u64,
    /// The checkout that it built.
    pub checkout: Rc<Checkout>,
    /// True if no run had used the entry for longer than the retention, so that it had expired.
    pub idle: bool,
}

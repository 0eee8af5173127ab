//! A run before the simulation began: archives that grow have grown in such runs.

use crate::project::Checkout;
use std::rc::Rc;

/// A run of a job's workflow on main before the first instant.
#[derive(Debug, Clone, PartialEq)]
pub struct PastRun {
    /// The identity of its push.
    pub push: u64,
    /// What it checked out.
    pub checkout: Rc<Checkout>,
    /// Whether the entry had expired before this run: nothing had used it for the retention time.
    pub idle: bool,
}

//! Clock, event queue and the loop that plays a [`Model`]: one replication in, events out.
//!
//! Architecture invariant: the engine is pure and single-threaded; replications run side by side,
//! never one replication on two threads.

mod due;
mod model;
mod plans;
mod queue;
mod simulation;

pub use due::LimitReached;
pub use model::{CleanUp, Model};
pub use queue::Queue;
pub use simulation::simulate;

//! The clock, the event queue and the loop: plays one replication of a [`Model`] and passes the events to
//! the observers. `scenario` builds models, `observe` has them played. The rules of GitHub and of the
//! clients are in `ci`, `client` and `service`.
//!
//! Architecture invariant: the engine is pure and single-threaded. Several replications may run in
//! parallel, but one replication never uses two threads.

mod arrived;
mod bot_pull;
mod cleaning;
mod due;
mod followed;
mod initial;
mod merging;
mod model;
mod planned_push;
mod plans;
mod queue;
mod rebasing;
mod revision;
mod shared;
mod simulation;

pub use due::{LimitReached, Unfinished};
pub use initial::InitialEntry;
pub use model::Model;
pub use queue::Queue;
pub use revision::{MODEL_REVISION, VERSION};
pub use shared::SharedSimulation;
pub use simulation::simulate;

//! Clock, event queue and the loop that plays a [`Model`]: one replication in, one outcome out.
//!
//! Architecture invariant: the engine is pure and single-threaded; replications run side by side,
//! never one replication on two threads.

mod chronicle;
mod event;
mod journal;
mod levels;
mod model;
mod plans;
mod queue;
mod screen;
mod simulation;
mod watch;

pub use chronicle::simulate_told;
pub use event::LimitReached;
pub use journal::simulate_journaled;
pub use levels::simulate_levels;
pub use model::{CleanUp, Model};
pub use queue::Queue;
pub use screen::{SCREENED, simulate_screened};
pub use simulation::{simulate, simulate_part, simulate_watched};
pub use watch::{Nobody, Watch};

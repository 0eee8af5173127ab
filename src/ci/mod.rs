//! What GitHub Actions does with an event: which workflows run, how their jobs wait for each
//! other and for runners, what a newer push cancels, and the steps a job goes through.
//!
//! It does not know the engine: processes are told "now" and answer when to be woken.

mod pool;
mod process;
mod run;
mod runner;
mod scheduler;
mod trigger;
mod workflow;

pub use pool::Pool;
pub use process::Work;
pub use runner::Runner;
pub use scheduler::{PlannedJob, Scheduler, Wake};
pub use trigger::{DEFAULT_BRANCH, Origin, pull_ref};
pub use workflow::{Build, Compiles, Concurrency, Job, On, Workflow};

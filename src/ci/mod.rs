//! What GitHub Actions does with an event: which workflows run, how their jobs wait for each
//! other and for runners, what a newer push cancels.

mod runner;
mod workflow;

pub use runner::Runner;
pub use workflow::{Build, Compiles, Concurrency, Job, On, Workflow};

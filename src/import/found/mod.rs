//! What is found in a job: its steps with those of the local actions it uses, and which of them are cache clients
//! in which leg, under which event.

mod bake;
mod beside;
mod client;
mod client_runs;
mod compiler;
mod disabled;
mod docker;
mod environment;
mod exclusive;
mod job;
mod job_output;
mod lint;
mod saves;
mod situation;
mod step;
mod walk;

pub use beside::StepBeside;

pub use client::{FoundStep, StepClient, StepInputs};
pub use client_runs::{FoundClient, LegRun};
pub use disabled::{disabled_clients, is_never};
pub use docker::DockerCache;
pub use job::FoundJob;
pub use lint::only_reads;
pub use saves::Saves;
pub use situation::Situation;
pub use step::{PlacedStep, StepDoes, StepPlace};

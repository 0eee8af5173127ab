//! The grammar of scenarios: every key with its kind, its default, its meaning, and the source of its
//! default. This is data; the checker, the reader, the schema and the reference follow it. A new key is a
//! line here and a line in `build` that reads it.

mod action;
mod assumed;
mod buildkit;
mod cache;
mod client;
mod distribution;
mod expect;
mod image;
mod input;
mod janitor;
mod kind;
mod project;
mod root;
mod runner;
mod survivors;
pub mod words;
mod workflow;
mod workload;

pub(super) use client::SETUP_RUST_TOOLCHAIN;
pub use client::{COMPILER_WORD, setup_rust_environment};
pub use kind::{ELEMENTS_MAX, FOR_ALL_LEGS, Field, Kind, Presence, Preset, Quantity, Table, WHEN, WHEN_KIND};
pub use root::ROOT;
pub use runner::is_hosted_label;
pub(super) use runner::{RUNNER, RUNNERS, usual_disk};

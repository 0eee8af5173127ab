//! What a scenario may say: every key with its kind, its default, what it means and where its
//! default comes from. This is data; the code that reads it lies beside it. A new key is a line
//! here and a line in the reader that uses it.

mod assumed;
mod cache;
mod client;
mod distribution;
mod expect;
mod image;
mod kind;
mod project;
mod root;
mod runner;
pub mod words;
mod workflow;
mod workload;

pub use kind::{ELEMENTS_MAX, Field, Kind, Presence, Preset, Quantity, Table};
pub use root::ROOT;
pub(super) use runner::{RUNNER, RUNNERS};

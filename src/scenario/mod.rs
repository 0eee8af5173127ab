//! The file that a user writes: from TOML text to a checked scenario in which nothing is missing, and to
//! the engine's [`Model`](crate::engine::Model).
//!
//! One declarative [`grammar`] describes every key with its default and its meaning. The checker, the typed
//! reader, the JSON schema and the printed defaults all follow it, so they cannot disagree. Nothing is
//! simulated here, and the rules of clients and of the service belong to other modules. `experiment` and
//! `strategy` load scenarios with [`load`] or its two steps, [`read`] and [`build()`].

pub mod grammar;

mod alias;
mod amount;
mod build;
mod check;
mod complete;
mod defaults;
mod document;
mod edit;
mod file;
mod parse;
mod quantity;
mod range;
mod schema;
mod sound;
mod tree;
mod unconfirmed;
mod view;
mod workflow_line;

pub use amount::amount;
pub use build::{Assumed, Loaded, Seat, WarmUpRule, build, gap_of_step, load, read_all, stored_by};
pub use defaults::effective;
pub use document::{Document, Scenario, open, read, takes_whole_numbers};
pub use edit::Change;
pub use file::{FILE_BYTES_MAX, Folder};
pub use grammar::{COMPILER_WORD, is_hosted_label, setup_rust_environment};
pub use range::{Misread, VALUES_MAX, ValueRange};
pub use schema::schema;
pub use tree::{Node, TreeEntry, TreeTable, TreeValue, ValueOrigin};
pub use unconfirmed::{UNCONFIRMED, Unconfirmed};
pub use view::{Override, View};

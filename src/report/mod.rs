//! How results are shown: pure functions from a result to text, one file per format.
//!
//! The terminal table, the Markdown comment and the page show the same [`Section`]s; JSON and CSV contain
//! every metric. Nothing here writes files or knows where the text goes; `cli` does.

pub mod accesses;
mod assumptions;
pub mod back_test;
mod basis;
pub mod catalogue;
mod causes;
pub mod charts;
mod checked;
pub mod compare;
mod csv;
mod details;
pub mod diagnose;
pub mod explain;
mod failures;
mod hint;
mod hits;
pub mod html;
pub mod inventory;
mod layout;
mod markdown;
mod number;
mod overview;
pub mod reference;
mod refused_writes;
pub mod replay;
mod section;
pub mod strategies;
mod summary;
pub mod sweep;
mod table;
mod verdict;

pub use crate::diagnostic::Style;
pub use crate::result::BESIDE;
pub use csv::csv;
pub use details::details;
pub use hint::hint;
pub use markdown::{escaped, markdown};
pub use number::{amount, bytes, limit, percent};
pub use section::{Cell, Section};
pub use summary::{facts, sections};
pub use table::{columns, expectations, table};
pub use verdict::verdict;

use crate::result::RunResult;

/// A run as JSON: schema version 1, with one metric per line.
pub fn json(result: &RunResult) -> String {
    result.to_file(verdict(&result.study)).json()
}

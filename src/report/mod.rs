//! What a result looks like: one file per format, each a pure function from a [`RunResult`] to text.
//!
//! The terminal table and the Markdown comment show the same [`Section`]s; JSON and CSV hold every
//! metric. Nothing here writes or knows where the text goes: that is `cli`.

pub mod accesses;
mod basis;
pub mod catalogue;
pub mod charts;
mod checked;
pub mod compare;
mod csv;
pub mod explain;
mod failures;
mod hint;
mod hits;
pub mod html;
mod markdown;
mod number;
pub mod reference;
pub mod replay;
mod section;
pub mod strategies;
pub mod sweep;
mod table;
mod verdict;

pub use crate::result::BESIDE;
pub use csv::csv;
pub use hint::hint;
pub use markdown::{escaped, markdown};
pub use number::{amount, bytes, percent};
pub use section::{Cell, Section, facts, sections};
pub use table::{Style, columns, expectations, table};
pub use verdict::verdict;

use crate::result::RunResult;

/// The result as JSON: schema version 1, with one metric in a line.
pub fn json(result: &RunResult) -> String {
    result.to_file(verdict(&result.study)).json()
}

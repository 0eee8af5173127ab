//! How results are shown: pure functions from a result to text, one file per format.
//!
//! The terminal table, the Markdown comment and the page show the same [`Section`]s; JSON and CSV contain
//! every metric. Nothing here writes files or knows where the text goes; `cli` does.

mod answer;
pub mod back_test;
pub mod catalogue;
pub mod charts;
mod checked;
pub mod compare;
mod csv;
pub mod diagnose;
pub mod explain;
pub mod html;
pub mod inventory;
mod layout;
mod markdown;
mod number;
mod overview;
pub mod reference;
pub mod replay;
mod section;
pub mod strategies;
pub mod sweep;
mod table;
pub mod two_runs;

pub use crate::diagnostic::Style;
pub use crate::result::BESIDE;
pub use answer::details::details;
pub use answer::hint::hint;
use answer::summary::ROWS_OF_A_PAGE;
pub use answer::summary::{facts, sections};
pub use answer::verdict::{conclusion, verdict};
pub use csv::csv;
pub use markdown::{escaped, markdown};
pub use number::{amount, bytes, limit, percent, stated};
pub use section::{Cell, Section};
pub use table::{columns, expectations, table};

use crate::result::RunResult;

/// A run as JSON: schema version 1, with one metric per line.
pub fn json(result: &RunResult) -> String {
    result.to_file(conclusion(result)).json()
}

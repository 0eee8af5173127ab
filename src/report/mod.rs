//! What a result looks like: one file per format, each a pure function from an [`Answer`] to text.
//!
//! The terminal table and the Markdown comment show the same [`Section`]s; JSON and CSV hold every
//! metric. Nothing here writes or knows where the text goes: that is `cli`.

pub mod accesses;
mod answer;
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
mod json;
mod markdown;
mod number;
mod origin;
pub mod reference;
pub mod replay;
pub mod saved;
mod section;
pub mod strategies;
pub mod sweep;
mod table;
mod verdict;

pub use answer::Answer;
pub use csv::csv;
pub use hint::hint;
pub use json::json;
pub use markdown::{escaped, markdown};
pub use number::{amount, bytes, percent};
pub use section::{BESIDE, Cell, Section, facts, sections};
pub use table::{Style, columns, expectations, table};
pub use verdict::verdict;

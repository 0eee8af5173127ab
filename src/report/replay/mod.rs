//! How the results of a replay are shown. Outcomes are written one at a time while the log is read, so that
//! a log may be larger than memory; the summary comes in every format.

pub mod accesses;

mod comparison;
mod outcomes;
mod shifts;
mod summary;

pub use comparison::{comparison_csv, comparison_json, comparison_markdown, comparison_table};
pub use outcomes::{CsvOutcomes, JsonOutcomes};
pub use shifts::{shifts_csv, shifts_json, shifts_markdown, shifts_picture, shifts_table};
pub use summary::{summary_markdown, summary_table};

//! What a replay's results look like: outcomes written one by one as they come, so that a log may be
//! larger than memory, and the summary in every format.

mod comparison;
mod csv;
mod json;
mod summary;

pub use comparison::{comparison_csv, comparison_json, comparison_markdown, comparison_table};
pub use csv::CsvOutcomes;
pub use json::JsonOutcomes;
pub use summary::{summary_markdown, summary_table};

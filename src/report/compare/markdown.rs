//! A comparison as a Markdown comment. `cli` prints it for `--format markdown`.

use super::super::markdown::{escaped, section};
use super::sections::sections;
use super::verdict;
use crate::result::ComparisonResult;

/// The comparison as a pull-request comment in GitHub's Markdown.
pub fn markdown(compared: &ComparisonResult) -> String {
    let mut blocks = vec![format!("### Cache budget: compared with {}", escaped(&compared.name))];
    blocks.push(format!("**{}**", escaped(&verdict(compared))));
    let escape = |mut table: crate::report::Section| {
        // The titles and notes of these tables contain names of scenarios and jobs.
        table.title = escaped(&table.title);
        table.note = table.note.as_deref().map(escaped);
        table
    };
    blocks.extend(sections(compared).into_iter().map(escape).map(|table| section(&table)));
    let (basis, again) = (escaped(&compared.basis()), escaped(&compared.reproduce));
    blocks.push(format!("<sub>{basis} Again: {again}</sub>"));
    blocks.join("\n\n") + "\n"
}

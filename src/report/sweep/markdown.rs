//! A sweep as a Markdown comment. `cli` prints it for `--format markdown`.

use super::super::markdown::{escaped, section};
use super::sections::sections;
use super::verdict;
use crate::result::SweepResult;

/// The sweep as a pull-request comment in GitHub's Markdown.
pub fn markdown(swept: &SweepResult) -> String {
    let mut blocks = vec![format!("### Cache budget: {} under other settings", escaped(&swept.plan.name))];
    blocks.push(format!("**{}**", escaped(&verdict(swept))));
    let escape = |mut table: crate::report::Section| {
        // The titles and notes of these tables contain names of axes.
        table.title = escaped(&table.title);
        table.note = table.note.as_deref().map(escaped);
        table
    };
    blocks.extend(sections(swept).into_iter().map(escape).map(|table| section(&table)));
    blocks.push(format!("<sub>{} Reproduce with: {}</sub>", swept.basis(), escaped(&swept.plan.reproduce)));
    blocks.join("\n\n") + "\n"
}

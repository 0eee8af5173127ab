//! A comparison as a pull-request comment of at most twenty lines: the verdict, the best few rows, and everything
//! else folded.

use super::super::markdown::{code, escaped, prepared, prose};
use super::ranked::{edits, ranked};
use super::sections::sections;
use super::sentence::sentences;
use crate::result::ComparisonResult;

/// How many alternatives the comment shows unfolded, after the base.
const ROWS_MAX: usize = 5;

/// The comment in GitHub's Markdown.
pub fn markdown(compared: &ComparisonResult) -> String {
    let mut shown = ranked(compared);
    let left_out = shown.rows.len().saturating_sub(ROWS_MAX + 1);
    shown.rows.truncate(ROWS_MAX + 1);
    let is_whole = left_out == 0 && edits(compared, false).is_none();
    if !is_whole {
        shown.note = (left_out > 0).then(|| format!("{left_out} more below."));
    }
    // A table that is shown whole is not shown again.
    let folded = sections(compared, false).into_iter().skip(usize::from(is_whole));
    let folded: Vec<String> = folded.map(prepared).collect();
    let mut blocks = vec![
        format!("### Cache budget: compared with {}", escaped(compared.base_name())),
        format!("**{}**", prose(&sentences(compared).join(" "))),
        prepared(shown),
    ];
    if !folded.is_empty() {
        let summary = "<details><summary>All rows, what to edit, other limits</summary>";
        blocks.push(format!("{summary}\n\n{}\n\n</details>", folded.join("\n\n")));
    }
    let (basis, reproduce) = (prose(&compared.basis()), code(&compared.reproduce));
    blocks.push(format!("<sub>{basis} Again: {reproduce}</sub>"));
    blocks.join("\n\n") + "\n"
}

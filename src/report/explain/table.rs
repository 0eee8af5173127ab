//! An explanation as text for a terminal. `cli` prints it.

use super::sentence::{paragraphs, title, verdict};
use crate::diagnostic::printable;
use crate::report::Style;
use crate::result::{ExplainedRun, Explanation};

/// The explained job runs for a terminal.
pub fn table(explained: &Explanation, style: Style) -> String {
    let mut blocks: Vec<String> =
        explained.stories.iter().map(|told| story(explained, told, style)).collect();
    blocks.extend(nothing_missed(explained).map(|text| style.bold(&style.wrapped(&text))));
    blocks.push(format!("{}\n{}", style.wrapped(&basis(explained)), printable(&explained.reproduce)));
    blocks.join("\n\n") + "\n"
}

fn story(explained: &Explanation, told: &ExplainedRun, style: Style) -> String {
    let mut blocks = vec![style.bold(&style.wrapped(&title(told))), style.wrapped(&verdict(told))];
    blocks.extend(paragraphs(told, explained.limit).iter().map(|paragraph| style.wrapped(paragraph)));
    blocks.extend(told.section().map(|section| style.section(&section)));
    blocks.join("\n\n")
}

/// The sentence if there is nothing to explain.
pub(super) fn nothing_missed(explained: &Explanation) -> Option<String> {
    let runs = explained.runs;
    explained.stories.is_empty().then(|| match runs {
        1 => "The one matching job run had no misses.".into(),
        _ => format!("None of the {runs} matching job runs had misses."),
    })
}

/// What the explanations are based on.
pub(super) fn basis(explained: &Explanation) -> String {
    // Runs that failed because of their environment come first.
    let failed = explained.stories.iter().any(|told| told.story.was_let_down());
    let what = if failed { "had misses or failed" } else { "had misses" };
    let more = match explained.more {
        0 => String::new(),
        1 => format!(" One more matching job run also {what}."),
        n => format!(" {n} more matching job runs also {what}."),
    };
    format!(
        "This is replication {} of seed {}; sizes, noise and the sweep's minute vary between \
         replications.{more}",
        explained.replication + 1,
        explained.seed
    )
}

//! An explanation as text for a terminal. `cli` prints it.

use super::sentence::{paragraphs, title, verdict};
use crate::diagnostic::printable;
use crate::report::Style;
use crate::result::{ExplainedRun, Explanation};

/// The explained job runs for a terminal.
pub fn table(explained: &Explanation, style: Style) -> String {
    let mut blocks: Vec<String> =
        explained.explained.iter().map(|run| job_run(explained, run, style)).collect();
    blocks.extend(nothing_missed(explained).map(|text| style.bold(&style.wrapped(&text))));
    blocks.push(format!("{}\n{}", style.wrapped(&basis(explained)), printable(&explained.reproduce)));
    blocks.join("\n\n") + "\n"
}

fn job_run(explained: &Explanation, run: &ExplainedRun, style: Style) -> String {
    let mut blocks = vec![style.bold(&style.wrapped(&title(run))), style.wrapped(&verdict(run))];
    blocks.extend(paragraphs(run, explained.limit).iter().map(|paragraph| style.wrapped(paragraph)));
    blocks.extend(run.section().map(|section| style.section(&section)));
    blocks.join("\n\n")
}

/// The sentence if there is nothing to explain.
pub(super) fn nothing_missed(explained: &Explanation) -> Option<String> {
    let runs = explained.runs;
    explained.explained.is_empty().then(|| match runs {
        1 => "The one matching job run had no misses.".into(),
        _ => format!("None of the {runs} matching job runs had misses."),
    })
}

/// What the explanations are based on.
pub(super) fn basis(explained: &Explanation) -> String {
    // Runs that failed because of their environment come first.
    let failed = explained.explained.iter().any(|run| run.why.job.was_let_down());
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

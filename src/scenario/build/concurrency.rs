//! Builds the concurrency group of a workflow or of a job: from one word, or from a table as GitHub has it.

use super::placeholder::Placeholders;
use crate::ci::{CancelInProgress, Concurrency, GroupQueue};
use crate::diagnostic::{Diagnostic, Report};
use crate::scenario::grammar::words;
use crate::scenario::view::View;

/// The group of a workflow's runs that do not name one.
pub(super) const GROUP_OF_RUNS: &str = "{workflow}-{ref}";
/// The group of a job's runs that do not name one.
pub(super) const GROUP_OF_JOBS: &str = "{workflow}-{job}-{leg}-{ref}";

/// The concurrency group under `concurrency`, called `group` if the scenario does not name it; `None` if there
/// is none, or its name was reported.
pub(super) fn concurrency(
    view: View,
    group: &str,
    places: &Placeholders,
    report: &mut Report,
) -> Option<Concurrency> {
    let at = view.span("concurrency");
    let Some(table) = view.table_or_none("concurrency") else {
        let cancel = view.choice("concurrency", &words::CONCURRENCY)?;
        let group = places.template((group, at), report)?;
        return Some(Concurrency { group, cancel, queue: GroupQueue::Single });
    };
    let cancel = match table.word_value("cancel-in-progress", &words::CANCEL_IN_PROGRESS) {
        Some(word) => word,
        None if table.flag("cancel-in-progress") => CancelInProgress::Always,
        None => CancelInProgress::Never,
    };
    let queue = table.choice("queue", &words::GROUP_QUEUES);
    if queue == GroupQueue::Max && cancel == CancelInProgress::Always {
        let message = "`queue = \"max\"` and `cancel-in-progress = true` exclude each other";
        let help = "GitHub refuses a workflow with both: leave one of them out";
        let at = table.span("queue");
        report.push(Diagnostic::error("conflict", message).at(at).help(help));
    }
    let name = if table.has("group") { table.placed_text("group") } else { (group, at) };
    let group = places.template(name, report)?;
    Some(Concurrency { group, cancel, queue })
}

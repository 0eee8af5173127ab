//! Builds the concurrency group of a workflow or of a job: from one word, or from a table as GitHub has it.

use super::placeholder::Placeholders;
use crate::ci::{CancelInProgress, Concurrency, GroupQueue, Job};
use crate::diagnostic::{Diagnostic, Report};
use crate::scenario::grammar::words;
use crate::scenario::view::View;

/// The group of a workflow's runs that do not name one.
pub(super) const GROUP_OF_RUNS: &str = "{workflow}-{ref}";
/// The group of a job's runs that do not name one.
pub(super) const GROUP_OF_JOBS: &str = "{workflow}-{job}-{leg}-{ref}";

/// The concurrency group under `concurrency`, called `group` if the scenario does not name it; `None` if there
/// is none, or its name was reported.
pub(in crate::scenario::build) fn concurrency(
    view: View,
    group: &str,
    places: &Placeholders,
    report: &mut Report,
) -> Option<Concurrency> {
    let at = view.span("concurrency");
    // A job that names no group has one of its own, whatever its id.
    let unnamed = &Placeholders { job_id: None, ..*places };
    let Some(table) = view.table_or_none("concurrency") else {
        let cancel = view.choice("concurrency", &words::CONCURRENCY)?;
        let group = unnamed.template((group, at), report)?;
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
    if table.has("group") && group == GROUP_OF_RUNS {
        refuse_of_jobs(table, report);
    }
    let group = match table.has("group") {
        true => places.template(table.placed_text("group"), report)?,
        false => unnamed.template((group, at), report)?,
    };
    Some(Concurrency { group, cancel, queue })
}

/// Refuses a group of whole runs with a name that only a job has, or with none.
fn refuse_of_jobs(table: View, report: &mut Report) {
    let text = table.text("group");
    let of_job = ["{job}", "{leg}", "{os}", "{arch}"].into_iter().find(|name| text.contains(name));
    let message = match of_job {
        Some(name) => format!("the group of a workflow's runs cannot contain `{name}`, which only a job has"),
        None if text.trim().is_empty() => "a concurrency group needs a name".to_owned(),
        None => return,
    };
    report.push(Diagnostic::error("wrong-key", message).at(table.span("group")));
}

/// Refuses jobs that wait for the group in which their own run is in progress. GitHub finds out and cancels
/// the run.
pub(super) fn refuse_deadlocks(
    name: &str,
    of_runs: &Concurrency,
    jobs: &[Job],
    view: View,
    report: &mut Report,
) {
    let waits =
        |job: &&Job| job.concurrency.as_ref().is_some_and(|group| group.group.is_same_name(&of_runs.group));
    if let Some(job) = jobs.iter().find(waits) {
        let message = format!("`{}` waits for the group that its own run of `{name}` is in", job.group);
        let help = "GitHub cancels such a run: give the job another `concurrency.group`";
        report.push(Diagnostic::error("conflict", message).at(view.span("concurrency")).help(help));
    }
}

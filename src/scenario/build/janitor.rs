//! Builds the workflows that delete entries: those of `[janitor]`, and the one that
//! `cache.delete-closed-after` stands for. What they do is in `ci` and `engine`.

use super::event::read_crons;
use super::names::{position, runner_position};
use crate::ci::{Janitor, JanitorStart, Runner, Workflow};
use crate::client::Deletion;
use crate::diagnostic::{Diagnostic, Report};
use crate::scenario::grammar::words;
use crate::scenario::view::View;
use crate::units::Duration;
use crate::workload::Cron;

/// The most janitors of a scenario.
const JANITORS_MAX: usize = 20;

/// What a janitor can refer to.
pub(super) struct JanitorNames<'a> {
    pub runners: &'a [Runner],
    pub workflows: &'a [Workflow],
}

/// The janitors of a scenario, in its order; that of `cache.delete-closed-after` comes last.
pub(super) fn janitors(root: View, names: &JanitorNames, report: &mut Report) -> Vec<Janitor> {
    let written = root.map("janitor");
    if written.len() > JANITORS_MAX {
        let message = format!("{} janitors are more than {JANITORS_MAX}", written.len());
        report.push(Diagnostic::error("limit-exceeded", message).at(root.span("janitor")));
        return Vec::new();
    }
    let mut all: Vec<Janitor> =
        (0..).zip(&written).filter_map(|(index, (_, view))| janitor(index, *view, names, report)).collect();
    all.extend(of_closed(root.table("cache"), names));
    all
}

/// The workflow that deletes all entries of a closed pull request, if there is one.
fn of_closed(cache: View, names: &JanitorNames) -> Option<Janitor> {
    let runner = names.runners.iter().position(|runner| runner.name == "ubuntu-latest")?;
    cache.has("delete-closed-after").then(|| {
        let after = cache.duration("delete-closed-after");
        let time = after.min(DELETION_MAX);
        Janitor {
            starts: JanitorStart::Closed,
            deletes: Deletion::default(),
            runner,
            wait: after - time,
            time,
        }
    })
}

/// The longest billed time of a job that deletes the entries of one pull request. If `delete-closed-after` is longer, the
/// job starts later, and waiting costs nothing.
const DELETION_MAX: Duration = Duration(2 * Duration::MINUTE.0);

fn janitor(index: u16, view: View, names: &JanitorNames, report: &mut Report) -> Option<Janitor> {
    let starts = start(index, view, names, report);
    let (runner, span) = view.placed_text("runner");
    let runner = runner_position(runner, span, names.runners, report);
    let mut deletes = deletion(view);
    if starts == Some(JanitorStart::Closed) {
        deletes.refs.clear();
    }
    if deletes == Deletion::default() && starts != Some(JanitorStart::Closed) {
        let message = "the janitor does not say what it deletes";
        let help = "write `keep-newest`, `older-than`, `idle-for`, `prefix` or `refs`; `older-than = \"0 s\"` deletes \
                    everything";
        report.push(Diagnostic::error("missing-key", message).at(view.opened_at()).help(help));
    }
    if deletes.prefix.contains('{') {
        let message = "`prefix` takes no placeholders: it is the beginning of the keys as they are listed";
        report.push(Diagnostic::error("wrong-key", message).at(view.span("prefix")));
    }
    Some(Janitor {
        starts: starts?,
        deletes,
        runner: runner?,
        wait: Duration::ZERO,
        time: view.duration("time"),
    })
}

fn deletion(view: View) -> Deletion {
    let duration = |key| view.has(key).then(|| view.duration(key));
    Deletion {
        refs: view.choices("refs", &words::HELD_FOR),
        prefix: view.text("prefix").to_owned(),
        older_than: duration("older-than"),
        idle_for: duration("idle-for"),
        keep_newest: view.has("keep-newest").then(|| view.integer("keep-newest") as u32),
    }
}

/// What starts it; `None` only if a problem was reported.
fn start(index: u16, view: View, names: &JanitorNames, report: &mut Report) -> Option<JanitorStart> {
    let crons = view.texts("cron");
    let written = [view.has("on"), !crons.is_empty(), view.has("after")];
    if written.iter().filter(|written| **written).count() != 1 {
        let message = "a janitor has exactly one of `on`, `cron` and `after`: what starts it";
        let slug = if written.contains(&true) { "conflict" } else { "missing-key" };
        report.push(Diagnostic::error(slug, message).at(view.opened_at()));
        return None;
    }
    if crons.is_empty() && view.is_changed("timezone") {
        let message = "`timezone` has no effect: the janitor has no `cron`";
        report.push(Diagnostic::warning("no-effect", message).at(view.span("timezone")));
    }
    if view.has("on") {
        return Some(view.choice("on", &words::JANITOR_EVENTS).into());
    }
    if view.has("after") {
        let (name, span) = view.placed_text("after");
        let known = names.workflows.iter().map(|workflow| workflow.name.as_str());
        return position(name, span, "workflow", known, report).map(JanitorStart::After);
    }
    let before = report.len();
    let crons = read_crons(Cron::JANITORS + index, view, report);
    (report.len() == before).then_some(JanitorStart::Cron(crons))
}

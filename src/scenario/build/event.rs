//! Builds the events that start a workflow: the words of `on`, its patterns of branches, its crons and the
//! workflows after which it runs.

use super::branch::{DEFAULT, meant};
use super::names::position;
use super::synonym;
use crate::ci::{FollowedRuns, On, PullBases, is_meant, matches};
use crate::diagnostic::{Diagnostic, Report, Span, nearest, printable};
use crate::scenario::grammar::words;
use crate::scenario::view::View;
use crate::workload::{CRONS_MAX, Cron};

/// What stands before the pattern of a pull request's base.
const BASE: &str = "pull_request ";

/// A branch that a pull request comes from; patterns of pushes and of bases may mean it.
pub(super) const HEAD: &str = "pull-1";

/// A temporary branch of the merge queue; patterns of pushes may mean it.
pub(super) const QUEUE: &str = "gh-readonly-queue/main/pr-1-1";

/// All events that start the workflow. `branches` are the names of those besides the default branch.
pub(super) fn events(view: View, branches: &[String], report: &mut Report) -> On {
    let mut on = On::default();
    let (mut pushed, mut bases) = (Vec::new(), Vec::new());
    for (text, span) in view.texts("on") {
        match (words::EVENTS.value(text), text.split_once(' ')) {
            (Some(word), _) => on = on.or(word),
            (None, Some(("push", pattern))) => pushed.extend(checked(pattern, span, report)),
            (None, Some(("pull_request", pattern))) => bases.extend(checked(pattern, span, report)),
            _ => unreachable!("events were checked"),
        }
    }
    warn_of_dead("push ", &pushed, branches, report);
    let patterns = || pushed.iter().map(|(pattern, _)| *pattern);
    on.push_branches = on.push_branches.or(meant(patterns(), branches));
    on.push_main |= is_meant(patterns(), DEFAULT);
    on.push_heads |= is_meant(patterns(), HEAD);
    on.push_queue |= is_meant(patterns(), QUEUE);
    if on.pull_request {
        let why = "`pull_request` already stands for every base";
        bases.iter().for_each(|(pattern, span)| dead(BASE, pattern, why, *span, report));
        return on;
    }
    warn_of_dead(BASE, &bases, branches, report);
    let patterns = || bases.iter().map(|(pattern, _)| *pattern);
    let based = PullBases { branches: meant(patterns(), branches), heads: is_meant(patterns(), HEAD) };
    if !based.is_every() {
        (on.pull_request, on.bases) = (true, based);
    }
    on
}

/// Warns of patterns that no branch matches. `event` is what stands before a pattern in its text. Only the merge queue pushes
/// to its own branches, and no pull request is for one of them.
fn warn_of_dead(event: &str, patterns: &[(&str, Span)], branches: &[String], report: &mut Report) {
    let others = [HEAD, QUEUE].into_iter().filter(|other| event != BASE || *other == HEAD);
    let known = || std::iter::once(DEFAULT).chain(branches.iter().map(String::as_str));
    for (pattern, span) in patterns {
        let name = pattern.strip_prefix('!').unwrap_or(pattern);
        if known().chain(others.clone()).any(|branch| matches(name, branch)) {
            continue;
        }
        if let Some(meant) = synonym::event(event.trim(), pattern) {
            let message = format!(
                "`{event}{}` has no effect: no branch of the scenario has this name",
                printable(pattern)
            );
            let warning = Diagnostic::warning("no-effect", message).at(*span);
            report.push(warning.suggest(*span, format!("\"{meant}\"")));
            continue;
        }
        let why = match nearest(name, known()).filter(|_| !name.contains('*')) {
            Some(near) => format!("no branch of the scenario has this name: did you mean `{near}`?"),
            None => "no branch of the scenario matches it (`[branch.NAME]` adds one)".to_owned(),
        };
        dead(event, pattern, &why, *span, report);
    }
}

fn dead(event: &str, pattern: &str, why: &str, span: Span, report: &mut Report) {
    let message = format!("`{event}{}` has no effect: {why}", printable(pattern));
    report.push(Diagnostic::warning("no-effect", message).at(span));
}

/// A pattern with its place, if it has only what is understood here.
fn checked<'a>(pattern: &'a str, span: Span, report: &mut Report) -> Option<(&'a str, Span)> {
    let pattern = pattern.trim();
    let other = pattern.find(['?', '+', '[', ']']);
    let problem = match other {
        _ if pattern.is_empty() || pattern == "!" => "the pattern is empty".to_owned(),
        _ if pattern.contains(char::is_whitespace) => {
            let message = format!("`{}` names no branch: a ref has no blanks", printable(pattern));
            let help = match pattern.starts_with("tags ") {
                true => "write `push tags`: a push of any tag",
                false => "write each pattern by itself: `[\"push main\", \"push release/*\"]`",
            };
            report.push(Diagnostic::error("wrong-event", message).at(span).help(help));
            return None;
        }
        Some(at) => format!("`{}` in a pattern is not simulated", &pattern[at..=at]),
        None => return Some((pattern, span)),
    };
    let help = "write names of branches with `*`, `**` and a leading `!`";
    report.push(Diagnostic::error("wrong-event", problem).at(span).help(help));
    None
}

/// The schedules of the workflow with this index.
pub(super) fn crons(workflow: u16, view: View, report: &mut Report) -> Vec<Cron> {
    let texts = view.texts("cron");
    if texts.is_empty() && view.is_changed("timezone") {
        let message = "`timezone` has no effect: the workflow has no `cron`";
        report.push(Diagnostic::warning("no-effect", message).at(view.span("timezone")));
    }
    let is_scheduled = view.texts("on").iter().any(|(word, _)| *word == "schedule");
    if !texts.is_empty() && !is_scheduled {
        for key in ["cron", "timezone"].into_iter().filter(|key| view.is_changed(key)) {
            let message = format!("`{key}` has no effect: the workflow does not run on `schedule`");
            report.push(Diagnostic::warning("no-effect", message).at(view.span(key)));
        }
        return Vec::new();
    }
    read_crons(workflow, view, report)
}

/// The crons of a table with `cron` and `timezone`; `number` is that of its workflow or janitor.
pub(super) fn read_crons(number: u16, view: View, report: &mut Report) -> Vec<Cron> {
    let texts = view.texts("cron");
    if texts.len() > CRONS_MAX {
        let message = format!("{} crons are more than {CRONS_MAX}", texts.len());
        report.push(Diagnostic::error("limit-exceeded", message).at(view.span("cron")));
        return Vec::new();
    }
    let zone = view.text("timezone");
    let mut crons = Vec::new();
    for (text, span) in texts {
        match Cron::new(number, text, zone) {
            Ok(cron) => {
                if cron.is_too_frequent() {
                    let message = format!(
                        "`{}` asks for runs less than 5 minutes apart: those have no effect, because GitHub does not \
                         start them",
                        printable(text)
                    );
                    report.push(Diagnostic::warning("no-effect", message).at(span));
                }
                crons.push(cron);
            }
            Err(error) => {
                let message = format!("`{}` in `{}`: {error}", printable(text), printable(zone));
                report.push(Diagnostic::error("wrong-cron", message).at(span));
            }
        }
    }
    crons
}

/// The runs at whose end this workflow starts. Workflows are indices into `names`, and `branches` are the names of those
/// besides the default branch.
pub(super) fn after(view: View, names: &[&str], branches: &[String], report: &mut Report) -> FollowedRuns {
    let after = view.texts("after");
    let follows = view.texts("on").iter().any(|(word, _)| *word == "workflow_run");
    if follows == after.is_empty() {
        let (slug, key, message) = match follows {
            true => ("missing-key", "on", "`workflow_run` needs `after`: the workflows that it waits for"),
            false => {
                ("no-effect", "after", "`after` has no effect: the workflow does not run on `workflow_run`")
            }
        };
        let diagnostic =
            if follows { Diagnostic::error(slug, message) } else { Diagnostic::warning(slug, message) };
        report.push(diagnostic.at(view.span(key)));
        return FollowedRuns::default();
    }
    for key in
        ["after-branches", "after-conclusion"].into_iter().filter(|key| !follows && view.is_changed(key))
    {
        let message = format!("`{key}` has no effect: the workflow does not run on `workflow_run`");
        report.push(Diagnostic::warning("no-effect", message).at(view.span(key)));
    }
    let patterns = view.texts("after-branches").into_iter();
    let patterns: Vec<(&str, Span)> =
        patterns.filter_map(|(text, span)| checked(text, span, report)).collect();
    warn_of_dead("", &patterns, branches, report);
    let mut find = |(name, span)| position(name, span, "workflow", names.iter().copied(), report);
    FollowedRuns {
        workflows: after.into_iter().filter_map(&mut find).collect(),
        branches: patterns.into_iter().map(|(pattern, _)| pattern.to_owned()).collect(),
        end: view.choice("after-conclusion", &words::FOLLOWED_ENDS),
    }
}

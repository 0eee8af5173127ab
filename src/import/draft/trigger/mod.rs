//! The events of a workflow, and those of its jobs, in the words of `on`, and what starts it besides pushes: its crons and
//! the runs that it follows. Beside it: filters by paths, and the groups in which runs wait.
//!
//! Crons are written as far as they are some. GitHub does not start what is wrong, and `check` refuses it, so it is left out
//! with a remark.

pub(super) mod assuming;
pub(super) mod group;
pub(super) mod path_filter;

use super::ledger::Ledger;
use crate::ci::{is_meant, matches};
use crate::diagnostic::{is_hidden, visible};
use crate::import::found::Situation;
use crate::import::toml_text::{TomlLines, list, quoted};
use crate::import::workflow::{AssumedEvent, RunRef, WorkflowTrigger};
use crate::workload::{CRONS_MAX, Cron};
use assuming::{ENDS, ends_followed};

/// A word of `on`, with the event that it stands for.
pub(super) type EventWord = (AssumedEvent, String);

/// Those of these events that a word stands for.
pub(super) fn written(events: &[AssumedEvent], words: &[EventWord]) -> Vec<AssumedEvent> {
    let is_written = |event: &&AssumedEvent| words.iter().any(|(own, _)| own == *event);
    events.iter().filter(is_written).cloned().collect()
}

/// The words for a workflow's triggers, in the order of the file. What no scenario can say is noted as a blank.
pub(super) fn words(
    triggers: &[WorkflowTrigger],
    file: &str,
    default_branch: &str,
    ledger: &mut Ledger,
) -> Vec<EventWord> {
    let mut words = Vec::new();
    // What a call runs stands in the place of the job that calls.
    for trigger in triggers.iter().filter(|trigger| trigger.event != "workflow_call") {
        let own = of_trigger(trigger, file, default_branch, ledger);
        if own.is_empty() {
            let what = match trigger.event.as_str() {
                "pull_request" if trigger.has_branches() => {
                    "pull requests to other branches than the default one are left out".to_owned()
                }
                other if trigger.types.is_empty() => format!("`{other}` is not simulated"),
                other => format!("`{other}` of {} is not simulated", types(trigger)),
            };
            ledger.blank(&format!("{file}:{}", trigger.line), what);
        } else if is_without_pushes(trigger) {
            let what = format!(
                "`{}` of {}: on GitHub a later push to a pull request does not start it, and here each one does",
                trigger.event,
                types(trigger)
            );
            ledger.blank(&format!("{file}:{}", trigger.line), what);
        }
        if own.iter().any(|(_, word)| ["release", "push tags"].contains(&word.as_str())) {
            ledger.on_tags.push(trigger.clone());
        }
        words.extend(own);
        words.extend(of_queue(trigger, &words, ledger));
    }
    words.iter().for_each(|(_, word)| need(word, ledger));
    words
}

/// The types of an event, in words.
fn types(trigger: &WorkflowTrigger) -> String {
    let names: Vec<String> = trigger.types.iter().map(|own| format!("`{}`", visible(own))).collect();
    format!("{} {}", if names.len() == 1 { "type" } else { "types" }, names.join(", "))
}

/// True if pull requests start it when they are opened or so, and later pushes to them do not.
fn is_without_pushes(trigger: &WorkflowTrigger) -> bool {
    let is_of_pulls = ["pull_request", "pull_request_target"].contains(&trigger.event.as_str());
    is_of_pulls && !trigger.types.is_empty() && !trigger.types.iter().any(|own| own == "synchronize")
}

/// A temporary branch of the merge queue. A push to it is a push like any other.
const QUEUE: &str = "gh-readonly-queue/main/pr-1-0000000";

/// The word that lets the merge queue's pushes start a workflow, or keeps them away from it, where its patterns of branches
/// say so and the other words do not.
fn of_queue(trigger: &WorkflowTrigger, words: &[EventWord], ledger: &mut Ledger) -> Option<EventWord> {
    if trigger.event != "push" || !trigger.has_branches() {
        return None;
    }
    let patterns = words.iter().filter_map(|(_, word)| word.strip_prefix("push "));
    let (is_named, is_played) = (trigger.means(QUEUE), is_meant(patterns, QUEUE));
    // Patterns for any branch do not tell that there is a queue.
    let of_queue = |pattern: &&String| pattern.contains("queue") && matches(pattern, QUEUE);
    let named = trigger.branches.iter().find(of_queue).filter(|_| is_named);
    ledger.merge_queue |= named.is_some();
    let word = match (named, is_played) {
        (Some(pattern), false) => format!("push {pattern}"),
        (_, true) if !is_named => "push !gh-readonly-queue/**".to_owned(),
        _ => return None,
    };
    Some((AssumedEvent::push_elsewhere(), word))
}

fn of_trigger(
    trigger: &WorkflowTrigger,
    file: &str,
    default_branch: &str,
    ledger: &mut Ledger,
) -> Vec<EventWord> {
    let events = AssumedEvent::of(std::slice::from_ref(trigger), default_branch);
    let word = |event: &AssumedEvent, word: &str| (event.clone(), word.to_owned());
    // Closing or labelling a pull request is no push to it.
    let is_push =
        |kind: &String| ["opened", "synchronize", "reopened", "ready_for_review"].contains(&kind.as_str());
    let other_types = !trigger.types.is_empty() && !trigger.types.iter().any(is_push);
    let mut words = Vec::new();
    for event in &events {
        match (event.name.as_str(), event.ref_kind) {
            ("push", _) if !trigger.has_branches() && !trigger.has_tags() => {
                let named = if *event == AssumedEvent::push() { "push" } else { "" };
                words.push(word(event, named));
            }
            ("push", RunRef::Default) => words.push(word(event, "push main")),
            ("push", RunRef::Tag) => words.push(word(event, "push tags")),
            ("push", _) if trigger.branches.is_empty() => words.push(word(event, "push **")),
            ("push", _) => {
                words.extend(
                    patterns(trigger, file, default_branch, ledger)
                        .map(|pattern| (event.clone(), format!("push {pattern}"))),
                );
            }
            ("pull_request" | "pull_request_target", _) if other_types => {}
            ("pull_request", _) if trigger.branches.is_empty() && !trigger.means(default_branch) => {}
            ("pull_request", _) if trigger.branches.is_empty() => words.push(word(event, "pull_request")),
            ("pull_request", _) => {
                if trigger.means(default_branch) {
                    words.push(word(event, "pull_request main"));
                }
                let others = patterns(trigger, file, default_branch, ledger);
                words.extend(others.map(|pattern| (event.clone(), format!("pull_request {pattern}"))));
            }
            (
                name @ ("pull_request_target"
                | "merge_group"
                | "schedule"
                | "workflow_dispatch"
                | "repository_dispatch"
                | "issue_comment"
                | "workflow_run"
                | "release"),
                _,
            ) => words.push(word(event, name)),
            _ => {}
        }
    }
    let mut pushed = words.iter().filter_map(|(_, word)| word.strip_prefix("push ")).peekable();
    let is_filtered = trigger.event == "push" && trigger.has_branches() && pushed.peek().is_some();
    if is_filtered && !trigger.means(default_branch) && is_meant(pushed, MAIN) {
        words.push(word(&AssumedEvent::push_elsewhere(), NOT_MAIN));
    }
    words
}

/// The default branch in a scenario, and the word that leaves it out of patterns.
const MAIN: &str = "main";
const NOT_MAIN: &str = "push !main";

/// The words of `on` for the pushes that a job runs on where all pushes start its workflow.
fn pushes(events: &[AssumedEvent]) -> Vec<&'static str> {
    let has = |kind: RunRef| events.iter().any(|event| event.name == "push" && event.ref_kind == kind);
    let (main, others, tags) = (has(RunRef::Default), has(RunRef::Branch), has(RunRef::Tag));
    if main && others && tags {
        return vec!["push"];
    }
    let branches: &[&str] = match (main, others) {
        (true, true) => &["push **"],
        (true, false) => &["push main"],
        (false, true) => &["push **", NOT_MAIN],
        (false, false) => &[],
    };
    branches.iter().copied().chain(tags.then_some("push tags")).collect()
}

/// The words of `on` for these events.
pub(super) fn own_words(words: &[EventWord], events: &[AssumedEvent]) -> Vec<String> {
    let of = |(event, word): &EventWord| match word.as_str() {
        "push" => pushes(events).into_iter().map(str::to_owned).collect(),
        "" => Vec::new(),
        _ if events.contains(event) => vec![word.clone()],
        _ => Vec::new(),
    };
    words.iter().flat_map(of).collect()
}

/// The patterns for branches besides the default branch that scenarios understand. A branch is made for each.
fn patterns<'a>(
    trigger: &'a WorkflowTrigger,
    file: &str,
    default_branch: &'a str,
    ledger: &mut Ledger,
) -> impl Iterator<Item = &'a str> {
    let is_plain = |pattern: &&String| {
        !pattern.contains(['?', '+', '[', ']', '!'])
            && may_be_a_ref(pattern)
            && *pattern != default_branch
            && pattern.as_str() != "main"
            && !pattern.starts_with("gh-readonly-queue/")
    };
    let mut all = trigger.branches.iter();
    let other = all.find(|pattern| pattern.contains(['?', '+', '[', ']']) || !may_be_a_ref(pattern));
    if let Some(other) = other {
        let what = format!(
            "`{}` of `branches`: a scenario has no such pattern, and these branches are left out",
            visible(other)
        );
        ledger.blank(&format!("{file}:{}", trigger.line), what);
    }
    // A pattern of stars alone means the default branch, too, and the branches of pull requests.
    let plain = trigger.branches.iter().filter(is_plain).map(String::as_str);
    let (patterns, absent): (Vec<&str>, Vec<&str>) =
        plain.partition(|pattern| ledger.may_have_branch(pattern));
    // Workflows name both usual default branches, to be copied.
    for pattern in absent.into_iter().filter(|pattern| *pattern != "master") {
        let what = format!("`{}` of `branches`: the repository has no such branch", visible(pattern));
        ledger.blank(&format!("{file}:{}", trigger.line), what);
    }
    for pattern in patterns.iter().filter(|pattern| pattern.contains(char::is_alphanumeric)) {
        if ledger.branches.len() < BRANCHES_MAX {
            let name = pattern.replace("**", "*").replace('*', "1.x");
            ledger.branches.entry(name).or_insert_with(|| (*pattern).to_owned());
        }
    }
    patterns.into_iter()
}

/// False if the pattern is empty, or has a space or an invisible character. Git allows none of it as the name of a branch.
fn may_be_a_ref(pattern: &str) -> bool {
    !pattern.is_empty()
        && !pattern.chars().any(|letter| letter.is_whitespace() || letter.is_control() || is_hidden(letter))
}

/// The most branches that are made.
const BRANCHES_MAX: usize = 20;

fn need(word: &str, ledger: &mut Ledger) {
    match word {
        "merge_group" => ledger.merge_queue = true,
        "workflow_dispatch" => drop(ledger.rates.insert("workflow_dispatch")),
        "repository_dispatch" => drop(ledger.rates.insert("repository_dispatch")),
        "issue_comment" => drop(ledger.rates.insert("issue_comment")),
        _ => {}
    }
}

/// The zone of crons that name none.
const ZONE: &str = "UTC";

/// Writes `cron` and `timezone`.
pub(super) fn schedule(triggers: &[WorkflowTrigger], lines: &mut TomlLines) {
    let written: Vec<_> = triggers.iter().flat_map(|on| &on.crons).collect();
    let (zones, unknown): (Vec<&str>, Vec<&str>) =
        written.iter().filter_map(|(_, zone)| zone.as_deref()).partition(|zone| is_cron("0 0 * * *", zone));
    let zone = zones.first().copied();
    let fields = written.iter().map(|(fields, _)| fields.as_str());
    let (mut crons, wrong): (Vec<&str>, Vec<&str>) =
        fields.partition(|fields| is_cron(fields, zone.unwrap_or(ZONE)));
    for text in unknown.iter().chain(&wrong) {
        lines.remark(&format!("left out of `schedule`, because it is wrong: `{text}`"));
    }
    if crons.len() > CRONS_MAX {
        lines.remark(&format!(
            "left out of `schedule`: all after the first {CRONS_MAX} of {} crons",
            crons.len()
        ));
        crons.truncate(CRONS_MAX);
    }
    if !crons.is_empty() {
        lines.value("cron", &list(crons.iter().copied()), "");
    }
    if let Some(zone) = zone.filter(|_| !crons.is_empty()) {
        lines.value("timezone", &quoted(zone), "");
    }
}

fn is_cron(fields: &str, zone: &str) -> bool {
    Cron::new(0, fields, zone).is_ok()
}

/// Writes `after-branches` and `after-conclusion`. `base` has `workflow_run` as its event.
pub(super) fn followed(base: Situation, lines: &mut TomlLines, ledger: &mut Ledger) {
    let (file, default_branch) = (base.workflow, &base.sources.own_name.default_branch);
    let Some(trigger) = file.triggers.iter().find(|trigger| trigger.event == "workflow_run") else { return };
    let named =
        |pattern: &String| if pattern == default_branch { "main".to_owned() } else { pattern.clone() };
    let mut patterns: Vec<String> = trigger.branches.iter().map(named).collect();
    if patterns.is_empty() && !trigger.branches_ignore.is_empty() {
        let ignored = trigger.branches_ignore.iter().map(|pattern| format!("!{}", named(pattern)));
        patterns = std::iter::once("**".to_owned()).chain(ignored).collect();
    }
    patterns.retain(|pattern| !pattern.contains(['?', '+', '[', ']']));
    if !patterns.is_empty() {
        lines.value("after-branches", &list(patterns.iter().map(String::as_str)), "");
    }
    let ends = ends_followed(base);
    let (word, played): (&str, &[&str]) = match &ends[..] {
        ["success"] => ("success", &["success"]),
        ["failure", ..] => ("failure", &["failure"]),
        _ => ("any", &ENDS),
    };
    if word != "any" {
        lines.value("after-conclusion", &quoted(word), "if");
    }
    let place = format!("{}:{}", file.path, trigger.line);
    let differs = |end: &&&str| !ends.is_empty() && ends.contains(*end) != played.contains(*end);
    for end in ENDS.iter().filter(differs) {
        let (github, here) =
            if ends.contains(end) { ("starts", "does not") } else { ("does nothing", "does something") };
        ledger.blank(
            &place,
            format!("after a run that ends with {end} it {github} on GitHub, and here it {here}"),
        );
    }
}

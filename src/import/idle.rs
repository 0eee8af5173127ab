//! Lines of a draft on which nothing in it depends: `check` would warn of them.

use crate::diagnostic::Diagnostic;
use crate::scenario;
use std::collections::BTreeSet;
use std::io::Write;

/// The draft without the lines on which nothing in it depends: `measured` ones, such as how often a lock file changes that
/// no key contains, and those that only sometimes have an effect.
/// `events` is the event log beside it.
pub(super) fn without_idle(text: String, measured: &BTreeSet<usize>, events: Option<(&str, &str)>) -> String {
    let may_be_idle = |line: &str| NEUTRAL.iter().any(|start| line.starts_with(start));
    let is_condition =
        |line: &str| CONDITIONS.iter().any(|(start, end, _)| line.starts_with(start) && line.ends_with(end));
    let has_none = !text.lines().any(|line| may_be_idle(line) || is_condition(line));
    if measured.is_empty() && !text.contains("[[image.") && has_none {
        return text;
    }
    let told = told_lines(&text, events).unwrap_or_default();
    let idle: BTreeSet<usize> = told.iter().map(|(number, _)| *number).collect();
    let says_nothing = |number: usize, line: &str| {
        let is_meant = |(start, end, word): &(&str, &str, &str)| {
            let mut own = told.iter().filter(|(other, _)| *other == number);
            line.starts_with(start) && line.ends_with(end) && own.any(|(_, message)| message.contains(word))
        };
        CONDITIONS.iter().any(is_meant)
    };
    let mut in_step = false;
    let kept = (1..).zip(text.lines()).filter(|(number, line)| {
        if line.starts_with('[') {
            in_step = line.starts_with("[[image.");
        }
        // `mode` says nothing where an image has one stage.
        let is_value = (in_step && !line.starts_with('[')) || *line == "mode = \"max\"";
        let may_go = is_value || may_be_idle(line) || measured.contains(number);
        !(may_go && idle.contains(number) || says_nothing(*number, line))
    });
    kept.map(|(_, line)| format!("{line}\n")).collect()
}

/// The beginnings of lines that may go where they have no effect: what is written for every job or step that says it.
const NEUTRAL: [&str; 4] = ["if = ", "cache-mode = ", "fail-fast = ", "path = "];

/// The beginnings and ends of lines that a job's `if`, or the label of its runner, is written as, with what `check` says of one
/// that decides nothing.
const CONDITIONS: [(&str, &str, &str); 3] = [
    ("on = ", "# if", "runs on every event"),
    ("paths = ", "# if", "has no effect"),
    ("cores = ", "# its label", "has no effect"),
];

/// The lines of a draft of which `check` says something, given the event log beside it; `None` if it is no scenario.
pub(super) fn idle_lines(text: &str, events: Option<(&str, &str)>) -> Option<BTreeSet<usize>> {
    Some(told_lines(text, events)?.into_iter().map(|(number, _)| number).collect())
}

/// Those lines, each with what `check` says.
fn told_lines(text: &str, events: Option<(&str, &str)>) -> Option<Vec<(usize, String)>> {
    let folder = tempfile::tempdir().ok()?;
    let written = |name: &str, text: &str| {
        let mut file = tempfile::Builder::new().prefix(name).rand_bytes(0).tempfile_in(folder.path()).ok()?;
        file.write_all(text.as_bytes()).ok()?;
        Some(file)
    };
    let _beside = events.map(|(name, text)| written(name, text));
    let file = written("draft.toml", text)?;
    let loaded = scenario::load(file.path(), &[]).ok()?;
    let report = &loaded.report;
    let line = |found: &Diagnostic| Some((report.sources.position(found.span?).line, found.message.clone()));
    Some(report.diagnostics().into_iter().filter_map(line).collect())
}

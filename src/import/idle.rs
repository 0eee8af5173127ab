//! Lines of a draft on which nothing in it depends: `check` would warn of them.

use crate::scenario;
use std::collections::BTreeSet;
use std::io::Write;

/// The draft without the lines on which nothing in it depends: `measured` ones, such as how often a lock file changes that
/// no key contains, and those that only sometimes have an effect.
/// `events` is the event log beside it.
pub(super) fn without_idle(text: String, measured: &BTreeSet<usize>, events: Option<(&str, &str)>) -> String {
    let may_be_idle = |line: &str| NEUTRAL.iter().any(|start| line.starts_with(start));
    if measured.is_empty() && !text.contains("[[image.") && !text.lines().any(may_be_idle) {
        return text;
    }
    let idle = idle_lines(&text, events).unwrap_or_default();
    let mut in_step = false;
    let kept = (1..).zip(text.lines()).filter(|(number, line)| {
        if line.starts_with('[') {
            in_step = line.starts_with("[[image.");
        }
        // `mode` says nothing where an image has one stage.
        let is_value = (in_step && !line.starts_with('[')) || *line == "mode = \"max\"";
        !((is_value || may_be_idle(line) || measured.contains(number)) && idle.contains(number))
    });
    kept.map(|(_, line)| format!("{line}\n")).collect()
}

/// The beginnings of lines that may go where they have no effect: what is written for every job or step that says it.
const NEUTRAL: [&str; 3] = ["if = ", "cache-mode = ", "path = "];

/// The lines of a draft of which `check` says something, given the event log beside it; `None` if it is no scenario.
pub(super) fn idle_lines(text: &str, events: Option<(&str, &str)>) -> Option<BTreeSet<usize>> {
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
    let spans = report.diagnostics().into_iter().filter_map(|found| found.span);
    Some(spans.map(|span| report.sources.position(span).line).collect())
}

//! The comments at the top of a scenario: what it is of, what is left blank, what is left out, what records tell.

use super::ledger::Ledger;
use crate::import::sources::RepositorySources;
use crate::import::toml_text::TomlLines;
use crate::units::counted;
use std::collections::BTreeSet;

/// Why a workflow is left out whose caches are all in another service than GitHub's.
pub(super) const ELSEWHERE: &str = "its caches are in a service of the runners' provider";

/// Writes them.
pub(super) fn head(
    lines: &mut TomlLines,
    sources: &RepositorySources,
    ledger: &Ledger,
    left_out: &[(String, &'static str)],
) {
    lines.remark(&format!(
        "Imported from the workflows of {}. A comment says where a line comes from.",
        sources.name
    ));
    let whole = left_out.iter().filter(|(_, why)| *why == ELSEWHERE).count();
    if ledger.elsewhere > 0 || whole > 0 {
        let counts = [
            (ledger.elsewhere, counted(ledger.elsewhere, "cache", "caches")),
            (whole, format!("the caches of {}", counted(whole, "workflow", "workflows"))),
        ];
        let said = counts.into_iter().filter(|(count, _)| *count > 0).map(|(_, words)| words);
        lines.remark(&format!(
            "This is GitHub's cache alone. Left out: {} on runners whose provider has a cache service of its own.",
            said.collect::<Vec<_>>().join(" and ")
        ));
    }
    lines.remark("What no file tells is `assumed`, with its range at the end; `gh cache list` and run times replace it.");
    if !ledger.blanks.is_empty() {
        lines.remark("Left blank, because the files do not decide it or a scenario cannot say it:");
    }
    blanks(lines, ledger);
    if !left_out.is_empty() {
        lines.remark("Left out:");
    }
    files(lines, left_out);
    if !ledger.calibration.remarks.is_empty() {
        lines.remark("Seen in the records:");
    }
    for remark in &ledger.calibration.remarks {
        lines.remark(&format!("- {remark}"));
    }
}

/// What is left blank. What is said of many jobs in the same words is said once.
fn blanks(lines: &mut TomlLines, ledger: &Ledger) {
    let names: BTreeSet<&str> = ledger.shown.iter().map(|(_, job, _)| job.as_str()).collect();
    let mut reasons: Vec<(String, Vec<&(String, String)>)> = Vec::new();
    for blank in &ledger.blanks {
        let reason = without_jobs(&blank.1, &names);
        match reasons.iter_mut().find(|(own, _)| *own == reason) {
            Some((_, places)) => places.push(blank),
            None => reasons.push((reason, vec![blank])),
        }
    }
    for (_, places) in reasons {
        let (shown, more) = match places.len() {
            ..=PLACES_ALONE => (&places[..], String::new()),
            count => (&places[..1], format!(" (and in {} more places)", count - 1)),
        };
        for (place, what) in shown {
            lines.remark(&format!("- {place}{more}: {what}"));
        }
    }
}

/// The most places of one reason that have a line each.
const PLACES_ALONE: usize = 2;

/// A sentence without the names of jobs in it.
fn without_jobs(what: &str, names: &BTreeSet<&str>) -> String {
    let is_job = |word: &str| {
        let is_called = |name: &&str| name.strip_suffix(word).is_some_and(|rest| rest.ends_with('-'));
        names.contains(word) || names.iter().any(is_called)
    };
    let words = what.split('`').enumerate();
    let parts = words.map(|(at, word)| if at % 2 == 1 && is_job(word) { "" } else { word });
    parts.collect::<Vec<_>>().join("`")
}

/// The most files of one reason that have a line each, and the files of a line where there are more.
const FILES_ALONE: usize = 3;
const FILES_LINE: usize = 8;

/// The workflows that are not in the scenario.
fn files(lines: &mut TomlLines, left_out: &[(String, &'static str)]) {
    let reasons: BTreeSet<&str> = left_out.iter().map(|(_, why)| *why).collect();
    for why in reasons {
        let files: Vec<&str> =
            left_out.iter().filter(|(_, own)| *own == why).map(|(file, _)| file.as_str()).collect();
        let each = if files.len() > FILES_ALONE { FILES_LINE } else { 1 };
        for some in files.chunks(each) {
            let each = if some.len() > 1 { "each of " } else { "" };
            lines.remark(&format!("- {each}{}: {why}", some.join(", ")));
        }
    }
}

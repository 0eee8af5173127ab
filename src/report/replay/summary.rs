//! A log replayed under one limit, for a terminal and as a Markdown comment. `cli` prints it.

use crate::diagnostic::Style;
use crate::experiment::replay::ReplayedLog;
use crate::replay::{RestoreAnswer, SaveAnswer};
use crate::report::markdown::escaped;
use crate::report::number::{bytes as size, limit as limit_text, percent};
use crate::report::section::Cell;
use crate::report::table::columns;
use crate::units::counted;

/// For a terminal: the answer in a sentence, then what was counted.
pub fn summary_table(summary: &ReplayedLog, style: Style) -> String {
    let table = columns(HEADINGS, &rows(summary), style.width);
    format!("{}\n\n{table}\n", style.bold(&style.wrapped(&sentence(summary))))
}

/// As a pull-request comment in GitHub's Markdown.
pub fn summary_markdown(summary: &ReplayedLog) -> String {
    let rows = rows(summary).into_iter().map(|cells| {
        let [Cell::Name(what) | Cell::Number(what), Cell::Name(count) | Cell::Number(count)] = &cells[..]
        else {
            unreachable!("each row has two cells")
        };
        format!("| {} | {count} |", escaped(what))
    });
    let rows: Vec<String> = rows.collect();
    let head = "| | count |\n| --- | --- |";
    format!("**{}**\n\n{head}\n{}\n", escaped(&sentence(summary)), rows.join("\n"))
}

const HEADINGS: &[&str] = &["", "count"];

fn rows(summary: &ReplayedLog) -> Vec<Vec<Cell>> {
    let tally = &summary.tally;
    let mut rows: Vec<(String, String)> = Vec::new();
    for found in RestoreAnswer::ALL {
        rows.push((format!("restore: {}", words(found.name())), tally.found(found).to_string()));
    }
    for saved in SaveAnswer::ALL {
        rows.push((format!("save: {}", words(saved.name())), tally.saved(saved).to_string()));
    }
    let gone = |(entries, bytes): (u64, u128)| format!("{entries} ({})", size(bytes as f64));
    rows.push(("evicted for size".into(), gone(tally.evicted)));
    rows.push(("expired (idle)".into(), gone(tally.expired)));
    rows.push(("deleted".into(), tally.deleted.to_string()));
    rows.push(("stored bytes, peak".into(), size(tally.peak.as_f64())));
    rows.push(("stored bytes, final".into(), size(summary.bytes.as_f64())));
    rows.into_iter().map(|(what, count)| vec![Cell::Name(what), Cell::Number(count)]).collect()
}

fn words(name: &str) -> String {
    name.replace('_', " ")
}

fn sentence(summary: &ReplayedLog) -> String {
    let ReplayedLog { tally, limit, bytes, entries, .. } = summary;
    let held = counted(entries.len(), "entry is", "entries are");
    let stored = format!("{} in {held} stored at the end", size(bytes.as_f64()));
    if tally.restores() == 0 {
        return format!("At {}, nothing was restored; {stored}.", limit_text(*limit));
    }
    format!(
        "At {}, {} of {} hit ({} exactly, {} by prefix); {} evicted for size and {} expired; {stored}.",
        limit_text(*limit),
        percent(tally.hit_ratio()),
        counted(tally.restores(), "restore", "restores"),
        tally.found(RestoreAnswer::Exact),
        tally.found(RestoreAnswer::Prefix),
        counted(tally.evicted.0, "entry was", "entries were"),
        tally.expired.0
    )
}

//! A log replayed under several limits, in every format. `cli` prints it.

use crate::diagnostic::Style;
use crate::replay::{ComparisonRow, RestoreAnswer};
use crate::report::markdown::escaped;
use crate::report::number::{bytes as size, limit as limit_text, percent};
use crate::report::section::Cell;
use crate::report::table::columns;
use crate::result::LimitsFile;
use crate::units::counted;

/// For a terminal: a sentence, then a row per limit. `unsized_misses` is the number of misses of unknown
/// size, which the byte hit ratio leaves out.
pub fn comparison_table(rows: &[ComparisonRow], unsized_misses: u64, style: Style) -> String {
    let cells: Vec<Vec<Cell>> = rows.iter().map(cells).collect();
    let table = columns(HEADINGS, &cells, style.width);
    let note = style.wrapped(&note(unsized_misses));
    format!("{}\n\n{table}\n\n{note}\n", style.bold(&style.wrapped(&sentence(rows))))
}

/// As a comment in GitHub's Markdown.
pub fn comparison_markdown(rows: &[ComparisonRow], unsized_misses: u64) -> String {
    let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    let mut lines = vec![format!("**{}**\n", escaped(&sentence(rows)))];
    lines.push(line(HEADINGS.iter().map(|heading| heading.to_string()).collect()));
    lines.push(line(HEADINGS.iter().map(|_| "---".into()).collect()));
    lines.extend(rows.iter().map(|row| line(texts(row).to_vec())));
    format!("{}\n\n{}\n", lines.join("\n"), escaped(&note(unsized_misses)))
}

/// As JSON, schema version 1: a result per limit and, as an upper bound, one without a limit.
pub fn comparison_json(rows: &[ComparisonRow], skipped: u64, unsized_misses: u64) -> String {
    LimitsFile::of(rows, skipped, unsized_misses).json()
}

/// As CSV. In the row without a limit, that cell is empty.
pub fn comparison_csv(rows: &[ComparisonRow]) -> String {
    let head =
        "limit_bytes,restores,hits,exact,hit_ratio,byte_hit_ratio,evictions,expired,peak_bytes,final_bytes";
    let line = |row: &ComparisonRow| {
        let limit = row.limit.map_or(String::new(), |limit| limit.0.to_string());
        let tally = &row.tally;
        let (restores, hits, exact) = (tally.restores(), tally.hits(), tally.found(RestoreAnswer::Exact));
        let (ratio, bytes) = (tally.hit_ratio(), row.byte_hit_ratio);
        let (evicted, expired) = (tally.evicted.0, tally.expired.0);
        let (peak, stored) = (tally.peak.0, row.bytes.0);
        format!("{limit},{restores},{hits},{exact},{ratio},{bytes},{evicted},{expired},{peak},{stored}")
    };
    format!("{head}\n{}\n", rows.iter().map(line).collect::<Vec<_>>().join("\n"))
}

const HEADINGS: &[&str] =
    &["limit", "restores", "hits", "exact hits", "hit ratio", "byte hit ratio", "evicted", "peak bytes"];

fn texts(row: &ComparisonRow) -> [String; 8] {
    let tally = &row.tally;
    [
        row.limit.map_or("none".into(), limit_text),
        tally.restores().to_string(),
        tally.hits().to_string(),
        tally.found(RestoreAnswer::Exact).to_string(),
        percent(tally.hit_ratio()),
        percent(row.byte_hit_ratio),
        tally.evicted.0.to_string(),
        size(tally.peak.as_f64()),
    ]
}

fn cells(row: &ComparisonRow) -> Vec<Cell> {
    texts(row).map(Cell::Number).to_vec()
}

/// The hit ratio under the first limit, from where on it no longer changes, and without a limit.
fn sentence(rows: &[ComparisonRow]) -> String {
    let Some((unlimited, limited)) = rows.split_last() else { return String::new() };
    let Some(first) = limited.first() else { return String::new() };
    let restores = counted(unlimited.tally.restores(), "restore", "restores");
    let share = |row: &ComparisonRow| percent(row.tally.hit_ratio());
    let limit = |row: &ComparisonRow| row.limit.map_or(String::new(), limit_text);
    let settled = limited.iter().rev().take_while(|row| row.tally.hits() == unlimited.tally.hits());
    let rest = match settled.last() {
        Some(row) if std::ptr::eq(row, first) => ", as without a limit".to_owned(),
        Some(row) => format!("; from {} on, {} do, as without a limit", limit(row), share(unlimited)),
        None => format!("{} and {} without a limit", between(limited), share(unlimited)),
    };
    format!("Of {restores}, {} hit at {}{rest}.", share(first), limit(first))
}

/// The hit ratio at the last of several limits.
fn between(limited: &[ComparisonRow]) -> String {
    match limited {
        [_, .., last] => {
            let limit = last.limit.map_or(String::new(), limit_text);
            format!(", {} at {limit}", percent(last.tally.hit_ratio()))
        }
        _ => String::new(),
    }
}

fn note(unsized_misses: u64) -> String {
    let rule = "Each limit was replayed exactly. A missed entry is saved again only if the log contains \
        the save.";
    match unsized_misses {
        0 => rule.into(),
        n => {
            let misses = counted(n, "miss", "misses");
            format!(
                "{rule} The byte hit ratio leaves out {misses} of unknown size: no later line saves what they asked for."
            )
        }
    }
}

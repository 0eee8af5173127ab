//! The miss-ratio curve of a replayed trace, in every format: a row per limit. `cli replay` prints it.

use crate::diagnostic::Style;
use crate::experiment::replay::ReplayedAccesses;
use crate::mrc::{Mrc, MrcPoint};
use crate::replay::{CAUTION, LoggedRequests};
use crate::report::section::Cell;
use crate::report::table::columns;
use crate::report::{bytes, percent};
use crate::result::{TraceFile, TraceResultRow};
use crate::units::counted;

const HEADINGS: [&str; 8] =
    ["limit", "requests", "hits", "hit ratio", "byte hit ratio", "written", "evictions", "an entry lives"];

/// The curve for a terminal.
pub fn table(replayed: &ReplayedAccesses, style: Style) -> String {
    let rows: Vec<Vec<Cell>> =
        replayed.curve.results.iter().map(|result| cells(result).map(Cell::Number).to_vec()).collect();
    format!(
        "{}\n\n{}\n\n{}\n{}\n",
        style.bold(&style.wrapped(&answer(&replayed.curve))),
        columns(&HEADINGS, &rows, style.width),
        style.wrapped(&facts(replayed)),
        style.wrapped(CAUTION)
    )
}

/// The curve as a comment in GitHub's Markdown.
pub fn markdown(replayed: &ReplayedAccesses) -> String {
    let row = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let rows: String = replayed.curve.results.iter().map(|result| row(&cells(result))).collect();
    let head = row(&HEADINGS.map(String::from)) + &row(&HEADINGS.map(|_| "---:".to_owned()));
    format!("**{}**\n\n{head}{rows}\n{}\n\n{CAUTION}\n", answer(&replayed.curve), facts(replayed))
}

/// The curve as JSON: a result per limit, in the order requested.
pub fn json(replayed: &ReplayedAccesses) -> String {
    TraceFile::of(&replayed.curve, replayed.log).json()
}

/// The curve as CSV. CSV has no room for the cautions; the caller prints [`remarks`] separately.
pub fn csv(replayed: &ReplayedAccesses) -> String {
    let mut text = String::from(
        "limit_bytes,requests,hits,misses,hit_ratio,byte_hit_ratio,written_bytes,evictions,lifetime_hours\n",
    );
    for result in &replayed.curve.results {
        let TraceResultRow { limit_bytes, requests, hits, misses, hit_ratio, byte_hit_ratio, .. } =
            TraceResultRow::of(result);
        let TraceResultRow { written_bytes, evictions, lifetime_hours, .. } = TraceResultRow::of(result);
        let hours = lifetime_hours.map_or(String::new(), |hours| hours.to_string());
        text += &format!(
            "{limit_bytes},{requests},{hits},{misses},{hit_ratio},{byte_hit_ratio},{written_bytes},{evictions},{hours}\n"
        );
    }
    text
}

/// What a reader should know about the trace besides the results.
pub fn remarks(ReplayedAccesses { curve: replayed, .. }: &ReplayedAccesses) -> String {
    let mut text = String::new();
    if replayed.skipped > 0 {
        text += &format!(
            "warning: {} skipped\n",
            counted(replayed.skipped, "malformed row was", "malformed rows were")
        );
    }
    if replayed.resized > 0 {
        let rows = counted(replayed.resized, "row gives", "rows give");
        text += &format!("warning: {rows} a known key a different size; the size in its first row is used\n");
    }
    text
}

/// The result in a sentence: the first and the last row of the table.
fn answer(replayed: &Mrc) -> String {
    let at = |result: &MrcPoint| (percent(result.hit_ratio()), crate::report::number::limit(result.limit));
    match &replayed.results[..] {
        [] => "No limit was given.".to_owned(),
        [only] => {
            let (share, limit) = at(only);
            format!("{share} of {} hit at {limit}.", counted(only.requests, "request", "requests"))
        }
        [first, .., last] => {
            let ((low, smallest), (high, largest)) = (at(first), at(last));
            let requests = counted(first.requests, "request", "requests");
            format!("{low} of {requests} hit at {smallest}, {high} at {largest}.")
        }
    }
}

fn facts(ReplayedAccesses { curve, log }: &ReplayedAccesses) -> String {
    let objects = counted(curve.objects, "distinct key", "distinct keys");
    let footprint = bytes(curve.footprint.as_f64());
    let facts = format!("{objects}, {footprint} in all: at that limit or above, nothing is evicted.");
    log.as_ref().map_or(facts.clone(), |log| format!("{facts} {}", requests(log)))
}

/// What the requests of a log's curve are, and what they leave out.
pub fn requests(LoggedRequests { restores, found, stored }: &LoggedRequests) -> String {
    let left_out = match restores - found {
        0 => String::new(),
        1 => " The other restore finds nothing there: it has no size and is left out.".to_owned(),
        others => {
            format!(" The other {others} restores find nothing there: they have no size and are left out.")
        }
    };
    format!(
        "Requests are the restores that find an entry in a cache without a limit ({found} of {restores}), and the saves \
         that are stored there ({stored}), each of which stands for a miss.{left_out}"
    )
}

fn cells(result: &MrcPoint) -> [String; 8] {
    [
        crate::report::number::limit(result.limit),
        result.requests.to_string(),
        result.hits.to_string(),
        percent(result.hit_ratio()),
        percent(result.byte_hit_ratio()),
        bytes(result.written().as_f64()),
        result.evictions.to_string(),
        result.lifetime.map_or("for ever".into(), |lifetime| lifetime.to_string()),
    ]
}

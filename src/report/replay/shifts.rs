//! A log replayed at several phases of the minute, in every format. `cli` prints it.

use crate::diagnostic::Style;
use crate::replay::{RestoreAnswer, SaveAnswer, ShiftRow};
use crate::report::charts::PhasePicture;
use crate::report::markdown::escaped;
use crate::report::number::percent;
use crate::report::section::Cell;
use crate::report::table::columns;
use crate::result::ShiftsFile;
use crate::units::{Duration, SimTime, counted};

/// For a terminal: a sentence, then a row per shift.
pub fn shifts_table(rows: &[ShiftRow], style: Style) -> String {
    let cells: Vec<Vec<Cell>> = rows.iter().map(|row| texts(row).map(Cell::Number).to_vec()).collect();
    let table = columns(HEADINGS, &cells, style.width);
    format!("{}\n\n{table}\n\n{}\n", style.bold(&style.wrapped(&sentence(rows))), style.wrapped(NOTE))
}

/// As a comment in GitHub's Markdown.
pub fn shifts_markdown(rows: &[ShiftRow]) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let head = line(HEADINGS.iter().map(|heading| (*heading).to_owned()).collect());
    let rule = line(HEADINGS.iter().map(|_| "---:".to_owned()).collect());
    let body: String = rows.iter().map(|row| line(texts(row).to_vec())).collect();
    format!("**{}**\n\n{head}{rule}{body}\n{NOTE}\n", escaped(&sentence(rows)))
}

/// As JSON, schema version 1: a result per shift.
pub fn shifts_json(rows: &[ShiftRow], skipped: u64) -> String {
    ShiftsFile::of(rows, skipped).json()
}

/// As CSV.
pub fn shifts_csv(rows: &[ShiftRow]) -> String {
    let mut text = "shift_seconds,saves,saves_refused,restores,restores_refused,hits\n".to_owned();
    for ShiftRow { shift, tally } in rows {
        let (saves, refused) = (tally.saves(), tally.saved(SaveAnswer::RateLimited));
        let (restores, unread) = (tally.restores(), tally.found(RestoreAnswer::RateLimited));
        text += &format!("{},{saves},{refused},{restores},{unread},{}\n", shift.as_secs_f64(), tally.hits());
    }
    text
}

/// As a picture: the share of saves that is refused, by the second of the minute of the first operation, which was
/// recorded at `begun`.
pub fn shifts_picture(begun: Option<SimTime>, rows: &[ShiftRow]) -> PhasePicture {
    let begun = begun.unwrap_or(SimTime(0));
    let second =
        |row: &ShiftRow| Duration((begun + row.shift).0.rem_euclid(Duration::MINUTE.0)).as_secs_f64();
    let replayed = rows.iter().map(|row| (second(row), refused_share(row))).collect();
    PhasePicture { replayed, ..PhasePicture::default() }
}

const HEADINGS: &[&str] =
    &["later by", "saves", "refused", "refused share", "restores", "refused", "hits", "hit ratio"];

const NOTE: &str =
    "The minutes of the rate limits are those of the clock. Each row is the same log, begun later.";

fn texts(row: &ShiftRow) -> [String; 8] {
    let tally = &row.tally;
    [
        seconds(row),
        tally.saves().to_string(),
        tally.saved(SaveAnswer::RateLimited).to_string(),
        percent(refused_share(row)),
        tally.restores().to_string(),
        tally.found(RestoreAnswer::RateLimited).to_string(),
        tally.hits().to_string(),
        percent(tally.hit_ratio()),
    ]
}

/// The shift in seconds, which minutes are compared by.
fn seconds(row: &ShiftRow) -> String {
    format!("{} s", row.shift.as_secs_f64())
}

fn refused_share(row: &ShiftRow) -> f64 {
    let saves = row.tally.saves();
    if saves == 0 { 0.0 } else { row.tally.saved(SaveAnswer::RateLimited) as f64 / saves as f64 }
}

fn sentence(rows: &[ShiftRow]) -> String {
    let by_share = |a: &&ShiftRow, b: &&ShiftRow| refused_share(a).total_cmp(&refused_share(b));
    let ends = (rows.iter().min_by(by_share), rows.iter().max_by(by_share));
    let (Some(least), Some(most)) = ends else { return String::new() };
    let saves = counted(least.tally.saves(), "save", "saves");
    if refused_share(least).total_cmp(&refused_share(most)).is_eq() {
        let refused = least.tally.saved(SaveAnswer::RateLimited);
        return format!("Of {saves}, the rate limit refuses {refused}, at whichever second the log begins.");
    }
    let refused = |row: &ShiftRow| {
        let count = row.tally.saved(SaveAnswer::RateLimited);
        format!("{count} ({}) {} later", percent(refused_share(row)), seconds(row))
    };
    format!("Of {saves}, the rate limit refuses from {} to {}.", refused(least), refused(most))
}

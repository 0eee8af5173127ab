//! Reads the tables of `gh cache list`: aligned on a terminal, separated by tabs in a pipe. Both have the id,
//! key, size, creation and last access of each entry, and neither its ref nor its version; a terminal shows
//! ages in place of times.

use super::super::operation::believable;
use super::super::problem::{EntryProblems, InputProblem, InputProblems};
use super::snapshot::{ListedEntry, Snapshot};
use super::{ENTRIES_MAX, age, checked_key, not_a_listing};
use crate::units::Bytes;
use jiff::Timestamp;

/// The names above the columns.
const HEADER: [&str; 5] = ["ID", "KEY", "SIZE", "CREATED", "ACCESSED"];

/// Reads a table.
///
/// # Errors
/// All problems, up to [`InputProblems::MAX`], each with its line and column.
pub(super) fn read(text: &str) -> Result<Snapshot, InputProblems> {
    let mut snapshot = Snapshot { is_rounded: true, ..Snapshot::default() };
    let mut problems = EntryProblems::default();
    let mut is_table = false;
    for (line, number) in text.lines().zip(1..) {
        let plain = without_colours(line);
        let line = plain.trim_end();
        let total = total(line);
        snapshot.total = total.or(snapshot.total);
        is_table |= is_header(line) || total.is_some() || fields(line).is_some();
        if line.trim().is_empty() || is_header(line) || total.is_some() {
            continue;
        }
        match row(line, number, &mut snapshot) {
            Ok(entry) => snapshot.entries.push(entry),
            Err(problem) => problems.add(&problem.message.clone(), || problem),
        }
        if problems.is_full() || snapshot.entries.len() > ENTRIES_MAX {
            break;
        }
    }
    if !is_table {
        return Err(not_a_listing("is not a listing").into());
    }
    let problems = problems.finish("rows");
    if problems.is_empty() { Ok(snapshot.arranged()) } else { Err(problems) }
}

fn is_header(line: &str) -> bool {
    line.split_whitespace().eq(HEADER)
}

/// The number of caches in `Showing 30 of 46 caches in owner/name`.
fn total(line: &str) -> Option<u64> {
    let (_, rest) = line.strip_prefix("Showing ")?.split_once(" of ")?;
    let (total, rest) = rest.split_once(' ')?;
    rest.starts_with("cache").then(|| total.parse().ok())?
}

/// The line without the escape sequences of colours, which a recorded terminal has.
fn without_colours(line: &str) -> String {
    let mut pieces = line.split("\u{1b}[");
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.find(|letter: char| !letter.is_ascii_digit() && letter != ';');
        match end.filter(|end| piece[*end..].starts_with('m')) {
            Some(end) => plain += &piece[end + 1..],
            None => plain.extend(["\u{1b}[", piece]),
        }
    }
    plain
}

fn row(line: &str, number: u64, snapshot: &mut Snapshot) -> Result<ListedEntry, InputProblem> {
    let not_a_row = || {
        let columns = HEADER.join(", ");
        InputProblem::new(number, format!("is not a row of `gh cache list` ({columns})"))
    };
    let [id, key, size, created, accessed] = fields(line).ok_or_else(not_a_row)?;
    let at = |field: &str, message: String| {
        let column = field.as_ptr() as usize - line.as_ptr() as usize + 1;
        InputProblem { line: number, column: Some(column as u64), message }
    };
    let size_bytes = size.parse::<Bytes>().map_err(|error| error.to_string());
    let size_bytes = size_bytes.and_then(|size| believable(size.0)).map_err(|message| at(size, message))?;
    let mut time = |field: &'_ str| match instant(field, snapshot) {
        Some(time) => Ok(time),
        None => Err(at(field, format!("`{field}` is not a time such as 2026-06-30T19:28:23Z or an age"))),
    };
    let (created, accessed) = (time(created)?, time(accessed)?);
    let entry = ListedEntry {
        row: number,
        id: Some(id.parse().map_err(|_| at(id, format!("`{id}` is not the id of an entry")))?),
        reference: None,
        key: checked_key(key.trim().to_owned()).map_err(|message| at(key, message))?,
        version: None,
        size: size_bytes,
        created: created.or(accessed),
        accessed: accessed.or(created),
    };
    snapshot.unaccessed += u64::from(accessed.is_none() && created.is_some());
    snapshot.cut_keys += u64::from(entry.key.ends_with('…') || entry.key.ends_with("..."));
    Ok(entry)
}

/// A time or an age; `Some(None)` if the field is empty.
fn instant(field: &str, snapshot: &mut Snapshot) -> Option<Option<Timestamp>> {
    if field.trim().is_empty() {
        return Some(None);
    }
    if let Ok(time) = field.trim().parse::<Timestamp>() {
        return Some(super::known(time));
    }
    let age = age::instant(field)?;
    snapshot.is_relative = true;
    Some(Some(age))
}

/// The five fields of a line, in either form of a table.
fn fields(line: &str) -> Option<[&str; 5]> {
    if line.contains('\t') { tabbed(line) } else { aligned(line) }
}

/// The five fields of a line in a pipe. A key has no tab.
fn tabbed(line: &str) -> Option<[&str; 5]> {
    let fields: Vec<&str> = line.split('\t').collect();
    fields.try_into().ok()
}

/// The five fields of a line on a terminal, where at least two spaces separate columns. A key may have
/// spaces, so the fields around it are taken from both ends.
fn aligned(line: &str) -> Option<[&str; 5]> {
    let (rest, accessed) = line.rsplit_once("  ")?;
    let (rest, created) = rest.trim_end().rsplit_once("  ")?;
    let (rest, size) = rest.trim_end().rsplit_once("  ")?;
    let (id, key) = rest.trim().split_once("  ")?;
    Some([id.trim(), key.trim(), size.trim(), created.trim(), accessed.trim()])
}

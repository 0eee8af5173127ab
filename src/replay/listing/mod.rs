//! Listings of stored entries: what `gh cache list` prints, as JSON or as a table, and what GitHub's REST API
//! returns. [`snapshot`](read_snapshot()) reads any of them, as far as they are known; [`read`] gives what a
//! replay needs to begin with. `cli` and `experiment` pass the bytes; nothing here opens a file.

mod age;
mod branch;
mod encoding;
mod gh;
mod json;
mod place;
mod snapshot;
mod table;
mod wrong_times;

pub use branch::default_branch;
pub(crate) use encoding::decoded;
pub use gh::{Listed, gh};
pub(crate) use place::JsonPlace;
pub use snapshot::{Completeness, GH_ROWS, ListedEntry, PAGE_ROWS, Snapshot};
pub use wrong_times::{Ahead, WrongTimes};

use super::operation::StatedEntry;
use super::problem::{InputProblem, InputProblems};
use crate::diagnostic::FileKind;
use crate::units::SimTime;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// The most entries of a listing; each of them takes about 300 bytes of memory.
pub const ENTRIES_MAX: usize = 1_000_000;
/// The longest key that is read. GitHub accepts 512 characters.
pub const KEY_CHARS_MAX: usize = 2_048;

/// Reads a listing: gh's JSON, gh's table, or pages of the REST API (one, several one after the other, or an
/// array of them), in UTF-8 or UTF-16. Unknown fields are ignored. Only `key` and `sizeInBytes` are required.
///
/// # Errors
/// All problems, up to [`InputProblems::MAX`], with line and column.
pub fn read_snapshot(bytes: &[u8]) -> Result<Snapshot, InputProblems> {
    parsed(bytes, false)
}

/// Reads a listing for a replay. `ref`, `version` and `id` may be missing, and so may the time of creation or
/// of last access, but not both.
///
/// Entries are returned in the order of eviction: oldest access first, to the nanosecond.
///
/// # Errors
/// All problems, up to [`InputProblems::MAX`], with line and column.
pub fn read(bytes: &[u8]) -> Result<Vec<StatedEntry>, InputProblems> {
    let snapshot = parsed(bytes, true)?;
    if snapshot.is_relative {
        let message = "has ages in place of times: write the listing with `gh cache list --json …`";
        return Err(InputProblem::new(0, message).into());
    }
    Ok(snapshot.entries.into_iter().filter_map(stated).collect())
}

fn parsed(bytes: &[u8], needs_times: bool) -> Result<Snapshot, InputProblems> {
    let text = decoded(bytes)?;
    if let Some(told) = FileKind::stranger(text.as_bytes(), &[FileKind::Listing]) {
        return Err(InputProblem::new(0, told).into());
    }
    let snapshot = match text.trim_start().chars().next() {
        None => return Err(not_a_listing("is empty").into()),
        Some('<') => return Err(not_a_listing("is a page in HTML or XML, not a listing").into()),
        Some('[' | '{') => json::read(&text, needs_times)?,
        Some(_) => table::read(&text)?,
    };
    if snapshot.entries.len() > ENTRIES_MAX {
        let message = format!("more than {ENTRIES_MAX} entries: pass fewer, for example those of one ref");
        return Err(InputProblem::new(0, message).into());
    }
    Ok(snapshot)
}

/// The entry as a replay needs it; `None` if it has no time.
fn stated(entry: ListedEntry) -> Option<StatedEntry> {
    let (created, accessed) = (entry.created_at()?, entry.accessed_at()?);
    let ListedEntry { id, reference, key, version, size, .. } = entry;
    Some(StatedEntry { id, reference, key, version: version.unwrap_or_default(), size, created, accessed })
}

/// Removes versions, for a log that does not name any. If a key has several versions, only the newest entry is found:
/// the others keep theirs, under which nothing looks, and occupy space.
pub fn without_versions(entries: Vec<StatedEntry>) -> Vec<StatedEntry> {
    let place = |entry: &StatedEntry| (entry.reference.clone(), entry.key.clone());
    let mut newest: BTreeMap<_, SimTime> = BTreeMap::new();
    for entry in &entries {
        let created = newest.entry(place(entry)).or_insert(entry.created);
        *created = entry.created.max(*created);
    }
    let mut found = BTreeSet::new();
    let mut without = |entry: StatedEntry| {
        let is_found = newest[&place(&entry)] == entry.created && found.insert(place(&entry));
        if is_found { StatedEntry { version: String::new(), ..entry } } else { entry }
    };
    entries.into_iter().map(&mut without).collect()
}

/// The problem of a whole file, with its remedy.
fn not_a_listing(what: &str) -> InputProblem {
    let fields = "id,key,ref,version,sizeInBytes,createdAt,lastAccessedAt";
    InputProblem::new(0, format!("{what}: pass the output of `gh cache list --limit 10000 --json {fields}`"))
}

/// The key, unless it is empty or too long.
fn checked_key(key: String) -> Result<String, String> {
    if key.is_empty() {
        return Err("`key` is empty".into());
    }
    match key.chars().nth(KEY_CHARS_MAX) {
        None => Ok(key),
        Some(_) => Err(format!("`key` has more than {KEY_CHARS_MAX} characters; GitHub accepts 512")),
    }
}

/// A time as it is listed; `None` if gh does not know it.
///
/// # Errors
/// What a time looks like, or that this one is too late to be counted with.
fn time(text: &str) -> Result<Option<Timestamp>, &'static str> {
    let text = text.trim();
    let is_late = || text.trim_end_matches('Z').parse::<jiff::civil::DateTime>().is_ok();
    text.parse().map(known).map_err(|_| match is_late() && text.ends_with('Z') {
        true => "is later than any time that can be counted with",
        false => "is not a time: write for example 2026-06-30T19:28:23Z",
    })
}

/// gh writes the zero time, year 1, if it does not know a time.
fn known(time: Timestamp) -> Option<Timestamp> {
    const YEAR_2: i64 = -62_104_060_800;
    (time.as_second() >= YEAR_2).then_some(time)
}

//! The tables of a diagnosis. The terminal and the Markdown comment show the same ones.

use super::verdict::{lacks_refs, span};
use crate::report::{Cell, Section, percent};
use crate::result::{Diagnosis, EvictableEntry, FamilyHolding, KeepNewest, ListingChange};
use crate::units::Bytes;

/// How many rows a table has without `--details`.
const ROWS_MAX: usize = 8;
/// How many rows a table has with them. JSON and CSV have all.
const DETAILS_MAX: usize = 100;

/// The tables, without those that have no rows.
pub(super) fn of(diagnosis: &Diagnosis, details: bool) -> Vec<Section> {
    let most = if details { DETAILS_MAX } else { ROWS_MAX };
    let mut all = vec![families(diagnosis, most), refs(diagnosis), next(diagnosis, most)];
    if details {
        all.extend([clients(diagnosis), single_refs(diagnosis), danger(diagnosis), keep(diagnosis)]);
        all.extend([times(diagnosis), unreachable(diagnosis)]);
    }
    all.push(changes(diagnosis));
    all.into_iter().filter(|section| !section.rows.is_empty()).collect()
}

fn size(bytes: u64) -> Cell {
    Cell::Number(Bytes(bytes).in_binary())
}

fn number(number: u64) -> Cell {
    Cell::Number(number.to_string())
}

fn name(text: &str) -> Cell {
    Cell::Name(text.to_owned())
}

/// The longest pattern, key and ref that a table shows whole. JSON and CSV have all of them.
const NAME_MAX: usize = 32;
const KEY_MAX: usize = 26;
const REF_MAX: usize = 16;

/// A long text without its middle.
fn shortened(text: &str, most: usize) -> String {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() <= most {
        return text.to_owned();
    }
    let (start, end) = (&letters[..most * 3 / 5], &letters[letters.len() - (most * 2 / 5 - 1)..]);
    start.iter().chain(&['…']).chain(end).collect()
}

/// A ref as people write it: `main`, `pull/7`.
fn short(reference: &str) -> &str {
    let reference = reference.strip_prefix("refs/").unwrap_or(reference);
    let reference = reference.strip_prefix("heads/").unwrap_or(reference);
    match reference.strip_suffix("/merge") {
        Some(pull) if pull.starts_with("pull/") => pull,
        _ => reference,
    }
}

fn ref_name(reference: &str) -> Cell {
    Cell::Name(shortened(short(reference), REF_MAX))
}

/// The note on rows that are not shown.
fn further(all: usize, most: usize, what: &str) -> Option<String> {
    let more = all.checked_sub(most).filter(|more| *more > 0)?;
    Some(format!("And {more} more, {what}."))
}

pub(super) fn families(diagnosis: &Diagnosis, most: usize) -> Section {
    // Without refs, the newest of each ref are at least the newest of all.
    let lacks_refs = lacks_refs(diagnosis);
    let refs = |refs: u64| if lacks_refs { Cell::Number("-".into()) } else { number(refs) };
    let least = if lacks_refs { "≥ " } else { "" };
    let row = |family: &FamilyHolding| {
        vec![
            Cell::Name(shortened(&family.pattern, NAME_MAX)),
            name(&family.client),
            number(family.entries),
            size(family.bytes),
            refs(family.refs),
            Cell::Number(format!("{least}{}", Bytes(family.newest_only_bytes).in_binary())),
        ]
    };
    let mut rows: Vec<Vec<Cell>> = diagnosis.families.iter().take(most).map(row).collect();
    let mut headings = vec!["key family", "client", "entries", "holds", "refs", "newest only"];
    if diagnosis.families.iter().any(|family| family.scenario.is_some()) {
        headings.push("a miss costs");
        for (row, family) in rows.iter_mut().zip(&diagnosis.families) {
            let minutes =
                family.scenario.as_ref().map(|known| format!("{:.0} min", known.minutes_if_missing));
            row.push(Cell::Number(minutes.unwrap_or_else(|| "-".into())));
        }
    }
    let note = further(diagnosis.families.len(), most, "which hold less");
    Section { title: "What holds it".into(), headings, rows, note }
}

/// The class of a ref in words.
pub(super) fn class(label: &str) -> &str {
    match label {
        "main" => "default branch",
        "pull_request_open" => "open pull requests",
        "pull_request_closed" => "closed pull requests",
        "pull_request" => "pull requests (open or closed: not known)",
        "merge_queue" => "merge queue",
        "tag" => "tags",
        "other" => "other branches",
        _ => "refs that are not listed",
    }
}

fn refs(diagnosis: &Diagnosis) -> Section {
    let rows = diagnosis.refs.iter().map(|row| {
        let share = row.bytes as f64 / (diagnosis.usage_bytes as f64).max(1.0);
        vec![name(class(&row.r#ref)), number(row.entries), size(row.bytes), Cell::Number(percent(share))]
    });
    let headings = vec!["for", "entries", "holds", "share"];
    let note = format!("All that some run can still restore needs a limit of {}.", needed(diagnosis));
    Section { title: "For whom".into(), headings, rows: rows.collect(), note: Some(note) }
}

/// The size of all that some run can restore; a range where a listing does not tell.
pub(super) fn needed(diagnosis: &Diagnosis) -> String {
    let Diagnosis { unreachable_low_bytes: low, unreachable_high_bytes: high, .. } = diagnosis;
    let without = |dead: u64| Bytes(diagnosis.usage_bytes.saturating_sub(dead)).in_binary();
    match low == high {
        true => without(*low),
        false => format!("{} to {}", without(*high), without(*low)),
    }
}

fn evictable(row: &EvictableEntry) -> Vec<Cell> {
    vec![
        number(row.id),
        Cell::Name(shortened(&row.key, KEY_MAX)),
        ref_name(&row.r#ref),
        size(row.bytes),
        Cell::Number(row.idle_hours.map_or("-".into(), |hours| span(hours.max(0.0)))),
        name(&row.reachable),
    ]
}

const EVICTABLE: [&str; 6] = ["id", "key", "ref", "size", "idle", "of use"];

pub(super) fn next(diagnosis: &Diagnosis, most: usize) -> Section {
    let next = &diagnosis.next_to_evict;
    let (rows, title) = match next.is_empty() {
        true => (&diagnosis.then_evicted, "First to go once the limit is reached"),
        false => (next, "What the next sweep removes, in order"),
    };
    // Without a sweep that removes anything, a few rows are enough.
    let most = if next.is_empty() { most.min(3) } else { most };
    let note = if next.is_empty() { None } else { further(next.len(), most, "which follow") };
    let rows = rows.iter().take(most).map(evictable).collect();
    Section { title: title.into(), headings: EVICTABLE.to_vec(), rows, note }
}

fn danger(diagnosis: &Diagnosis) -> Section {
    let rows = diagnosis.in_danger.iter().take(DETAILS_MAX).map(evictable).collect();
    let written = diagnosis.written_last_day_bytes.unwrap_or(0);
    let title = format!(
        "In danger: of use, and gone once as much is written as in the last 24 hours ({})",
        Bytes(written).in_binary()
    );
    let note = further(diagnosis.in_danger.len(), DETAILS_MAX, "which follow");
    Section { title, headings: EVICTABLE.to_vec(), rows, note }
}

fn clients(diagnosis: &Diagnosis) -> Section {
    let row = |(client, entries, bytes): (&str, u64, u64)| vec![name(client), number(entries), size(bytes)];
    let rows = diagnosis.clients.iter().map(|of| row((&of.client, of.entries, of.bytes)));
    let headings = vec!["client", "entries", "holds"];
    Section { title: "By client".into(), headings, rows: rows.collect(), note: None }
}

fn single_refs(diagnosis: &Diagnosis) -> Section {
    let rows = diagnosis
        .single_refs
        .iter()
        .map(|of| vec![ref_name(&of.r#ref), name(class(&of.class)), number(of.entries), size(of.bytes)]);
    let headings = vec!["ref", "among", "entries", "holds"];
    Section { title: "The refs that hold most".into(), headings, rows: rows.collect(), note: None }
}

fn keep(diagnosis: &Diagnosis) -> Section {
    let row = |keep: &KeepNewest| {
        vec![number(keep.n), size(keep.kept_bytes), number(keep.freed_entries), size(keep.freed_bytes)]
    };
    let rows = diagnosis.keep_newest.iter().map(row).collect();
    let headings = vec!["newest kept", "stay", "entries deleted", "freed"];
    let note = "Generations differ only in a hash, date, run or commit, and count per ref. Matrix values, systems, \
                processors and toolchains are never folded.";
    Section {
        title: "If only the newest generations are kept".into(),
        headings,
        rows,
        note: Some(note.into()),
    }
}

fn times(diagnosis: &Diagnosis) -> Section {
    let mut rows = Vec::new();
    let mut add = |what: &str, hours: Option<f64>, prefix: &str| {
        rows.extend(hours.map(|hours| vec![name(what), Cell::Number(format!("{prefix}{}", span(hours)))]));
    };
    add("oldest last access", diagnosis.oldest_access_hours, "");
    add("age at eviction", diagnosis.eviction_age_hours, "");
    let least = if diagnosis.characteristic_is_lower_bound { "≥ " } else { "" };
    add("characteristic time: the limit's worth of accesses", diagnosis.characteristic_hours, least);
    Section { title: "Ages".into(), headings: vec!["", "time"], rows, note: None }
}

fn unreachable(diagnosis: &Diagnosis) -> Section {
    let words = |reason: &str| match reason {
        "superseded" => "a newer generation is on the same ref",
        "perhaps_superseded" => "perhaps: a newer generation may have replaced it",
        // Results of earlier versions.
        "superseded_but_read" => "likewise, but accessed since, or its ref is not known",
        "closed_pull_request" => "its pull request is closed",
        "merge_queue" => "its merge queue branch is temporary",
        "pull_request" => "perhaps: its pull request may be closed",
        _ => "perhaps: only another run on its tag can read it",
    };
    let rows = diagnosis.unreachable.iter();
    let rows = rows.map(|row| vec![name(words(&row.reason)), number(row.entries), size(row.bytes)]);
    let headings = vec!["because", "entries", "hold"];
    Section { title: "What no restore can reach".into(), headings, rows: rows.collect(), note: None }
}

fn changes(diagnosis: &Diagnosis) -> Section {
    let rate = |bytes: Option<f64>| {
        bytes.map_or("-".into(), |bytes| format!("{}/h", Bytes(bytes as u64).in_binary()))
    };
    let shown = |prefix: &str, hours: Option<f64>| {
        Cell::Number(hours.map_or("-".into(), |hours| format!("{prefix}{}", span(hours))))
    };
    let row = |change: &ListingChange| {
        let order = match (change.removed_entries, change.removed_out_of_order) {
            (0, _) => "-".to_owned(),
            (_, 0) => "yes".to_owned(),
            (_, n) => format!("not {n}"),
        };
        vec![
            Cell::Number(change.to.map_or("-".into(), |to| to.to_string())),
            shown("", change.hours),
            size(change.written_bytes),
            Cell::Number(rate(change.written_bytes_per_hour)),
            size(change.removed_bytes),
            Cell::Number(order),
            shown("≤ ", change.hit_age_hours),
        ]
    };
    let rows = diagnosis.changes.iter().map(row).collect();
    let headings = vec![
        "until",
        "after",
        "written",
        "per hour",
        "removed",
        "oldest access first",
        "age at a hit, at most",
    ];
    let new = &diagnosis.new_families;
    let new = (!new.is_empty()).then(|| format!("New since the first listing: {}.", new.join(", ")));
    Section { title: "Between the listings".into(), headings, rows, note: new }
}

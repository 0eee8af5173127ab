//! What makes a listing doubtful as the beginning of a simulation: a part of it is missing, or something in it
//! cannot be right. `initial.rs` reports it.

use crate::diagnostic::{Diagnostic, printable};
use crate::replay::listing::{Ahead, Completeness, ListedEntry, Snapshot, WrongTimes};
use std::collections::{BTreeMap, BTreeSet};

/// All doubts about a listing, as warnings.
pub(super) fn doubts(snapshot: &Snapshot) -> impl Iterator<Item = Diagnostic> {
    let counted = counted(snapshot).into_iter().filter(|(count, ..)| *count > 0);
    let mut all: Vec<_> = counted.map(|(count, one, many)| told(count, one, many)).collect();
    all.extend(cut(snapshot));
    all.extend(snapshot.wrong_times().ahead.map(ahead));
    all.extend(unknown_refs(snapshot));
    all.into_iter().map(|message| Diagnostic::warning("doubtful-listing", message))
}

/// `1 entry …` or `3 entries …`.
fn told(count: u64, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

/// How many rows have a fault, with what is to be said of one and of several.
fn counted(snapshot: &Snapshot) -> [(u64, &'static str, &'static str); 9] {
    let WrongTimes { early, late, swapped, .. } = snapshot.wrong_times();
    let count =
        |test: fn(&ListedEntry) -> bool| snapshot.entries.iter().filter(|entry| test(entry)).count() as u64;
    [
        (
            early,
            "listed entry is dated before 2019, when there was no cache: its time is wrong",
            "listed entries are dated before 2019, when there was no cache: their times are wrong",
        ),
        (
            late,
            "listed entry is dated after 2099: its time is wrong, and the simulation begins with it",
            "listed entries are dated after 2099: their times are wrong, and the simulation begins with the last",
        ),
        (
            swapped,
            "listed entry was accessed before it was created: it counts as accessed at its creation",
            "listed entries were accessed before they were created: they count as accessed at their creation",
        ),
        (
            snapshot.repeated,
            "row repeats the id of another one: the entry counts once",
            "rows repeat the id of another one: each entry counts once",
        ),
        (
            ids_of_several(snapshot),
            "id is listed with several keys: each of its rows counts as an entry",
            "ids are listed with several keys: each of their rows counts as an entry",
        ),
        (
            twins(snapshot),
            "row has the ref, key and version of another one: it occupies space, and nothing restores it",
            "rows have the ref, key and version of other ones: they occupy space, and nothing restores them",
        ),
        (
            count(|entry| entry.reference.is_none()),
            "listed entry has no ref: it counts as one of the default branch",
            "listed entries have no ref: they count as those of the default branch",
        ),
        (
            count(|entry| entry.accessed.is_none()),
            "listed entry has no times: it counts as just accessed",
            "listed entries have no times: they count as just accessed",
        ),
        (
            snapshot.cut_keys,
            "listed key is cut by the width of a terminal: write the listing with `--json`",
            "listed keys are cut by the width of a terminal: write the listing with `--json`",
        ),
    ]
}

/// How many ids have rows with different keys.
fn ids_of_several(snapshot: &Snapshot) -> u64 {
    let mut keys: BTreeMap<u64, BTreeSet<&str>> = BTreeMap::new();
    for entry in &snapshot.entries {
        if let Some(id) = entry.id.filter(|id| *id > 0) {
            keys.entry(id).or_default().insert(&entry.key);
        }
    }
    keys.values().filter(|keys| keys.len() > 1).count() as u64
}

/// How many rows have the identity of an earlier one.
fn twins(snapshot: &Snapshot) -> u64 {
    let identity = |entry: &ListedEntry| (entry.reference.clone(), entry.key.clone(), entry.version.clone());
    let versioned = || snapshot.entries.iter().filter(|entry| entry.version.is_some());
    let different: BTreeSet<_> = versioned().map(identity).collect();
    (versioned().count() - different.len()) as u64
}

fn cut(snapshot: &Snapshot) -> Option<String> {
    let remedy = "the simulation begins without them; list all with `gh cache list --limit 10000 --json …`";
    match snapshot.completeness() {
        Completeness::Cut { missing } => {
            Some(format!("{missing} entries of the repository are not listed: {remedy}"))
        }
        Completeness::LooksCut => {
            let rows = snapshot.entries.len();
            Some(format!(
                "the listing has exactly {rows} rows, so more entries are probably missing: {remedy}"
            ))
        }
        Completeness::Complete | Completeness::Unknown => None,
    }
}

fn ahead(Ahead { entries, from, days }: Ahead) -> String {
    let remedy = "the simulation begins with the newest time; correct the listing if that is wrong";
    let which = match entries {
        1 => format!("1 listed entry is dated {from}"),
        n => format!("{n} listed entries are dated {from} or later"),
    };
    format!("{which}, {days:.0} days after all others: {remedy}")
}

/// The warning of refs that no run can have.
fn unknown_refs(snapshot: &Snapshot) -> Option<String> {
    let refs = snapshot.entries.iter().filter_map(|entry| entry.reference.as_deref());
    let unknown: Vec<&str> = refs.filter(|reference| !is_ref(reference)).collect();
    let first = printable(unknown.first()?);
    let (one, many) = ("listed entry has a ref", "listed entries have refs");
    let which = told(unknown.len() as u64, one, many);
    Some(format!("{which} that no run has, such as `{first}`: nothing restores what is stored there"))
}

/// True for a branch, a tag, or a pull request with its number.
fn is_ref(reference: &str) -> bool {
    let named = |prefix| reference.strip_prefix(prefix).is_some_and(|name: &str| !name.is_empty());
    let pull = reference.strip_prefix("refs/pull/").and_then(|rest| rest.split_once('/'));
    let is_pull =
        pull.is_some_and(|(number, what)| number.parse::<u64>().is_ok() && ["merge", "head"].contains(&what));
    named("refs/heads/") || named("refs/tags/") || is_pull
}

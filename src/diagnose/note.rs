//! What a reader should know of the listings before trusting the figures: that one is cut, lacks a column, or has
//! times that cannot be right.

use super::scope::ScopeClass;
use super::{CacheListing, Circumstances};
use crate::replay::listing::{Ahead, Completeness, GH_ROWS, ListedEntry, Snapshot, WrongTimes};
use crate::result::Diagnosis;

/// The notes, the most important first.
pub fn notes(
    listings: &[CacheListing],
    diagnosis: &Diagnosis,
    circumstances: &Circumstances,
    main: &str,
) -> Vec<String> {
    let Some(last) = listings.last().map(|listing| &listing.snapshot) else { return vec![] };
    let mut notes: Vec<String> =
        [cut(last), times(last), accesses(last), columns(last)].into_iter().flatten().collect();
    notes.extend(wrong_times(last, circumstances));
    notes.extend(pulls(diagnosis, circumstances));
    notes.extend(counted(last.repeated, "rows repeat an entry that is listed already: each counts once"));
    notes.extend(counted(last.cut_keys, "keys are cut by the width of a terminal: use `--json`, or a pipe"));
    if diagnosis.entries > 0 && !last.entries.iter().any(|entry| entry.reference.as_deref() == Some(main)) {
        let shown = main.trim_start_matches("refs/heads/");
        let any = last.entries.iter().any(|entry| entry.reference.is_some());
        let note =
            format!("nothing is held for the default branch {shown}: name another one with --default-branch");
        notes.extend(any.then_some(note));
    }
    notes
}

fn cut(snapshot: &Snapshot) -> Option<String> {
    let rows = snapshot.entries.len();
    let remedy = "list all with `gh cache list --limit 10000 --json …`";
    let gone = "those not listed were accessed earlier and go first";
    let and = if snapshot.is_newest_first { format!(", and {gone}") } else { String::new() };
    match snapshot.completeness() {
        Completeness::Cut { missing } => {
            let missing = crate::units::counted(missing, "entry is", "entries are");
            Some(format!("{missing} not listed: all sums are lower bounds{and}; {remedy}"))
        }
        Completeness::LooksCut => {
            let whose = if rows == GH_ROWS { "gh's default" } else { "a full page" };
            let sums = "all sums are taken for lower bounds";
            Some(format!(
                "the listing has exactly {rows} rows, {whose}, and is probably cut: {sums}{and}; {remedy}"
            ))
        }
        Completeness::Complete | Completeness::Unknown => None,
    }
}

fn times(snapshot: &Snapshot) -> Option<String> {
    let without = snapshot.entries.iter().filter(|entry| entry.accessed.is_none()).count();
    match (without, snapshot.entries.len()) {
        (0, _) if snapshot.is_relative => Some(
            "the listing has ages in place of times, so the order of eviction is coarse; use `--json`".into(),
        ),
        (0, _) => None,
        (n, all) if n == all => Some(
            "the listing has no times, so what goes next is not known: request `createdAt,lastAccessedAt`"
                .into(),
        ),
        (n, _) => counted(n as u64, "entries have no times: taken for just accessed"),
    }
}

/// The note on entries whose last access is not listed.
fn accesses(snapshot: &Snapshot) -> Option<String> {
    let timed = snapshot.entries.iter().filter(|entry| entry.created.is_some()).count() as u64;
    match snapshot.unaccessed {
        0 => None,
        n if n >= timed => Some(
            "the listing has no times of last access, so the order of creation is taken for the order of eviction: \
             request `lastAccessedAt`"
                .into(),
        ),
        n => counted(n, "entries have no time of last access: the creation counts"),
    }
}

fn columns(snapshot: &Snapshot) -> Option<String> {
    let lacks = |test: fn(&ListedEntry) -> bool| snapshot.entries.iter().any(test);
    let without_ref = lacks(|entry| entry.reference.is_none());
    let rounded = snapshot.is_rounded.then_some("sizes are rounded");
    let refs = without_ref.then_some("refs are not listed, so who can read an entry is not known");
    let lacking: Vec<&str> = refs.into_iter().chain(rounded).collect();
    (!lacking.is_empty()).then(|| format!("{}: use `gh cache list --json`", lacking.join(", and ")))
}

/// Times that cannot be right.
fn wrong_times(snapshot: &Snapshot, circumstances: &Circumstances) -> Vec<String> {
    let WrongTimes { early, late, swapped, ahead } = snapshot.wrong_times();
    let early =
        counted(early, "entries are dated before 2019, when there was no cache: their times are wrong");
    let late = counted(late, "entries are dated after 2099: their times are wrong, so pass --at");
    let swapped =
        counted(swapped, "entries are listed as accessed before they were created: a time is wrong");
    let after = match circumstances.at {
        Some(_) if snapshot.is_relative => None,
        Some(now) => counted(snapshot.dated(|at| at > now), "entries are dated after --at"),
        None => late.or_else(|| ahead.map(dated_ahead)),
    };
    [early, swapped, after].into_iter().flatten().collect()
}

/// The note on entries that are dated long after most others.
fn dated_ahead(Ahead { entries, from, days }: Ahead) -> String {
    match entries {
        1 => {
            format!("one entry is dated {from}, {days:.0} days after all others: if that is wrong, pass --at")
        }
        n => format!(
            "{n} entries are dated {from} or later, {days:.0} days after all others: if that is wrong, pass --at"
        ),
    }
}

fn pulls(diagnosis: &Diagnosis, circumstances: &Circumstances) -> Option<String> {
    let entries = |class: ScopeClass| {
        let row = diagnosis.refs.iter().find(|row| row.r#ref == class.label());
        row.map_or(0, |row| row.entries)
    };
    match &circumstances.pulls {
        Some(pulls) if pulls.is_empty() => counted(
            entries(ScopeClass::ClosedPull),
            "entries are of pull requests, which all count as closed: the list of pull requests is empty",
        ),
        Some(pulls) if pulls.looks_cut() => Some(
            "the list of pull requests is probably cut: write it with `--state all --limit 10000`".into(),
        ),
        Some(_) => {
            counted(entries(ScopeClass::Pull), "entries are of pull requests that are not in the list")
        }
        None => None,
    }
}

/// `3 keys are …`; nothing if there is none.
fn counted(count: u64, what: &str) -> Option<String> {
    match count {
        0 => None,
        1 => {
            let plurals = [
                (
                    "entries are listed as accessed before they were",
                    "entry is listed as accessed before it was",
                ),
                ("entries are of pull requests, which all count", "entry is of a pull request, which counts"),
                ("entries are of pull requests that are", "entry is of a pull request that is"),
                ("entries are", "entry is"),
                ("entries have", "entry has"),
                ("rows repeat", "row repeats"),
                ("keys are", "key is"),
                ("their times are", "its times are"),
            ];
            let one =
                plurals.into_iter().fold(what.to_owned(), |what, (many, one)| what.replacen(many, one, 1));
            Some(format!("1 {one}"))
        }
        n => Some(format!("{n} {what}")),
    }
}

//! What a reader should know of the listings before trusting the figures: that one is cut, lacks a column, or has
//! times that cannot be right.

use super::scope::ScopeClass;
use super::{CacheListing, Circumstances};
use crate::replay::listing::{Completeness, GH_ROWS, ListedEntry, Snapshot};
use crate::result::Diagnosis;
use crate::units::{Duration, SimTime};

/// Before this, GitHub Actions had no cache: 2019-01-01.
const FIRST: SimTime = SimTime(1_546_300_800_000);
/// How far the newest time may be after all others.
const AHEAD: Duration = Duration(90 * Duration::DAY.0);

/// The notes, the most important first.
pub fn notes(
    listings: &[CacheListing],
    diagnosis: &Diagnosis,
    circumstances: &Circumstances,
    main: &str,
) -> Vec<String> {
    let Some(last) = listings.last().map(|listing| &listing.snapshot) else { return vec![] };
    let mut notes: Vec<String> = [cut(last), times(last), columns(last)].into_iter().flatten().collect();
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
            Some(format!("{missing} entries are not listed: all sums are lower bounds{and}; {remedy}"))
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
        (n, _) => Some(format!("{n} entries have no times: they count as just accessed")),
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
    if snapshot.is_relative {
        return vec![];
    }
    let times = |entry: &ListedEntry| [entry.created_at(), entry.accessed_at()].into_iter().flatten();
    let count = |test: &dyn Fn(SimTime) -> bool| {
        snapshot.entries.iter().filter(|entry| times(entry).any(test)).count() as u64
    };
    let early = count(&|at| at < FIRST);
    let mut notes: Vec<String> =
        counted(early, "entries are dated before 2019, when there was no cache: their times are wrong")
            .into_iter()
            .collect();
    match circumstances.at {
        Some(now) => notes.extend(counted(count(&|at| at > now), "entries are dated after --at")),
        None => notes.extend(ahead(snapshot)),
    }
    notes
}

/// The note on an entry that is dated long after all others.
fn ahead(snapshot: &Snapshot) -> Option<String> {
    let latest = |entry: &ListedEntry| entry.created_at().max(entry.accessed_at());
    let mut times: Vec<SimTime> = snapshot.entries.iter().filter_map(latest).collect();
    times.sort_unstable();
    let [.., before, newest] = times.as_slice() else { return None };
    let gap = *newest - *before;
    (gap > AHEAD).then(|| {
        let days = gap.as_days_f64();
        format!("one entry is dated {newest}, {days:.0} days after all others: if that is wrong, pass --at")
    })
}

fn pulls(diagnosis: &Diagnosis, circumstances: &Circumstances) -> Option<String> {
    let unknown = diagnosis.refs.iter().find(|row| row.r#ref == ScopeClass::Pull.label());
    match &circumstances.pulls {
        Some(pulls) if pulls.looks_cut() => Some(
            "the list of pull requests is probably cut: write it with `--state all --limit 10000`".into(),
        ),
        Some(_) => unknown
            .and_then(|row| counted(row.entries, "entries are of pull requests that are not in the list")),
        None => None,
    }
}

/// `3 keys are …`; nothing if there is none.
fn counted(count: u64, what: &str) -> Option<String> {
    match count {
        0 => None,
        1 => {
            let one = what.replacen("entries are", "entry is", 1).replacen("rows repeat", "row repeats", 1);
            Some(format!("1 {}", one.replacen("keys are", "key is", 1)))
        }
        n => Some(format!("{n} {what}")),
    }
}

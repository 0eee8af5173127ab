//! What happened between two listings of one cache: what was written and removed, whether in the order of last
//! access, and how old entries were when they were accessed again.

use super::family::own_words;
use super::held::Holdings;
use crate::replay::listing::{ListedEntry, Snapshot};
use crate::result::ListingChange;
use crate::units::SimTime;
use std::collections::{BTreeMap, BTreeSet};

/// What makes an entry the same in two listings: its id, or ref, key and version.
type SameEntry<'a> = (u64, &'a str, &'a str, &'a str);

fn identity(entry: &ListedEntry) -> SameEntry<'_> {
    match entry.id.filter(|id| *id > 0) {
        Some(id) => (id, "", "", ""),
        None => {
            let version = entry.version.as_deref().unwrap_or_default();
            (0, entry.reference.as_deref().unwrap_or_default(), &entry.key, version)
        }
    }
}

fn by_identity(snapshot: &Snapshot) -> BTreeMap<SameEntry<'_>, &ListedEntry> {
    snapshot.entries.iter().map(|entry| (identity(entry), entry)).collect()
}

/// What happened between `before` and `after`.
pub fn change(before: (&Snapshot, &Holdings), after: (&Snapshot, &Holdings)) -> ListingChange {
    let (old, new) = (by_identity(before.0), by_identity(after.0));
    let written: Vec<_> =
        new.iter().filter(|(id, _)| !old.contains_key(*id)).map(|(_, entry)| *entry).collect();
    let removed: Vec<_> =
        old.iter().filter(|(id, _)| !new.contains_key(*id)).map(|(_, entry)| *entry).collect();
    let stayed: Vec<_> = old.iter().filter_map(|(id, old)| Some((*old, *new.get(id)?))).collect();
    let is_timed = !before.0.is_relative && !after.0.is_relative;
    let [from, to] = [before.0, after.0].map(|snapshot| snapshot.newest().filter(|_| is_timed));
    let hours = from.zip(to).map(|(from, to)| (to - from).as_hours_f64());
    let bytes = |entries: &[&ListedEntry]| entries.iter().map(|entry| entry.size.0).sum::<u64>();
    let per_hour = |bytes: u64| hours.filter(|hours| *hours > 0.0).map(|hours| bytes as f64 / hours);
    let ages = if is_timed { hit_ages(&stayed) } else { vec![] };
    ListingChange {
        from,
        to,
        hours,
        written_entries: written.len() as u64,
        written_bytes: bytes(&written),
        written_bytes_per_hour: per_hour(bytes(&written)),
        removed_entries: removed.len() as u64,
        removed_bytes: bytes(&removed),
        removed_bytes_per_hour: per_hour(bytes(&removed)),
        removed_out_of_order: out_of_order(&removed, &stayed),
        hit_age_hours: ages.get(ages.len() / 2).copied(),
        accessed_again: ages.len() as u64,
        new_families: new_families(before.1, after.1),
    }
}

/// How many of the removed entries were accessed after the last access of an entry that stayed and was not
/// accessed since.
fn out_of_order(removed: &[&ListedEntry], stayed: &[(&ListedEntry, &ListedEntry)]) -> u64 {
    let untouched = stayed.iter().filter(|(old, new)| old.accessed == new.accessed);
    let oldest = untouched.filter_map(|(old, _)| old.accessed).min();
    let Some(oldest) = oldest else { return 0 };
    removed.iter().filter(|entry| entry.accessed.is_some_and(|accessed| accessed > oldest)).count() as u64
}

/// Hours between the last accesses in both listings, of the entries that were accessed again; sorted.
fn hit_ages(stayed: &[(&ListedEntry, &ListedEntry)]) -> Vec<f64> {
    let gap = |(old, new): &(&ListedEntry, &ListedEntry)| {
        let (old, new): (SimTime, SimTime) = (old.accessed_at()?, new.accessed_at()?);
        (new > old).then(|| (new - old).as_hours_f64())
    };
    let mut ages: Vec<f64> = stayed.iter().filter_map(gap).collect();
    ages.sort_by(f64::total_cmp);
    ages
}

/// What the first listing has of one family.
#[derive(Default)]
struct KnownKeys<'a> {
    /// The words that its keys begin with.
    words: BTreeSet<String>,
    versions: BTreeSet<&'a str>,
}

/// The families of the second listing that the first one does not have, and the words of new writers within a family
/// that it has.
pub fn new_families(before: &Holdings, after: &Holdings) -> Vec<String> {
    let mut known: BTreeMap<usize, KnownKeys> = BTreeMap::new();
    for held in &before.entries {
        let keys = known.entry(held.family).or_default();
        keys.words.insert(own_words(&held.entry.key).to_lowercase());
        keys.versions.extend(held.entry.version.as_deref());
    }
    let mut new = BTreeSet::new();
    for held in &after.entries {
        let written = || own_words(&held.entry.key);
        match known.get(&held.family) {
            None => new.extend([(held.family, after.families[held.family].name.clone())]),
            Some(keys) if keys.lack(&written(), held.entry.version.as_deref()) => {
                new.extend([(held.family, written())]);
            }
            Some(_) => {}
        }
    }
    new.into_iter().map(|(_, name)| name).collect()
}

impl KnownKeys<'_> {
    /// True if these words are another writer's, and no new value of a matrix: the paths are others, or the words stand
    /// where known keys have none.
    fn lack(&self, words: &str, version: Option<&str>) -> bool {
        let words = words.to_lowercase();
        let has_other_paths =
            version.is_some_and(|version| !self.versions.is_empty() && !self.versions.contains(version));
        let extends = |known: &String| {
            words
                .strip_prefix(known)
                .is_some_and(|rest| rest.starts_with(|next: char| !next.is_alphanumeric()))
        };
        !self.words.contains(&words) && (has_other_paths || self.words.iter().any(extends))
    }
}

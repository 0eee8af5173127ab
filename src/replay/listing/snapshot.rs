//! A [`Snapshot`]: what one listing says of the cache at one instant, and how complete it is. The readers
//! of the two formats fill it; `diagnose` judges it.

use crate::units::{Bytes, Duration, SimTime};
use jiff::Timestamp;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// One row of a listing. Only the key and the size are always known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedEntry {
    /// Its place in the listing, from 1.
    pub row: u64,
    /// GitHub's id; `None` if it is not listed.
    pub id: Option<u64>,
    /// The full ref; `None` if it is not listed, as in gh's table.
    pub reference: Option<String>,
    /// Its key; never empty.
    pub key: String,
    /// Its version; `None` if it is not listed.
    pub version: Option<String>,
    /// Its compressed size, at most 10 TB. gh's table rounds it down to a hundredth of its unit.
    pub size: Bytes,
    /// Creation; the last access if only that is listed.
    pub created: Option<Timestamp>,
    /// Last access; the creation if only that is listed.
    pub accessed: Option<Timestamp>,
}

impl ListedEntry {
    /// The creation, to the millisecond.
    pub fn created_at(&self) -> Option<SimTime> {
        self.created.map(|at| SimTime(at.as_millisecond()))
    }

    /// True if its id is one of GitHub's. What was never on GitHub has the id 0.
    fn is_identified(&self) -> bool {
        self.id.is_some_and(|id| id > 0)
    }

    /// The last access, to the millisecond.
    pub fn accessed_at(&self) -> Option<SimTime> {
        self.accessed.map(|at| SimTime(at.as_millisecond()))
    }
}

/// All entries of one listing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// The entries, in the order in which they are evicted: oldest access first, to the nanosecond.
    pub entries: Vec<ListedEntry>,
    /// How many entries the repository has, if the listing says so.
    pub total: Option<u64>,
    /// True if the rows came from a page of GitHub's REST API, which may be one of several.
    pub is_page: bool,
    /// True if the listing has ages ("about 2 hours ago") in place of times. The times are then right
    /// relative to each other only.
    pub is_relative: bool,
    /// True if sizes are rounded, as in gh's table.
    pub is_rounded: bool,
    /// How many keys end in an ellipsis because a terminal was too narrow.
    pub cut_keys: u64,
    /// How many rows repeated an id and were dropped.
    pub repeated: u64,
    /// How many entries have a time of creation, but none of last access.
    pub unaccessed: u64,
    /// True if the rows are listed by last access, the newest first: what is missing at the end is then older.
    pub is_newest_first: bool,
}

/// How much of the repository's cache a listing covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completeness {
    /// It says how many there are, and has all of them.
    Complete,
    /// Nothing indicates that any is missing.
    Unknown,
    /// It has exactly as many rows as gh or a page of the API shows at most.
    LooksCut,
    /// It says that there are more.
    Cut {
        /// How many are missing.
        missing: u64,
    },
}

impl Completeness {
    /// True if its sums are lower bounds.
    pub fn is_cut(self) -> bool {
        matches!(self, Completeness::LooksCut | Completeness::Cut { .. })
    }
}

/// The number of rows that `gh cache list` shows unless `--limit` says otherwise.
pub const GH_ROWS: usize = 30;
/// The most rows of a page of the REST API. A round `--limit` is a multiple of it.
pub const PAGE_ROWS: usize = 100;

impl Snapshot {
    /// How much of the repository's cache is listed.
    pub fn completeness(&self) -> Completeness {
        let listed = self.entries.len();
        let looks_cut = listed == GH_ROWS || listed > 0 && listed.is_multiple_of(PAGE_ROWS);
        match self.total.map(|total| total.saturating_sub(listed as u64)) {
            Some(0) => Completeness::Complete,
            Some(missing) => Completeness::Cut { missing },
            None if looks_cut => Completeness::LooksCut,
            None => Completeness::Unknown,
        }
    }

    /// The newest time in it, or the instant that its ages count back from; `None` if it has neither.
    pub fn newest(&self) -> Option<SimTime> {
        let times = self.entries.iter().flat_map(|entry| [entry.created_at(), entry.accessed_at()]);
        let newest = times.flatten().max()?;
        Some(if self.is_relative { super::age::BASE } else { newest })
    }

    /// Bytes of all entries.
    pub fn bytes(&self) -> Bytes {
        self.entries.iter().map(|entry| entry.size).sum()
    }

    /// The sum of this listing and another page of it.
    pub fn joined(mut self, other: Snapshot) -> Snapshot {
        let rows = self.entries.iter().map(|entry| entry.row).max().unwrap_or(0);
        let further = other.entries.into_iter();
        self.entries.extend(further.map(|entry| ListedEntry { row: rows + entry.row, ..entry }));
        self.total = self.total.max(other.total);
        self.cut_keys += other.cut_keys;
        self.repeated += other.repeated;
        self.unaccessed += other.unaccessed;
        self.is_relative |= other.is_relative;
        self.is_rounded |= other.is_rounded;
        self.is_newest_first = false;
        self.arranged()
    }

    /// True if `other` is another page of the same listing: both are pages, neither is complete, they have no
    /// entry in common, and together they have no more entries than the repository.
    pub fn continues_in(&self, other: &Snapshot) -> bool {
        let ids = |of: &Snapshot| of.entries.iter().filter_map(|entry| entry.id).collect::<BTreeSet<_>>();
        let sum = (self.entries.len() + other.entries.len()) as u64;
        self.is_page
            && other.is_page
            && !self.entries.is_empty()
            && !other.entries.is_empty()
            && self.total.max(other.total).is_some_and(|total| sum <= total)
            && ids(self).is_disjoint(&ids(other))
    }

    /// Drops repeated rows and sorts the entries by their place in the order of eviction.
    pub(super) fn arranged(mut self) -> Snapshot {
        let accesses: Vec<_> = self.entries.iter().filter_map(|entry| entry.accessed).collect();
        self.is_newest_first |= accesses.len() > 1 && accesses.is_sorted_by(|a, b| a >= b);
        self.drop_repeated();
        let is_relative = self.is_relative;
        self.entries.sort_by_key(|entry| {
            // Ages are coarse; gh lists the newest access first.
            let row = if is_relative { Reverse(entry.row) } else { Reverse(0) };
            (entry.accessed.is_none(), entry.accessed, row, entry.created, entry.id, entry.row)
        });
        self
    }

    /// Pages that were fetched while the cache changed may share an entry; the latest access counts.
    fn drop_repeated(&mut self) {
        let mut last: BTreeMap<(u64, &str), (Option<Timestamp>, u64)> = BTreeMap::new();
        for entry in self.entries.iter().filter(|entry| entry.is_identified()) {
            let place = (entry.id.unwrap_or(0), entry.key.as_str());
            let known = last.entry(place).or_insert((entry.accessed, entry.row));
            *known = (*known).max((entry.accessed, entry.row));
        }
        let latest: BTreeSet<u64> = last.into_values().map(|(_, row)| row).collect();
        let before = self.entries.len();
        self.entries.retain(|entry| !entry.is_identified() || latest.contains(&entry.row));
        self.repeated += (before - self.entries.len()) as u64;
    }

    /// Moves all times so that `now` is the instant of the listing, for a listing that has only ages.
    pub fn placed_at(mut self, now: SimTime) -> Snapshot {
        if self.is_relative {
            let by = Duration(now.0 - super::age::BASE.0);
            let moved = |at: Timestamp| Timestamp::from_millisecond(at.as_millisecond().saturating_add(by.0));
            for entry in &mut self.entries {
                entry.created = entry.created.and_then(|at| moved(at).ok());
                entry.accessed = entry.accessed.and_then(|at| moved(at).ok());
            }
            self.is_relative = false;
        }
        self
    }
}

//! Judges a cache by one or several listings of it: what holds it, what of it is dead, what goes next, and what
//! is wrong. Nothing is simulated, and nothing depends on the wall clock: the instant of a listing is the newest
//! time in it.
//!
//! A key is split into `token`s, its `writer` recognised, and keys are sorted into `family`s and
//! `generation`s. With the class of its ref (`scope`), this says whether an entry can still be reached
//! (`held`); everything else sums over that. What a sweep removes is asked of the service (`eviction`).
//! `experiment` reads the files, `report` shows the [`Diagnosis`].

mod change;
mod date;
mod eviction;
mod family;
mod finding;
mod gate;
mod generation;
mod held;
mod note;
mod outlook;
mod scenario_keys;
mod scope;
mod sums;
mod token;
mod writer;

pub use eviction::{NextEviction, NextSweep};
pub use family::{Families, KeyFamily};
pub use gate::{FailCondition, Threshold};
pub use generation::{Generation, folded, generations};
pub use held::{DeadReason, HeldEntry, Holdings};
pub use scenario_keys::ScenarioKeys;
pub use scope::{ScopeClass, pull_number};
pub use token::{Token, TokenKind, tokens};
pub use writer::{KeyForm, KeyWriter, Naming, WRITERS};

use crate::replay::PullList;
use crate::replay::listing::{Completeness, Snapshot, default_branch};
use crate::result::{Diagnosis, ListingRow};
use crate::units::{Bytes, Duration, SimTime};
use change::{change, new_families};
use finding::Evidence;
use note::notes;
use outlook::Outlook;

/// One listing of the cache.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CacheListing {
    /// The files that it was read from.
    pub files: Vec<String>,
    /// What they say.
    pub snapshot: Snapshot,
}

/// What a diagnosis needs besides listings.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Circumstances {
    /// The size limit.
    pub limit: Bytes,
    /// The instant of the last listing; `None`: the newest time in it.
    pub at: Option<SimTime>,
    /// How long an idle entry stays; `None`: 7 days, unless an idle entry shows that it is longer.
    pub retention: Option<Duration>,
    /// The default branch, a name or a full ref; `None`: the usual name that the listing has.
    pub default_branch: Option<String>,
    /// Which pull requests are open.
    pub pulls: Option<PullList>,
    /// What the jobs of a scenario look up.
    pub scenario: Option<ScenarioKeys>,
}

/// Joins pages of one listing, and sorts listings by the newest time in them. Where one has no times, they stay
/// in the order given.
pub fn arranged(listings: Vec<CacheListing>) -> Vec<CacheListing> {
    let mut joined: Vec<CacheListing> = Vec::new();
    for listing in listings {
        match joined.last_mut().filter(|last| last.snapshot.continues_in(&listing.snapshot)) {
            Some(last) => {
                last.files.extend(listing.files);
                last.snapshot = std::mem::take(&mut last.snapshot).joined(listing.snapshot);
            }
            None => joined.push(listing),
        }
    }
    let is_timed =
        |listing: &CacheListing| !listing.snapshot.is_relative && listing.snapshot.newest().is_some();
    if joined.iter().all(is_timed) {
        joined.sort_by_key(|listing| listing.snapshot.newest());
    }
    joined
}

/// Judges the last of the listings, and what happened between them. They are [`arranged`].
///
/// # Panics
/// If there is no listing.
pub fn judge(listings: &[CacheListing], circumstances: &Circumstances) -> Diagnosis {
    let snapshots: Vec<&Snapshot> = listings.iter().map(|listing| &listing.snapshot).collect();
    let last = *snapshots.last().expect("there is a listing");
    let at = circumstances.at.or(last.newest());
    let listed_at = if last.is_relative { last.newest() } else { at };
    let main = circumstances.default_branch();
    let main = main.unwrap_or_else(|| default_branch(&last.entries));
    let all = Holdings::of_all(&snapshots, listed_at, &main, circumstances.pulls.as_ref());
    let holdings = all.last().expect("there is a listing");
    let mut diagnosis = Diagnosis::empty(circumstances.limit.0);
    diagnosis.listings = listings.iter().map(row).collect();
    diagnosis.at = at.filter(|_| !last.is_relative);
    diagnosis.total_entries = last.total;
    diagnosis.is_lower_bound = last.completeness().is_cut();
    holdings.sum_up(&mut diagnosis);
    Outlook::new(last, holdings, at, circumstances).fill(&mut diagnosis);
    let states = || snapshots.iter().copied().zip(&all);
    diagnosis.changes = states().zip(states().skip(1)).map(|(before, after)| change(before, after)).collect();
    diagnosis.new_families = new_families(&all[0], holdings);
    let knows_pulls = circumstances.pulls.is_some();
    let evidence = Evidence { holdings, diagnosis: &diagnosis, at, knows_pulls };
    diagnosis.findings = evidence.findings();
    if let Some(scenario) = &circumstances.scenario {
        scenario.fill(holdings, &mut diagnosis);
    }
    diagnosis.notes = notes(listings, &diagnosis, circumstances, &main);
    diagnosis
}

impl Circumstances {
    /// The default branch that was named, as a full ref.
    fn default_branch(&self) -> Option<String> {
        let name = self.default_branch.as_ref()?;
        Some(if name.starts_with("refs/") { name.clone() } else { format!("refs/heads/{name}") })
    }
}

fn row(listing: &CacheListing) -> ListingRow {
    let snapshot = &listing.snapshot;
    let completeness = match snapshot.completeness() {
        Completeness::Complete => "complete",
        Completeness::Unknown => "unknown",
        Completeness::LooksCut => "looks_cut",
        Completeness::Cut { .. } => "cut",
    };
    ListingRow {
        files: listing.files.clone(),
        at: snapshot.newest().filter(|_| !snapshot.is_relative),
        entries: snapshot.entries.len() as u64,
        bytes: snapshot.bytes().0,
        completeness: completeness.to_owned(),
    }
}

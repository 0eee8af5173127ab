//! The entries of one listing with everything that is known of each: family, class of its ref, generation, and
//! whether a restore can still reach it. All parts of a diagnosis are sums over these.

use super::family::{Families, KeyFamily};
use super::generation::{Generation, generations};
use super::scope::ScopeClass;
use crate::replay::PullList;
use crate::replay::listing::{ListedEntry, Snapshot};
use crate::units::SimTime;

/// Why no restore can reach an entry, or may not be able to. An entry has the first reason that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeadReason {
    /// The same ref has a newer generation, and no run has read this one since.
    Superseded,
    /// Its pull request is closed.
    ClosedPull,
    /// Its merge queue's branch is gone, or will be in minutes.
    MergeQueue,
    /// A newer generation was stored lately, or is perhaps on another ref.
    PerhapsSuperseded,
    /// Its pull request may be closed.
    Pull,
    /// Its tag is rarely pushed again.
    Tag,
}

impl DeadReason {
    /// All reasons, in the order in which they are shown.
    pub const ALL: [DeadReason; 6] = [
        DeadReason::Superseded,
        DeadReason::ClosedPull,
        DeadReason::MergeQueue,
        DeadReason::PerhapsSuperseded,
        DeadReason::Pull,
        DeadReason::Tag,
    ];

    /// The name in results.
    pub fn label(self) -> &'static str {
        match self {
            DeadReason::Superseded => "superseded",
            DeadReason::ClosedPull => "closed_pull_request",
            DeadReason::MergeQueue => "merge_queue",
            DeadReason::PerhapsSuperseded => "perhaps_superseded",
            DeadReason::Pull => "pull_request",
            DeadReason::Tag => "tag",
        }
    }

    /// True if the entry counts as unreachable, and not only as possibly so.
    pub fn counts(self) -> bool {
        !matches!(self, DeadReason::Pull | DeadReason::Tag)
    }

    /// True if nothing speaks against it.
    pub fn is_sure(self) -> bool {
        self.counts() && self != DeadReason::PerhapsSuperseded
    }
}

/// An entry and what is known of it.
#[derive(Debug, Clone, Copy)]
pub struct HeldEntry<'a> {
    /// The row of the listing.
    pub entry: &'a ListedEntry,
    /// Its family, an index into [`Holdings::families`].
    pub family: usize,
    /// The class of its ref.
    pub class: ScopeClass,
    /// Its place among its generations.
    pub generation: Generation,
    /// Why a restore cannot or may not reach it.
    pub dead: Option<DeadReason>,
}

impl HeldEntry<'_> {
    /// True if it counts as unreachable.
    pub fn is_dead(&self) -> bool {
        self.dead.is_some_and(DeadReason::counts)
    }
}

/// All entries of one listing, in the order of eviction.
#[derive(Debug, Clone)]
pub struct Holdings<'a> {
    /// The entries.
    pub entries: Vec<HeldEntry<'a>>,
    /// The families of all listings.
    pub families: Vec<KeyFamily>,
}

impl<'a> Holdings<'a> {
    /// Judges each entry of some listings of one cache, as of the instant of the last one. Their keys are compared
    /// together, so that a family has one name in all of them.
    pub fn of_all(
        snapshots: &[&'a Snapshot],
        at: Option<SimTime>,
        default_branch: &str,
        pulls: Option<&PullList>,
    ) -> Vec<Holdings<'a>> {
        let keys = snapshots.iter().flat_map(|snapshot| &snapshot.entries).map(|entry| entry.key.as_str());
        let Families { list, of } = Families::of(keys);
        let mut rest = of.as_slice();
        let each = snapshots.iter().map(|snapshot| {
            let (of, others) = rest.split_at(snapshot.entries.len());
            rest = others;
            // Without accesses, the listing does not tell what is in use.
            let generations = generations(&snapshot.entries, at.filter(|_| snapshot.unaccessed == 0));
            let each = snapshot.entries.iter().zip(of).zip(generations);
            let held = each.map(|((entry, family), generation)| {
                let class = ScopeClass::of(entry.reference.as_deref(), default_branch, pulls);
                HeldEntry { entry, family: *family, class, generation, dead: dead(class, generation) }
            });
            Holdings { entries: held.collect(), families: list.clone() }
        });
        each.collect()
    }

    /// Number and bytes of the entries that pass a test.
    pub fn sum(&self, test: impl Fn(&HeldEntry) -> bool) -> (u64, u64) {
        let passing = self.entries.iter().filter(|held| test(held));
        passing.fold((0, 0), |(count, bytes), held| (count + 1, bytes + held.entry.size.0))
    }
}

fn dead(class: ScopeClass, generation: Generation) -> Option<DeadReason> {
    // Rows without refs may belong to different ones.
    let is_replaced = generation.age > 0 && !generation.is_in_use;
    let is_sure = generation.is_settled && class != ScopeClass::Unlisted;
    match class {
        _ if is_replaced && is_sure => Some(DeadReason::Superseded),
        ScopeClass::ClosedPull => Some(DeadReason::ClosedPull),
        ScopeClass::MergeQueue => Some(DeadReason::MergeQueue),
        _ if is_replaced => Some(DeadReason::PerhapsSuperseded),
        ScopeClass::Pull => Some(DeadReason::Pull),
        ScopeClass::Tag => Some(DeadReason::Tag),
        ScopeClass::Main | ScopeClass::OpenPull | ScopeClass::OtherBranch | ScopeClass::Unlisted => None,
    }
}

//! The result of `diagnose`: what a cache holds, what of it is dead, what goes next, and what is wrong.
//! `diagnose` fills it, `report` puts it into words. Sizes are in bytes, times in hours.

use super::head::SCHEMA_VERSION;
use super::problems::Problems;
use super::write;
use crate::statistics::sweep::Tool;
use crate::units::SimTime;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The result of `diagnose`, and its file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Diagnosis {
    /// The version of this format: 1. Fields are only added within a version.
    pub schema_version: u32,
    /// The program that wrote it.
    pub tool: Tool,
    /// The command that produced the result: `diagnose`.
    pub command: String,
    /// The answer in a few plain sentences.
    pub verdict: String,
    /// The command line that gives the same result again.
    pub reproduce: String,
    /// The listings, oldest first. All other fields but `changes` are about the last one.
    pub listings: Vec<ListingRow>,
    /// The instant of the diagnosis: `--at`, or the newest time in the last listing; absent if it has no times.
    pub at: Option<SimTime>,
    /// Bytes of all entries listed.
    pub usage_bytes: u64,
    /// The size limit.
    pub limit_bytes: u64,
    /// Bytes of the entries that a restore can still reach: the limit under which all of them stay.
    pub needed_bytes: u64,
    /// Number of entries listed.
    pub entries: u64,
    /// Number of entries of the repository, if the listing says so.
    pub total_entries: Option<u64>,
    /// True if the listing is, or seems to be, cut: sums are then lower bounds.
    pub is_lower_bound: bool,
    /// What each client holds, most bytes first.
    pub clients: Vec<ClientHolding>,
    /// What each class of refs holds: main, pull_request_open, pull_request_closed, pull_request (state not
    /// known), merge_queue, tag, other, unknown.
    pub refs: Vec<RefHolding>,
    /// What each single ref holds, most bytes first; at most [`Diagnosis::REFS_MAX`].
    pub single_refs: Vec<SingleRef>,
    /// Bytes that no restore can reach: superseded generations, closed pull requests, merge queues.
    pub unreachable_bytes: u64,
    /// The least that this may be: without what is perhaps superseded.
    pub unreachable_low_bytes: u64,
    /// The most that this may be: with pull requests of unknown state, and tags.
    pub unreachable_high_bytes: u64,
    /// Why bytes are, or may be, unreachable.
    pub unreachable: Vec<UnreachableRow>,
    /// The key families, most bytes first.
    pub families: Vec<FamilyHolding>,
    /// What the next sweep removes, in order.
    pub next_to_evict: Vec<EvictableEntry>,
    /// What goes after that, in order; at most [`Diagnosis::FOLLOWING_MAX`].
    pub then_evicted: Vec<EvictableEntry>,
    /// The newest generations that some restore can still reach, and that go if as much is written again as in
    /// the last 24 hours; in order.
    pub in_danger: Vec<EvictableEntry>,
    /// Bytes of the entries that were created in the last 24 hours and are still there.
    pub written_last_day_bytes: Option<u64>,
    /// Time since the last access of the entry that was not accessed for longest.
    pub oldest_access_hours: Option<f64>,
    /// Age since the last access at which an entry is evicted, if the cache is full: that of the oldest entry
    /// that the next sweep leaves. Absent if the cache is not full.
    pub eviction_age_hours: Option<f64>,
    /// The characteristic time: how long the limit lasts, at the rate at which entries were accessed.
    pub characteristic_hours: Option<f64>,
    /// True if the cache is not full, so that the characteristic time is only a lower bound.
    pub characteristic_is_lower_bound: bool,
    /// What keeping the newest n generations would free.
    pub keep_newest: Vec<KeepNewest>,
    /// What happened between listings, oldest first.
    pub changes: Vec<ListingChange>,
    /// The families of the last listing that the first one does not have. Within a family, keys with new words too:
    /// if their version is new there, or if a key of the first listing ends where the new words begin.
    pub new_families: Vec<String>,
    /// What is wrong, most bytes first.
    pub findings: Vec<FindingRow>,
    /// The conditions of `--fail-on` that were met.
    pub failed_on: Vec<String>,
    /// What a reader should know of the listings.
    pub notes: Vec<String>,
}

/// One listing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ListingRow {
    /// Its files, as named on the command line.
    pub files: Vec<String>,
    /// The newest time in it; absent if it has none.
    pub at: Option<SimTime>,
    /// Number of entries.
    pub entries: u64,
    /// Their bytes.
    pub bytes: u64,
    /// `complete` (it says so), `unknown`, `looks_cut` (as many rows as gh or the API shows at most), or `cut`.
    pub completeness: String,
}

/// What one client holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClientHolding {
    /// The client, recognised by its keys.
    pub client: String,
    /// Number of entries.
    pub entries: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// What one class of refs holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RefHolding {
    /// The class.
    pub r#ref: String,
    /// Number of entries.
    pub entries: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// What one ref holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SingleRef {
    /// The full ref; empty if it is not listed.
    pub r#ref: String,
    /// Its class.
    pub class: String,
    /// Number of entries.
    pub entries: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Bytes that are unreachable for one reason. An entry counts under the first reason that fits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UnreachableRow {
    /// `superseded`, `closed_pull_request`, `merge_queue`, `perhaps_superseded`, `pull_request` or `tag`; in results
    /// of earlier versions also `superseded_but_read`.
    pub reason: String,
    /// True if it counts in `unreachable_bytes`, and not only in the upper bound.
    pub counts: bool,
    /// Number of entries.
    pub entries: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// What one key family holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FamilyHolding {
    /// Its name: the words that all its keys have in common.
    pub family: String,
    /// Its keys, with `*` for what varies.
    pub pattern: String,
    /// The client that writes it.
    pub client: String,
    /// Number of entries.
    pub entries: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Number of refs for which it is held.
    pub refs: u64,
    /// Number of variants: keys that differ in more than what time changes, counted per ref.
    pub variants: u64,
    /// Bytes that stay if only the newest generation of each variant is kept on each ref.
    pub newest_only_bytes: u64,
    /// Bytes of it that count as unreachable.
    pub unreachable_bytes: u64,
    /// The newest key.
    pub example: String,
    /// What the scenario says of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<FamilyInScenario>,
}

/// What a scenario says of a family.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FamilyInScenario {
    /// The jobs that look it up.
    pub jobs: Vec<String>,
    /// Minutes by which these jobs work longer together if it is missing, once per job: what the simulation lays to its
    /// client, and to no other cache of the job.
    pub minutes_if_missing: f64,
}

/// An entry that is evicted soon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EvictableEntry {
    /// GitHub's id; 0 if it is not listed.
    pub id: u64,
    /// Its key.
    pub key: String,
    /// Its ref; empty if it is not listed.
    pub r#ref: String,
    /// Its family.
    pub family: String,
    /// Its size.
    pub bytes: u64,
    /// Time since its last access; absent if it is not listed.
    pub idle_hours: Option<f64>,
    /// `size` or `idle`.
    pub reason: String,
    /// `yes` if a restore can still reach it, `perhaps`, or `no`: then nothing is lost with it.
    pub reachable: String,
}

/// What keeping the newest n generations of each variant on each ref would free for good: what is in use does not count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KeepNewest {
    /// The number of generations.
    pub n: u64,
    /// Bytes that stay.
    pub kept_bytes: u64,
    /// Number of entries that go.
    pub freed_entries: u64,
    /// Bytes that go.
    pub freed_bytes: u64,
}

/// What happened between two listings. What was stored and removed between them is not seen, so rates are lower
/// bounds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ListingChange {
    /// The newest time in the first one.
    pub from: Option<SimTime>,
    /// The newest time in the second one.
    pub to: Option<SimTime>,
    /// The time between them.
    pub hours: Option<f64>,
    /// Number of entries that are new.
    pub written_entries: u64,
    /// Their bytes.
    pub written_bytes: u64,
    /// Bytes written per hour.
    pub written_bytes_per_hour: Option<f64>,
    /// Number of entries that are gone.
    pub removed_entries: u64,
    /// Their bytes.
    pub removed_bytes: u64,
    /// Bytes removed per hour.
    pub removed_bytes_per_hour: Option<f64>,
    /// Of those gone, entries that were accessed later than an entry that stayed without another access: they
    /// were deleted, or not evicted in the order of last access.
    pub removed_out_of_order: u64,
    /// The age at a hit: how long an entry had not been accessed, at most. The median, over the entries that were
    /// accessed again, of the last access in the second listing less that in the first one; accesses between these
    /// two are not listed, so the true age is lower where there were any.
    pub hit_age_hours: Option<f64>,
    /// Number of entries that were accessed again.
    pub accessed_again: u64,
    /// The families that the first listing does not have.
    pub new_families: Vec<String>,
}

/// Something that is wrong, or can be done better.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FindingRow {
    /// Its kind.
    pub slug: String,
    /// It in a sentence.
    pub text: String,
    /// The bytes it is about.
    pub bytes: u64,
    /// Number of entries it is about.
    pub entries: u64,
    /// Minutes that a miss of all of them costs, by the scenario; absent without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<f64>,
    /// The strategy that helps, as `compare --strategy` knows it; null if none does.
    pub strategy: Option<String>,
    /// What to change.
    pub edit: String,
}

impl Diagnosis {
    /// The most single refs that are listed.
    pub const REFS_MAX: usize = 50;
    /// The most entries that are listed as going after the next sweep.
    pub const FOLLOWING_MAX: usize = 10;

    /// A diagnosis of nothing, under this limit.
    pub fn empty(limit_bytes: u64) -> Diagnosis {
        Diagnosis {
            schema_version: SCHEMA_VERSION,
            tool: Tool::this(),
            command: "diagnose".to_owned(),
            verdict: String::new(),
            reproduce: String::new(),
            listings: vec![],
            at: None,
            usage_bytes: 0,
            limit_bytes,
            needed_bytes: 0,
            entries: 0,
            total_entries: None,
            is_lower_bound: false,
            clients: vec![],
            refs: vec![],
            single_refs: vec![],
            unreachable_bytes: 0,
            unreachable_low_bytes: 0,
            unreachable_high_bytes: 0,
            unreachable: vec![],
            families: vec![],
            next_to_evict: vec![],
            then_evicted: vec![],
            in_danger: vec![],
            written_last_day_bytes: None,
            oldest_access_hours: None,
            eviction_age_hours: None,
            characteristic_hours: None,
            characteristic_is_lower_bound: false,
            keep_newest: vec![],
            changes: vec![],
            new_families: vec![],
            findings: vec![],
            failed_on: vec![],
            notes: vec![],
        }
    }

    /// Reads the file. All of it is shown as it is: nothing is computed from it but shares.
    pub(super) fn read(root: &Value, problems: &mut Problems) -> Option<Diagnosis> {
        let diagnosis: Diagnosis = problems.part(root)?;
        let changes = diagnosis.changes.iter().zip(0..).flat_map(|(change, row)| {
            [("from", change.from), ("to", change.to)].map(|(key, at)| (format!("changes[{row}].{key}"), at))
        });
        let listings =
            diagnosis.listings.iter().zip(0..).map(|(of, row)| (format!("listings[{row}].at"), of.at));
        let times = changes.chain(listings).chain([("at".to_owned(), diagnosis.at)]);
        let mut are_sound = true;
        for (path, at) in times {
            are_sound &= at.is_none_or(|at| problems.is_time(at, path));
        }
        are_sound.then_some(diagnosis)
    }

    /// The file as JSON.
    pub fn json(&self) -> String {
        write::text(self, &[], 0)
    }
}

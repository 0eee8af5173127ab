//! What a listing of the cache tells of a drafted scenario: which of its clients stored each entry, by the form of
//! keys, and so how large their entries are, in which legs, on which refs, and how they grow.

use super::{Calibration, Sample, count, size};
use crate::ci::Job;
use crate::diagnose::Families;
use crate::engine::Model;
use crate::replay::listing::{ListedEntry, Snapshot};
use crate::scenario::stored_by;
use std::collections::{BTreeMap, BTreeSet};

/// The size of a client's entries in one leg.
#[derive(Debug, Clone, PartialEq)]
pub struct LegSize {
    /// The leg: the values of its matrix, separated by commas.
    pub leg: String,
    /// The median in bytes.
    pub median: f64,
    /// How many entries there are.
    pub entries: usize,
}

impl LegSize {
    /// The size as a scenario writes it.
    pub fn text(&self) -> String {
        size(self.median)
    }
}

/// The entries of one client of one job, in all its legs.
#[derive(Default)]
struct StoredEntries<'a> {
    /// Each entry with the legs that may have stored it.
    entries: Vec<(&'a ListedEntry, BTreeSet<&'a str>)>,
}

/// Sizes of legs are told apart from this ratio on.
const LEG_RATIO: f64 = 1.3;
/// The fewest entries that say on which refs a client writes.
const REFS_MIN: usize = 5;
/// The most families without a client that are named.
const FAMILIES_MAX: usize = 12;

impl Calibration {
    /// Learns from a listing. `model` is the scenario as it was drafted, `file` names the listing, and
    /// `default_branch` is its name in the repository.
    pub fn read_listing(&mut self, model: &Model, listing: &Snapshot, file: &str, default_branch: &str) {
        let keys: Vec<&str> = listing.entries.iter().map(|entry| entry.key.as_str()).collect();
        let places = stored_by(model, &keys);
        let mut clients: BTreeMap<(Vec<String>, &str), StoredEntries> = BTreeMap::new();
        let mut unmatched = Vec::new();
        for (entry, places) in listing.entries.iter().zip(&places) {
            for (workflow, job, cache) in places {
                let of = &model.workflows[*workflow];
                let path = path(&of.name, &of.jobs[*job], *cache);
                let client = clients.entry((path, of.jobs[*job].caches[*cache].size_key())).or_default();
                if client.entries.last().is_none_or(|(last, _)| !std::ptr::eq(*last, entry)) {
                    client.entries.push((entry, BTreeSet::new()));
                }
                if let Some((_, legs)) = client.entries.last_mut() {
                    legs.insert(leg(&of.jobs[*job]));
                }
            }
            if places.is_empty() {
                unmatched.push(entry);
            }
        }
        let branch = format!("refs/heads/{default_branch}");
        for ((path, size_key), stored) in &clients {
            self.learn_sizes((path, size_key), stored, file);
            self.learn_refs(path, stored, file, &branch);
        }
        self.tell_of_unmatched(&unmatched, listing, file);
    }

    fn learn_sizes(&mut self, (path, size_key): (&[String], &str), stored: &StoredEntries, file: &str) {
        let sizes = Sample::of(stored.entries.iter().map(|(entry, _)| entry.size.as_f64()));
        let Some(median) = sizes.median().filter(|median| *median > 0.0) else { return };
        let mut source = format!("from {file}: {}", count(sizes.len(), "entry", "entries"));
        if let (Some(low), Some(high), true) = (sizes.quantile(0.25), sizes.quantile(0.75), sizes.len() > 3) {
            source += &format!(", half of them {} to {}", size(low), size(high));
        }
        if let Some(growth) = stored.growth().filter(|growth| growth.abs() >= 0.005) {
            source += &format!(", {:+.0} % from one generation to the next", growth * 100.0);
        }
        let legs = stored.legs();
        let medians = Sample::of(legs.iter().map(|leg| leg.median));
        let is_split = medians.quantile(1.0) >= medians.quantile(0.0).map(|least| least * LEG_RATIO);
        if legs.len() > 1 && is_split {
            let shown: Vec<String> =
                legs.iter().take(6).map(|own| format!("{} in {}", size(own.median), own.leg)).collect();
            source += &format!("; {}", shown.join(", "));
        }
        // The draft calls rust-cache by the action that runs it.
        for name in names(path) {
            let mut own: Vec<&str> = path.iter().map(String::as_str).collect();
            own[5] = name;
            own.push(size_key);
            self.learn(&own, format!("\"{}\"", size(median)), source.clone());
            if legs.len() > 1 && is_split {
                self.legs.insert(own.iter().map(|part| (*part).to_owned()).collect(), legs.clone());
            }
        }
    }

    /// A client whose entries are all of the default branch writes there alone, as far as the listing goes back.
    fn learn_refs(&mut self, path: &[String], stored: &StoredEntries, file: &str, branch: &str) {
        let refs = stored.entries.iter().map(|(entry, _)| entry.reference.as_deref());
        let Some(refs) = refs.collect::<Option<Vec<&str>>>().filter(|refs| refs.len() >= REFS_MIN) else {
            return;
        };
        let on_main = refs.iter().filter(|own| **own == branch).count();
        let word = if on_main == refs.len() { "default-branch" } else { "always" };
        let source =
            format!("from {file}: {on_main} of {} are of {branch}", count(refs.len(), "entry", "entries"));
        for name in names(path) {
            let mut own: Vec<&str> = path.iter().map(String::as_str).collect();
            own[5] = name;
            own.push("save-if");
            self.learn(&own, format!("\"{word}\""), source.clone());
        }
    }

    fn tell_of_unmatched(&mut self, unmatched: &[&ListedEntry], listing: &Snapshot, file: &str) {
        // What logs print has no ids, and is no listing that could be cut.
        let is_listing = listing.entries.iter().any(|entry| entry.id.is_some() || entry.accessed.is_some());
        if is_listing && listing.completeness().is_cut() {
            self.remarks.push(format!(
                "{file} looks cut at {}: pass `gh cache list --limit 10000`",
                count(listing.entries.len(), "row", "rows")
            ));
        }
        if unmatched.is_empty() {
            return;
        }
        let families = Families::of(unmatched.iter().map(|entry| entry.key.as_str()));
        let mut sums: BTreeMap<usize, (usize, f64)> = BTreeMap::new();
        for (entry, family) in unmatched.iter().zip(&families.of) {
            let sum = sums.entry(*family).or_default();
            *sum = (sum.0 + 1, sum.1 + entry.size.as_f64());
        }
        let mut sums: Vec<_> = sums.into_iter().collect();
        sums.sort_by(|one, other| other.1.1.total_cmp(&one.1.1).then(one.0.cmp(&other.0)));
        let of_objects = |client: &str| ["sccache", "buildkit"].contains(&client);
        for (family, (entries, bytes)) in sums.iter().take(FAMILIES_MAX) {
            let family = &families.list[*family];
            let what = match of_objects(family.client) {
                true => "objects of all generations, so not the size of one build",
                false => "stored by no job that is imported",
            };
            let entries = count(*entries, "entry", "entries");
            let (pattern, client) = (&family.pattern, family.client);
            self.remarks.push(format!("{file}: {pattern} ({client}): {entries}, {}: {what}", size(*bytes)));
        }
        if sums.len() > FAMILIES_MAX {
            self.remarks.push(format!("{file}: and {} more families", sums.len() - FAMILIES_MAX));
        }
    }
}

impl StoredEntries<'_> {
    /// The sizes of the legs, if every entry tells its leg.
    fn legs(&self) -> Vec<LegSize> {
        let mut legs: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for (entry, own) in &self.entries {
            let Some(leg) = own.first().filter(|leg| own.len() == 1 && !leg.is_empty()) else {
                return vec![];
            };
            legs.entry(leg).or_default().push(entry.size.as_f64());
        }
        let of = |(leg, sizes): (&str, Vec<f64>)| {
            let sizes = Sample::of(sizes);
            let (median, entries) = (sizes.median().unwrap_or(0.0), sizes.len());
            LegSize { leg: leg.to_owned(), median, entries }
        };
        legs.into_iter().map(of).collect()
    }

    /// By what share an entry is usually larger than the one before it, of the same ref, version and leg.
    fn growth(&self) -> Option<f64> {
        let mut lines: BTreeMap<_, Vec<&ListedEntry>> = BTreeMap::new();
        for (entry, legs) in self.entries.iter().filter(|(entry, _)| entry.created.is_some()) {
            lines.entry((&entry.reference, &entry.version, legs)).or_default().push(entry);
        }
        let mut steps = Vec::new();
        for line in lines.values_mut() {
            line.sort_by_key(|entry| (entry.created, entry.row));
            steps.extend(line.windows(2).map(|pair| pair[1].size.as_f64() / pair[0].size.as_f64() - 1.0));
        }
        Sample::of(steps).median()
    }
}

/// The path of a client's table.
fn path(workflow: &str, job: &Job, cache: usize) -> Vec<String> {
    let name = job.caches[cache].name();
    let mut path: Vec<String> =
        ["workflow", workflow, "job", &job.group, "cache", name].map(String::from).to_vec();
    if name == "actions-cache" {
        let before = job.caches[..cache].iter().filter(|other| other.name() == name).count();
        path.push(before.to_string());
    }
    path
}

/// The names that the client may have in the draft.
fn names(path: &[String]) -> Vec<&str> {
    match path[5].as_str() {
        "rust-cache" => vec!["rust-cache", "setup-rust-toolchain"],
        name => vec![name],
    }
}

/// The leg of a job, as its name has it in brackets.
fn leg(job: &Job) -> &str {
    let rest = job.name.strip_prefix(job.group.as_str()).unwrap_or_default();
    rest.trim().trim_start_matches('(').trim_end_matches(')')
}

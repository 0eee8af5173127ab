//! What is wrong with a cache, from its listing alone. Each finding is a function of the [`Evidence`] and a row of
//! [`CHECKS`]; it names the strategy that helps, if there is one.

use super::held::{DeadReason, HeldEntry, Holdings};
use super::scope::ScopeClass;
use crate::client::{ClientKind, HitUnit};
use crate::result::{Diagnosis, EvictableEntry, FindingRow};
use crate::strategy;
use crate::units::{Bytes, Duration, SimTime, counted};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// What findings are made from.
pub struct Evidence<'a> {
    /// The entries.
    pub holdings: &'a Holdings<'a>,
    /// The sums over them, and what goes next.
    pub diagnosis: &'a Diagnosis,
    /// The instant of the diagnosis, if there is one.
    pub at: Option<SimTime>,
    /// True if there is a list of pull requests.
    pub knows_pulls: bool,
}

/// The checks, in no order: findings are sorted by their bytes.
const CHECKS: &[fn(&Evidence) -> Option<FindingRow>] = &[
    over_limit,
    larger_than_limit,
    in_danger,
    superseded,
    closed_pulls,
    open_pulls,
    pulls,
    merge_queue,
    tags,
    copies,
    never_read,
    objects,
    layers,
    one_per_job,
];

/// The share of the limit below which something is not worth a finding.
const SHARE_MIN: f64 = 0.005;
/// The share of the limit from which a way of using the cache is worth a finding.
const SHARE_LARGE: f64 = 0.25;

impl Evidence<'_> {
    /// All findings, most bytes first.
    pub fn findings(&self) -> Vec<FindingRow> {
        let mut found: Vec<FindingRow> = CHECKS.iter().filter_map(|check| check(self)).collect();
        found.sort_by_key(|finding| Reverse(finding.bytes));
        found
    }

    /// Number and bytes of the entries that pass a test, if they are worth a finding.
    fn sum(&self, test: impl Fn(&HeldEntry) -> bool) -> Option<(u64, u64)> {
        let (entries, bytes) = self.holdings.sum(test);
        (entries > 0 && bytes as f64 >= SHARE_MIN * self.diagnosis.limit_bytes as f64)
            .then_some((entries, bytes))
    }

    fn is_large(&self, bytes: u64) -> bool {
        bytes as f64 >= SHARE_LARGE * self.diagnosis.limit_bytes as f64
    }
}

/// A finding whose remedy is a strategy.
fn finding(slug: &str, (entries, bytes): (u64, u64), strategy: &'static str, text: String) -> FindingRow {
    let edit = strategy::find(strategy).map_or("", |strategy| strategy.edit);
    FindingRow {
        slug: slug.to_owned(),
        text,
        bytes,
        entries,
        minutes: None,
        strategy: Some(strategy.to_owned()),
        edit: edit.to_owned(),
    }
}

/// A finding whose remedy is no strategy.
fn plain(slug: &str, sum: (u64, u64), edit: &str, text: String) -> FindingRow {
    FindingRow { strategy: None, edit: edit.to_owned(), ..finding(slug, sum, "", text) }
}

/// `4.33 GiB in 13 entries`.
fn held((entries, bytes): (u64, u64)) -> String {
    format!("{} in {}", Bytes(bytes).in_binary(), counted(entries, "entry", "entries"))
}

fn over_limit(evidence: &Evidence) -> Option<FindingRow> {
    let Diagnosis { usage_bytes, limit_bytes, next_to_evict, .. } = evidence.diagnosis;
    let over = usage_bytes.checked_sub(*limit_bytes).filter(|over| *over > 0)?;
    let entries = next_to_evict.len() as u64;
    let text = format!(
        "The cache is {} over its limit of {}. The next sweep evicts the least recently accessed entries until it \
         is below.",
        Bytes(over).in_binary(),
        Bytes(*limit_bytes).in_binary()
    );
    let dead = AGAINST_DEAD.map(|(reason, _)| evidence.holdings.sum(|held| held.dead == Some(reason)).1);
    let largest = dead.into_iter().zip(AGAINST_DEAD).max_by_key(|(bytes, _)| *bytes);
    // A higher limit is no remedy where all that can still be restored fits.
    let strategy = match largest {
        Some((_, (_, strategy))) if over <= dead.iter().sum() => strategy,
        _ => "raise-limit",
    };
    Some(finding("over-limit", (entries, over), strategy, text))
}

/// Why an entry can certainly not be restored any more, and the strategy that does not let such entries stay.
const AGAINST_DEAD: [(DeadReason, &str); 3] = [
    (DeadReason::Superseded, "keep-newest"),
    (DeadReason::ClosedPull, "delete-on-close"),
    (DeadReason::MergeQueue, "no-save-from-merge-queue"),
];

fn larger_than_limit(evidence: &Evidence) -> Option<FindingRow> {
    let limit = evidence.diagnosis.limit_bytes;
    let sum = evidence.holdings.sum(|held| held.entry.size.0 >= limit);
    (sum.0 > 0).then(|| {
        let text = format!(
            "{} alone: larger than the limit. A sweep that meets it evicts everything that was accessed before.",
            held(sum)
        );
        finding("larger-than-limit", sum, "raise-limit", text)
    })
}

/// What a run may still ask for, of the entries that the next sweep evicts; if it evicts none, of those that go once as
/// much is written again as in the last day.
pub(super) fn lost_next(diagnosis: &Diagnosis) -> impl Iterator<Item = &EvictableEntry> + Clone {
    let Diagnosis { next_to_evict, in_danger, .. } = diagnosis;
    let rows = if next_to_evict.is_empty() { in_danger } else { next_to_evict };
    rows.iter().filter(|row| row.reachable != "no")
}

fn in_danger(evidence: &Evidence) -> Option<FindingRow> {
    let when = match evidence.diagnosis.next_to_evict.is_empty() {
        true => "go once as much is written again as in the last 24 hours",
        false => "go with the next sweep",
    };
    let needed = lost_next(evidence.diagnosis);
    let sum = needed.clone().fold((0, 0), |(count, bytes), row| (count + 1, bytes + row.bytes));
    let is_worth_it = sum.1 as f64 >= SHARE_MIN * evidence.diagnosis.limit_bytes as f64;
    (sum.0 > 0 && is_worth_it).then(|| {
        let families: BTreeSet<&str> = needed.map(|row| row.family.as_str()).collect();
        let named: Vec<&str> = families.iter().take(3).copied().collect();
        let more = families.len().saturating_sub(named.len());
        let more = if more > 0 {
            format!(" and {}", counted(more, "more family", "more families"))
        } else {
            String::new()
        };
        let text =
            format!("{} that a run may still ask for {when}: of {}{more}.", held(sum), named.join(", "));
        finding("in-danger", sum, "raise-limit", text)
    })
}

fn superseded(evidence: &Evidence) -> Option<FindingRow> {
    let sum = evidence
        .sum(|held| matches!(held.dead, Some(DeadReason::Superseded | DeadReason::PerhapsSuperseded)))?;
    let perhaps = evidence.holdings.sum(|held| held.dead == Some(DeadReason::PerhapsSuperseded));
    let in_use = evidence.holdings.sum(|held| held.generation.is_in_use);
    let mut but = match perhaps.0 {
        0 => String::new(),
        _ => format!(" Of these, {} may be of use: replaced within a day, or of unknown ref.", held(perhaps)),
    };
    if in_use.0 > 0 {
        but += &format!(
            " Not these: {} that some run still asks for, although there is a newer one.",
            held(in_use)
        );
    }
    let text = format!(
        "Older generations hold {}: a newer entry on the same ref differs only in a hash, date, run or commit, and \
         nothing has asked for the older one since, as far as accesses tell.{but}",
        held(sum)
    );
    let found = finding("superseded", sum, "keep-newest", text);
    // Nothing is advised that would only delete what may be of use.
    let is_sure = perhaps.0 < sum.0;
    Some(FindingRow {
        strategy: found.strategy.filter(|_| is_sure),
        edit: if is_sure { found.edit } else { String::new() },
        ..found
    })
}

fn closed_pulls(evidence: &Evidence) -> Option<FindingRow> {
    let sum = evidence.sum(|held| held.dead == Some(DeadReason::ClosedPull))?;
    let text = format!("Closed pull requests hold {}. Nothing can restore them.", held(sum));
    Some(finding("closed-pull-requests", sum, "delete-on-close", text))
}

/// What holds for entries of pull requests, whatever their state.
fn only_their_own(sum: (u64, u64)) -> String {
    format!("hold {}, which only their own runs can read", held(sum))
}

fn open_pulls(evidence: &Evidence) -> Option<FindingRow> {
    let sum = evidence.sum(|held| held.class == ScopeClass::OpenPull && !held.is_dead())?;
    let text = format!("Open pull requests {}.", only_their_own(sum));
    evidence.is_large(sum.1).then(|| finding("open-pull-requests", sum, "save-on-main-only", text))
}

/// Pull requests that may be open or closed.
fn pulls(evidence: &Evidence) -> Option<FindingRow> {
    let sum = evidence.sum(|held| held.class == ScopeClass::Pull && !held.is_dead())?;
    let main = evidence.holdings.sum(|held| held.class == ScopeClass::Main).1;
    let (which, remedy) = match evidence.knows_pulls {
        true => ("Pull requests that --pulls does not list", "list all of them in --pulls"),
        false => ("Pull requests", "pass --pulls"),
    };
    let text = format!(
        "{which} {}, and nothing once they are closed. Which are open is not known: {remedy} with the output of \
         `gh pr list --state all --limit 10000 --json number,state`.",
        only_their_own(sum)
    );
    let strategy = if sum.1 > main { "save-on-main-only" } else { "delete-on-close" };
    Some(finding("pull-requests", sum, strategy, text))
}

fn merge_queue(evidence: &Evidence) -> Option<FindingRow> {
    let sum = evidence.sum(|held| held.class == ScopeClass::MergeQueue)?;
    let text = format!("Merge queue branches hold {}. Each is gone once its group is merged.", held(sum));
    Some(finding("merge-queue", sum, "no-save-from-merge-queue", text))
}

fn tags(evidence: &Evidence) -> Option<FindingRow> {
    let sum = evidence.sum(|held| held.class == ScopeClass::Tag && !held.is_dead())?;
    let text = format!("Tags hold {}. Only another run on the same tag can read them.", held(sum));
    let edit = "Save only `if: github.ref_type != 'tag'`, or on the default branch only.";
    Some(plain("tags", sum, edit, text))
}

/// Entries that other refs hold beside the same entry of the default branch.
fn copies(evidence: &Evidence) -> Option<FindingRow> {
    let on_main = evidence.holdings.entries.iter().filter(|held| held.class == ScopeClass::Main);
    let mains: BTreeSet<_> = on_main.map(|held| (&held.entry.key, &held.entry.version)).collect();
    let sum = evidence.sum(|held| {
        let other = !matches!(held.class, ScopeClass::Main | ScopeClass::Unlisted);
        other && mains.contains(&(&held.entry.key, &held.entry.version))
    })?;
    let text = format!(
        "{} have a key that the default branch holds too: the run missed there, because the entry was not stored \
         yet or was evicted, and saved a copy that only its own ref can read.",
        held(sum)
    );
    Some(finding("copies-of-main", sum, "save-on-main-only", text))
}

/// How soon after its creation an access is part of saving.
const SAVING: Duration = Duration(5 * Duration::MINUTE.0);

fn never_read(evidence: &Evidence) -> Option<FindingRow> {
    let at = evidence.at?;
    let sum = evidence.sum(|held| {
        let times = held.entry.created_at().zip(held.entry.accessed_at());
        !held.is_dead()
            && times.is_some_and(|(created, accessed)| {
                accessed - created <= SAVING && at - created >= Duration::DAY
            })
    })?;
    let text = format!("{} were stored more than a day ago and never restored since.", held(sum));
    let edit = "Ask of each whether its job should save at all; `families` in the JSON lists them.";
    Some(plain("never-restored", sum, edit, text))
}

/// From this many objects on, a cold build meets the limit of 200 uploads a minute.
const OBJECTS_MANY: u64 = 200;

fn objects(evidence: &Evidence) -> Option<FindingRow> {
    let families = &evidence.holdings.families;
    let sum =
        evidence.holdings.sum(|held| ClientKind::unit_of(families[held.family].client) == HitUnit::Objects);
    (sum.0 >= OBJECTS_MANY).then(|| {
        let text = format!(
            "sccache holds {}, one for each compilation. GitHub admits 200 uploads a minute, so a cold build loses \
             a part of them, and any sweep leaves holes.",
            held(sum)
        );
        finding("many-objects", sum, "sccache-external-store", text)
    })
}

fn layers(evidence: &Evidence) -> Option<FindingRow> {
    let families = &evidence.holdings.families;
    let sum =
        evidence.holdings.sum(|held| ClientKind::unit_of(families[held.family].client) == HitUnit::Steps);
    evidence.is_large(sum.1).then(|| {
        let text = format!("Image layers hold {}. A registry keeps them without a limit.", held(sum));
        finding("image-layers", sum, "registry-per-image", text)
    })
}

/// From this many rust-caches on, one shared key is worth a try.
const RUST_CACHES_MANY: usize = 3;

fn one_per_job(evidence: &Evidence) -> Option<FindingRow> {
    let is_rust = |held: &HeldEntry| evidence.holdings.families[held.family].client == "rust-cache";
    let of_rust = evidence.holdings.entries.iter().filter(|held| is_rust(held));
    let jobs: BTreeSet<usize> = of_rust.map(|held| held.family).collect();
    let sum = evidence.holdings.sum(is_rust);
    (jobs.len() >= RUST_CACHES_MANY && evidence.is_large(sum.1)).then(|| {
        let text = format!(
            "{} jobs have a rust-cache of their own, {} together, and compile many of the same crates.",
            jobs.len(),
            held(sum)
        );
        finding("rust-cache-per-job", sum, "shared-rust-cache-key", text)
    })
}

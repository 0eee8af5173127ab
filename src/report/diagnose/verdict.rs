//! The answer in a few sentences: how full, what goes, what is dead, how long an entry lives.

use crate::report::percent;
use crate::result::{Diagnosis, EvictableEntry};
use crate::units::{Bytes, counted};

/// The answer in a few plain sentences.
pub fn verdict(diagnosis: &Diagnosis) -> String {
    if diagnosis.entries == 0 {
        return "The cache is empty, as far as the listing says.".to_owned();
    }
    let sentences = [Some(usage(diagnosis)), next(diagnosis), Some(dead(diagnosis)), age(diagnosis)];
    sentences.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn size(bytes: u64) -> String {
    Bytes(bytes).in_binary()
}

fn usage(diagnosis: &Diagnosis) -> String {
    let Diagnosis { usage_bytes, limit_bytes, entries, .. } = diagnosis;
    let least = if diagnosis.is_lower_bound { "at least " } else { "" };
    let of = match limit_bytes {
        0 => "and nothing may stay under a limit of 0 B".to_owned(),
        limit => format!("{} of its limit of {}", percent(*usage_bytes as f64 / *limit as f64), size(*limit)),
    };
    format!(
        "The cache holds {least}{} in {}, {of}.",
        size(*usage_bytes),
        counted(*entries, "entry", "entries")
    )
}

fn next(diagnosis: &Diagnosis) -> Option<String> {
    let next = &diagnosis.next_to_evict;
    if next.is_empty() {
        let none = diagnosis.usage_bytes <= diagnosis.limit_bytes && !diagnosis.is_lower_bound;
        return none.then(|| "The next sweep evicts nothing.".to_owned());
    }
    let bytes = |rows: &[EvictableEntry]| rows.iter().map(|row| row.bytes).sum::<u64>();
    let removed = counted(next.len(), "entry", "entries");
    let stay = diagnosis.entries.saturating_sub(next.len() as u64);
    let stay = counted(stay, "entry stays", "entries stay");
    let idle = next.iter().all(|row| row.reason == "idle");
    let verb = if idle { "expires" } else { "evicts" };
    let least = if diagnosis.is_lower_bound { "at least " } else { "" };
    Some(format!("The next sweep {verb} {least}{removed} ({}); {stay}.", size(bytes(next))))
}

fn dead(diagnosis: &Diagnosis) -> String {
    let Diagnosis { unreachable_low_bytes: dead, unreachable_high_bytes: most, .. } = diagnosis;
    let share = |bytes: u64| percent(bytes as f64 / (diagnosis.usage_bytes as f64).max(1.0));
    let why = not_known(diagnosis);
    match (*dead, *most) {
        (0, 0) => "Everything in it can still be restored, as far as keys and refs tell.".to_owned(),
        (0, most) => format!("Up to {} of it ({}) can no longer be restored{why}.", size(most), share(most)),
        (dead, most) if dead == most => {
            format!("{} of it ({}) can no longer be restored.", size(dead), share(dead))
        }
        (dead, most) => format!(
            "Between {} ({}) and {} ({}) of it can no longer be restored{why}.",
            size(dead),
            share(dead),
            size(most),
            share(most)
        ),
    }
}

/// What the range of the unreachable bytes hangs on, as a clause.
fn not_known(diagnosis: &Diagnosis) -> &'static str {
    let has = |reason: &str| diagnosis.unreachable.iter().any(|row| row.reason == reason);
    if lacks_refs(diagnosis) {
        return ": that depends on the refs, which are not listed";
    }
    let reasons = [
        ("pull_request", ": that depends on which pull requests are open (--pulls)"),
        ("perhaps_superseded", ": that depends on whether a newer generation has replaced some of it"),
        // Results of earlier versions.
        ("superseded_but_read", ": some was read after a newer generation was stored"),
    ];
    reasons.into_iter().find(|(reason, _)| has(reason)).map_or("", |(_, clause)| clause)
}

/// True if some entries have no ref, so that their generations may be those of several refs.
pub(super) fn lacks_refs(diagnosis: &Diagnosis) -> bool {
    diagnosis.refs.iter().any(|row| row.r#ref == "unknown")
}

fn age(diagnosis: &Diagnosis) -> Option<String> {
    if let Some(hours) = diagnosis.eviction_age_hours {
        return Some(format!("Entries that were not restored in the last {} are evicted.", span(hours)));
    }
    let hours = diagnosis.oldest_access_hours?;
    Some(format!("The entry that was not restored for longest was last accessed {} ago.", span(hours)))
}

/// A time with two digits: minutes, hours or days.
pub(super) fn span(hours: f64) -> String {
    match hours {
        hours if hours < 1.0 => format!("{:.0} min", hours * 60.0),
        hours if hours < 9.95 => format!("{hours:.1} h"),
        hours if hours < 72.0 => format!("{hours:.0} h"),
        hours => format!("{:.1} days", hours / 24.0),
    }
}

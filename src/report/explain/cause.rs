//! The causes of a miss and of a job's lost time, in the words of the overview's table.

use crate::event::LossCause;
use crate::observe::journal::{JobLine, LossLine};
use crate::report::answer::causes::spoken;
use crate::report::number;

/// Less lost time is not named, in minutes.
pub(super) const SHORTEST: f64 = 0.05;

/// Why exactly this key was not found, as a clause that follows what happened.
pub(super) fn why(cause: Option<LossCause>) -> &'static str {
    match cause {
        None => "",
        Some(LossCause::Evicted) => ": the entry had been evicted for size",
        Some(LossCause::Expired) => ": the entry had expired",
        Some(LossCause::Deleted) => ": the entry had been deleted",
        Some(LossCause::NeverSaved) => {
            ": a run had asked for this key before, and saved nothing that this job can read (never saved)"
        }
        Some(LossCause::UnreadableScope) => {
            ": it was saved only where this job cannot read (unreadable scope)"
        }
        Some(LossCause::NewKey) => {
            ": no run whose entries it can read had asked for this key before (new key)"
        }
        Some(LossCause::StaleContents) => ": what it found is out of date (stale contents)",
        Some(LossCause::Overwritten) => ": a newer index has replaced it (overwritten)",
        Some(LossCause::RateLimited) => ": the rate limit refused a request (rate limited)",
        Some(LossCause::TooLarge) => ": it was too large to be saved",
        Some(LossCause::Transfer) => ": its download stalled",
    }
}

/// What the job lost, without what is not named.
pub(super) fn named(job: &JobLine) -> impl Iterator<Item = &LossLine> {
    job.losses.iter().filter(|loss| loss.minutes >= SHORTEST)
}

/// What the job lost, by cause; empty if that is nothing.
pub(super) fn losses(job: &JobLine) -> String {
    let clause = |loss: &LossLine| {
        format!("{} min {} ({})", number::plain(loss.minutes), spoken(loss.cause), loss.client)
    };
    let clauses: Vec<String> = named(job).map(clause).collect();
    if clauses.is_empty() {
        return String::new();
    }
    // Its keys may be new and its work not.
    let is_unsaved = named(job).any(|loss| loss.cause == LossCause::NeverSaved);
    let unsaved =
        if is_unsaved { " Never saved: an earlier run did the same work, and saved none of it." } else { "" };
    format!(" Lost time by cause: {}.{unsaved}", clauses.join(", "))
}

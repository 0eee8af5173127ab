//! Refs, instants and sizes in the words of an explanation.

use crate::event::RefClass;
use crate::report::number;
use crate::units::{Bytes, SimTime};

/// A ref in words.
pub(super) fn place(ref_name: &str) -> String {
    match RefClass::of(ref_name) {
        RefClass::Main => "main".into(),
        RefClass::PullRequest => {
            let number = ref_name.trim_start_matches("refs/pull/").trim_end_matches("/merge");
            format!("pull request {number}")
        }
        RefClass::Other => ref_name.to_owned(),
    }
}

/// An instant as `2026-06-30 14:03 UTC`.
pub(super) fn moment(at: SimTime) -> String {
    let text = at.to_string();
    match (text.get(..10), text.get(11..16)) {
        (Some(day), Some(minute)) => format!("{day} {minute} UTC"),
        _ => text,
    }
}

/// A time of day as `14:03:27`.
pub(super) fn clock(at: SimTime) -> String {
    at.to_string().get(11..19).map(str::to_owned).unwrap_or_else(|| at.to_string())
}

/// A size to a tenth of its unit, because what a sweep leaves is just below the limit.
pub(super) fn size(bytes: Bytes) -> String {
    number::tenths(bytes)
}

/// A limit in words. If it was set in GiB, it is given in GB, too, because all other sizes are in GB.
pub(super) fn limit_in_words(limit: Bytes) -> String {
    let (set, decimal) = (number::limit(limit), size(limit));
    if set == decimal { set } else { format!("{set} ({decimal})") }
}

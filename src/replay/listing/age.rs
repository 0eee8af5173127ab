//! Ages as gh prints them on a terminal: "about 2 hours ago". Only whole units are known.

use crate::units::SimTime;
use jiff::Timestamp;

/// The instant that ages count back from: any will do, since only their order and distance matter.
pub(super) const BASE: SimTime = SimTime(946_684_800_000);

/// The units of ages, in seconds. gh counts 30 days for a month and 365 for a year.
const UNITS: &[(&str, i64)] = &[
    ("second", 1),
    ("minute", 60),
    ("hour", 3_600),
    ("day", 86_400),
    ("week", 604_800),
    ("month", 2_592_000),
    ("year", 31_536_000),
];

/// The instant of an age before [`BASE`], such as `about 2 hours ago` or `less than a minute ago`; `None` if
/// the text is not an age.
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    let words = text.trim().strip_suffix(" ago")?;
    if words == "less than a minute" {
        return at(0);
    }
    let words = words.strip_prefix("about ").unwrap_or(words);
    let (number, unit) = words.split_once(' ')?;
    let number: i64 = if matches!(number, "a" | "an") { 1 } else { number.parse().ok()? };
    let unit = UNITS.iter().find(|(name, _)| unit.strip_suffix('s').unwrap_or(unit) == *name)?.1;
    at(number.checked_mul(unit)?)
}

fn at(seconds: i64) -> Option<Timestamp> {
    let seconds = (0..=UNITS[UNITS.len() - 1].1 * 1_000).contains(&seconds).then_some(seconds)?;
    Timestamp::from_millisecond(BASE.0 - seconds * 1_000).ok()
}

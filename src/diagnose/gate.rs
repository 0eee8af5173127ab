//! The conditions of `--fail-on`: what a check in CI refuses.

use super::family::own_words;
use crate::diagnostic::nearest;
use crate::replay::listing::Snapshot;
use crate::result::Diagnosis;
use crate::units::Bytes;
use std::fmt;
use std::str::FromStr;

/// One condition.
#[derive(Debug, Clone, PartialEq)]
pub enum FailCondition {
    /// The usage is above this amount.
    Over(Threshold),
    /// A family holds more than this amount; without a name, any family.
    Family(Option<String>, Threshold),
    /// A family is there that the first listing does not have.
    NewWriter,
}

/// A share of the limit, or a size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Threshold {
    /// A share of the limit.
    Share(f64),
    /// A size.
    Size(Bytes),
}

impl FailCondition {
    /// Reads conditions that are separated by commas.
    ///
    /// # Errors
    /// What can be written, for the first one that is wrong.
    pub fn read_all(text: &str) -> Result<Vec<FailCondition>, String> {
        text.split(',').map(|part| part.trim().parse()).collect()
    }

    /// The sentence that says how the condition is met by the last listing; `None` if it is not.
    pub fn met(&self, diagnosis: &Diagnosis, last: &Snapshot) -> Option<String> {
        let limit = diagnosis.limit_bytes;
        match self {
            FailCondition::Over(amount) => (diagnosis.usage_bytes > amount.bytes(limit)).then(|| {
                let usage = Bytes(diagnosis.usage_bytes).in_binary();
                format!("the cache holds {usage}, which is over {amount}")
            }),
            FailCondition::Family(name, amount) => {
                let found = named(name.as_deref(), diagnosis, last).into_iter();
                let mut above = found.filter(|(_, bytes)| *bytes > amount.bytes(limit));
                above.next().map(|(family, bytes)| match amount {
                    Threshold::Size(Bytes::ZERO) => format!("the family {family} is there"),
                    _ => {
                        let held = Bytes(bytes).in_binary();
                        format!("the family {family} holds {held}, which is over {amount}")
                    }
                })
            }
            FailCondition::NewWriter => {
                let new = diagnosis.new_families.join(", ");
                (!new.is_empty()).then(|| format!("new since the first listing: {new}"))
            }
        }
    }
}

impl Threshold {
    fn bytes(self, limit: u64) -> u64 {
        match self {
            Threshold::Share(share) => Bytes(limit).scaled(share).0,
            Threshold::Size(size) => size.0,
        }
    }
}

/// The families of this name, or all, with their bytes. Further keys change the name of a family: `cargo-build` alone
/// becomes a part of `cargo`. So, where no family has the name, keys that begin with its words count.
fn named(name: Option<&str>, diagnosis: &Diagnosis, last: &Snapshot) -> Vec<(String, u64)> {
    let families = diagnosis.families.iter();
    let is_it = |family: &str, pattern: &str| name.is_none_or(|name| name == family || name == pattern);
    let found: Vec<(String, u64)> = families
        .filter(|of| is_it(&of.family, &of.pattern))
        .map(|of| (of.family.clone(), of.bytes))
        .collect();
    let Some(name) = name.filter(|_| found.is_empty()) else { return found };
    let words = name.trim_matches('*').trim_matches('-').to_lowercase();
    let begins = |key: &str| {
        let own = own_words(key).to_lowercase();
        own.strip_prefix(&words).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    };
    let sizes: Vec<u64> =
        last.entries.iter().filter(|entry| begins(&entry.key)).map(|entry| entry.size.0).collect();
    if words.is_empty() || sizes.is_empty() { vec![] } else { vec![(words, sizes.iter().sum())] }
}

/// The most families that a note names.
const NAMED_MAX: usize = 5;

impl FailCondition {
    /// The note on a family that no key has, with a similar name or those that there are; `None` if some key has it.
    pub fn unknown_family(&self, diagnosis: &Diagnosis, last: &Snapshot) -> Option<String> {
        let FailCondition::Family(Some(name), _) = self else { return None };
        if !named(Some(name), diagnosis, last).is_empty() {
            return None;
        }
        let names = || diagnosis.families.iter().flat_map(|of| [of.family.as_str(), of.pattern.as_str()]);
        let hint = match nearest(name, names()) {
            Some(near) => format!("did you mean {near}?"),
            None => there_are(diagnosis),
        };
        Some(format!("--fail-on {self}: no key family is called {name}: {hint}"))
    }
}

/// The families that hold most, by their names.
fn there_are(diagnosis: &Diagnosis) -> String {
    let names: Vec<&str> = diagnosis.families.iter().take(NAMED_MAX).map(|of| of.family.as_str()).collect();
    match diagnosis.families.len().saturating_sub(names.len()) {
        _ if names.is_empty() => "the listing has none".to_owned(),
        0 => format!("there are {}", names.join(", ")),
        more => format!("there are {} and {more} more", names.join(", ")),
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Threshold::Share(share) => write!(f, "{} % of the limit", share * 100.0),
            Threshold::Size(size) => f.write_str(&size.in_binary()),
        }
    }
}

impl FromStr for Threshold {
    type Err = String;
    fn from_str(text: &str) -> Result<Threshold, String> {
        let share =
            || text.strip_suffix('%')?.trim().parse::<f64>().ok().filter(|share| (0.0..=1e6).contains(share));
        match share() {
            Some(share) => Ok(Threshold::Share(share / 100.0)),
            None => text
                .parse()
                .map(Threshold::Size)
                .map_err(|_| format!("`{text}` is neither 80% nor a size like 8GiB")),
        }
    }
}

impl FromStr for FailCondition {
    type Err = String;
    fn from_str(text: &str) -> Result<FailCondition, String> {
        match text.split_once('=') {
            None if text == "new-writer" => Ok(FailCondition::NewWriter),
            None if text == "over" => Ok(FailCondition::Over(Threshold::Share(1.0))),
            Some(("over", amount)) => Ok(FailCondition::Over(amount.parse()?)),
            Some(("family", family)) => Ok(named_family(family)),
            _ => Err(format!(
                "`{text}` is no condition: write over=80%, family=NAME, family=NAME:2GiB, family=30% or new-writer"
            )),
        }
    }
}

/// `NAME`, `NAME:AMOUNT`, or `AMOUNT` for any family. A name may have a colon itself.
fn named_family(text: &str) -> FailCondition {
    if let Ok(amount) = text.parse() {
        return FailCondition::Family(None, amount);
    }
    let split = text.rsplit_once(':').and_then(|(name, amount)| Some((name, amount.parse().ok()?)));
    match split {
        Some((name, amount)) => FailCondition::Family(Some(name.to_owned()), amount),
        None => FailCondition::Family(Some(text.to_owned()), Threshold::Size(Bytes::ZERO)),
    }
}

/// As it is written on the command line.
impl fmt::Display for FailCondition {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let written = |amount: &Threshold| match amount {
            Threshold::Share(share) => format!("{}%", share * 100.0),
            Threshold::Size(size) => size.exact(),
        };
        match self {
            FailCondition::Over(amount) => write!(f, "over={}", written(amount)),
            FailCondition::Family(None, amount) => write!(f, "family={}", written(amount)),
            FailCondition::Family(Some(name), Threshold::Size(Bytes::ZERO)) => write!(f, "family={name}"),
            FailCondition::Family(Some(name), amount) => write!(f, "family={name}:{}", written(amount)),
            FailCondition::NewWriter => f.write_str("new-writer"),
        }
    }
}

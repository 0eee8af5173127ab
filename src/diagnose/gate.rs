//! The conditions of `--fail-on`: what a check in CI refuses.

use crate::diagnostic::nearest;
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

    /// The sentence that says how the condition is met; `None` if it is not.
    pub fn met(&self, diagnosis: &Diagnosis) -> Option<String> {
        let limit = diagnosis.limit_bytes;
        match self {
            FailCondition::Over(amount) => (diagnosis.usage_bytes > amount.bytes(limit)).then(|| {
                let usage = Bytes(diagnosis.usage_bytes).in_binary();
                format!("the cache holds {usage}, which is over {amount}")
            }),
            FailCondition::Family(name, amount) => {
                let is_it = |family: &str, pattern: &str| {
                    name.as_deref().is_none_or(|name| name == family || name == pattern)
                };
                let above = diagnosis.families.iter().filter(|family| family.bytes > amount.bytes(limit));
                let mut found = above.filter(|family| is_it(&family.family, &family.pattern));
                found.next().map(|family| match amount {
                    Threshold::Size(Bytes::ZERO) => format!("the family {} is there", family.family),
                    _ => {
                        let held = Bytes(family.bytes).in_binary();
                        format!("the family {} holds {held}, which is over {amount}", family.family)
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

impl FailCondition {
    /// The note on a family that no key has, with a similar name; `None` if some family is called that.
    pub fn unknown_family(&self, diagnosis: &Diagnosis) -> Option<String> {
        let FailCondition::Family(Some(name), _) = self else { return None };
        let names = || diagnosis.families.iter().flat_map(|of| [of.family.as_str(), of.pattern.as_str()]);
        if names().any(|known| known == name) {
            return None;
        }
        let near = nearest(name, names()).map(|near| format!(": did you mean {near}?")).unwrap_or_default();
        Some(format!("--fail-on {self}: no key family is called {name}{near}"))
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

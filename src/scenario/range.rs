//! Ranges of values: what `--vary` and `[assumed]` take. Lists, ranges with steps and ranges without are
//! parsed here, and a position on them is turned into a value. Which positions a sweep plays is decided in
//! `statistics`.

use super::amount::{Amount, digits};
use std::fmt;
use std::ops::Range;

/// The most values of one axis.
pub const VALUES_MAX: usize = 10_000;

/// The values that an input takes in turn, as in `--vary PATH=VALUES`: a list (`1,5,20`), ranges with steps
/// (`5GB..50GB:5GB`, `1GB..64GB:x2`, `0..1:lin5`, `1..100:log7`), both mixed, or a single range without
/// steps (`2..10`, `1..100:log`). A list in which every value has a weight is drawn by weight: `evict (0.8),reject
/// (0.2)`.
#[derive(Debug, Clone, PartialEq)]
pub enum ValueRange {
    /// These values, in this order, each once.
    Listed(Vec<String>),
    /// These values, each once, with positive weights: how likely each is.
    Weighted(Vec<(String, f64)>),
    /// Everything between two ends.
    Between(Between),
}

/// Everything between two amounts with the same unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Between {
    low: f64,
    high: f64,
    unit: String,
    /// True if values are spread evenly by ratio, not by difference.
    log: bool,
}

/// Why values could not be parsed, and where in their text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misread {
    /// The wrong part, in bytes.
    pub at: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: &'static str,
}

const FORMS: &str = "write a list such as `1,5,20`, or a range: `5GB..50GB:5GB` in steps, `1GB..64GB:x2` \
    by a factor, `0..1:lin5` or `1..100:log7` for a number of values, `2..10` or `1..100:log` for all \
    values in between";

impl ValueRange {
    /// Parses values.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn parse(text: &str) -> Result<ValueRange, Misread> {
        let items = items(text)?;
        if let Some(pairs) = items.iter().map(|at| weighed(&text[at.clone()])).collect::<Option<Vec<_>>>() {
            return ValueRange::weighted(&pairs);
        }
        let mut listed: Vec<String> = Vec::new();
        for at in &items {
            let item = &text[at.clone()];
            let wrong = |message: String| Misread { at: at.clone(), message, help: FORMS };
            let new = match Steps::parse(item).map_err(wrong)? {
                None => vec![tidied(item)],
                Some(Steps::All(between)) if items.len() == 1 => return Ok(ValueRange::Between(between)),
                Some(Steps::All(_)) => {
                    return Err(wrong(format!(
                        "`{item}` has no step and cannot be listed with other values"
                    )));
                }
                Some(Steps::Some(values)) => values,
            };
            if let Some(twice) = new.iter().find(|value| listed.contains(value)) {
                return Err(wrong(format!("`{twice}` is listed twice")));
            }
            listed.extend(new);
            if listed.len() > VALUES_MAX {
                return Err(wrong(format!("more than {VALUES_MAX} values")));
            }
        }
        Ok(ValueRange::Listed(listed))
    }

    /// Makes a list of the alternatives for a setting. Each text is one value, whatever it contains.
    ///
    /// # Errors
    /// If there is none, or if one is given twice.
    pub fn alternatives(texts: &[&str]) -> Result<ValueRange, Misread> {
        let help = "write each alternative once, such as [\"evict\", \"reject\"]";
        let wrong = |message: String| Misread { at: 0..0, message, help };
        let values: Vec<String> = texts.iter().map(|text| tidied(text.trim())).collect();
        let twice = values.iter().enumerate().find(|(at, value)| values[..*at].contains(value));
        match (values.is_empty(), twice) {
            (true, _) => Err(wrong("a range without any value".into())),
            (_, Some((_, value))) => Err(wrong(format!("`{value}` is listed twice"))),
            _ => Ok(ValueRange::Listed(values)),
        }
    }

    /// Makes a list of alternatives with weights, which say how likely each is.
    ///
    /// # Errors
    /// If there is none, if one is given twice, or if a weight is not positive.
    pub fn weighted(pairs: &[(&str, f64)]) -> Result<ValueRange, Misread> {
        let texts: Vec<&str> = pairs.iter().map(|(text, _)| *text).collect();
        let ValueRange::Listed(values) = ValueRange::alternatives(&texts)? else {
            unreachable!("alternatives are a list")
        };
        let light = pairs.iter().find(|(_, weight)| !(*weight > 0.0 && weight.is_finite()));
        match light {
            Some((text, weight)) => Err(Misread {
                at: 0..0,
                message: format!("`{text}` has the weight {weight}"),
                help: "a weight is above 0, such as { evict = 0.8, reject = 0.2 }; leave out what is impossible",
            }),
            None => {
                let weights = pairs.iter().map(|(_, weight)| *weight);
                Ok(ValueRange::Weighted(values.into_iter().zip(weights).collect()))
            }
        }
    }

    /// The same values without their weights, for designs that need each of them.
    pub fn unweighted(self) -> ValueRange {
        match self {
            ValueRange::Weighted(pairs) => ValueRange::Listed(pairs.into_iter().map(|pair| pair.0).collect()),
            other => other,
        }
    }

    /// The same ends, with the values in between spread by difference or by ratio, whichever has this value nearer to its
    /// middle. `1..50` with the value 6 is by ratio, since nine of ten values would be larger otherwise.
    #[must_use]
    pub fn spread_around(self, value: &str) -> ValueRange {
        let ValueRange::Between(mut between) = self else { return self };
        let own = Amount::parse(value).and_then(|amount| amount.in_unit(&between.unit));
        if let Some(own) = own.filter(|own| *own > 0.0 && between.low > 0.0) {
            let Between { low, high, .. } = between;
            let by_ratio = libm::log(own / low) / libm::log(high / low);
            let by_difference = (own - low) / (high - low);
            between.log = (by_ratio - 0.5).abs() < (by_difference - 0.5).abs();
        }
        ValueRange::Between(between)
    }

    /// Number of values; `None` for a range without steps.
    pub fn count(&self) -> Option<usize> {
        match self {
            ValueRange::Listed(values) => Some(values.len()),
            ValueRange::Weighted(pairs) => Some(pairs.len()),
            ValueRange::Between(_) => None,
        }
    }

    /// All values of a list, or both ends of a range.
    pub fn told(&self) -> Vec<String> {
        match self {
            ValueRange::Listed(values) => values.clone(),
            ValueRange::Weighted(pairs) => pairs.iter().map(|(value, _)| value.clone()).collect(),
            ValueRange::Between(between) => between.ends().to_vec(),
        }
    }

    /// The value at `place`, from 0 for the first to 1 for the last, as a setting takes it. The values of a
    /// list have equal shares, or shares by their weights. A value within a range has six digits, and no decimals if only whole numbers
    /// are allowed.
    pub fn at(&self, place: f64, whole: bool) -> String {
        match self {
            ValueRange::Listed(values) => values[self.level(place) as usize].clone(),
            ValueRange::Weighted(pairs) => pairs[self.level(place) as usize].0.clone(),
            ValueRange::Between(between) => between.at(place, whole),
        }
    }

    /// A number that orders the values as their positions do: for a list, the index of the value at `place`,
    /// otherwise `place` itself.
    pub fn level(&self, place: f64) -> f64 {
        match self {
            ValueRange::Listed(values) => {
                let index = (place * values.len() as f64) as usize;
                index.min(values.len() - 1) as f64
            }
            ValueRange::Weighted(pairs) => {
                let all: f64 = pairs.iter().map(|(_, weight)| weight).sum();
                let mut left = place * all;
                let is_behind = |(_, weight): &&(String, f64)| {
                    left -= weight;
                    left >= 0.0
                };
                pairs.iter().take_while(is_behind).count().min(pairs.len() - 1) as f64
            }
            ValueRange::Between(_) => place,
        }
    }

    /// True if a value is within the range or the list: an amount is compared with the extremes, a word
    /// with each value. `None` if it cannot be compared.
    pub fn holds(&self, text: &str) -> Option<bool> {
        let (low, high, unit) = match self {
            ValueRange::Between(Between { low, high, unit, .. }) => (*low, *high, unit.clone()),
            ValueRange::Listed(_) | ValueRange::Weighted(_) => {
                let values = self.told();
                let amounts: Option<Vec<Amount>> = values.iter().map(|value| Amount::parse(value)).collect();
                let Some(amounts) = amounts else { return Some(values.contains(&tidied(text))) };
                let unit = amounts.first()?.unit.clone();
                let all: Vec<f64> =
                    amounts.iter().map(|amount| amount.in_unit(&unit)).collect::<Option<_>>()?;
                let [low, high] = [f64::min, f64::max].map(|least| all.iter().copied().reduce(least));
                (low?, high?, unit)
            }
        };
        let own = Amount::parse(text)?.in_unit(&unit)?;
        // Amounts that were converted may differ in the last digit.
        let slack = (high - low) * 1e-9;
        Some((low - slack..=high + slack).contains(&own))
    }
}

/// Writes it in the form that [`ValueRange::parse`] reads.
impl fmt::Display for ValueRange {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            ValueRange::Listed(values) => f.write_str(&values.join(",")),
            ValueRange::Weighted(pairs) => {
                let shown: Vec<String> =
                    pairs.iter().map(|(value, weight)| format!("{value} ({weight})")).collect();
                f.write_str(&shown.join(","))
            }
            ValueRange::Between(between) => {
                let [low, high] = between.ends();
                write!(f, "{low}..{high}{}", if between.log { ":log" } else { "" })
            }
        }
    }
}

impl Between {
    /// Its two ends.
    fn ends(&self) -> [String; 2] {
        [self.low, self.high].map(|end| self.shown(end))
    }

    fn at(&self, place: f64, whole: bool) -> String {
        let Between { low, high, log, .. } = *self;
        let value = match (whole, log) {
            (true, false) => (low + libm::floor(place * (high - low + 1.0))).min(high),
            (_, false) => low + place * (high - low),
            (_, true) => low * libm::exp(place * libm::log(high / low)),
        };
        self.shown(if whole { libm::round(value) } else { digits(value, 6) })
    }

    fn shown(&self, value: f64) -> String {
        Amount { number: value, unit: self.unit.clone() }.to_string()
    }
}

/// Splits a list at commas outside of quotes and brackets.
fn items(text: &str) -> Result<Vec<Range<usize>>, Misread> {
    let (mut items, mut start, mut depth, mut quote) = (Vec::new(), 0, 0_usize, None);
    for (at, letter) in text.char_indices() {
        match (letter, quote) {
            (letter, Some(open)) if letter == open => quote = None,
            (_, Some(_)) => {}
            ('"' | '\'', None) => quote = Some(letter),
            ('[' | '{', None) => depth += 1,
            (']' | '}', None) => depth = depth.saturating_sub(1),
            (',', None) if depth == 0 => {
                items.push(start..at);
                start = at + 1;
            }
            _ => {}
        }
    }
    items.push(start..text.len());
    let empty = items.iter().find(|item| text[item.start..item.end].trim().is_empty());
    match empty {
        Some(at) => Err(Misread { at: at.clone(), message: "a value is missing".into(), help: FORMS }),
        None => Ok(items.into_iter().map(|item| trimmed(text, item)).collect()),
    }
}

fn trimmed(text: &str, item: Range<usize>) -> Range<usize> {
    let inside = &text[item.clone()];
    let start = item.start + (inside.len() - inside.trim_start().len());
    start..start + inside.trim().len()
}

/// A value and its weight, written `evict (0.8)`; `None` if there is no weight.
fn weighed(item: &str) -> Option<(&str, f64)> {
    let (value, weight) = item.strip_suffix(')')?.rsplit_once(" (")?;
    Some((value, weight.parse().ok()?))
}

/// A single value for display: an amount without quotes, with a space before its unit.
fn tidied(item: &str) -> String {
    let bare = item.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(item);
    match Amount::parse(bare) {
        Some(amount) if !amount.unit.is_empty() => amount.to_string(),
        _ => item.to_owned(),
    }
}

enum Steps {
    Some(Vec<String>),
    All(Between),
}

impl Steps {
    /// Parses `LOW..HIGH` with its steps; `None` if it is a single value.
    fn parse(item: &str) -> Result<Option<Steps>, String> {
        let Some((low, rest)) = item.split_once("..").filter(|_| !item.starts_with(['"', '\'', '[', '{']))
        else {
            return Ok(None);
        };
        let (high, spacing) = match rest.split_once(':') {
            Some((high, spacing)) => (high, Some(spacing.trim())),
            None => (rest, None),
        };
        let end = |text: &str| {
            Amount::parse(text.trim()).ok_or_else(|| format!("`{}` is not an end of a range", text.trim()))
        };
        let (low, high) = (end(low)?, end(high)?);
        let top =
            high.in_unit(&low.unit).ok_or_else(|| format!("`{low}` and `{high}` cannot be compared"))?;
        if low.number >= top {
            return Err(format!("`{low}` is not below `{high}`"));
        }
        let between = Between { low: low.number, high: top, unit: low.unit, log: false };
        let Some(spacing) = spacing else { return Ok(Some(Steps::All(between))) };
        between.spaced(spacing).map(Some)
    }
}

impl Between {
    fn spaced(self, spacing: &str) -> Result<Steps, String> {
        let numbers = match spacing {
            "log" => return self.positive().map(|between| Steps::All(Between { log: true, ..between })),
            _ if spacing.starts_with('x') => self.positive()?.by_factor(&spacing[1..])?,
            _ if spacing.starts_with("lin") => self.counted(&spacing[3..])?,
            _ if spacing.starts_with("log") => {
                Between { log: true, ..self.positive()? }.counted(&spacing[3..])?
            }
            _ => self.stepped(spacing)?,
        };
        let unit = &numbers.1;
        let amount = |number: &f64| Amount { number: *number, unit: unit.clone() }.to_string();
        Ok(Steps::Some(numbers.0.iter().map(amount).collect()))
    }

    fn positive(self) -> Result<Between, String> {
        if self.low > 0.0 { Ok(self) } else { Err("a range by ratios starts above 0".into()) }
    }

    fn stepped(self, spacing: &str) -> Result<(Vec<f64>, String), String> {
        let step = Amount::parse(spacing).and_then(|step| step.in_unit(&self.unit));
        let step = step.filter(|step| *step > 0.0).ok_or_else(|| format!("`{spacing}` is not a step"))?;
        let count = libm::floor((self.high - self.low) / step * (1.0 + 1e-12)) + 1.0;
        let number = |index: usize| digits(self.low + index as f64 * step, 12);
        Ok(((0..limited(count)?).map(number).collect(), self.unit))
    }

    fn by_factor(self, factor: &str) -> Result<(Vec<f64>, String), String> {
        let factor: Option<f64> =
            factor.parse().ok().filter(|factor| (1.0..1e9).contains(factor) && *factor > 1.0);
        let factor = factor.ok_or("a factor is a number above 1, as in `x2`")?;
        let count = libm::floor(libm::log(self.high / self.low) / libm::log(factor) * (1.0 + 1e-12)) + 1.0;
        let number = |index: usize| digits(self.low * libm::pow(factor, index as f64), 6);
        Ok(((0..limited(count)?).map(number).collect(), self.unit))
    }

    fn counted(self, count: &str) -> Result<(Vec<f64>, String), String> {
        let count: usize = count.parse().unwrap_or(0);
        if count < 2 {
            return Err("a count is a whole number from 2, as in `log7`".into());
        }
        let count = limited(count as f64)?;
        let Between { low, high, log, .. } = self;
        let number = |index: usize| {
            let place = index as f64 / (count - 1) as f64;
            let value =
                if log { low * libm::exp(place * libm::log(high / low)) } else { low + place * (high - low) };
            if index + 1 == count { high } else { digits(value, 6) }
        };
        Ok(((0..count).map(number).collect(), self.unit))
    }
}

fn limited(count: f64) -> Result<usize, String> {
    if count <= VALUES_MAX as f64 {
        Ok(count as usize)
    } else {
        Err(format!("more than {VALUES_MAX} values"))
    }
}

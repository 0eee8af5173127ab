//! Numbers with units as texts: sizes, durations, rates, money, or plain numbers. The ranges of `--vary`
//! and of `[assumed]` are computed with them; the values of a scenario themselves are read in
//! `quantity.rs`.

use crate::units::{Bytes, Duration, Money, Rate};
use std::fmt;

/// Parses an amount. Returns its value in the base unit of its quantity (bytes, milliseconds, bytes per
/// second, micro-dollars; a plain number as it is), one of its unit in that base unit, and the unit itself.
pub fn amount(text: &str) -> Option<(f64, f64, String)> {
    let Amount { number, unit } = Amount::parse(text)?;
    let scale = if unit.is_empty() { 1.0 } else { base(&unit)?.1 };
    Some((number * scale, scale, unit))
}

/// A number with its unit, which may be empty.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Amount {
    pub number: f64,
    pub unit: String,
}

impl Amount {
    /// Parses a number with or without a unit; `None` for anything else.
    pub fn parse(text: &str) -> Option<Amount> {
        let text = text.trim();
        let ends = |(at, letter): &(usize, char)| {
            let exponent = matches!(letter, 'e' | 'E')
                && text[at + 1..].starts_with(|c: char| c.is_ascii_digit() || c == '-');
            !(letter.is_ascii_digit() || "+-.".contains(*letter) || exponent)
        };
        let end = text.char_indices().find(ends).map_or(text.len(), |(at, _)| at);
        let number = text[..end].parse().ok().filter(|number: &f64| number.is_finite())?;
        let unit = text[end..].trim().to_owned();
        (unit.is_empty() || base(&unit).is_some()).then_some(Amount { number, unit })
    }

    /// The number in another unit of the same quantity; `None` if the quantities differ.
    pub fn in_unit(&self, unit: &str) -> Option<f64> {
        if self.unit == unit {
            return Some(self.number);
        }
        let ((quantity, own), (other, theirs)) = (base(&self.unit)?, base(unit)?);
        (quantity == other).then(|| digits(self.number * own / theirs, 12))
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let space = if self.unit.is_empty() { "" } else { " " };
        write!(f, "{}{space}{}", self.number, self.unit)
    }
}

/// The index of a unit's quantity, and one of the unit in the quantity's base unit.
fn base(unit: &str) -> Option<(usize, f64)> {
    // `m30s` is no unit, but `1 m30s` is a sum.
    if unit.contains(|letter: char| letter.is_ascii_digit()) {
        return None;
    }
    let one = format!("1 {unit}");
    let quantities = [
        one.parse().map(|Bytes(n)| n as f64),
        one.parse().map(|Duration(n)| n as f64),
        one.parse().map(|Rate(n)| n as f64),
        one.parse().map(|Money(n)| n as f64),
    ];
    quantities.into_iter().enumerate().find_map(|(quantity, one)| Some((quantity, one.ok()?)))
}

/// Rounds a number to this many significant digits.
pub(super) fn digits(value: f64, digits: usize) -> f64 {
    format!("{value:.*e}", digits - 1).parse().expect("a number in scientific form is one")
}

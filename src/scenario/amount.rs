use crate::units::{Bytes, Duration, Money, Rate};
use std::fmt;

/// The amount a text is, in the base unit of its quantity: bytes, milliseconds, bytes a second,
/// micro-dollars; a plain number as it is. With it, the unit it is written in as an amount of the
/// same.
pub fn amount(text: &str) -> Option<(f64, f64, String)> {
    let Amount { number, unit } = Amount::parse(text)?;
    let scale = if unit.is_empty() { 1.0 } else { base(&unit)?.1 };
    Some((number * scale, scale, unit))
}

/// A number with its unit, which may be none.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Amount {
    pub number: f64,
    pub unit: String,
}

impl Amount {
    /// Reads a number with or without a unit; `None` for anything else.
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

    /// The number in another unit of the same quantity.
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

/// Which quantity a unit is of, and what one of it is in the quantity's base unit.
fn base(unit: &str) -> Option<(usize, f64)> {
    let one = format!("1 {unit}");
    let quantities = [
        one.parse().map(|Bytes(n)| n as f64),
        one.parse().map(|Duration(n)| n as f64),
        one.parse().map(|Rate(n)| n as f64),
        one.parse().map(|Money(n)| n as f64),
    ];
    quantities.into_iter().enumerate().find_map(|(quantity, one)| Some((quantity, one.ok()?)))
}

/// A number rounded to so many significant digits.
pub(super) fn digits(value: f64, digits: usize) -> f64 {
    format!("{value:.*e}", digits - 1).parse().expect("a number in scientific form is one")
}

//! Parses a number with a unit. Each quantity states its units in a [`Grammar`]; errors name the
//! accepted units, since users read them.

use thiserror::Error;

/// Reason why a quantity could not be read. Its text names the remedy.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UnitError {
    /// The text does not start with a number.
    #[error("`{text}` does not start with a number; write for example `{example}`")]
    NoNumber {
        /// The text that was read.
        text: String,
        /// A value that would be accepted.
        example: &'static str,
    },
    /// The number has no unit.
    #[error("`{text}` has no unit; write for example `{example}` (units: {units})")]
    NoUnit {
        /// The text that was read.
        text: String,
        /// A value that would be accepted.
        example: &'static str,
        /// The accepted units.
        units: String,
    },
    /// The unit does not belong to this quantity.
    #[error("`{unit}` is not a unit of {quantity}; use one of {units}")]
    WrongUnit {
        /// The unit that was read.
        unit: String,
        /// The expected quantity, for example "size".
        quantity: &'static str,
        /// The accepted units.
        units: String,
    },
    /// The unit looks like bits.
    #[error("`{unit}` may mean bits or bytes; write `{bytes}` for bytes (one byte is eight bits)")]
    Bits {
        /// The unit that was read.
        unit: String,
        /// The unit of bytes.
        bytes: &'static str,
    },
    /// The value is negative or too large.
    #[error("`{text}` is out of range: {quantity} must be between 0 and {max}")]
    OutOfRange {
        /// The text that was read.
        text: String,
        /// The expected quantity, for example "size".
        quantity: &'static str,
        /// The largest accepted value, with its unit.
        max: &'static str,
    },
    /// The text is not a time in RFC 3339.
    #[error("`{text}` is not a time; write for example `2026-06-30T19:28:23Z`")]
    NotATime {
        /// The text that was read.
        text: String,
    },
}

/// The grammar of one quantity: its units with their factors to the base unit.
pub(super) struct Grammar {
    pub quantity: &'static str,
    pub example: &'static str,
    pub units: &'static [(&'static str, f64)],
    pub max: f64,
    pub max_text: &'static str,
}

impl Grammar {
    /// Reads `<number> <unit>` and returns the value in the base unit, rounded to an integer. Units
    /// are not case-sensitive, but `Mb` beside `MB` usually means bits and is refused.
    pub fn read(&self, text: &str) -> Result<i64, UnitError> {
        let trimmed = text.trim();
        let split = trimmed
            .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | '_')))
            .unwrap_or(trimmed.len());
        let (number, unit) = trimmed.split_at(split);
        let number: f64 = number
            .replace('_', "")
            .parse()
            .map_err(|_| UnitError::NoNumber { text: text.into(), example: self.example })?;
        let value = number * self.factor(unit.trim(), text)?;
        if !(0.0..=self.max).contains(&value) {
            return Err(UnitError::OutOfRange {
                text: text.into(),
                quantity: self.quantity,
                max: self.max_text,
            });
        }
        Ok(libm::round(value) as i64)
    }

    fn factor(&self, unit: &str, text: &str) -> Result<f64, UnitError> {
        if unit.is_empty() {
            return Err(UnitError::NoUnit { text: text.into(), example: self.example, units: self.names() });
        }
        let known = self.units.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit));
        if let Some((bytes, _)) = known.filter(|_| means_bits(unit)) {
            return Err(UnitError::Bits { unit: unit.into(), bytes });
        }
        known.map(|(_, factor)| *factor).ok_or_else(|| UnitError::WrongUnit {
            unit: unit.into(),
            quantity: self.quantity,
            units: self.names(),
        })
    }

    fn names(&self) -> String {
        let names: Vec<_> = self.units.iter().map(|(name, _)| *name).collect();
        names.join(", ")
    }
}

/// True for a capital letter before a small `b`, as in `Mb` and `Gib/s`.
fn means_bits(unit: &str) -> bool {
    let name = unit.split('/').next().unwrap_or_default();
    name.starts_with(|letter: char| letter.is_ascii_uppercase()) && name.ends_with('b')
}

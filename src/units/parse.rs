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
    /// The time is not one that a result can state.
    #[error("`{text}` is too late; times end before the year 9999")]
    TooLate {
        /// The text that was read.
        text: String,
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

    /// Reads one quantity, or several with smaller and smaller units, such as `3m30s` and `1h 5m`, and returns
    /// their sum.
    pub fn read_sum(&self, text: &str) -> Result<i64, UnitError> {
        let alone = self.read(text);
        if alone.is_ok() {
            return alone;
        }
        let parts: Option<Vec<(f64, i64)>> = parts(text).into_iter().map(|part| self.part(part)).collect();
        let descends =
            |parts: &Vec<(f64, i64)>| parts.len() > 1 && parts.is_sorted_by(|one, next| one.0 > next.0);
        match parts.filter(descends).map(|parts| parts.iter().map(|(_, value)| value).sum::<i64>()) {
            Some(sum) if sum as f64 <= self.max => Ok(sum),
            _ => alone,
        }
    }

    /// Writes a value as a whole number of the largest unit that allows it. [`read`](Grammar::read) gives it back.
    pub fn exact(&self, value: u64) -> String {
        let whole = |(_, factor): &&(&str, f64)| value > 0 && value.is_multiple_of(*factor as u64);
        let largest = self.units.iter().filter(whole).reduce(|a, b| if b.1 > a.1 { b } else { a });
        let (unit, factor) = largest.unwrap_or(&self.units[0]);
        format!("{}{unit}", value / *factor as u64)
    }

    /// The size of a part's unit, and its value.
    fn part(&self, text: &str) -> Option<(f64, i64)> {
        let unit = text.trim_start_matches(|letter: char| !letter.is_ascii_alphabetic());
        Some((self.factor(unit.trim(), text).ok()?, self.read(text).ok()?))
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

    /// A regular expression for texts that [`read`](Grammar::read) accepts, in the syntax of JSON schemas: any
    /// case of the units, but not those that look like bits.
    pub fn pattern(&self) -> String {
        let letter = |letter: char| match letter {
            '/' => "/".to_owned(),
            letter => format!("[{}{}]", letter.to_ascii_uppercase(), letter.to_ascii_lowercase()),
        };
        let units: Vec<String> =
            self.units.iter().map(|(name, _)| name.chars().map(letter).collect()).collect();
        format!(r"\+?[0-9._]+\s*(?![A-Z][A-Za-z]*b(/|\s|$))({})", units.join("|"))
    }

    fn names(&self) -> String {
        let names: Vec<_> = self.units.iter().map(|(name, _)| *name).collect();
        names.join(", ")
    }
}

/// The parts of a text, each from a digit behind letters on.
fn parts(text: &str) -> Vec<&str> {
    let text = text.trim();
    let begins = |at: &usize| {
        let letters = text[..*at].trim_end().ends_with(|letter: char| letter.is_ascii_alphabetic());
        letters && text[*at..].starts_with(|letter: char| letter.is_ascii_digit())
    };
    let mut starts: Vec<usize> =
        (0..text.len()).filter(|at| text.is_char_boundary(*at)).filter(begins).collect();
    starts.insert(0, 0);
    starts.push(text.len());
    starts.windows(2).map(|ends| &text[ends[0]..ends[1]]).collect()
}

/// True for a capital letter before a small `b`, as in `Mb` and `Gib/s`.
fn means_bits(unit: &str) -> bool {
    let name = unit.split('/').next().unwrap_or_default();
    name.starts_with(|letter: char| letter.is_ascii_uppercase()) && name.ends_with('b')
}

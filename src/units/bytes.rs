//! Sizes in bytes. They are read with decimal and binary units, and printed with decimal ones.

use super::parse::{Grammar, UnitError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub, SubAssign};
use std::str::FromStr;

/// A number of bytes. `"10 GB"` is 10 × 10⁹, `"10 GiB"` is 10 × 2³⁰. In data it is a plain number.
#[derive(
    Serialize, Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default,
)]
pub struct Bytes(pub u64);

const GRAMMAR: Grammar = Grammar {
    quantity: "size",
    example: "1.2 GB",
    units: &[
        ("B", 1.0),
        ("kB", 1e3),
        ("MB", 1e6),
        ("GB", 1e9),
        ("TB", 1e12),
        ("KiB", 1024.0),
        ("MiB", 1_048_576.0),
        ("GiB", 1_073_741_824.0),
        ("TiB", 1_099_511_627_776.0),
    ],
    max: 1e15,
    max_text: "1000 TB",
};

impl Bytes {
    /// Zero bytes.
    pub const ZERO: Bytes = Bytes(0);

    /// The number of bytes as a float, for statistics.
    pub fn as_f64(self) -> f64 {
        self.0 as f64
    }

    /// The size multiplied by `factor` and rounded. A negative or NaN product gives 0 bytes.
    pub fn scaled(self, factor: f64) -> Bytes {
        Bytes(libm::round(self.0 as f64 * factor) as u64)
    }

    /// The size in binary units with two or three digits: `4.33 GiB`, `0.03 GiB`, `2.10 MiB`. From ten MiB on it is
    /// in GiB, so that the rows of a table can be compared.
    pub fn in_binary(self) -> String {
        const UNITS: [(&str, f64, f64); 4] = [
            ("TiB", 1_099_511_627_776.0, 1.0),
            ("GiB", 1_073_741_824.0, 0.01),
            ("MiB", 1_048_576.0, 1.0),
            ("KiB", 1024.0, 1.0),
        ];
        let size = self.as_f64();
        let Some((name, unit, _)) = UNITS.into_iter().find(|(_, unit, least)| size >= unit * least) else {
            return format!("{} B", self.0);
        };
        match size / unit {
            value if libm::floor(value) == value => format!("{value:.0} {name}"),
            value if value < 99.995 => format!("{value:.2} {name}"),
            value => format!("{value:.0} {name}"),
        }
    }

    /// The size as it is written on a command line, exactly and without a space: `20GiB`, `2500MB`.
    pub fn exact(self) -> String {
        GRAMMAR.exact(self.0)
    }

    /// The difference, or 0 if `other` is larger.
    pub fn saturating_sub(self, other: Bytes) -> Bytes {
        Bytes(self.0.saturating_sub(other.0))
    }
}

impl Bytes {
    /// A regular expression for a number with a unit, without anchors.
    pub fn pattern() -> String {
        GRAMMAR.pattern()
    }
}

impl FromStr for Bytes {
    type Err = UnitError;
    fn from_str(text: &str) -> Result<Bytes, UnitError> {
        GRAMMAR.read(text).map(|n| Bytes(n as u64))
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let n = self.0 as f64;
        let text = match self.0 {
            0..=999 => format!("{} B", self.0),
            1_000..=999_949 => format!("{:.1} kB", n / 1e3),
            999_950..=999_949_999 => format!("{:.1} MB", n / 1e6),
            999_950_000..=999_994_999_999 => format!("{:.2} GB", n / 1e9),
            _ => format!("{:.2} TB", n / 1e12),
        };
        f.pad(&text)
    }
}

impl Add for Bytes {
    type Output = Bytes;
    fn add(self, other: Bytes) -> Bytes {
        Bytes(self.0 + other.0)
    }
}

impl AddAssign for Bytes {
    fn add_assign(&mut self, other: Bytes) {
        self.0 += other.0;
    }
}

impl Sub for Bytes {
    type Output = Bytes;
    fn sub(self, other: Bytes) -> Bytes {
        Bytes(self.0 - other.0)
    }
}

impl SubAssign for Bytes {
    fn sub_assign(&mut self, other: Bytes) {
        self.0 -= other.0;
    }
}

impl Sum for Bytes {
    fn sum<I: Iterator<Item = Bytes>>(iter: I) -> Bytes {
        Bytes(iter.map(|b| b.0).sum())
    }
}

//! Amounts of money. US dollars are the only currency; nothing is converted.

use super::parse::{Grammar, UnitError};
use std::fmt;
use std::str::FromStr;

/// An amount of US dollars in whole micro-dollars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Money(pub i64);

const GRAMMAR: Grammar = Grammar {
    quantity: "amount of money",
    example: "0.006 USD",
    units: &[("USD", 1e6)],
    max: 1e15,
    max_text: "1000000000 USD",
};

impl Money {
    /// The amount in dollars.
    pub fn as_usd_f64(self) -> f64 {
        self.0 as f64 / 1e6
    }
}

impl Money {
    /// A regular expression for a number with a unit, without anchors.
    pub fn pattern() -> String {
        GRAMMAR.pattern()
    }
}

impl FromStr for Money {
    type Err = UnitError;
    fn from_str(text: &str) -> Result<Money, UnitError> {
        GRAMMAR.read(text).map(Money)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.pad(&format!("{:.2} USD", self.as_usd_f64()))
    }
}

//! Transfer rates, and the time that a transfer takes.

use super::bytes::Bytes;
use super::duration::Duration;
use super::parse::{Grammar, UnitError};
use std::fmt;
use std::str::FromStr;

/// A transfer rate in bytes per second. Positive wherever it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(pub u64);

const GRAMMAR: Grammar = Grammar {
    quantity: "transfer rate",
    example: "80 MB/s",
    units: &[("B/s", 1.0), ("kB/s", 1e3), ("MB/s", 1e6), ("GB/s", 1e9), ("MiB/s", 1_048_576.0)],
    max: 1e12,
    max_text: "1000 GB/s",
};

impl Rate {
    /// Time to transfer `size` at this rate times `speed` (1 = nominal), rounded up to whole
    /// milliseconds.
    pub fn time_for(self, size: Bytes, speed: f64) -> Duration {
        let ms = size.as_f64() * 1e3 / (self.0.max(1) as f64 * speed.max(1e-6));
        let whole = ms as i64;
        Duration(whole + i64::from((whole as f64) < ms))
    }
}

impl Rate {
    /// A regular expression for a number with a unit, without anchors.
    pub fn pattern() -> String {
        GRAMMAR.pattern()
    }
}

impl FromStr for Rate {
    type Err = UnitError;
    fn from_str(text: &str) -> Result<Rate, UnitError> {
        GRAMMAR.read(text).map(|n| Rate(n as u64))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.pad(&format!("{}/s", Bytes(self.0)))
    }
}

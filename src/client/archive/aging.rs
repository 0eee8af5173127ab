//! Contents that age: a build cache holds the results of many units, and each push changes some of them, so an
//! old entry is worth less than a new one, however exact its key. The units are not told apart; a change makes
//! a fixed share of what is still valid useless.

use crate::project::{InputId, Lineage};

/// How the content of an archive ages.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Aging {
    /// The input whose changes make content useless.
    pub input: InputId,
    /// The share of the content that one change makes useless, 0–1.
    pub changed: f64,
}

impl Aging {
    /// The share (0–1) of content made for `made` that a job with the checkout `now` can still use.
    pub fn valid(self, made: &Lineage, now: &Lineage) -> f64 {
        libm::pow(1.0 - self.changed, now.changes_since(made, self.input).into())
    }

    /// The share that the newest possible entry has: made just before the last push.
    pub fn newest(self, now: &Lineage) -> f64 {
        if now.is_fresh(self.input) { 1.0 - self.changed } else { 1.0 }
    }
}

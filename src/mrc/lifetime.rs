//! The characteristic time of a cache, estimated from how often each key is used. It is an
//! approximation, unlike everything else in this folder.

use super::object::ObjectTable;
use crate::units::{Bytes, Duration};
use std::collections::BTreeMap;

/// How long an entry lives after its last access. This is the cache's characteristic time: the time
/// in which distinct keys of as many bytes as the limit are used (Che, Tung and Wang, "Hierarchical
/// Web caching systems: modeling, design and experimental results", 2002, with sizes).
///
/// In a time t, a key used n times in a trace of length D counts with its size × (1 − exp(−n t/D)).
/// A key used once has no rate: such keys count as a steady stream of bytes, size × t/D.
///
/// Keys that the cache does not admit are left out.
pub(super) struct Lifetimes {
    span: Duration,
    /// Size and uses of the keys that are not admitted yet, the largest first.
    left: Vec<(u64, u32)>,
    /// Bytes of the admitted keys, by how often they are used.
    bytes: BTreeMap<u32, u64>,
}

/// How many times the interval around the solution is halved: to 1 ms in 10,000 years.
const HALVINGS: u32 = 60;

impl Lifetimes {
    /// Starts with no key admitted.
    pub fn of(objects: &ObjectTable) -> Lifetimes {
        let mut left: Vec<_> = objects.list.iter().map(|object| (object.size, object.uses)).collect();
        left.sort_unstable_by(|a, b| b.cmp(a));
        Lifetimes { span: objects.span(), left, bytes: BTreeMap::new() }
    }

    /// Admits all keys up to this size, in addition to those admitted before.
    pub fn admitting(&mut self, largest: Bytes) -> &Lifetimes {
        while let Some((size, uses)) = self.left.pop_if(|(size, _)| *size <= largest.0) {
            *self.bytes.entry(uses).or_default() += size;
        }
        self
    }

    /// Admits all keys.
    pub fn admitting_all(&mut self) -> &Lifetimes {
        self.admitting(Bytes(u64::MAX))
    }

    /// The characteristic time under a limit; `None` if all keys fit, or if all accesses have the
    /// same time.
    pub fn under(&self, limit: Bytes) -> Option<Duration> {
        let footprint: u64 = self.bytes.values().sum();
        if limit.0 >= footprint || self.span <= Duration::ZERO {
            return None;
        }
        // Keys that are used once may need more than the length of the trace to fill the rest.
        let (mut low, mut high) = (0.0, 1.0);
        while self.bytes_within(high) < limit.as_f64() {
            high *= 2.0;
        }
        for _ in 0..HALVINGS {
            let middle = (low + high) / 2.0;
            if self.bytes_within(middle) < limit.as_f64() { low = middle } else { high = middle }
        }
        Some(self.span.scaled(high))
    }

    /// Bytes of distinct keys used within this share of the trace's length.
    fn bytes_within(&self, share: f64) -> f64 {
        let used = |(uses, bytes): (&u32, &u64)| match uses {
            1 => *bytes as f64 * share,
            _ => -(*bytes as f64) * libm::expm1(-f64::from(*uses) * share),
        };
        self.bytes.iter().map(used).sum()
    }
}

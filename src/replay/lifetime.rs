use super::trace::Objects;
use crate::units::{Bytes, Duration};
use std::collections::BTreeMap;

/// How long an entry lives after its last access, the cache's characteristic time, from how often
/// each key is used: the time in which distinct keys of as many bytes as the limit are used (Che,
/// Tung and Wang, "Hierarchical Web caching systems: modeling, design and experimental results",
/// 2002, with sizes).
///
/// A key used n times in a trace of length D counts with its size × (1 − exp(−n t/D)) in a time t.
/// A key used once has no rate: its like come as a steady stream of bytes, size × t/D.
pub(super) struct Lifetimes {
    span: Duration,
    footprint: Bytes,
    /// Bytes of keys used once.
    once: f64,
    /// Bytes of keys by how often they are used, twice or more.
    reused: Vec<(f64, f64)>,
}

/// How often the interval around the solution is halved: to a millisecond in 10,000 years.
const HALVINGS: u32 = 60;

impl Lifetimes {
    pub fn of(objects: &Objects) -> Lifetimes {
        let mut bytes: BTreeMap<u32, u64> = BTreeMap::new();
        for object in &objects.list {
            *bytes.entry(object.uses).or_default() += object.size;
        }
        Lifetimes {
            span: objects.span(),
            footprint: objects.footprint,
            once: bytes.remove(&1).unwrap_or(0) as f64,
            reused: bytes.into_iter().map(|(uses, bytes)| (f64::from(uses), bytes as f64)).collect(),
        }
    }

    /// The characteristic time under a limit; nothing if all keys fit, or the trace takes no time.
    pub fn under(&self, limit: Bytes) -> Option<Duration> {
        if limit >= self.footprint || self.span <= Duration::ZERO {
            return None;
        }
        // The keys used once may need more than the length of the trace to fill what is left.
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
        let reused = self.reused.iter().map(|(uses, bytes)| -bytes * libm::expm1(-uses * share));
        reused.sum::<f64>() + self.once * share
    }
}

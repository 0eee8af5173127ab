//! Counts by depth, for the builder.

use crate::units::Bytes;

/// How much is at which depth: counts and bytes for the smallest limit that holds each, so that
/// every limit's totals are sums of these.
pub(super) struct DepthTally {
    /// Ascending.
    limits: Vec<u64>,
    /// Count and bytes; one more than limits, for what is deeper than all.
    at: Vec<(u64, u64)>,
}

impl DepthTally {
    pub fn new(limits: &[Bytes]) -> DepthTally {
        let mut limits: Vec<u64> = limits.iter().map(|limit| limit.0).collect();
        limits.sort_unstable();
        DepthTally { at: vec![(0, 0); limits.len() + 1], limits }
    }

    /// The limits, ascending.
    pub fn limits(&self) -> &[u64] {
        &self.limits
    }

    /// Counts one of this size at this depth: it is within all limits from there on.
    pub fn count(&mut self, depth: u64, size: u64) {
        let first = self.limits.partition_point(|limit| *limit < depth);
        let (count, bytes) = &mut self.at[first];
        *count += 1;
        *bytes += size;
    }

    /// The count and bytes within this limit, one of those it was made for.
    pub fn within(&self, limit: Bytes) -> (u64, Bytes) {
        let end = self.limits.partition_point(|other| *other <= limit.0);
        let sum = |(count, bytes): (u64, u64), at: &(u64, u64)| (count + at.0, bytes + at.1);
        let (count, bytes) = self.at[..end].iter().fold((0, 0), sum);
        (count, Bytes(bytes))
    }
}

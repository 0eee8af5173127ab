//! Counts and bytes by stack depth. [`MrcBuilder`](super::MrcBuilder) counts hits, deletions and
//! stored objects in it.

use crate::units::Bytes;

/// Counts and bytes, grouped by the smallest limit that the depth fits. The totals of a limit are
/// sums of these groups.
pub(super) struct DepthTally {
    /// Sorted in ascending order.
    limits: Vec<u64>,
    /// Count and bytes per limit, and a last element for depths beyond all limits.
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

    /// Counts an object of this size at this depth. It is within every limit that is at least as
    /// large as the depth.
    pub fn count(&mut self, depth: u64, size: u64) {
        let first = self.limits.partition_point(|limit| *limit < depth);
        let (count, bytes) = &mut self.at[first];
        *count += 1;
        *bytes += size;
    }

    /// Count and bytes within `limit`, which must be one of the limits given to `new`.
    pub fn within(&self, limit: Bytes) -> (u64, Bytes) {
        let end = self.limits.partition_point(|other| *other <= limit.0);
        let sum = |(count, bytes): (u64, u64), at: &(u64, u64)| (count + at.0, bytes + at.1);
        let (count, bytes) = self.at[..end].iter().fold((0, 0), sum);
        (count, Bytes(bytes))
    }
}

//! The limits of a plain trace that are smaller than its largest object.
//! [`MrcBuilder`](super::MrcBuilder) uses it only with immediate eviction and without retention, as
//! in libCacheSim, which does not admit an object larger than its limit. The service does admit
//! such an entry.

use super::stack::Stack;
use super::tally::DepthTally;
use crate::units::Bytes;

/// The limits below the largest object, each with what it holds.
///
/// The cache of a plain trace does not admit an object larger than its limit. Such a limit has a
/// stack of its own, of the objects that it admits, and holds the top of it. These are all admitted
/// objects from a certain place of the common stack on. So a window needs only a place and a sum,
/// and the next objects to evict are found by moving on from that place.
#[derive(Default)]
pub(super) struct Windows {
    /// Sorted by limit, ascending.
    list: Vec<LimitWindow>,
    /// True while places are being compacted.
    closing: bool,
}

/// What one limit holds, and its answers so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct LimitWindow {
    pub limit: Bytes,
    /// The first place it may hold.
    begins: u32,
    /// Its new `begins` after the compaction, if known already.
    moved: Option<u32>,
    /// Bytes held.
    bytes: u64,
    /// Number of hits and their bytes.
    pub hits: (u64, Bytes),
    /// Number and bytes of accesses to objects that are not admitted.
    pub refused: (u64, Bytes),
}

impl Windows {
    /// True if one of `limits` (in ascending order) does not admit an object of this size and has
    /// no window yet.
    pub fn lack(&self, limits: &[u64], size: u64) -> bool {
        limits.get(self.list.len()).is_some_and(|limit| *limit < size)
    }

    /// Opens windows for those limits. Until now they have admitted everything, and `hits` has
    /// counted for them.
    pub fn open(&mut self, limits: &[u64], size: u64, stack: &Stack, hits: &DepthTally) {
        let mut places = stack.places().peekable();
        let (mut begins, mut bytes) = (stack.end(), 0);
        for limit in limits.iter().skip(self.list.len()).take_while(|limit| **limit < size) {
            while let Some((place, size)) = places.next_if(|(_, size)| bytes + size <= *limit) {
                (begins, bytes) = (place, bytes + size);
            }
            let limit = Bytes(*limit);
            let hits = hits.within(limit);
            self.list.push(LimitWindow {
                limit,
                begins,
                moved: None,
                bytes,
                hits,
                refused: (0, Bytes::ZERO),
            });
        }
    }

    /// Records an access to an object of this size. The object has left its place `before`, if it
    /// had one, and taken the last place.
    pub fn access(&mut self, before: Option<u32>, size: u64, stack: &Stack) {
        for window in &mut self.list {
            if window.limit.0 < size {
                window.refused = (window.refused.0 + 1, window.refused.1 + Bytes(size));
            } else if before.is_some_and(|place| place >= window.begins) {
                window.hits = (window.hits.0 + 1, window.hits.1 + Bytes(size));
            } else {
                window.admit(size, stack);
            }
        }
    }

    /// Records that the object at place `from` moves to place `to` in a compaction. Calls are in
    /// ascending order.
    pub fn moved(&mut self, from: u32, to: u32) {
        self.closing = true;
        let unmoved = self.list.iter_mut().filter(|window| window.moved.is_none());
        unmoved.filter(|window| window.begins <= from).for_each(|window| window.moved = Some(to));
    }

    /// Ends a compaction, if there was one. `top` is the place of the object that was just pushed.
    pub fn settle(&mut self, top: u32) {
        if std::mem::take(&mut self.closing) {
            self.list.iter_mut().for_each(|window| window.begins = window.moved.take().unwrap_or(top));
        }
    }

    /// The window of this limit; `None` if it has none.
    pub fn find(&self, limit: Bytes) -> Option<&LimitWindow> {
        self.list.iter().find(|window| window.limit == limit)
    }
}

impl LimitWindow {
    fn admit(&mut self, size: u64, stack: &Stack) {
        self.bytes += size;
        while self.bytes > self.limit.0 {
            let oldest = stack.size(self.begins);
            self.bytes -= if oldest <= self.limit.0 { oldest } else { 0 };
            self.begins += 1;
        }
    }

    /// Number of objects it holds.
    pub fn stored(&self, stack: &Stack) -> u64 {
        let held = stack.places().take_while(|(place, _)| *place >= self.begins);
        held.filter(|(_, size)| *size <= self.limit.0).count() as u64
    }
}

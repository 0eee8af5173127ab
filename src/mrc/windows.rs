//! The limits of a plain trace that are smaller than its largest object.

use super::stack::Stack;
use super::tally::DepthTally;
use crate::units::Bytes;

/// The limits below the largest object, each with what it holds.
///
/// A plain trace's cache does not admit an object larger than its limit. Such a limit has a stack of its
/// own, that of the objects it admits, and holds the top of it: all of them from one place of the common
/// stack on. So a place to begin at and a sum are all there is to keep, and what goes is found by going
/// on from there.
#[derive(Default)]
pub(super) struct Windows {
    /// By limit, ascending.
    list: Vec<LimitWindow>,
    /// Whether places are being closed.
    closing: bool,
}

/// What one limit holds, and what it answered.
#[derive(Debug, Clone, Copy)]
pub(super) struct LimitWindow {
    pub limit: Bytes,
    /// The first place it may hold.
    begins: u32,
    /// That place once places are closed.
    moved: Option<u32>,
    /// Bytes held.
    bytes: u64,
    /// Hits and their bytes.
    pub hits: (u64, Bytes),
    /// Accesses of objects that are not admitted, and their bytes.
    pub refused: (u64, Bytes),
}

impl Windows {
    /// Whether some of these limits, which are all in ascending order, has no window yet though it does
    /// not admit an object of this size.
    pub fn lack(&self, limits: &[u64], size: u64) -> bool {
        limits.get(self.list.len()).is_some_and(|limit| *limit < size)
    }

    /// Gives those limits their windows. So far each of them has admitted everything, and `hits` counted
    /// for it.
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

    /// An object of this size was accessed. It has left its place, if it had one, and taken the last.
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

    /// An object keeps its place among the others under a new number, the lowest first.
    pub fn moved(&mut self, from: u32, to: u32) {
        self.closing = true;
        let unmoved = self.list.iter_mut().filter(|window| window.moved.is_none());
        unmoved.filter(|window| window.begins <= from).for_each(|window| window.moved = Some(to));
    }

    /// Places have been closed, if any were; the object that was put on top is at this one.
    pub fn settle(&mut self, top: u32) {
        if std::mem::take(&mut self.closing) {
            self.list.iter_mut().for_each(|window| window.begins = window.moved.take().unwrap_or(top));
        }
    }

    /// The window of this limit, if it has one.
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

    /// How many objects it holds.
    pub fn stored(&self, stack: &Stack) -> u64 {
        let held = stack.places().take_while(|(place, _)| *place >= self.begins);
        held.filter(|(_, size)| *size <= self.limit.0).count() as u64
    }
}

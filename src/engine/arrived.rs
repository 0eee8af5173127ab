//! The pushes that have arrived, as long as somebody may ask for them, and the fixes that may arrive. What a push checks
//! out is far larger than anything else that a replication would have to keep of it.

use crate::workload::Push;
use std::collections::BTreeMap;
use std::ops::Index;

/// Pushes by their index, which counts all of them.
#[derive(Debug, Default)]
pub(super) struct ArrivedPushes {
    pushes: BTreeMap<usize, Push>,
    next: usize,
}

impl ArrivedPushes {
    /// Adds a push. Returns its index.
    pub fn add(&mut self, push: Push) -> usize {
        self.pushes.insert(self.next, push);
        self.next += 1;
        self.next - 1
    }

    /// Nobody will ask for this push any more.
    pub fn forget(&mut self, index: usize) {
        self.pushes.remove(&index);
    }
}

impl Index<usize> for ArrivedPushes {
    type Output = Push;

    fn index(&self, index: usize) -> &Push {
        &self.pushes[&index]
    }
}

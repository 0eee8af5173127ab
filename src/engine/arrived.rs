//! The pushes that are still needed: those that may have to be mended, and the fixes that may arrive. The others are dropped,
//! because the checkout of a push takes a kilobyte or more.

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

    /// The base of a stacked pull request is a branch by now.
    pub fn retarget(&mut self, index: usize) {
        if let Some(push) = self.pushes.get_mut(&index) {
            push.stacked_on = None;
        }
    }

    /// Drops a push that is no longer needed.
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

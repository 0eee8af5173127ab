//! The order of eviction, as a linked list through the service's slots. It stores no times and
//! takes no decisions: `limits.rs` says by which time entries are ordered, `sweep.rs` evicts the
//! first.

use super::entry::{Entry, EntryId, LinkId};
use super::limits::EvictionOrder;

/// The stored entries, next to be evicted first. The list is threaded through the slots, so the
/// cost of a touch or an eviction does not depend on the number of entries.
#[derive(Debug, Clone, Default)]
pub(super) struct EvictionQueue {
    first: Option<LinkId>,
    last: Option<LinkId>,
}

impl EvictionQueue {
    pub fn first(&self) -> Option<EntryId> {
        self.first.map(EntryId::from_link)
    }

    fn push_last(&mut self, slots: &mut [Entry], id: EntryId) {
        self.insert_after(slots, id, self.last);
    }

    /// Inserts an entry at its position in `order`. The search starts at the end of the list, since
    /// an entry that is new or just accessed belongs there unless some entry was preloaded with a
    /// later time.
    pub fn insert(&mut self, slots: &mut [Entry], id: EntryId, order: EvictionOrder) {
        let since = order.since(&slots[id.0 as usize]);
        let mut after = self.last;
        while let Some(link) = after {
            let entry = &slots[EntryId::from_link(link).0 as usize];
            if order.since(entry) <= since {
                break;
            }
            after = entry.previous;
        }
        self.insert_after(slots, id, after);
    }

    fn insert_after(&mut self, slots: &mut [Entry], id: EntryId, after: Option<LinkId>) {
        let next = match after {
            Some(link) => slots[EntryId::from_link(link).0 as usize].next,
            None => self.first,
        };
        let entry = &mut slots[id.0 as usize];
        (entry.previous, entry.next) = (after, next);
        *self.next_of(slots, after) = Some(id.link());
        *self.previous_of(slots, next) = Some(id.link());
    }

    pub fn unlink(&mut self, slots: &mut [Entry], id: EntryId) {
        let Entry { previous, next, .. } = slots[id.0 as usize];
        *self.next_of(slots, previous) = next;
        *self.previous_of(slots, next) = previous;
    }

    /// Moves an entry that has just been accessed to its new position.
    pub fn touched(&mut self, slots: &mut [Entry], id: EntryId, order: EvictionOrder) {
        let entry = &slots[id.0 as usize];
        let follows = |link| order.since(&slots[EntryId::from_link(link).0 as usize]) <= order.since(entry);
        if self.last == Some(id.link()) && entry.previous.is_none_or(follows) {
            return;
        }
        self.unlink(slots, id);
        self.insert(slots, id, order);
    }

    /// Sorts all entries by another order. Entries with equal times keep their relative position.
    pub fn rearrange(&mut self, slots: &mut [Entry], order: EvictionOrder) {
        let mut ids: Vec<_> = self.iter(slots).collect();
        ids.sort_by_key(|id| order.since(&slots[id.0 as usize]));
        *self = EvictionQueue::default();
        for id in ids {
            self.push_last(slots, id);
        }
    }

    pub fn iter<'a>(&self, slots: &'a [Entry]) -> impl Iterator<Item = EntryId> + use<'a> {
        std::iter::successors(self.first(), |id| slots[id.0 as usize].next.map(EntryId::from_link))
    }

    fn next_of<'a>(&'a mut self, slots: &'a mut [Entry], of: Option<LinkId>) -> &'a mut Option<LinkId> {
        match of {
            Some(link) => &mut slots[EntryId::from_link(link).0 as usize].next,
            None => &mut self.first,
        }
    }

    fn previous_of<'a>(&'a mut self, slots: &'a mut [Entry], of: Option<LinkId>) -> &'a mut Option<LinkId> {
        match of {
            Some(link) => &mut slots[EntryId::from_link(link).0 as usize].previous,
            None => &mut self.last,
        }
    }
}

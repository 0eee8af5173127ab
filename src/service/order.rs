use super::entry::{Entry, EntryId, LinkId};

/// The stored entries, next to be evicted first: a list threaded through the slots, so that a
/// touch and an eviction cost the same however many entries there are.
#[derive(Debug, Clone, Default)]
pub(super) struct Order {
    first: Option<LinkId>,
    last: Option<LinkId>,
}

impl Order {
    pub fn first(&self) -> Option<EntryId> {
        self.first.map(EntryId::from_link)
    }

    pub fn push_last(&mut self, slots: &mut [Entry], id: EntryId) {
        self.insert_after(slots, id, self.last);
    }

    /// Inserts by last access; for entries that were there before the simulation began.
    pub fn insert_by_access(&mut self, slots: &mut [Entry], id: EntryId) {
        let accessed = slots[id.0 as usize].accessed;
        let mut after = self.last;
        while let Some(link) = after {
            let entry = &slots[EntryId::from_link(link).0 as usize];
            if entry.accessed <= accessed {
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

    pub fn move_last(&mut self, slots: &mut [Entry], id: EntryId) {
        if self.last != Some(id.link()) {
            self.unlink(slots, id);
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

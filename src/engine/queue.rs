use crate::units::SimTime;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// Future events, earliest first; of equal times the one of higher priority, then the one
/// scheduled first.
///
/// Who was woken last is mostly woken next, or changes places with who is: so an event that comes
/// after all that happened before the next one is taken never enters the heap, and one that does
/// takes the place of the heap's first.
#[derive(Debug, Clone)]
pub struct Queue<E> {
    /// If there is one, the first of all.
    front: Option<Scheduled<E>>,
    heap: BinaryHeap<Reverse<Scheduled<E>>>,
    sequence: u64,
}

#[derive(Debug, Clone)]
struct Scheduled<E> {
    at: SimTime,
    /// Priority in the top byte, sequence number below.
    rank: u64,
    event: E,
}

impl<E> Queue<E> {
    /// An empty queue.
    pub fn new() -> Queue<E> {
        Queue { front: None, heap: BinaryHeap::new(), sequence: 0 }
    }

    /// Adds an event. Priority 0 comes first.
    #[inline]
    pub fn push(&mut self, at: SimTime, priority: u8, event: E) {
        let rank = u64::from(priority) << 56 | self.sequence;
        self.sequence += 1;
        let mut new = Scheduled { at, rank, event };
        match &mut self.front {
            Some(front) => {
                if new < *front {
                    std::mem::swap(front, &mut new);
                }
                self.heap.push(Reverse(new));
            }
            None => {
                if let Some(mut first) = self.heap.peek_mut()
                    && first.0 < new
                {
                    std::mem::swap(&mut first.0, &mut new);
                }
                self.front = Some(new);
            }
        }
    }

    /// Takes the next event.
    #[inline]
    pub fn pop(&mut self) -> Option<(SimTime, E)> {
        let next = self.front.take().or_else(|| self.heap.pop().map(|Reverse(next)| next));
        next.map(|next| (next.at, next.event))
    }

    /// Number of events waiting.
    pub fn len(&self) -> usize {
        self.heap.len() + usize::from(self.front.is_some())
    }

    /// Whether nothing is waiting.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<E> Default for Queue<E> {
    fn default() -> Self {
        Queue::new()
    }
}

impl<E> Ord for Scheduled<E> {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.at, self.rank).cmp(&(other.at, other.rank))
    }
}

impl<E> PartialOrd for Scheduled<E> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> PartialEq for Scheduled<E> {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.rank) == (other.at, other.rank)
    }
}

impl<E> Eq for Scheduled<E> {}

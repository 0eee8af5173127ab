//! The event queue: a binary heap with one event kept in front of it. The simulation loop is its only user;
//! it knows nothing of what the events mean.

use crate::units::SimTime;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// Future events. The earliest comes first; at equal times the one with the lower priority number, and at equal
/// priorities the one that was scheduled first.
///
/// An optimisation: the job that was woken last is usually woken next, or takes turns with the one that is.
/// So an event pushed while the front is empty goes to the front, and the heap's first event changes places
/// with it if that is earlier. Such an event often never enters the heap, or only replaces its top.
#[derive(Debug, Clone)]
pub struct Queue<E> {
    /// The earliest of all events, if the slot is filled.
    front: Option<Scheduled<E>>,
    heap: BinaryHeap<Reverse<Scheduled<E>>>,
    sequence: u64,
}

#[derive(Debug, Clone)]
struct Scheduled<E> {
    at: SimTime,
    /// The priority in the top byte, the sequence number below.
    rank: u64,
    event: E,
}

impl<E> Queue<E> {
    /// An empty queue.
    pub fn new() -> Queue<E> {
        Queue { front: None, heap: BinaryHeap::new(), sequence: 0 }
    }

    /// Schedules an event. Priority 0 comes first.
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

    /// Removes and returns the next event.
    #[inline]
    pub fn pop(&mut self) -> Option<(SimTime, E)> {
        let next = self.front.take().or_else(|| self.heap.pop().map(|Reverse(next)| next));
        next.map(|next| (next.at, next.event))
    }

    /// When the next event is due.
    pub fn next(&self) -> Option<SimTime> {
        let first = self.front.as_ref().or_else(|| self.heap.peek().map(|Reverse(next)| next));
        first.map(|next| next.at)
    }

    /// Number of scheduled events.
    pub fn len(&self) -> usize {
        self.heap.len() + usize::from(self.front.is_some())
    }

    /// True if no event is scheduled.
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

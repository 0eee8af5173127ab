//! All limits at once: one pass over accesses gives the hits, the bytes written and the evictions
//! under every limit asked for, exactly.
//!
//! An entry's *depth* is the bytes of the distinct keys accessed since its own last access, its
//! own included. The cache evicts in the order of last access until it fits its limit, so what it
//! holds is what is least deep, and an access hits if and only if the key's depth fits the limit
//! (Mattson et al., "Evaluation techniques for storage hierarchies", 1970, with sizes). This is
//! so with entries of any size, those larger than the limit included: one of them is deeper than
//! the limit itself, and puts everything before it deeper too.
//!
//! - **Retention.** Without a sweep, an access after a longer idle time is a miss under any limit.
//!   What has expired is always deeper than what has not, so no other depth changes.
//! - **Sweeps.** Only a sweep evicts and expires. Between two accesses of a key its depth only
//!   grows, so what decides is the depth at the last sweep between them; without a sweep between
//!   them it hits under any limit. The stack therefore stands still between sweeps, and what was
//!   accessed since the last one waits beside it. A sweep acts before accesses of the same instant.
//!
//! An entry that ends exactly at the limit stays. The service's sweep evicts it too if there is
//! anything deeper (it stops *below* the limit): that one entry is the only difference to it.
//!
//! What the screen cannot see is that a miss causes other writes; see [`super::CAUTION`].

mod accesses;
mod stack;
mod tally;

pub use accesses::Accesses;

use super::lifetime::Lifetimes;
use super::order::Order;
use super::trace::{LimitResult, Object, Objects, Replayed, Request, TraceError};
use crate::service::Sweep;
use crate::units::{Bytes, Duration, SimTime};
use stack::Stack;
use tally::Tally;

/// When entries go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// An entry not accessed for longer than this expires.
    pub retention: Option<Duration>,
    /// When entries are evicted and expire: a period without a phase has the phase 0, and
    /// `Never` leaves it to [`Screen::sweep`].
    pub sweep: Sweep,
}

impl Default for Rules {
    /// Those of a plain trace: eviction at once, no retention.
    fn default() -> Rules {
        Rules { retention: None, sweep: Sweep::Instant }
    }
}

/// Accesses under all limits at once.
pub struct Screen {
    rules: Rules,
    limits: Vec<Bytes>,
    objects: Objects,
    /// When each object was last accessed, by number; empty without a retention.
    accessed: Vec<SimTime>,
    /// All objects as they were at the last sweep.
    stack: Stack,
    /// Objects accessed since the last sweep; their places are marked [`WAITING`].
    waiting: Order,
    /// Places in the stack that objects leave at the next sweep.
    left: Vec<u32>,
    swept: SimTime,
    now: SimTime,
    hits: Tally,
    /// Deletions of entries that were still stored.
    deleted: Tally,
    numbers: Vec<u32>,
}

/// The mark of a place that is not in the stack.
const WAITING: u32 = 1 << 31;

impl Screen {
    /// Nothing accessed yet.
    ///
    /// # Panics
    /// If the period is not positive.
    pub fn new(limits: &[Bytes], rules: Rules) -> Screen {
        if let Sweep::Every { period, .. } = rules.sweep {
            assert!(period > Duration::ZERO, "a sweep needs a period");
        }
        Screen {
            rules,
            limits: limits.to_vec(),
            objects: Objects::default(),
            accessed: Vec::new(),
            stack: Stack::default(),
            waiting: Order::default(),
            left: Vec::new(),
            swept: SimTime(i64::MIN),
            now: SimTime(i64::MIN),
            hits: Tally::new(limits),
            deleted: Tally::new(limits),
            numbers: Vec::new(),
        }
    }

    /// Plays accesses; their times must not go back.
    ///
    /// # Errors
    /// If there are too many distinct keys.
    pub fn play(&mut self, batch: &[Request]) -> Result<(), TraceError> {
        let mut numbers = std::mem::take(&mut self.numbers);
        self.objects.number(batch, &mut numbers)?;
        if self.rules == Rules::default() {
            numbers.iter().for_each(|number| self.access_at_once(*number));
        } else {
            batch.iter().zip(&numbers).for_each(|(request, number)| self.access(*number, request.time));
        }
        self.numbers = numbers;
        Ok(())
    }

    /// Without retention and with instant eviction: the depth is the live one.
    fn access_at_once(&mut self, number: u32) {
        let Objects { list, .. } = &mut self.objects;
        let Object { place, size, .. } = list[number as usize];
        if place != Object::NOWHERE {
            self.hits.count(self.stack.depth(place), size);
            self.stack.leave(place);
        }
        let place = self.stack.push(number, size, |number, place| list[number as usize].place = place);
        list[number as usize].place = place;
    }

    fn access(&mut self, number: u32, now: SimTime) {
        self.advance(now);
        let Object { place, size, .. } = self.objects.list[number as usize];
        if place == Object::NOWHERE {
        } else if place & WAITING != 0 {
            self.hits.count(0, size);
            self.waiting.leave(place & !WAITING);
        } else {
            if !self.expired(number) {
                self.hits.count(self.stack.depth(place), size);
            }
            self.left.push(place);
        }
        self.wait(number);
        if self.rules.sweep == Sweep::Instant {
            self.settle();
        }
    }

    /// A key's entry was deleted, now; its next access misses under any limit. Nothing if there is
    /// none.
    pub fn forget(&mut self, id: u64) {
        let Some(number) = self.objects.find(id) else { return };
        let place = std::mem::replace(&mut self.objects.list[number as usize].place, Object::NOWHERE);
        let size = self.objects.list[number as usize].size;
        if place == Object::NOWHERE {
            return;
        }
        if place & WAITING != 0 {
            self.deleted.count(0, size);
            self.waiting.leave(place & !WAITING);
            return;
        }
        if !self.expired(number) {
            self.deleted.count(self.stack.depth(place), size);
        }
        self.left.push(place);
        if self.rules.sweep == Sweep::Instant {
            self.settle();
        }
    }

    fn wait(&mut self, number: u32) {
        let list = &mut self.objects.list;
        let moved = |number: u32, place| list[number as usize].place = place | WAITING;
        let place = self.waiting.push(number, moved);
        self.objects.list[number as usize].place = place | WAITING;
        if self.rules.retention.is_some() {
            let known = self.accessed.len().max(number as usize + 1);
            self.accessed.resize(known, self.now);
            self.accessed[number as usize] = self.now;
        }
    }

    fn advance(&mut self, now: SimTime) {
        assert!(now >= self.now, "time went back from {} to {now}", self.now);
        self.now = now;
        match self.rules.sweep {
            Sweep::Instant => self.swept = now,
            Sweep::Every { period, phase } => {
                let phase = phase.unwrap_or(Duration::ZERO);
                let last = SimTime(now.0 - (now.0 - phase.0).rem_euclid(period.0));
                if last > self.swept {
                    self.sweep(last);
                }
            }
            Sweep::Never => {}
        }
    }

    /// Sweeps at `now`: what is too deep for a limit goes, and what was not accessed for longer
    /// than the retention goes whatever the limit.
    pub fn sweep(&mut self, now: SimTime) {
        self.swept = now;
        self.settle();
    }

    /// Brings the stack up to date.
    fn settle(&mut self) {
        for place in self.left.drain(..) {
            self.stack.leave(place);
        }
        let list = &mut self.objects.list;
        for number in self.waiting.iter() {
            let size = list[number as usize].size;
            // An object that is still waiting has its place told right after.
            let place = self.stack.push(number, size, |number, place| list[number as usize].place = place);
            list[number as usize].place = place;
        }
        self.waiting.clear();
    }

    /// Whether the last sweep took an object that is not waiting for its age.
    fn expired(&self, number: u32) -> bool {
        let idle = |retention| self.swept - self.accessed[number as usize] > retention;
        self.rules.retention.is_some_and(idle)
    }

    /// The results, for each limit in the order asked for.
    pub fn finish(&self, skipped: u64) -> Replayed {
        let (lifetimes, stored) = (Lifetimes::of(&self.objects), self.stored());
        let result = |limit: &Bytes| {
            let (hits, hit) = self.hits.within(*limit);
            let Objects { requests, requested, .. } = self.objects;
            let evictions = requests - hits - stored.within(*limit).0 - self.deleted.within(*limit).0;
            LimitResult {
                limit: *limit,
                requests,
                hits,
                requested,
                hit,
                evictions,
                lifetime: lifetimes.under(*limit),
            }
        };
        self.objects.replayed(self.limits.iter().map(result).collect(), skipped)
    }

    /// What is stored at the end, by the limit that holds it.
    fn stored(&self) -> Tally {
        let mut stored = Tally::new(&self.limits);
        let object = |number: u32| &self.objects.list[number as usize];
        self.waiting.iter().for_each(|number| stored.count(0, object(number).size));
        let mut depth = 0;
        for (number, place) in self.stack.iter() {
            let Object { size, place: current, .. } = *object(number);
            depth += size;
            if current == place && !self.expired(number) {
                stored.count(depth, size);
            }
        }
        stored
    }
}

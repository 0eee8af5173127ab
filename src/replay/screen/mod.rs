//! All limits at once: one pass over accesses gives the hits, the bytes written and the evictions
//! under every limit asked for, exactly.
//!
//! An entry's *depth* is the bytes of the distinct keys accessed since its own last access, its
//! own included. The cache evicts in the order of last access until it fits its limit, so what it
//! holds is what is least deep, and an access hits if and only if the key's depth fits the limit
//! (Mattson et al., "Evaluation techniques for storage hierarchies", 1970, with sizes). This is
//! so with entries of any size, those larger than the limit included: one of them is deeper than
//! the limit itself, and puts everything before it deeper too. Only a plain trace's cache does not admit
//! them (`windows.rs`).
//!
//! - **Retention.** An access after a longer idle time is a miss under any limit, whatever the sweeps.
//!   What has expired is always deeper than what has not, so no other depth changes, whenever its bytes
//!   go. Where sweeps are left to [`Screen::sweep`], only those expire anything.
//! - **Sweeps.** Only a sweep evicts. Between two accesses of a key its depth only
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
mod windows;

pub use accesses::Accesses;

use super::lifetime::Lifetimes;
use super::order::Order;
use super::trace::{LimitResult, Object, Objects, Replayed, Request, TraceError};
use crate::service::Sweep;
use crate::units::{Bytes, Duration, SimTime};
use stack::Stack;
use tally::Tally;
use windows::{Window, Windows};

/// When entries go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// An entry not accessed for longer than this expires.
    pub retention: Option<Duration>,
    /// When entries are evicted: a period without a phase has the phase 0, and
    /// `Never` leaves it, and expiry, to [`Screen::sweep`].
    pub sweep: Sweep,
}

impl Default for Rules {
    /// Those of a plain trace: eviction at once, no retention, and an object larger than the limit is
    /// not admitted.
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
    /// Of a plain trace, limits below its largest object.
    windows: Windows,
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
            windows: Windows::default(),
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
        let Screen { objects: Objects { list, .. }, stack, windows, hits, .. } = self;
        let Object { place, size, .. } = list[number as usize];
        if windows.lack(hits.limits(), size) {
            windows.open(hits.limits(), size, stack, hits);
        }
        let before = (place != Object::NOWHERE).then_some(place);
        if let Some(place) = before {
            hits.count(stack.depth(place), size);
            stack.leave(place);
        }
        let place = stack.push(number, size, |number, place| {
            windows.moved(std::mem::replace(&mut list[number as usize].place, place), place);
        });
        windows.settle(place);
        windows.access(before, size, stack);
        list[number as usize].place = place;
    }

    fn access(&mut self, number: u32, now: SimTime) {
        self.advance(now);
        let Object { place, size, .. } = self.objects.list[number as usize];
        if place == Object::NOWHERE {
        } else if place & WAITING != 0 {
            if !self.expired(number) {
                self.hits.count(0, size);
            }
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
        let waiting = place & WAITING != 0;
        if !self.expired(number) {
            self.deleted.count(if waiting { 0 } else { self.stack.depth(place) }, size);
        }
        if waiting {
            return self.waiting.leave(place & !WAITING);
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
            Sweep::Instant | Sweep::Never => {}
            Sweep::Every { period, phase } => {
                let phase = phase.unwrap_or(Duration::ZERO);
                let last = SimTime(now.0 - (now.0 - phase.0).rem_euclid(period.0));
                if last > self.swept {
                    self.sweep(last);
                }
            }
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

    /// Whether an object has gone for its age: by now, or by the last sweep where nothing but a sweep
    /// expires it.
    fn expired(&self, number: u32) -> bool {
        let by = if self.rules.sweep == Sweep::Never { self.swept } else { self.now };
        let idle = || by.max(self.accessed[number as usize]) - self.accessed[number as usize];
        self.rules.retention.is_some_and(|retention| idle() > retention)
    }

    /// The results, for each limit in the order asked for.
    pub fn finish(&self, skipped: u64) -> Replayed {
        let (mut lifetimes, stored) = (Lifetimes::of(&self.objects), self.stored());
        let mut ascending = self.limits.clone();
        ascending.sort_unstable();
        let result = |limit| match self.windows.of(limit) {
            Some(window) => self.narrow(window, lifetimes.admitting(limit).under(limit)),
            None => self.wide(limit, &stored, lifetimes.admitting_all().under(limit)),
        };
        let by_limit: Vec<LimitResult> = ascending.into_iter().map(result).collect();
        let asked = self.limits.iter().map(|limit| by_limit[by_limit.partition_point(|r| r.limit < *limit)]);
        self.objects.replayed(asked.collect(), skipped)
    }

    /// The result of a limit that admits everything.
    fn wide(&self, limit: Bytes, stored: &Tally, lifetime: Option<Duration>) -> LimitResult {
        let Objects { requests, requested, .. } = self.objects;
        let (hits, hit) = self.hits.within(limit);
        let evictions = requests - hits - stored.within(limit).0 - self.deleted.within(limit).0;
        let refused = (0, Bytes::ZERO);
        LimitResult { limit, requests, hits, requested, hit, refused, evictions, lifetime }
    }

    /// The result of a limit that does not admit the largest objects.
    fn narrow(&self, window: &Window, lifetime: Option<Duration>) -> LimitResult {
        let Objects { requests, requested, .. } = self.objects;
        let Window { limit, hits: (hits, hit), refused, .. } = *window;
        let evictions = requests - hits - refused.0 - window.stored(&self.stack);
        LimitResult { limit, requests, hits, requested, hit, refused, evictions, lifetime }
    }

    /// What is stored at the end, by the limit that holds it.
    fn stored(&self) -> Tally {
        let mut stored = Tally::new(&self.limits);
        let object = |number: u32| &self.objects.list[number as usize];
        let waiting = self.waiting.iter().filter(|number| !self.expired(*number));
        waiting.for_each(|number| stored.count(0, object(number).size));
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

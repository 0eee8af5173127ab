//! Computes the hits, the bytes written and the evictions under every limit in one pass over
//! accesses. The result is defined in `curve.rs`; why one pass is enough is explained in the
//! folder's `mod.rs`.

use super::curve::{Mrc, MrcPoint};
use super::lifetime::Lifetimes;
use super::object::{KeyAccess, Object, ObjectTable, TooManyKeys};
use super::order::RecencyOrder;
use super::stack::Stack;
use super::tally::DepthTally;
use super::windows::{LimitWindow, Windows};
use crate::service::Sweep;
use crate::units::{Bytes, Duration, SimTime};

/// When entries are removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// An entry that was not accessed for longer than this expires; `None` for no expiry.
    pub retention: Option<Duration>,
    /// When entries are evicted. A period without a phase has the phase 0. With `Never`, eviction
    /// and expiry happen only in [`MrcBuilder::sweep`].
    pub sweep: Sweep,
}

impl Default for Rules {
    /// The rules of a plain trace: immediate eviction, no retention, and an object larger than the
    /// limit is not admitted.
    fn default() -> Rules {
        Rules { retention: None, sweep: Sweep::Instant }
    }
}

/// Builds a miss-ratio curve for all limits at once.
pub struct MrcBuilder {
    rules: Rules,
    limits: Vec<Bytes>,
    objects: ObjectTable,
    /// Time of each object's last access, by number. Empty without a retention.
    accessed: Vec<SimTime>,
    /// All objects in the state of the last sweep.
    stack: Stack,
    /// Objects accessed since the last sweep. Their places are marked [`WAITING`].
    waiting: RecencyOrder,
    /// Places in the stack that objects leave at the next sweep.
    left: Vec<u32>,
    swept: SimTime,
    now: SimTime,
    hits: DepthTally,
    /// For a plain trace: the limits below its largest object.
    windows: Windows,
    /// Deletions of entries that were still stored.
    deleted: DepthTally,
    numbers: Vec<u32>,
}

/// Marks a place that is not in the stack.
const WAITING: u32 = 1 << 31;

impl MrcBuilder {
    /// A builder that has seen no access yet.
    ///
    /// # Panics
    /// If the sweep's period is not positive.
    pub fn new(limits: &[Bytes], rules: Rules) -> MrcBuilder {
        if let Sweep::Every { period, .. } = rules.sweep {
            assert!(period > Duration::ZERO, "a sweep needs a period");
        }
        MrcBuilder {
            rules,
            limits: limits.to_vec(),
            objects: ObjectTable::default(),
            accessed: Vec::new(),
            stack: Stack::default(),
            waiting: RecencyOrder::default(),
            left: Vec::new(),
            swept: SimTime(i64::MIN),
            now: SimTime(i64::MIN),
            hits: DepthTally::new(limits),
            windows: Windows::default(),
            deleted: DepthTally::new(limits),
            numbers: Vec::new(),
        }
    }

    /// Takes the next accesses, in time order.
    ///
    /// # Errors
    /// If there are too many distinct keys.
    pub fn record(&mut self, batch: &[KeyAccess]) -> Result<(), TooManyKeys> {
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

    /// An access without retention and with immediate eviction: the current depth decides.
    fn access_at_once(&mut self, number: u32) {
        let MrcBuilder { objects: ObjectTable { list, .. }, stack, windows, hits, .. } = self;
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

    /// Records that a key's entry was just deleted. The key's next access misses under any limit.
    /// Does nothing if there is no entry.
    pub fn record_deletion(&mut self, id: u64) {
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

    /// Sweeps at `now`: evicts what is too deep for a limit, and expires what was not accessed for
    /// longer than the retention, whatever the limit.
    pub fn sweep(&mut self, now: SimTime) {
        self.swept = now;
        self.settle();
    }

    /// Applies all accesses since the last sweep to the stack.
    fn settle(&mut self) {
        for place in self.left.drain(..) {
            self.stack.leave(place);
        }
        let list = &mut self.objects.list;
        for number in self.waiting.iter() {
            let size = list[number as usize].size;
            // If the object is still waiting, its place is set again below.
            let place = self.stack.push(number, size, |number, place| list[number as usize].place = place);
            list[number as usize].place = place;
        }
        self.waiting.clear();
    }

    /// True if an object has expired: by now, or by the last sweep if only sweeps expire entries.
    fn expired(&self, number: u32) -> bool {
        let by = if self.rules.sweep == Sweep::Never { self.swept } else { self.now };
        let idle = || by.max(self.accessed[number as usize]) - self.accessed[number as usize];
        self.rules.retention.is_some_and(|retention| idle() > retention)
    }

    /// The points of the curve, in the order of the limits given to [`MrcBuilder::new`].
    pub fn finish(&self, skipped: u64) -> Mrc {
        let (mut lifetimes, stored) = (Lifetimes::of(&self.objects), self.stored());
        let mut ascending = self.limits.clone();
        ascending.sort_unstable();
        let result = |limit| match self.windows.find(limit) {
            Some(window) => self.narrow(window, lifetimes.admitting(limit).under(limit)),
            None => self.wide(limit, &stored, lifetimes.admitting_all().under(limit)),
        };
        let by_limit: Vec<MrcPoint> = ascending.into_iter().map(result).collect();
        let asked = self.limits.iter().map(|limit| by_limit[by_limit.partition_point(|r| r.limit < *limit)]);
        self.objects.curve(asked.collect(), skipped)
    }

    /// The point of a limit that admits every object.
    fn wide(&self, limit: Bytes, stored: &DepthTally, lifetime: Option<Duration>) -> MrcPoint {
        let ObjectTable { requests, requested, .. } = self.objects;
        let (hits, hit) = self.hits.within(limit);
        let evictions = requests - hits - stored.within(limit).0 - self.deleted.within(limit).0;
        let refused = (0, Bytes::ZERO);
        MrcPoint { limit, requests, hits, requested, hit, refused, evictions, lifetime }
    }

    /// The point of a limit that does not admit the largest objects.
    fn narrow(&self, window: &LimitWindow, lifetime: Option<Duration>) -> MrcPoint {
        let ObjectTable { requests, requested, .. } = self.objects;
        let LimitWindow { limit, hits: (hits, hit), refused, .. } = *window;
        let evictions = requests - hits - refused.0 - window.stored(&self.stack);
        MrcPoint { limit, requests, hits, requested, hit, refused, evictions, lifetime }
    }

    /// The objects stored at the end, counted by the smallest limit that holds them.
    fn stored(&self) -> DepthTally {
        let mut stored = DepthTally::new(&self.limits);
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

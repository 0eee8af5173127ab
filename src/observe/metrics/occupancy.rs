use super::value::Values;
use crate::event::Window;
use crate::units::{Bytes, Duration, SimTime};

/// How full the store was, weighted by time: a level counts for as long as it stood.
#[derive(Debug)]
pub(super) struct Occupancy {
    window: Window,
    limit: Bytes,
    since: SimTime,
    bytes: Level,
    entries: Level,
    over_limit: Duration,
    unreachable: Unreachable,
}

impl Occupancy {
    /// An empty store from the start of the window on.
    pub fn new(window: Window, limit: Bytes) -> Occupancy {
        Occupancy {
            window,
            limit,
            since: window.start,
            bytes: Level::default(),
            entries: Level::default(),
            over_limit: Duration::ZERO,
            unreachable: Unreachable::new(window),
        }
    }

    /// The store holds this much from `now` on.
    pub fn level(&mut self, now: SimTime, bytes: Bytes, entries: u64) {
        self.advance(now);
        if now <= self.window.end {
            self.bytes.current = bytes.0;
            self.entries.current = entries;
        }
    }

    /// No look-up could choose these bytes during `from..to`.
    pub fn unreachable(&mut self, from: SimTime, to: SimTime, size: Bytes) {
        self.unreachable.add(self.window, from, to, size.0 as i64);
    }

    /// Takes an interval back that `unreachable` was told of.
    pub fn reachable(&mut self, from: SimTime, to: SimTime, size: Bytes) {
        self.unreachable.add(self.window, from, to, -(size.0 as i64));
    }

    /// Adds the metrics of the measured time.
    pub fn finish(mut self, values: &mut Values) {
        self.advance(self.window.end);
        let length = self.window.measured();
        self.bytes.finish(values, "cache.bytes", length);
        self.entries.finish(values, "cache.entries", length);
        let share = self.over_limit.0 as f64 / length.0 as f64;
        values.push("cache.over_limit_share", &[], share);
        self.unreachable.over_time().finish(values, "cache.unreachable_bytes", length);
    }

    fn advance(&mut self, now: SimTime) {
        let stood = self.window.overlap(self.since, now);
        self.since = self.since.max(now);
        if stood > Duration::ZERO {
            self.bytes.stand(stood);
            self.entries.stand(stood);
            if self.bytes.current > self.limit.0 {
                self.over_limit += stood;
            }
        }
    }
}

/// One quantity over time. Its peak is the largest value that stood for at least a millisecond.
#[derive(Debug, Default)]
struct Level {
    current: u64,
    peak: u64,
    /// Sum of value × milliseconds.
    area: u128,
}

impl Level {
    fn stand(&mut self, stood: Duration) {
        self.peak = self.peak.max(self.current);
        self.area += u128::from(self.current) * stood.0 as u128;
    }

    fn finish(&self, values: &mut Values, name: &str, length: Duration) {
        let mean = self.area as f64 / length.0 as f64;
        for (stat, value) in [("mean", mean), ("peak", self.peak as f64), ("final", self.current as f64)] {
            values.push(name, &[("stat", Some(stat))], value);
        }
    }
}

/// The bytes nobody could reach, reported interval by interval in any order.
///
/// Mean and final value are exact. The peak is taken over the levels at every full hour, because
/// the intervals are only known when they end: each adds its size to the difference bin of the
/// first full hour inside it and takes it away at the first full hour after it.
#[derive(Debug)]
struct Unreachable {
    first_hour: i64,
    differences: Vec<i64>,
    area: i128,
    last: i64,
}

impl Unreachable {
    fn new(window: Window) -> Unreachable {
        let first_hour = hour_from(window.measure_from);
        let hours = (hour_from(window.end) - first_hour).max(0) as usize;
        Unreachable { first_hour, differences: vec![0; hours + 1], area: 0, last: 0 }
    }

    fn add(&mut self, window: Window, from: SimTime, to: SimTime, size: i64) {
        let stood = window.overlap(from, to);
        if stood == Duration::ZERO {
            return;
        }
        self.area += i128::from(size) * i128::from(stood.0);
        let (first, after) = (self.bin(from), self.bin(to));
        self.differences[first] += size;
        self.differences[after] -= size;
        if to >= window.end {
            self.last += size;
        }
    }

    fn bin(&self, at: SimTime) -> usize {
        let bin = (hour_from(at) - self.first_hour).max(0) as usize;
        bin.min(self.differences.len() - 1)
    }

    fn over_time(&self) -> Level {
        // The last bin collects what lies at or after the end.
        let hours = &self.differences[..self.differences.len() - 1];
        let levels = hours.iter().scan(0, |level, difference| {
            *level += difference;
            Some(*level as u64)
        });
        let (last, area) = (self.last as u64, self.area as u128);
        Level { current: last, peak: levels.max().unwrap_or(0).max(last), area }
    }
}

/// The first full hour at or after an instant.
fn hour_from(at: SimTime) -> i64 {
    (at + Duration(Duration::HOUR.0 - 1)).window(Duration::HOUR)
}

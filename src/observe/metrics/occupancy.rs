//! How full the cache was: size, number of entries, time over the limit, and unreachable bytes. All
//! are weighted by time over the measured window.

use super::billing::Billing;
use super::value::Values;
use crate::event::Window;
use crate::observe::{Metric, metric};
use crate::units::{Bytes, Duration, Money, SimTime};

/// How full the cache was, weighted by time.
#[derive(Debug)]
pub(super) struct Occupancy {
    window: Window,
    limit: Bytes,
    since: SimTime,
    bytes: Level,
    entries: Level,
    over_limit: Duration,
    unreachable: Unreachable,
    billing: Billing,
}

impl Occupancy {
    /// An empty cache from the start of the window.
    pub fn new(window: Window, limit: Bytes) -> Occupancy {
        Occupancy {
            window,
            limit,
            since: window.start,
            bytes: Level::default(),
            entries: Level::default(),
            over_limit: Duration::ZERO,
            unreachable: Unreachable::new(window),
            billing: Billing::free(),
        }
    }

    /// With this price of a GB above the included space per 30 days.
    pub fn priced(self, price: Money) -> Occupancy {
        Occupancy { billing: Billing::new(self.window, self.limit, price), ..self }
    }

    /// Sets size and number of entries from `now` on.
    pub fn level(&mut self, now: SimTime, bytes: Bytes, entries: u64) {
        self.advance(now);
        if now <= self.window.end {
            self.bytes.current = bytes.0;
            self.entries.current = entries;
        }
    }

    /// Records that no look-up could choose these bytes during `from..to`.
    pub fn unreachable(&mut self, from: SimTime, to: SimTime, size: Bytes) {
        self.unreachable.add(self.window, from, to, size.0 as i64);
    }

    /// Takes back an interval passed to `unreachable`.
    pub fn reachable(&mut self, from: SimTime, to: SimTime, size: Bytes) {
        self.unreachable.add(self.window, from, to, -(size.0 as i64));
    }

    /// Adds the metrics of the measured time.
    pub fn finish(mut self, values: &mut Values) {
        self.advance(self.window.end);
        let length = self.window.measured();
        self.bytes.finish(values, &metric::CACHE_BYTES, length, None);
        self.entries.finish(values, &metric::CACHE_ENTRIES, length, None);
        let share = self.over_limit.0 as f64 / length.0 as f64;
        values.push(&metric::CACHE_OVER_LIMIT_SHARE, &[], share);
        self.unreachable.over_time().finish(values, &metric::CACHE_UNREACHABLE_BYTES, length, None);
        self.billing.finish(values);
    }

    fn advance(&mut self, now: SimTime) {
        let stood = self.window.overlap(self.since, now);
        self.billing.stand(self.since, now, self.bytes.current);
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

/// One quantity over time. Its peak is the largest value that lasted for at least a millisecond.
#[derive(Debug, Default, Clone)]
pub(super) struct Level {
    current: u64,
    peak: u64,
    /// Sum of value × milliseconds.
    area: u128,
}

impl Level {
    /// Changes it by this much, but not below zero.
    #[inline]
    pub fn change(&mut self, by: i64) {
        self.current = self.current.saturating_add_signed(by);
    }

    /// It was what it is for this long; nothing, if that is no time.
    #[inline]
    pub fn stand(&mut self, stood: Duration) {
        if stood == Duration::ZERO {
            return;
        }
        self.peak = self.peak.max(self.current);
        self.area += u128::from(self.current) * stood.0 as u128;
    }

    /// Adds its mean, peak and final value, with one more label if it is that of a part.
    pub fn finish(
        &self,
        values: &mut Values,
        metric: &'static Metric,
        length: Duration,
        label: Option<(&'static str, &str)>,
    ) {
        let mean = self.area as f64 / length.0 as f64;
        for (stat, value) in [("mean", mean), ("peak", self.peak as f64), ("final", self.current as f64)] {
            let (name, text) = label.unzip();
            values.push(metric, &[("stat", Some(stat)), (name.unwrap_or_default(), text)], value);
        }
    }
}

/// Unreachable bytes, reported as intervals in any order.
///
/// Mean and final value are exact. The peak is taken over the levels at full hours, because an
/// interval is only known when it ends: it adds its size in the bin of the first full hour inside
/// it, and subtracts it in the bin of the first full hour after it.
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
        // The last bin holds everything at or after the end.
        let hours = &self.differences[..self.differences.len() - 1];
        let levels = hours.iter().scan(0, |level, difference| {
            *level += difference;
            Some(*level as u64)
        });
        let (last, area) = (self.last as u64, self.area as u128);
        Level { current: last, peak: levels.max().unwrap_or(0).max(last), area }
    }
}

/// Number of the first full hour at or after an instant.
fn hour_from(at: SimTime) -> i64 {
    (at + Duration(Duration::HOUR.0 - 1)).window(Duration::HOUR)
}

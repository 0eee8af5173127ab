//! What the cache costs: GitHub bills the peak of each hour above the included 10 GiB, where the limit was raised.

use super::value::Values;
use crate::event::Window;
use crate::observe::metric;
use crate::service::Limits;
use crate::units::{Bytes, Duration, Money, SimTime};

/// The price of space, and the most bytes of each measured hour.
#[derive(Debug)]
pub(super) struct Billing {
    /// Price of a GB (10⁹ bytes) above the included space per 30 days.
    price: Money,
    limit: Bytes,
    first_hour: i64,
    peaks: Vec<u64>,
}

impl Billing {
    /// Nothing is billed.
    pub fn free() -> Billing {
        Billing { price: Money(0), limit: Limits::INCLUDED, first_hour: 0, peaks: Vec::new() }
    }

    /// The bill for a window, if the limit was raised.
    pub fn new(window: Window, limit: Bytes, price: Money) -> Billing {
        if limit <= Limits::INCLUDED || price == Money(0) {
            return Billing::free();
        }
        let (first, last) = (hour(window.measure_from), hour(window.end - Duration(1)));
        Billing { price, limit, first_hour: first, peaks: vec![0; (last - first + 1).max(0) as usize] }
    }

    /// The cache had this size during `from..to`.
    pub fn stand(&mut self, from: SimTime, to: SimTime, bytes: u64) {
        if from >= to || self.peaks.is_empty() {
            return;
        }
        let index = |at: SimTime| hour(at) - self.first_hour;
        let (first, last) = (index(from).max(0) as usize, index(to - Duration(1)));
        let hours = self.peaks.iter_mut().enumerate().skip(first);
        hours.take_while(|(hour, _)| *hour as i64 <= last).for_each(|(_, peak)| *peak = (*peak).max(bytes));
    }

    /// Adds the metrics: the whole cost, and the part for what is above the limit until the next sweep.
    pub fn finish(&self, values: &mut Values) {
        values.push(&metric::CACHE_COST, &[], self.above(Limits::INCLUDED));
        values.push(&metric::CACHE_OVERSHOOT_COST, &[], self.above(self.limit));
    }

    /// What the part of each hour's peak above this size costs, in USD per 30 days.
    fn above(&self, size: Bytes) -> f64 {
        let above = |peak: &u64| peak.saturating_sub(size.0) as f64 / 1e9;
        let hours = self.peaks.len().max(1) as f64;
        self.peaks.iter().map(above).sum::<f64>() / hours * self.price.as_usd_f64()
    }
}

fn hour(at: SimTime) -> i64 {
    at.window(Duration::HOUR)
}

//! The monthly budget of a repository that pays for space: what the hours of the month have cost, and whether the cache is
//! read-only because of it.
//!
//! GitHub bills the peak of each hour above the included size. A budget that is used up makes the cache read-only until the
//! next month begins or the size falls to what is included (dependency caching reference). It is checked at the end of
//! each hour.

use super::limits::{Limits, MonthlyBudget};
use crate::units::{Bytes, Duration, SimTime};

/// How many hours the price of a GB is for: 30 days.
const HOURS: u128 = 30 * 24;

/// The bill of the month so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Spending {
    /// The hour that is under way, counted from the epoch; `None` before the first request.
    hour: Option<i64>,
    /// The largest size in this hour.
    peak: Bytes,
    /// The sum over the month's hours, up to this one, of the bytes above the included size.
    byte_hours: u128,
}

impl Spending {
    /// Closes the hours that have ended by `now`, in which the cache has had this size since the last request.
    pub fn pass(&mut self, now: SimTime, size: Bytes) {
        let current = now.window(Duration::HOUR);
        let mut hour = *self.hour.get_or_insert(current);
        self.peak = self.peak.max(size);
        while hour < current {
            let above = self.peak.saturating_sub(Limits::INCLUDED);
            hour += 1;
            let begins_month = month(hour) != month(hour - 1);
            self.byte_hours = if begins_month { 0 } else { self.byte_hours + u128::from(above.0) };
            self.peak = size;
        }
        self.hour = Some(current);
    }

    /// Notes a size within the hour.
    pub fn note(&mut self, size: Bytes) {
        self.peak = self.peak.max(size);
    }

    /// True if the month's hours have used the budget up. A budget of nothing always is.
    pub fn has_used(&self, budget: MonthlyBudget) -> bool {
        let spent = self.byte_hours.saturating_mul(budget.price.0.max(0) as u128);
        spent >= budget.most.0.max(0) as u128 * HOURS * 1_000_000_000
    }
}

/// The month of an hour since the epoch, as text.
fn month(hour: i64) -> String {
    SimTime(hour.saturating_mul(Duration::HOUR.0)).date_text("%Y-%m")
}

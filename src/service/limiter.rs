//! Rate limits of requests. GitHub documents 200 uploads and 1,500 downloads per minute and
//! repository (changelog of 2026-01-16). That the windows are fixed and aligned to the UTC minute
//! is inferred from the resets that clients report (actions/cache#1758).
//!
//! The service has one [`Limiter`] for uploads and one for downloads. Clients that wait for the
//! next window ask [`Limiter::resets_in`].

use crate::units::{Duration, SimTime};

/// A limit on requests in fixed windows of one minute, aligned to UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limiter {
    per_minute: Option<u32>,
    /// Time at which the current window ends.
    closes: SimTime,
    used: u32,
}

impl Limiter {
    /// A limiter that admits `per_minute` requests in each window; `None` admits all.
    pub fn new(per_minute: Option<u32>) -> Limiter {
        Limiter { per_minute, closes: SimTime(i64::MIN), used: 0 }
    }

    /// Changes the limit. Requests already counted in the current window still count.
    pub fn set_per_minute(&mut self, per_minute: Option<u32>) {
        self.per_minute = per_minute;
    }

    /// Counts one request. Returns false, without counting it, if the window is used up. `now` must
    /// not be earlier than in the previous call.
    pub fn admit(&mut self, now: SimTime) -> bool {
        if now >= self.closes {
            (self.closes, self.used) = (now + Limiter::resets_in(now), 0);
        }
        let admitted = self.per_minute.is_none_or(|limit| self.used < limit);
        self.used += u32::from(admitted);
        admitted
    }

    /// Requests admitted in the window of `now`. `now` must not be earlier than in the last call of
    /// [`Limiter::admit`].
    pub fn used(&self, now: SimTime) -> u32 {
        if now < self.closes { self.used } else { 0 }
    }

    /// Time until the next window opens; the `Retry-After` of a refusal.
    pub fn resets_in(now: SimTime) -> Duration {
        Duration(Duration::MINUTE.0 - now.0.rem_euclid(Duration::MINUTE.0))
    }
}

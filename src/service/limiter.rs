use crate::units::{Duration, SimTime};

/// A request limit in fixed windows of one minute, aligned to UTC. (GitHub documents the number
/// per minute; the shape of the window is inferred from the resets clients report.)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limiter {
    per_minute: Option<u32>,
    /// When the current window closes.
    closes: SimTime,
    used: u32,
}

impl Limiter {
    /// A limiter that admits `per_minute` requests in each window; `None` admits all.
    pub fn new(per_minute: Option<u32>) -> Limiter {
        Limiter { per_minute, closes: SimTime(i64::MIN), used: 0 }
    }

    /// Changes the limit; what was used in the current window stays used.
    pub fn set_per_minute(&mut self, per_minute: Option<u32>) {
        self.per_minute = per_minute;
    }

    /// Counts one request, not earlier than the one before; false if the window is used up. A refused
    /// request is not counted.
    pub fn admit(&mut self, now: SimTime) -> bool {
        if now >= self.closes {
            (self.closes, self.used) = (now + Limiter::resets_in(now), 0);
        }
        let admitted = self.per_minute.is_none_or(|limit| self.used < limit);
        self.used += u32::from(admitted);
        admitted
    }

    /// Requests admitted in the window of `now`, which is not earlier than the last one's.
    pub fn used(&self, now: SimTime) -> u32 {
        if now < self.closes { self.used } else { 0 }
    }

    /// How long until the next window opens (the `Retry-After` of a refusal).
    pub fn resets_in(now: SimTime) -> Duration {
        Duration(Duration::MINUTE.0 - now.0.rem_euclid(Duration::MINUTE.0))
    }
}

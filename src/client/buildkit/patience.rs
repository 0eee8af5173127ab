use crate::service::Limiter;
use crate::units::{Duration, SimTime};

/// What one request has waited because of the rate limit, and what it waits at least next time.
/// BuildKit's client wraps every call in it: look-ups, reservations and the index alike.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    pause: Duration,
    waited: Duration,
}

impl Patience {
    /// That of a request that was not refused yet.
    pub const FRESH: Patience = Patience { pause: Duration::SECOND, waited: Duration::ZERO };
    const PAUSE_MAX: Duration = Duration(90_000);

    /// The request was refused: how long to wait before it is tried again. That is as long as the
    /// service says, and at least its own back-off of 1 s doubling to 90 s. `None` once it would have
    /// waited for more than `timeout`: then it gives up.
    pub fn refused(&mut self, now: SimTime, timeout: Duration) -> Option<Duration> {
        let pause = self.pause.max(Limiter::resets_in(now));
        if self.waited + pause > timeout {
            return None;
        }
        let doubled = Duration(self.pause.0 * 2).min(Patience::PAUSE_MAX);
        *self = Patience { pause: doubled, waited: self.waited + pause };
        Some(pause)
    }
}

//! How BuildKit's client waits after a request was refused for its rate. The rule was read in BuildKit
//! v0.32 (`docs/model.md`). Only requests to GitHub's cache are rate-limited.

use crate::service::Limiter;
use crate::units::{Duration, SimTime};

/// The back-off of one request. BuildKit's client applies it to every call: look-ups, reservations and
/// index loads.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    pause: Duration,
    waited: Duration,
}

impl Patience {
    /// The back-off of a request that has not been refused yet.
    pub const FRESH: Patience = Patience { pause: Duration::SECOND, waited: Duration::ZERO };
    const PAUSE_MAX: Duration = Duration(90_000);

    /// How long to wait before a refused request is tried again: as long as the service says, but at least
    /// the client's own back-off of 1 s, doubling up to 90 s. `None` if the total wait would exceed
    /// `timeout`: the client then gives up.
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

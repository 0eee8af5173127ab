//! The clock of a served cache: simulated time that runs with the real clock, or faster, or only when a test says
//! so. It is the one place where simulated and real time meet; everything below `serve` is given its time.

#![expect(clippy::disallowed_types, reason = "a server runs on the real clock")]

use crate::units::{Duration, SimTime};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration as Span, Instant, SystemTime};

/// Tells the simulated time. Copies tell the same.
#[derive(Debug, Clone)]
pub struct ServeClock {
    hand: Hand,
    begun: Instant,
}

#[derive(Debug, Clone)]
enum Hand {
    /// From `start` on, `speed` times as fast as the real clock.
    Running { start: SimTime, speed: f64 },
    /// Moved by hand.
    Set(Arc<AtomicI64>),
}

impl ServeClock {
    /// A clock that shows `start` now and runs `speed` times as fast as the real one.
    pub fn running(start: SimTime, speed: f64) -> ServeClock {
        ServeClock { hand: Hand::Running { start, speed }, begun: Instant::now() }
    }

    /// A clock that stands still until [`ServeClock::move_on`].
    pub fn set(at: SimTime) -> ServeClock {
        ServeClock { hand: Hand::Set(Arc::new(AtomicI64::new(at.0))), begun: Instant::now() }
    }

    /// The time of the machine's clock.
    pub fn wall() -> SimTime {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        SimTime(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    /// True if it runs as fast as the real clock.
    pub fn is_real(&self) -> bool {
        matches!(self.hand, Hand::Running { speed: 1.0, .. })
    }

    /// The simulated time. It never goes back.
    pub fn now(&self) -> SimTime {
        match &self.hand {
            Hand::Running { start, speed } => {
                *start + Duration::from_secs_f64(self.begun.elapsed().as_secs_f64() * speed)
            }
            Hand::Set(at) => SimTime(at.load(Ordering::SeqCst)),
        }
    }

    /// Moves a clock that stands still.
    pub fn move_on(&self, by: Duration) {
        if let Hand::Set(at) = &self.hand {
            at.fetch_add(by.0, Ordering::SeqCst);
        }
    }

    /// Whole real seconds until so much simulated time has passed, at least one: what `Retry-After` says.
    pub fn seconds_until(&self, simulated: Duration) -> u64 {
        let speed = match self.hand {
            Hand::Running { speed, .. } => speed,
            Hand::Set(_) => 1.0,
        };
        let seconds = simulated.as_secs_f64() / speed;
        let whole = seconds as u64;
        (whole + u64::from((whole as f64) < seconds)).max(1)
    }

    /// Real time since the clock was made.
    pub fn elapsed(&self) -> Duration {
        Duration(i64::try_from(self.begun.elapsed().as_millis()).unwrap_or(i64::MAX))
    }
}

/// Waits in real time.
pub(super) fn wait(duration: Duration) {
    std::thread::sleep(Span::from_millis(duration.0.max(0) as u64));
}

//! Reservations per minute of UTC, as the service's rate limit counts them: the busiest minute of each
//! period and what was refused in it.

use crate::observe::timeline::{Grid, Pressure};
use crate::service::{Record, RecordKind};
use crate::units::{Duration, SimTime};

/// How many minutes around the busiest one are listed one by one.
const AROUND: i64 = 120;

/// Collects the reservations of each minute.
#[derive(Default)]
pub(super) struct Minutes {
    /// Minutes since the epoch with at least one reservation, and their number, including refused ones.
    asked: Vec<(i64, u32)>,
}

impl Minutes {
    pub fn hear(&mut self, record: &Record) {
        if record.kind != RecordKind::Reserved {
            return;
        }
        let minute = record.at.window(Duration::MINUTE);
        match self.asked.last_mut() {
            Some((last, asked)) if *last == minute => *asked += 1,
            _ => self.asked.push((minute, 1)),
        }
    }

    /// The peak and the refusals of each period. A refused request does not count towards the limit, so
    /// every request of a minute above the limit was refused.
    pub fn finish(&self, periods: Grid, limit: Option<u32>) -> Pressure {
        let (mut peak, mut refused) = (vec![0; periods.count], vec![0; periods.count]);
        for (minute, asked) in &self.asked {
            let period = periods.place(instant(*minute));
            peak[period] = *asked.max(&peak[period]);
            refused[period] += u64::from(limit.map_or(0, |limit| asked.saturating_sub(limit)));
        }
        // The first of several equally busy minutes.
        let busiest = self.asked.iter().rev().max_by_key(|(_, asked)| *asked);
        let from = busiest.map_or(periods.start.window(Duration::MINUTE), |(minute, _)| minute - AROUND / 2);
        let mut around = vec![0; AROUND as usize];
        for (minute, asked) in self.asked.iter().filter(|(minute, _)| (from..from + AROUND).contains(minute))
        {
            around[(minute - from) as usize] = *asked;
        }
        Pressure { limit, peak, refused, around_start: instant(from), around }
    }
}

fn instant(minute: i64) -> SimTime {
    SimTime(minute * Duration::MINUTE.0)
}

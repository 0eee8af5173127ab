use crate::observe::timeline::{Grid, Pressure};
use crate::service::{Record, RecordKind};
use crate::units::{Duration, SimTime};

/// How many minutes around the busiest one are told one by one.
const AROUND: i64 = 120;

/// Reservations by the minute, as the service counts them.
#[derive(Default)]
pub(super) struct Minutes {
    /// Minutes since the epoch in which something was reserved, and how often, refused or not.
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

    /// A refused request does not count against the limit, so a minute refuses what is above it.
    pub fn finish(&self, periods: Grid, limit: Option<u32>) -> Pressure {
        let (mut peak, mut refused) = (vec![0; periods.count], vec![0; periods.count]);
        for (minute, asked) in &self.asked {
            let period = periods.place(instant(*minute));
            peak[period] = *asked.max(&peak[period]);
            refused[period] += u64::from(limit.map_or(0, |limit| asked.saturating_sub(limit)));
        }
        // Of equally busy minutes the first.
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

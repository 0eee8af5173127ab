use super::site::{ClientId, Names};
use super::value::Values;
use crate::units::{Bytes, Duration, SimTime};

/// Who evicted whom.
///
/// Eviction takes the entries nobody used for longest, so an entry last used at A and evicted at T
/// was pushed down the order by whatever was stored in between. Its bytes are therefore blamed on
/// all clients in proportion to the bytes each stored between A, rounded down to the full hour, and
/// T; its own client may be among them. Where nothing was stored in that time (the limit was
/// lowered, say), nobody is blamed.
///
/// The bytes stored are kept as one running total per client and full hour, which makes each blame
/// a subtraction per client. A total inside a past hour is interpolated linearly.
#[derive(Debug)]
pub(super) struct Blame {
    clients: usize,
    first_hour: i64,
    /// Running totals at each full hour, one row of `clients` per hour.
    hours: Vec<u64>,
    totals: Vec<u64>,
    /// When the next row is due.
    next_hour: SimTime,
    /// How often anything was stored.
    stores: u64,
    /// The shares of recent spans, a row each: many entries go, or are missed, together.
    known: [Known; KNOWN],
    shares: Vec<f64>,
    /// Blamed bytes and misses, by evictor × victim.
    bytes: Vec<f64>,
    misses: Vec<f64>,
}

/// A span whose shares are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Known {
    /// The row it starts in, and its end.
    span: (usize, SimTime),
    /// [`Blame::stores`] when its shares were worked out, if its last hour was not over then.
    stores: Option<u64>,
}

/// How many spans are remembered, each in the place its start and end give it.
const KNOWN: usize = 256;

impl Blame {
    /// An empty ledger from `start` on.
    pub fn new(clients: usize, start: SimTime) -> Blame {
        Blame {
            clients,
            first_hour: start.window(Duration::HOUR),
            hours: vec![0; clients],
            totals: vec![0; clients],
            next_hour: SimTime(i64::MIN),
            stores: 0,
            known: [Known { span: (usize::MAX, SimTime(0)), stores: None }; KNOWN],
            shares: vec![0.0; clients * KNOWN],
            bytes: vec![0.0; clients * clients],
            misses: vec![0.0; clients * clients],
        }
    }

    /// A client stored this much; the warm-up counts here, for later evictions look back at it.
    pub fn stored(&mut self, now: SimTime, client: ClientId, size: Bytes) {
        self.open_hours_to(now);
        self.totals[usize::from(client.0)] += size.0;
        self.stores += 1;
    }

    /// Blames an eviction that happens now; returns each client's share, all 0 if nobody stored.
    pub fn evicted(&mut self, now: SimTime, victim: ClientId, size: Bytes, last_access: SimTime) -> &[f64] {
        let row = self.share(now, last_access, now);
        let shares = &self.shares[row * self.clients..][..self.clients];
        add(&mut self.bytes, shares, victim, size.as_f64());
        shares
    }

    /// Blames a miss of an entry that was evicted at `evicted_at`.
    pub fn missed(&mut self, now: SimTime, victim: ClientId, last_access: SimTime, evicted_at: SimTime) {
        let row = self.share(now, last_access, evicted_at);
        add(&mut self.misses, &self.shares[row * self.clients..][..self.clients], victim, 1.0);
    }

    /// Adds the metrics, per day of the measured time.
    pub fn finish(&self, values: &mut Values, names: &Names, days: f64) {
        for (name, cells) in [("blame.evicted_bytes", &self.bytes), ("blame.misses", &self.misses)] {
            let sum = |wanted: &dyn Fn(usize, usize) -> bool| -> f64 {
                let chosen = (0..cells.len()).filter(|i| wanted(i / self.clients, i % self.clients));
                chosen.map(|i| cells[i]).sum::<f64>() / days
            };
            let mut push = |evictor: Option<usize>, victim: Option<usize>| {
                let blamed =
                    sum(&|e, v| evictor.is_none_or(|wanted| wanted == e) && victim.is_none_or(|w| w == v));
                let text = |client: Option<usize>| client.map(|c| names.clients[c].as_str());
                if blamed > 0.0 {
                    values.push(name, &[("evictor", text(evictor)), ("victim", text(victim))], blamed);
                }
            };
            let each = || std::iter::once(None).chain((0..self.clients).map(Some));
            each().for_each(|evictor| each().for_each(|victim| push(evictor, victim)));
        }
    }

    /// The row of `shares` that holds each client's part of what was stored between `from`, rounded
    /// down to the hour, and `to`.
    fn share(&mut self, now: SimTime, from: SimTime, to: SimTime) -> usize {
        self.open_hours_to(now);
        let (start, end) = (self.row(from), self.row(to));
        let over = (end + 2) * self.clients <= self.hours.len();
        let wanted = Known { span: (start, to), stores: (!over).then_some(self.stores) };
        let place = (start + 31 * end) % KNOWN;
        if self.known[place] != wanted {
            self.known[place] = wanted;
            self.work_out(place, now);
        }
        place
    }

    fn work_out(&mut self, place: usize, now: SimTime) {
        let (start, to) = self.known[place].span;
        let row = place * self.clients;
        for client in 0..self.clients {
            let stored = self.total_at(client, to, now) - self.hours[start * self.clients + client] as f64;
            self.shares[row + client] = stored.max(0.0);
        }
        let shares = &mut self.shares[row..row + self.clients];
        let all: f64 = shares.iter().sum();
        if all > 0.0 {
            shares.iter_mut().for_each(|share| *share /= all);
        }
    }

    /// What a client had stored by `at`, which is not later than `now`.
    fn total_at(&self, client: usize, at: SimTime, now: SimTime) -> f64 {
        let row = self.row(at);
        let below = self.hours[row * self.clients + client] as f64;
        let hour_start = SimTime((self.first_hour + row as i64) * Duration::HOUR.0);
        let (above, above_at) = match self.hours.get((row + 1) * self.clients + client) {
            Some(total) => (*total as f64, hour_start + Duration::HOUR),
            None => (self.totals[client] as f64, now),
        };
        let length = (above_at - hour_start).0;
        let part = if length > 0 { (at - hour_start).0 as f64 / length as f64 } else { 1.0 };
        below + (above - below) * part.clamp(0.0, 1.0)
    }

    /// The row of the hour an instant lies in; the first one for anything earlier.
    fn row(&self, at: SimTime) -> usize {
        let row = (at.window(Duration::HOUR) - self.first_hour).max(0) as usize;
        row.min(self.hours.len() / self.clients - 1)
    }

    fn open_hours_to(&mut self, now: SimTime) {
        if now < self.next_hour {
            return;
        }
        self.next_hour = SimTime((now.window(Duration::HOUR) + 1) * Duration::HOUR.0);
        let rows = (now.window(Duration::HOUR) - self.first_hour).max(0) as usize + 1;
        while self.hours.len() < rows * self.clients {
            self.hours.extend_from_slice(&self.totals);
        }
    }
}

fn add(cells: &mut [f64], shares: &[f64], victim: ClientId, amount: f64) {
    let clients = shares.len();
    for (evictor, share) in shares.iter().enumerate() {
        cells[evictor * clients + usize::from(victim.0)] += amount * share;
    }
}

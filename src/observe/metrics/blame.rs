use super::value::Values;
use crate::event::{ClientId, Names};
use crate::units::{Bytes, Duration, SimTime};

/// Who evicted whom.
///
/// Eviction takes the entries nobody used for longest, so an entry last used at A and evicted at T
/// was pushed down the order by whatever was stored in between. Its bytes are therefore blamed on
/// all clients in proportion to the bytes each stored between A, rounded down to [`STEP`], and T;
/// its own client may be among them, the entry itself is not. Where nothing else was stored in that
/// time (the limit was lowered, say), nobody is blamed.
///
/// The bytes stored are kept as one running total per client and step, which makes each blame a
/// subtraction per client. A total inside a past step is interpolated linearly.
#[derive(Debug)]
pub(super) struct Blame {
    clients: usize,
    end: SimTime,
    first_step: i64,
    /// Running totals at the start of each step, one row of `clients` per step.
    steps: Vec<u64>,
    totals: Vec<u64>,
    /// When the next row is due.
    next_step: SimTime,
    /// How often anything was stored.
    stores: u64,
    /// What was stored in recent spans, a row each, and its sum: many entries go, or are missed,
    /// together.
    known: [Known; KNOWN],
    stored: Vec<f64>,
    sums: [f64; KNOWN],
    /// Each client's share in what happened last.
    shares: Vec<f64>,
    /// Blamed bytes and misses, by evictor × victim.
    bytes: Vec<f64>,
    misses: Vec<f64>,
}

/// An entry that went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Victim {
    /// Whose it was.
    pub client: ClientId,
    /// Its size.
    pub size: Bytes,
    /// When it was stored.
    pub created: SimTime,
    /// When it was last accessed.
    pub accessed: SimTime,
}

/// How finely the bytes stored are kept. An hour is too coarse: what is evicted by the next sweep
/// would be blamed on what was stored long before it.
const STEP: Duration = Duration(5 * Duration::MINUTE.0);

/// A span for which it is known what was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Known {
    /// The row it starts in, and its end.
    span: (usize, SimTime),
    /// [`Blame::stores`] when it was worked out, if its last step was not over then.
    at_stores: Option<u64>,
}

/// How many spans are remembered, each in the place its start and end give it.
const KNOWN: usize = 256;

impl Blame {
    /// An empty ledger from `start` to `end`: what jobs still do after it is part of the last step, or a job
    /// of centuries would open a step for each five minutes of them.
    pub fn new(clients: usize, start: SimTime, end: SimTime) -> Blame {
        Blame {
            end,
            clients,
            first_step: start.window(STEP),
            steps: vec![0; clients],
            totals: vec![0; clients],
            next_step: SimTime(i64::MIN),
            stores: 0,
            known: [Known { span: (usize::MAX, SimTime(0)), at_stores: None }; KNOWN],
            stored: vec![0.0; clients * KNOWN],
            sums: [0.0; KNOWN],
            shares: vec![0.0; clients],
            bytes: vec![0.0; clients * clients],
            misses: vec![0.0; clients * clients],
        }
    }

    /// A client stored this much; the warm-up counts here, for later evictions look back at it.
    pub fn stored(&mut self, now: SimTime, client: ClientId, size: Bytes) {
        self.open_steps_to(now);
        self.totals[usize::from(client.0)] += size.0;
        self.stores += 1;
    }

    /// Blames an eviction that happens now; returns each client's share, all 0 if nobody stored.
    pub fn evicted(&mut self, now: SimTime, victim: &Victim) -> &[f64] {
        self.share(now, victim, now);
        add(&mut self.bytes, &self.shares, victim.client, victim.size.as_f64());
        &self.shares
    }

    /// Blames a miss of an entry that was evicted at `evicted_at`.
    pub fn missed(&mut self, now: SimTime, victim: &Victim, evicted_at: SimTime) {
        self.share(now, victim, evicted_at);
        add(&mut self.misses, &self.shares, victim.client, 1.0);
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

    /// Works out each client's share in what was stored between a victim's last access and `to`.
    fn share(&mut self, now: SimTime, victim: &Victim, to: SimTime) {
        self.open_steps_to(now);
        let start = self.row(victim.accessed);
        let place = self.known(start, to, now);
        let stored = &self.stored[place * self.clients..][..self.clients];
        let own = usize::from(victim.client.0);
        // Nothing pushes itself out.
        let itself =
            if self.row(victim.created) >= start { victim.size.as_f64().min(stored[own]) } else { 0.0 };
        let all = self.sums[place] - itself;
        // Less than a byte is what rounding leaves.
        let part = if all >= 1.0 { 1.0 / all } else { 0.0 };
        self.shares.iter_mut().zip(stored).for_each(|(share, stored)| *share = stored * part);
        self.shares[own] = (stored[own] - itself) * part;
    }

    /// The row of `stored` that holds what each client stored from the row `start` on to `to`.
    fn known(&mut self, start: usize, to: SimTime, now: SimTime) -> usize {
        let end = self.row(to);
        let over = (end + 2) * self.clients <= self.steps.len();
        let wanted = Known { span: (start, to), at_stores: (!over).then_some(self.stores) };
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
            let stored = self.total_at(client, to, now) - self.steps[start * self.clients + client] as f64;
            self.stored[row + client] = stored.max(0.0);
        }
        self.sums[place] = self.stored[row..row + self.clients].iter().sum();
    }

    /// What a client had stored by `at`, which is not later than `now`.
    fn total_at(&self, client: usize, at: SimTime, now: SimTime) -> f64 {
        let row = self.row(at);
        let below = self.steps[row * self.clients + client] as f64;
        let step_start = SimTime((self.first_step + row as i64) * STEP.0);
        let (above, above_at) = match self.steps.get((row + 1) * self.clients + client) {
            Some(total) => (*total as f64, step_start + STEP),
            None => (self.totals[client] as f64, now),
        };
        let length = (above_at - step_start).0;
        let part = if length > 0 { (at - step_start).0 as f64 / length as f64 } else { 1.0 };
        below + (above - below) * part.clamp(0.0, 1.0)
    }

    /// The row of the step an instant lies in; the first one for anything earlier.
    fn row(&self, at: SimTime) -> usize {
        let row = (at.window(STEP) - self.first_step).max(0) as usize;
        row.min(self.steps.len() / self.clients - 1)
    }

    fn open_steps_to(&mut self, now: SimTime) {
        let now = now.min(self.end);
        if now < self.next_step {
            return;
        }
        self.next_step = SimTime((now.window(STEP) + 1) * STEP.0);
        let rows = (now.window(STEP) - self.first_step).max(0) as usize + 1;
        while self.steps.len() < rows * self.clients {
            self.steps.extend_from_slice(&self.totals);
        }
    }
}

fn add(cells: &mut [f64], shares: &[f64], victim: ClientId, amount: f64) {
    let clients = shares.len();
    for (evictor, share) in shares.iter().enumerate() {
        cells[evictor * clients + usize::from(victim.0)] += amount * share;
    }
}

//! Attributes evictions to the clients whose writes caused them. The rule is this project's own,
//! GitHub has none; `docs/model.md` says why it was chosen. `explain` computes its attribution from
//! the journal, at the exact instants.

use super::value::Values;
use crate::event::{ClientId, Names};
use crate::observe::metric;
use crate::units::{Bytes, Duration, SimTime};

/// Attributes evictions to clients.
///
/// Eviction takes the entries that were not used for the longest time. So an entry last used at A
/// and evicted at T was pushed down the order by everything stored in between. Its bytes are
/// attributed to all clients in proportion to the bytes that each stored between A, rounded down to
/// [`STEP`], and T. Its own client may be among them, but the entry itself does not count. If
/// nothing else was stored in that time (after the limit was lowered, say), nothing is attributed.
///
/// Stored bytes are kept as a running total per client and step, so an attribution is one
/// subtraction per client. Within a past step the total is interpolated linearly.
#[derive(Debug)]
pub(super) struct Blame {
    clients: usize,
    end: SimTime,
    first_step: i64,
    /// Running totals at the start of each step. A row per step has a total for each of the
    /// `clients`.
    steps: Vec<u64>,
    /// The number of the last row.
    last_row: usize,
    totals: Vec<u64>,
    /// The clients that have stored anything, in ascending order: few of all that there are.
    active: Vec<usize>,
    /// When the next row is due.
    next_step: SimTime,
    /// Number of saves so far.
    stores: u64,
    /// What each client stored in recent spans, and the sum over clients. Many entries are evicted,
    /// or missed, at the same time, so spans repeat.
    known: [Known; KNOWN],
    stored: Vec<f64>,
    sums: [f64; KNOWN],
    /// The share of each active client in the last attribution.
    shares: Vec<BlamedShare>,
    /// Attributed bytes and misses, by evictor × victim.
    bytes: Vec<f64>,
    misses: Vec<f64>,
}

/// An entry that was evicted or expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Victim {
    /// The client that had saved it.
    pub client: ClientId,
    /// Its compressed size.
    pub size: Bytes,
    /// When it was saved.
    pub created: SimTime,
    /// When it was last accessed.
    pub accessed: SimTime,
}

/// A client's share (0–1) in what was stored in a span of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct BlamedShare {
    pub client: usize,
    pub share: f64,
}

/// Length of a step. An hour would be too coarse: an entry that is evicted by the next sweep would
/// be blamed on what was stored long before it.
const STEP: Duration = Duration(5 * Duration::MINUTE.0);

/// A span for which the stored bytes are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Known {
    /// The row in which it starts, and its end.
    span: (usize, SimTime),
    /// [`Blame::stores`] at the time of the computation, if its last step was not over then.
    at_stores: Option<u64>,
}

/// Number of remembered spans. The slot of a span follows from its start and end.
const KNOWN: usize = 256;

impl Blame {
    /// An empty ledger from `start` to `end`. What jobs still store after `end` counts as part of
    /// the last step; otherwise a job of centuries would add a step for each five minutes.
    pub fn new(clients: usize, start: SimTime, end: SimTime) -> Blame {
        Blame {
            end,
            clients,
            first_step: start.window(STEP),
            steps: vec![0; clients],
            last_row: 0,
            totals: vec![0; clients],
            active: vec![],
            next_step: SimTime(i64::MIN),
            stores: 0,
            known: [Known { span: (usize::MAX, SimTime(0)), at_stores: None }; KNOWN],
            stored: vec![0.0; clients * KNOWN],
            sums: [0.0; KNOWN],
            shares: vec![],
            bytes: vec![0.0; clients * clients],
            misses: vec![0.0; clients * clients],
        }
    }

    /// Records a save. The warm-up counts, too, since later evictions look back at it.
    pub fn stored(&mut self, now: SimTime, client: ClientId, size: Bytes) {
        self.open_steps_to(now);
        let client = usize::from(client.0);
        if self.totals[client] == 0 && size > Bytes::ZERO {
            let place = self.active.partition_point(|other| *other < client);
            self.active.insert(place, client);
        }
        self.totals[client] += size.0;
        self.stores += 1;
    }

    /// Attributes an eviction at `now`. Returns the share of each client that has stored anything; all are 0 if
    /// nothing was stored in the meantime.
    pub fn evicted(&mut self, now: SimTime, victim: &Victim) -> &[BlamedShare] {
        self.share(now, victim, now);
        add(&mut self.bytes, self.clients, &self.shares, victim.client, victim.size.as_f64());
        &self.shares
    }

    /// Attributes a miss of an entry that was evicted at `evicted_at`.
    pub fn missed(&mut self, now: SimTime, victim: &Victim, evicted_at: SimTime) {
        self.share(now, victim, evicted_at);
        add(&mut self.misses, self.clients, &self.shares, victim.client, 1.0);
    }

    /// Adds the metrics, per day of the measured time.
    pub fn finish(&self, values: &mut Values, names: &Names, days: f64) {
        for (name, cells) in
            [(&metric::BLAME_EVICTED_BYTES, &self.bytes), (&metric::BLAME_MISSES, &self.misses)]
        {
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

    /// Computes each client's share in what was stored between a victim's last access and `to`.
    fn share(&mut self, now: SimTime, victim: &Victim, to: SimTime) {
        self.open_steps_to(now);
        let start = self.row(victim.accessed);
        let place = self.known(start, to, now);
        let stored = &self.stored[place * self.clients..][..self.clients];
        let own = usize::from(victim.client.0);
        // An entry does not push itself out.
        let itself =
            if self.row(victim.created) >= start { victim.size.as_f64().min(stored[own]) } else { 0.0 };
        let all = self.sums[place] - itself;
        // Less than a byte is a rounding error.
        let part = if all >= 1.0 { 1.0 / all } else { 0.0 };
        let of = |client: &usize| {
            let itself = if *client == own { itself } else { 0.0 };
            BlamedShare { client: *client, share: (stored[*client] - itself) * part }
        };
        self.shares.clear();
        self.shares.extend(self.active.iter().map(of));
    }

    /// The row of `stored` with what each client stored from the start of row `start` until `to`.
    fn known(&mut self, start: usize, to: SimTime, now: SimTime) -> usize {
        let end = self.row(to);
        let over = end < self.last_row;
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
        let mut sum = 0.0;
        for client in &self.active {
            let stored = self.total_at(*client, to, now) - self.steps[start * self.clients + client] as f64;
            self.stored[row + client] = stored.max(0.0);
            sum += self.stored[row + client];
        }
        self.sums[place] = sum;
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

    /// The row of the step that contains an instant; the first row for anything earlier.
    fn row(&self, at: SimTime) -> usize {
        let row = (at.window(STEP) - self.first_step).max(0) as usize;
        row.min(self.last_row)
    }

    fn open_steps_to(&mut self, now: SimTime) {
        let now = now.min(self.end);
        if now < self.next_step {
            return;
        }
        self.next_step = SimTime((now.window(STEP) + 1) * STEP.0);
        let rows = (now.window(STEP) - self.first_step).max(0) as usize + 1;
        while self.last_row + 1 < rows {
            self.steps.extend_from_slice(&self.totals);
            self.last_row += 1;
        }
    }
}

/// Adds an amount, divided by these shares, to the cells of a victim.
fn add(cells: &mut [f64], clients: usize, shares: &[BlamedShare], victim: ClientId, amount: f64) {
    for BlamedShare { client, share } in shares {
        cells[client * clients + usize::from(victim.0)] += amount * share;
    }
}

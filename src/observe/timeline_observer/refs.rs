//! For whom the cache holds entries over time: the bytes of each kind of ref at the end of each step of the timeline.
//! The metrics of the same classes, averaged over time, are in `observe/metrics/held.rs`.

use crate::event::{Event, HeldFor};
use crate::observe::timeline::{Grid, HeldForRef};
use crate::service::{Interner, Record, RecordKind, Scope};
use crate::units::{Bytes, SimTime};

const KINDS: usize = HeldFor::ALL.len();

/// Collects the bytes by kind of ref, step by step.
pub(super) struct RefsKept {
    grid: Grid,
    held: [u64; KINDS],
    rows: [Vec<u64>; KINDS],
    /// For whom each scope's entries are held, and their bytes, by the scope's number.
    scopes: Vec<Option<(HeldFor, u64)>>,
}

impl RefsKept {
    pub fn new(grid: Grid) -> RefsKept {
        let rows = std::array::from_fn(|_| Vec::with_capacity(grid.count));
        RefsKept { grid, held: [0; KINDS], rows, scopes: vec![] }
    }

    /// Counts an entry that was stored or removed.
    pub fn hear(&mut self, record: &Record, names: &Interner) {
        let is_stored = match record.kind {
            RecordKind::Stored => true,
            RecordKind::Evicted | RecordKind::Expired | RecordKind::Deleted => false,
            _ => return,
        };
        if record.owner.is_none() {
            return;
        }
        self.advance(record.at);
        let scope = record.identity.scope;
        let (kind, bytes) =
            self.place(scope).get_or_insert_with(|| (HeldFor::of(names.scope_text(scope), false), 0));
        let sum = |held: u64| if is_stored { held + record.size.0 } else { held - record.size.0 };
        *bytes = sum(*bytes);
        let kind = *kind as usize;
        self.held[kind] = sum(self.held[kind]);
    }

    /// Moves what a pull request holds when it is opened or closed.
    pub fn hear_of_pull(&mut self, event: &Event) {
        let Event::PullRequest { at, scope, is_open } = *event else { return };
        self.advance(at);
        let kind = if is_open { HeldFor::OpenPull } else { HeldFor::ClosedPull };
        let place = self.place(scope);
        let (before, bytes) = place.unwrap_or((kind, 0));
        *place = Some((kind, bytes));
        self.held[before as usize] -= bytes;
        self.held[kind as usize] += bytes;
    }

    /// A row for each kind that ever holds anything, in these units.
    pub fn finish(mut self, unit: Bytes) -> Vec<HeldForRef> {
        while self.rows[0].len() < self.grid.count {
            self.close();
        }
        let units = |bytes: u64| (bytes + unit.0 / 2) / unit.0;
        let rows = HeldFor::ALL.into_iter().zip(self.rows);
        let held = rows.filter(|(_, row)| row.iter().any(|bytes| *bytes > 0));
        held.map(|(kind, row)| HeldForRef {
            of: kind.label().to_owned(),
            held: row.into_iter().map(units).collect(),
        })
        .collect()
    }

    /// Ends all steps before that of `now`.
    fn advance(&mut self, now: SimTime) {
        let step = self.grid.place(now);
        while self.rows[0].len() < step {
            self.close();
        }
    }

    fn close(&mut self) {
        self.rows.iter_mut().zip(self.held).for_each(|(row, held)| row.push(held));
    }

    fn place(&mut self, scope: Scope) -> &mut Option<(HeldFor, u64)> {
        let place = scope.0 as usize;
        if place >= self.scopes.len() {
            self.scopes.resize(place + 1, None);
        }
        &mut self.scopes[place]
    }
}

//! The cache's level over time, per client, and the bytes that were stored, evicted and expired in each
//! step of the timeline.

use crate::event::Window;
use crate::observe::timeline::{Grid, Lives, Moved, Pressure, Timeline};
use crate::service::{Record, RecordKind};
use crate::units::{Bytes, SimTime};

/// The most steps of a timeline: a year in steps of two hours.
const STEPS_MAX: usize = 4_400;
/// The largest number of units in a size, so that sizes have at most five digits.
const UNITS_MAX: u64 = 99_999;

/// Collects the level and the movements, step by step.
pub(super) struct LevelsKept {
    pub grid: Grid,
    step: usize,
    held: Vec<u64>,
    rows: Vec<Vec<u64>>,
    peaks: Vec<u64>,
    /// The sum of `held`.
    all: u64,
    /// Bytes and entries of the current step, by movement and client.
    moving: [Vec<(u64, u32)>; KINDS],
    /// The past steps: movement, step, client, bytes and entries.
    moved: Vec<(Movement, u32, u16, u64, u32)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Movement {
    Stored,
    Evicted,
    Expired,
}

const KINDS: usize = 3;

impl LevelsKept {
    pub fn new(window: Window, clients: usize) -> LevelsKept {
        let grid = Grid::over(window.start, window.end, STEPS_MAX);
        LevelsKept {
            grid,
            step: 0,
            held: vec![0; clients],
            rows: vec![Vec::with_capacity(grid.count); clients],
            peaks: vec![0],
            all: 0,
            moving: std::array::from_fn(|_| vec![(0, 0); clients]),
            moved: vec![],
        }
    }

    /// Ends all steps before that of `now`.
    fn advance(&mut self, now: SimTime) {
        let step = self.grid.place(now);
        while self.step < step {
            self.close();
        }
    }

    pub fn hear(&mut self, record: &Record) {
        let kind = match record.kind {
            RecordKind::Stored => Some(Movement::Stored),
            RecordKind::Evicted => Some(Movement::Evicted),
            RecordKind::Expired => Some(Movement::Expired),
            RecordKind::Deleted => None,
            _ => return,
        };
        let Some(owner) = record.owner else { return };
        self.advance(record.at);
        let client = usize::from(owner.0);
        let size = record.size.0;
        let sum = |held: u64| if record.kind == RecordKind::Stored { held + size } else { held - size };
        self.held[client] = sum(self.held[client]);
        self.all = sum(self.all);
        let peak = &mut self.peaks[self.step];
        *peak = self.all.max(*peak);
        if let Some(kind) = kind {
            let (bytes, entries) = &mut self.moving[kind as usize][client];
            *bytes += size;
            *entries += 1;
        }
    }

    /// A timeline with the levels and movements; everything else in it is empty.
    pub fn finish(mut self, periods: Grid) -> Timeline {
        while self.step + 1 < self.grid.count {
            self.close();
        }
        self.close();
        self.peaks.truncate(self.grid.count);
        let unit = self.unit();
        let units = |bytes: &u64| (bytes + unit / 2) / unit;
        let of = |wanted: Movement| {
            let moved = self.moved.iter().filter(|(kind, ..)| *kind == wanted);
            let moved = moved.map(|(_, step, client, bytes, entries)| Moved {
                step: *step,
                client: *client,
                size: units(bytes),
                entries: *entries,
            });
            moved.collect::<Vec<Moved>>()
        };
        let start = self.grid.start;
        Timeline {
            limit: Bytes::ZERO,
            clients: vec![],
            jobs: vec![],
            steps: self.grid,
            unit: Bytes(unit),
            held: self.rows.iter().map(|row| row.iter().map(units).collect()).collect(),
            held_for: vec![],
            peak: self.peaks.iter().map(units).collect(),
            stored: of(Movement::Stored),
            evicted: of(Movement::Evicted),
            expired: of(Movement::Expired),
            periods,
            look_ups: vec![],
            uploads: Pressure {
                limit: None,
                peak: vec![],
                refused: vec![],
                around_start: start,
                around: vec![],
            },
            lives: Lives { from: start, until: start, entries: vec![] },
            runs: vec![],
            runs_all: 0,
            durations: vec![],
            curve: vec![],
        }
    }

    /// The smallest power of ten in which no size has more than five digits.
    fn unit(&self) -> u64 {
        let largest = self.peaks.iter().copied().max().unwrap_or(0);
        let mut unit = 1;
        while largest / unit > UNITS_MAX {
            unit *= 10;
        }
        unit
    }

    fn close(&mut self) {
        self.rows.iter_mut().zip(&self.held).for_each(|(row, held)| row.push(*held));
        for (kind, clients) in
            [Movement::Stored, Movement::Evicted, Movement::Expired].into_iter().zip(&mut self.moving)
        {
            for (client, moving) in clients.iter_mut().enumerate().filter(|(_, (_, entries))| *entries > 0) {
                let (bytes, entries) = std::mem::take(moving);
                self.moved.push((kind, self.step as u32, client as u16, bytes, entries));
            }
        }
        self.peaks.push(self.all);
        self.step += 1;
    }
}

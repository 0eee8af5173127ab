use crate::outcome::timeline::{Grid, LookUps};
use crate::outcome::{Recorder, RefClass, Window};
use crate::units::SimTime;

/// How many periods a timeline has at most: a year of days.
const PERIODS_MAX: usize = 400;

/// Look-ups found and made, by client and kind of ref.
type Counts = Vec<[(u64, u64); RefClass::ALL.len()]>;

/// The look-ups of each period: what the recorder has counted more at its end than at its beginning.
pub(super) struct LookUpsKept {
    pub grid: Grid,
    before: Counts,
    periods: Vec<Counts>,
    now: usize,
}

impl LookUpsKept {
    pub fn new(window: Window, recorder: &Recorder) -> LookUpsKept {
        let grid = Grid::over(window.start, window.end, PERIODS_MAX);
        let before = recorder.look_ups();
        let none = vec![Default::default(); before.len()];
        LookUpsKept { grid, periods: vec![none; grid.count], before, now: 0 }
    }

    /// Time has come to `now`, and its event is counted already: the first event of a period counts
    /// for the one before, one event among hundreds.
    pub fn advance(&mut self, now: SimTime, recorder: &Recorder) {
        let period = self.grid.place(now);
        if period != self.now {
            self.close(recorder);
            self.now = period;
        }
    }

    /// What was counted since the last time is this period's.
    pub fn close(&mut self, recorder: &Recorder) {
        let counts = recorder.look_ups();
        let cells = self.periods[self.now].iter_mut().zip(&counts).zip(&self.before);
        for ((cell, now), before) in cells {
            for (class, (found, all)) in cell.iter_mut().enumerate() {
                *found += now[class].0 - before[class].0;
                *all += now[class].1 - before[class].1;
            }
        }
        self.before = counts;
    }

    pub fn finish(self) -> Vec<LookUps> {
        let clients = 0..self.before.len();
        let rows = clients.flat_map(|client| RefClass::ALL.map(|class| self.row(client, class)));
        rows.filter(|row| row.all.iter().any(|all| *all > 0)).collect()
    }

    fn row(&self, client: usize, class: RefClass) -> LookUps {
        let cells = || self.periods.iter().map(|period| period[client][class as usize]);
        LookUps {
            client: client as u16,
            class: class.label().into(),
            found: cells().map(|(found, _)| found).collect(),
            all: cells().map(|(_, all)| all).collect(),
        }
    }
}

//! Look-ups per period, client and kind of ref: how many there were, and how many found something.

use crate::event::{Event, Names, RefClass, Window};
use crate::observe::metrics::{Requests, Traffic};
use crate::observe::timeline::{Grid, LookUps};
use crate::units::SimTime;

/// The most periods of a timeline: a year of days.
const PERIODS_MAX: usize = 400;

/// Requests by client and class of ref.
type Counts = Vec<[Requests; RefClass::ALL.len()]>;

/// Collects the look-ups in each period of the measured time. A period's count is the total at its end
/// minus the total at its start.
pub(super) struct LookUpsKept {
    pub grid: Grid,
    window: Window,
    traffic: Traffic,
    before: Counts,
    periods: Vec<Counts>,
    now: usize,
}

impl LookUpsKept {
    pub fn new(window: Window, names: &Names) -> LookUpsKept {
        let grid = Grid::over(window.start, window.end, PERIODS_MAX);
        let traffic = Traffic::new(names.clients.len(), names.jobs.len());
        let before = traffic.requests();
        let none = vec![Default::default(); before.len()];
        LookUpsKept { grid, window, traffic, periods: vec![none; grid.count], before, now: 0 }
    }

    /// Counts a look-up.
    pub fn hear(&mut self, event: &Event) {
        match *event {
            Event::Restored(ref event) if self.window.measures(event.at) => {
                self.traffic.at(event.caller.site).restore(event.outcome);
            }
            Event::ObjectLookedUp { at, caller, outcome, .. } if self.window.measures(at) => {
                let counts = self.traffic.at(caller.site);
                counts.restore(outcome);
                counts.object(outcome.is_hit());
            }
            Event::ExternalObject { at, caller, found } | Event::Layer { at, caller, found, .. }
                if self.window.measures(at) =>
            {
                self.traffic.at(caller.site).object(found);
            }
            _ => {}
        }
    }

    /// Moves on to the period of `now`. It is called after the events at `now` were counted, so those at
    /// the first instant of a period count for the period before: a few among hundreds.
    pub fn advance(&mut self, now: SimTime) {
        let period = self.grid.place(now);
        if period != self.now {
            self.close();
            self.now = period;
        }
    }

    /// Adds what was counted since the last call to the current period.
    pub fn close(&mut self) {
        let counts = self.traffic.requests();
        let cells = self.periods[self.now].iter_mut().zip(&counts).zip(&self.before);
        for ((cell, now), before) in cells {
            for (class, requests) in cell.iter_mut().enumerate() {
                *requests += now[class] - before[class];
            }
        }
        self.before = counts;
    }

    pub fn finish(self) -> Vec<LookUps> {
        let clients = 0..self.before.len();
        let rows = clients.flat_map(|client| RefClass::ALL.map(|class| self.row(client, class)));
        rows.filter(|row| row.all.iter().any(|all| *all > 0)).collect()
    }

    /// Of a client that builds from objects or image steps these are shown, of others look-ups. A client's first
    /// objects may come long after its first look-up of an index, so only the end tells.
    fn row(&self, client: usize, class: RefClass) -> LookUps {
        let has_objects = self.before[client].iter().any(|requests| requests.objects != [0, 0]);
        let cells = self.periods.iter().map(|period| {
            let Requests { look_ups, objects } = period[client][class as usize];
            if has_objects { objects } else { look_ups }
        });
        let (found, all) = cells.map(|[missed, found]| (found, missed + found)).unzip();
        LookUps { client: client as u16, class: class.label().into(), found, all }
    }
}

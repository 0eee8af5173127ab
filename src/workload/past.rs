//! What main was before the first push, since the compiler was changed last: archives that keep
//! superseded crates have grown for that long when a simulation begins.

use super::arrivals::Arrivals;
use super::push::{Push, PushKind};
use super::stochastic::{ChangeShares, Stochastic};
use super::{History, PushSource, Workload};
use crate::project::{ChangeId, Checkout, CrateGraph};
use crate::random::{Distribution, Draws, Purpose};
use crate::units::Duration;
use std::rc::Rc;

/// The past goes back for as many pushes at most, however seldom the compiler changes.
const PUSHES_MAX: f64 = 10_000.0;

/// Set in the identity of every past version: it is none of a later one's.
const PAST: ChangeId = 1 << 31;

impl Workload {
    /// What was pushed under the compiler of the first instant, oldest first: each with what main was then, off
    /// main too. It ends in what main is at the first instant.
    ///
    /// Nothing is known of what came before a recorded log: it has no past here. Nor has a workload that
    /// never changes the compiler, for how long it has not is not known either.
    pub fn past(&self, graph: &CrateGraph, draws: &Draws) -> Vec<Push> {
        let PushSource::Stochastic(stochastic) = &self.source else { return Vec::new() };
        let draws = draws.of(Purpose::Past);
        let Some(before) = stochastic.since_the_compiler_changed(&draws) else { return Vec::new() };
        let logged = Arrivals::draw(&before, &draws);
        let past = Workload { source: PushSource::Stochastic(before), ..self.clone() };
        let mut history = History::new(&past, graph, &draws);
        let mut pushes: Vec<Push> =
            logged.iter().zip(0..).map(|(push, nth)| history.apply(nth, push)).collect();
        pushes.retain(|push| push.kind != PushKind::Closed);
        lead_to_the_present(&mut pushes, Checkout::initial(graph));
        pushes
    }
}

impl Stochastic {
    /// The same workload from the last change of the compiler on, to where this one begins. It is as
    /// memoryless backwards as forwards, so its age has the exponential distribution of the gaps.
    fn since_the_compiler_changed(&self, draws: &Draws) -> Option<Stochastic> {
        let rates = self.rates();
        let landings = rates.pull_requests * self.pull_requests.merged + rates.direct;
        let changes = landings * self.changes.toolchain;
        if changes <= 0.0 {
            return None;
        }
        let age = Distribution::Exponential { mean: 1.0 / changes };
        let most = PUSHES_MAX * self.days / self.expected_pushes();
        let days = age.sample(&mut draws.stream(Purpose::Past, 0)).min(most);
        Some(Stochastic {
            from: self.from - Duration::DAY.scaled(days),
            days,
            // A bot's pull requests never land, and sources are in no archive that outlives them.
            bursts_per_week: 0.0,
            changes: ChangeShares { toolchain: 0.0, source: 0.0, ..self.changes.clone() },
            ..self.clone()
        })
    }
}

/// Gives every version its identity as it is seen from the first instant: 0 if the crate still has it.
fn lead_to_the_present(pushes: &mut [Push], first: Checkout) {
    let on_main = |push: &&Push| matches!(push.kind, PushKind::Main | PushKind::Schedule);
    let Some(last) = pushes.iter().rev().find(on_main).map(|push| push.checkout.clone()) else { return };
    let seen = |own: &Checkout, versions| Rc::new(Checkout { versions, ..own.clone() });
    let mut own = Rc::clone(&first.versions);
    let mut main = seen(&first, seen_from(&last, &own));
    for push in pushes {
        if on_main(&&*push) {
            let same = Rc::ptr_eq(&own, &push.checkout.versions);
            let versions =
                if same { main.versions.clone() } else { seen_from(&last, &push.checkout.versions) };
            own = push.checkout.versions.clone();
            main = seen(&push.checkout, versions);
        }
        push.checkout = main.clone();
    }
}

fn seen_from(last: &Checkout, versions: &[ChangeId]) -> Rc<[ChangeId]> {
    let pairs = versions.iter().zip(last.versions.iter());
    pairs.map(|(version, present)| if version == present { 0 } else { PAST | version }).collect()
}

//! The state of main before the first push, back to the last change of the compiler. Archives that
//! keep superseded crates have grown for that long when a simulation begins. `engine` asks for the
//! past only if a client keeps such an archive; nothing in it is simulated.

use super::arrivals::Arrivals;
use super::push::{Push, PushKind};
use super::stochastic::Stochastic;
use super::{History, PushSource, Workload};
use crate::project::{ChangeId, Checkout, CrateGraph, InputId};
use crate::random::{Distribution, Draws, Purpose};
use crate::units::Duration;
use std::rc::Rc;

/// The past has at most this many pushes, however rarely the compiler changes.
const PUSHES_MAX: f64 = 10_000.0;

/// A bit set in the identity of every past version, so that it differs from all later ones.
const PAST: ChangeId = 1 << 31;

impl Workload {
    /// The pushes under the compiler of the first instant, oldest first. Each has the checkout that
    /// main had then, even a push to another branch. The last one leads to main at the first
    /// instant.
    ///
    /// The result is empty for a recorded log, since nothing is known of the time before it, and
    /// for a workload that never changes the compiler, since its age is not known.
    pub fn past(&self, graph: &CrateGraph, draws: &Draws) -> Vec<Push> {
        let PushSource::Stochastic(stochastic) = &self.source else { return Vec::new() };
        let draws = draws.of(Purpose::Past);
        let Some(before) = stochastic.since_the_compiler_changed(&draws) else { return Vec::new() };
        let logged = Arrivals::draw(&before, &draws);
        let past = Workload { source: PushSource::Stochastic(before), ..self.clone() };
        let mut history = History::new(&past, graph, &draws);
        let mut pushes: Vec<Push> = logged
            .into_iter()
            .zip(0..)
            .map(|(push, nth)| history.apply(nth, &self.with_input_paths(push)))
            .collect();
        pushes.retain(|push| push.kind != PushKind::Closed);
        lead_to_the_present(&mut pushes, Checkout::initial(graph));
        pushes
    }
}

impl Stochastic {
    /// This workload's past, from the last change of the compiler until it begins; `None` if the
    /// compiler never changes. The process is as memoryless backwards as forwards, so the
    /// compiler's age has the exponential distribution of the gaps.
    fn since_the_compiler_changed(&self, draws: &Draws) -> Option<Stochastic> {
        let rates = self.rates();
        let landings = rates.pull_requests * self.pull_requests.merged + rates.direct;
        let changes = landings * self.changes.of(InputId::TOOLCHAIN);
        if changes <= 0.0 {
            return None;
        }
        let age = Distribution::Exponential { mean: 1.0 / changes };
        let most = PUSHES_MAX * self.days / self.expected_pushes();
        let days = age.sample(&mut draws.stream(Purpose::Past, 0)).min(most);
        Some(Stochastic {
            from: self.from - Duration::DAY.scaled(days),
            days,
            // What never lands leaves nothing behind, and sources are in no archive that outlives them.
            bursts_per_week: if self.burst_merged > 0.0 { self.bursts_per_week } else { 0.0 },
            growth: Vec::new(),
            changes: self.changes.clone().without(&[InputId::TOOLCHAIN, InputId::SOURCE]),
            ..self.clone()
        })
    }
}

/// Replaces each version by its identity as seen from the first instant: 0 if the crate still has
/// that version then.
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

//! Pushes that answer a red run: somebody mends what has failed and pushes again. Unlike all other pushes they
//! depend on what the simulation brings, so `engine` asks for them while it runs.

use super::choice;
use super::push::{Push, PushId, PushKind, Stream, drawn_change};
use crate::project::{Checkout, CrateGraph, InputId};
use crate::random::{Distribution, Draws, Purpose, mix, mix_str};
use crate::units::{Duration, SimTime};
use std::rc::Rc;

/// How often a red run is followed by a push that mends it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fixes {
    /// Share of the pushes with a red run, 0–1.
    pub share: f64,
    /// Seconds from the end of the red run to the push.
    pub after: Distribution,
}

impl Fixes {
    /// The push that mends a red run of this push, which ended at `now`; `None` if nobody mends it. `crates`
    /// is the mean number of workspace crates that it touches.
    ///
    /// It goes to the same branch or pull request and changes sources only. What a pull request's later
    /// pushes contain was drawn before, so they do not contain it.
    pub fn push(
        &self,
        red: &Push,
        now: SimTime,
        crates: f64,
        graph: &CrateGraph,
        draws: &Draws,
    ) -> Option<Push> {
        let address = mix_str(red.id.address(), "fix");
        if red.bot || !is_mended(red.kind) || draws.unit(Purpose::ReRun, address) >= self.share {
            return None;
        }
        let wait = draws.sample(Purpose::ReRun, mix(address, WAIT), &self.after);
        let id = PushId::drawn(Stream::Fix, address);
        let change = drawn_change(address);
        let mut versions = red.checkout.versions.to_vec();
        for krate in choice::members(crates, &graph.weighted_members(), draws, address) {
            versions[krate as usize] = change;
        }
        let lineage = red.checkout.lineage.and_changed(InputId::SOURCE);
        let before = (*red.checkout).clone();
        let checkout = Checkout { versions: versions.into(), context: change, lineage, ..before };
        let checkout = Rc::new(checkout.with(InputId::SOURCE, change));
        Some(Push {
            id,
            at: now + Duration::from_secs_f64(wait.max(0.0)),
            // A pull request is merged once.
            number: red.number.filter(|_| is_of_pull_request(red.kind)),
            workflow: None,
            main: Some(checkout.clone()).filter(|_| red.kind == PushKind::Main),
            checkout,
            ..red.clone()
        })
    }
}

/// Address of the draw how long it takes.
const WAIT: u64 = 1;

/// True if somebody pushes again after a red run of such a push.
fn is_mended(kind: PushKind) -> bool {
    is_of_pull_request(kind) || matches!(kind, PushKind::Main | PushKind::Branch)
}

fn is_of_pull_request(kind: PushKind) -> bool {
    matches!(kind, PushKind::PullRequest | PushKind::ForkPullRequest)
}

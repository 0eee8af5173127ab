//! Dependency bots rebase their open pull requests after pushes to the default branch. `workload` says after which
//! pushes.

use super::bot_pull::BotPull;
use super::due::Due;
use super::planned_push::PlannedPush;
use super::simulation::Simulation;
use crate::ci::MergeVerdict;
use crate::units::SimTime;
use crate::workload::{PushKind, Rebases};

impl<'m> Simulation<'m> {
    fn rebases(&self) -> Option<&'m Rebases> {
        self.drawn()?.rebases.as_ref()
    }

    /// Keeps a planned push that has arrived if it opens a pull request that may be rebased.
    pub(super) fn note_bot(&mut self, index: usize, arrived: usize) {
        let PlannedPush { push, .. } = &self.planned[index];
        let is_bot = push.bot && push.kind == PushKind::PullRequest;
        let main = self.pushes[arrived].main.clone();
        if let Some((number, base)) = push.number.zip(main).filter(|_| is_bot && self.rebases().is_some()) {
            let opening = self.planned[index].clone();
            self.bot_pulls.insert(number, BotPull { opening, base, done: 0, next: None });
        }
    }

    /// The default branch was pushed to: bots rebase what they do not have in hand already. They leave alone what is
    /// in the merge queue.
    pub(super) fn follow_main(&mut self, now: SimTime, push: usize) {
        let Some((rules, main)) = self.rebases().zip(self.pushes[push].main.clone()) else { return };
        let mut begun = Vec::new();
        for (&number, pull) in &mut self.bot_pulls {
            let is_free = pull.next.is_none() && self.merge_queue.verdict(number) != MergeVerdict::Open;
            if is_free && rules.follow(&pull.opening.push, pull.done, &pull.base, &main) {
                let next = rules.push(&pull.opening.push, pull.done, now, &self.world.draws);
                begun.push((next.at, number));
                pull.next = Some(next);
            }
        }
        begun.retain(|(at, _)| *at < self.window.end);
        for (at, number) in begun {
            self.schedule(at, Due::Rebase(number));
        }
    }

    /// A bot pushes to its pull request, unless that is closed or in the merge queue by now.
    pub(super) fn rebase(&mut self, now: SimTime, number: u32) {
        let is_queued = self.merge_queue.verdict(number) == MergeVerdict::Open;
        let Some(pull) = self.bot_pulls.get_mut(&number) else { return };
        let Some(next) = pull.next.take().filter(|_| !is_queued) else { return };
        let push = self.history.apply(pull.opening.nth, &next);
        pull.done += 1;
        pull.base = push.main.clone().unwrap_or_else(|| pull.base.clone());
        let arrived = self.pushes.add(push);
        self.arrive(now, arrived);
    }
}

//! Planned pushes as they arrive: each is applied to the branches only then, because the merge queue decides which pull
//! requests are merged, and when. Its rules are in `ci`.

use super::due::Due;
use super::planned_push::PlannedPush;
use super::simulation::Simulation;
use crate::ci::MergeVerdict;
use crate::event::{Event, WorkflowRun};
use crate::units::SimTime;
use crate::workload::{Fixes, LoggedPush, Push, PushKind, PushSource, Stochastic};

impl<'m> Simulation<'m> {
    /// A planned push arrives, unless it is a merge, or the closing before it, and the merge queue is not done with the
    /// pull request.
    pub(super) fn arrive_planned(&mut self, now: SimTime, index: usize) {
        let PlannedPush { nth, push } = self.planned[index].clone();
        let merges = push.kind == PushKind::Main;
        if let Some(number) = push.number.filter(|_| merges || push.kind == PushKind::Closed) {
            let verdict = self.merge_queue.verdict(number, now);
            if verdict == MergeVerdict::Open {
                return self.merge_queue.hold(number, index as u32);
            }
            if merges {
                self.merge_queue.leave(number);
                if verdict == MergeVerdict::Removed {
                    return;
                }
            }
        }
        let push = self.history.apply(nth, &LoggedPush { at: now, ..push });
        self.pushes.push(push);
        let runs = self.arrive(now, self.pushes.len() - 1);
        self.enter_queue(now, index, runs);
    }

    /// A merge group begins. It waits for the required runs that its push has begun.
    fn enter_queue(&mut self, now: SimTime, index: usize, runs: u32) {
        let LoggedPush { kind, number, id, .. } = self.planned[index].push;
        let Some((drawn, number)) = self.drawn().zip(number) else { return };
        if kind == PushKind::MergeGroup {
            self.groups.insert(number, index);
            self.merge_queue.enter(number, id.address(), now + drawn.queue_time, runs);
        }
    }

    /// The settings of drawn pushes. A recorded log has the merges that really came.
    fn drawn(&self) -> Option<&'m Stochastic> {
        match &self.model.workload.source {
            PushSource::Stochastic(drawn) => Some(drawn),
            PushSource::Log(_) => None,
        }
    }

    /// Lets the merge queue see the runs that have just ended: merges what has waited for them, and takes out what has
    /// failed.
    pub(super) fn follow_queue(&mut self, now: SimTime) {
        let mut seen = 0;
        while !self.merge_queue.is_empty() && seen < self.world.events.len() {
            if let Event::WorkflowEnded(run) = &self.world.events[seen] {
                let run = run.clone();
                self.end_check(now, &run);
            }
            seen += 1;
        }
    }

    fn end_check(&mut self, now: SimTime, run: &WorkflowRun) {
        let Some((number, fails)) = self.merge_queue.end_run(run) else { return };
        if fails {
            self.mend_group(now, number);
        }
        if self.merge_queue.verdict(number, now) != MergeVerdict::Open {
            self.land(now, number);
        }
    }

    /// What was put off for a pull request arrives, if its merge is decided by now.
    pub(super) fn land(&mut self, now: SimTime, number: u32) {
        for planned in self.merge_queue.take_held(number) {
            if now < self.window.end {
                self.arrive_planned(now, planned as usize);
            }
        }
    }

    /// Somebody may mend a pull request whose group has failed: pushes to it, and puts it back.
    fn mend_group(&mut self, now: SimTime, number: u32) {
        let Some((drawn, group)) = self.drawn().zip(self.groups.get(&number).copied()) else { return };
        let group = self.planned[group].clone();
        let Some((fixes, newest)) = self.fixes().zip(self.newest_push(number)) else { return };
        let red = Push { id: group.push.id, ..newest.clone() };
        let of = newest.id.address();
        let Some(fix) = self.fix_of(fixes, &red, now) else { return };
        let next = drawn.put_back(&group.push, fix.at, &self.world.draws);
        self.expect_fix(fix, of);
        self.merge_queue.return_later(number);
        if next.at < self.window.end {
            self.schedule(next.at, Due::Return(self.planned.len() as u32));
            self.planned.push(PlannedPush { push: next, ..group });
        }
    }

    fn fixes(&self) -> Option<&'m Fixes> {
        self.model.workload.fixes.as_ref()
    }

    /// The newest push to an open pull request.
    fn newest_push(&self, number: u32) -> Option<&Push> {
        let index = self.followed.as_ref()?.newest_of(number)?;
        Some(&self.pushes[index])
    }

    /// A pull request is put back into the merge queue.
    pub(super) fn put_back(&mut self, now: SimTime, index: usize) {
        self.arrive_planned(now, index);
        let number = self.planned[index].push.number;
        if let Some((drawn, number)) = self.drawn().zip(number) {
            self.schedule(now + drawn.queue_time, Due::Land(number));
        }
    }
}

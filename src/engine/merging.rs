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
        let LoggedPush { kind, number, .. } = self.planned[index].push;
        let merges = kind == PushKind::Main;
        if let Some(number) = number.filter(|_| merges || kind == PushKind::Closed) {
            match self.merge_queue.verdict(number) {
                MergeVerdict::Open => {
                    self.merge_queue.hold(number, index as u32, merges);
                    return self.merge_ready(now);
                }
                MergeVerdict::Removed if merges => return self.merge_queue.leave(number),
                MergeVerdict::Removed | MergeVerdict::Merged => {}
            }
        }
        match (kind, number, self.drawn()) {
            (PushKind::MergeGroup, Some(number), Some(drawn)) => self.begin_group(now, index, number, drawn),
            _ => self.play(now, index),
        }
    }

    /// Applies a planned push to the branches and starts its runs.
    fn play(&mut self, now: SimTime, index: usize) {
        let PlannedPush { nth, push } = self.planned[index].clone();
        let push = self.history.apply(nth, &LoggedPush { at: now, ..push });
        let arrived = self.pushes.add(push);
        self.note_bot(index, arrived);
        self.arrive(now, arrived);
    }

    /// A merge group begins, on top of those before it. It waits for the required runs that its push begins.
    fn begin_group(&mut self, now: SimTime, index: usize, number: u32, drawn: &Stochastic) {
        let PlannedPush { nth, push } = self.planned[index].clone();
        let before = self.merge_queue.before(number).into_iter();
        let before: Vec<LoggedPush> =
            before.map(|other| self.planned[self.groups[&other]].push.clone()).collect();
        let id = push.id.address();
        let push = self.history.apply_group(nth, &LoggedPush { at: now, ..push }, &before);
        let arrived = self.pushes.add(push);
        let runs = self.arrive(now, arrived);
        self.groups.insert(number, index);
        self.merge_queue.enter(number, id, (now, drawn.queue_time), runs);
        if drawn.merge_rules.least > 1 {
            self.schedule(now + drawn.merge_rules.wait, Due::Merge);
        }
        if let Some(timeout) = drawn.merge_rules.timeout.filter(|_| runs > 0) {
            self.schedule(now + timeout, Due::Checks(index as u32));
        }
    }

    /// The settings of drawn pushes. A recorded log has the merges that really came.
    pub(super) fn drawn(&self) -> Option<&'m Stochastic> {
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
        match self.merge_queue.end_run(run) {
            Some((number, true)) => self.fail_group(now, number),
            Some((_, false)) => self.merge_ready(now),
            None => {}
        }
    }

    /// The time is over in which the required runs of a group have to end.
    pub(super) fn end_checks(&mut self, now: SimTime, index: usize) {
        let LoggedPush { number, id, .. } = self.planned[index].push;
        if let Some(number) = number.filter(|number| self.merge_queue.is_waiting(*number, id.address())) {
            self.fail_group(now, number);
        }
    }

    /// Merges the pull requests at the front of the queue that are ready. Those that are merged at once are one push.
    pub(super) fn merge_ready(&mut self, now: SimTime) {
        let Some(drawn) = self.drawn().filter(|_| now < self.window.end) else { return };
        loop {
            let merged = self.merge_queue.mergeable(now, &drawn.merge_rules);
            let Some(last) = merged.last().copied() else { return };
            for number in merged {
                for index in self.merge_queue.take_held(number) {
                    self.merge(now, index as usize, number == last);
                }
                self.merge_queue.leave(number);
            }
        }
    }

    /// A pull request is closed or merged. Only the last one of several is a push of its own, after which the branch has
    /// the changes of all of them.
    fn merge(&mut self, now: SimTime, index: usize, is_last: bool) {
        let PlannedPush { nth, push } = &self.planned[index];
        if is_last || push.kind != PushKind::Main {
            self.play(now, index);
        } else {
            self.history.apply(*nth, &LoggedPush { at: now, ..push.clone() });
        }
    }

    /// A pull request leaves the queue. Somebody may mend it; otherwise it is closed when it would have been merged. The
    /// groups behind it begin anew, without its changes.
    fn fail_group(&mut self, now: SimTime, number: u32) {
        let behind = self.merge_queue.remove(number);
        self.mend_group(now, number);
        if self.merge_queue.verdict(number) == MergeVerdict::Removed && now < self.window.end {
            for index in self.merge_queue.take_held(number) {
                self.arrive_planned(now, index as usize);
            }
        }
        let Some(drawn) = self.drawn().filter(|_| now < self.window.end) else { return };
        for number in behind {
            let group = self.planned[self.groups[&number]].clone();
            let push = Stochastic::begun_again(&group.push, now);
            self.planned.push(PlannedPush { push, ..group });
            self.begin_group(now, self.planned.len() - 1, number, drawn);
            self.schedule(now + drawn.queue_time, Due::Merge);
        }
        self.merge_ready(now);
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
        if let Some(drawn) = self.drawn() {
            self.schedule(now + drawn.queue_time, Due::Merge);
        }
    }
}

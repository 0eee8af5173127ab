//! When a run or a job may begin: concurrency groups, cancellation by newer runs, `fail-fast`, and re-runs of
//! failed jobs. What it cancels saves nothing, except in steps that run even then.

use super::Scheduler;
use crate::ci::concurrency::{Admission, Concurrency, Member};
use crate::ci::job_states::JobState;
use crate::ci::run::Run;
use crate::ci::workflow::Condition;
use crate::client::World;
use crate::event::Conclusion;
use crate::units::SimTime;

impl Scheduler<'_> {
    /// Begins an attempt of a run, as soon as its concurrency group lets it.
    pub(super) fn begin(&mut self, now: SimTime, run: usize, world: &mut World) {
        let workflows = self.workflows;
        let Some(concurrency) = &workflows[self.runs[run].workflow].concurrency else {
            return self.queue_jobs(now, run, world);
        };
        let name = concurrency.group_name(&self.runs[run].key_values(""));
        self.runs[run].group = Some(name.clone());
        if self.enter(now, &name, Member::Run(run), concurrency, world) {
            self.queue_jobs(now, run, world);
        }
    }

    /// Runs the failed jobs of a run again, unless a newer run has replaced it.
    pub(super) fn re_run(&mut self, now: SimTime, run: usize, world: &mut World) {
        let Run { workflow, ref origin, .. } = self.runs[run];
        let newest = self.newest.get(&(workflow, origin.event.text(), origin.ref_name.clone()));
        if newest != Some(&run) {
            return self.runs.end(run);
        }
        self.runs[run].triggered = now;
        self.runs[run].repeat(&self.workflows[workflow], &self.dependents[workflow]);
        self.begin(now, run, world);
    }

    /// Adds a run or a job to a concurrency group, and cancels what it replaces. True if it may start at
    /// once.
    fn enter(
        &mut self,
        now: SimTime,
        name: &str,
        member: Member,
        concurrency: &Concurrency,
        world: &mut World,
    ) -> bool {
        let (Member::Run(run) | Member::Job(run, _)) = member;
        let cancels = concurrency.cancel.applies(self.runs[run].origin.class);
        match self.groups.enter(name, member, cancels, concurrency.queue) {
            Admission::Starts => true,
            Admission::Waits(cancelled) => {
                for replaced in cancelled {
                    match replaced {
                        Member::Run(run) => self.cancel(now, run, world),
                        Member::Job(run, job) => self.cancel_job(now, run, job, world),
                    }
                }
                false
            }
        }
    }

    /// Takes a run or a job out of its concurrency group, and starts the one that waits there.
    pub(super) fn leave(&mut self, now: SimTime, name: &str, member: Member, world: &mut World) {
        match self.groups.leave(name, member) {
            Some(Member::Run(next)) => self.queue_jobs(now, next, world),
            Some(Member::Job(run, job)) => self.ask_for_runner(run, job),
            None => {}
        }
    }

    /// Cancels a run. It ends once the last of its jobs has ended: those that run always (`if: always()`) do so
    /// even now, unless the run has not begun.
    pub(super) fn cancel(&mut self, now: SimTime, run: usize, world: &mut World) {
        self.runs[run].cancelled = true;
        let jobs = &self.workflows[self.runs[run].workflow].jobs;
        let has_begun = self.runs[run].has_begun();
        let stays = |job: &usize| has_begun && jobs[*job].condition == Condition::Always;
        let jobs: Vec<usize> = (0..jobs.len()).filter(|job| !stays(job)).collect();
        self.cancel_jobs(now, run, &jobs, world);
        match self.runs[run].conclusion() {
            Some(conclusion) => {
                self.end_run(now, run, conclusion, world);
                self.start_jobs(now, world);
            }
            None => self.queue_jobs(now, run, world),
        }
    }

    /// Cancels one job of a run, because another one takes its place in a concurrency group.
    fn cancel_job(&mut self, now: SimTime, run: usize, job: usize, world: &mut World) {
        self.cancel_jobs(now, run, &[job], world);
        self.go_on(now, run, world);
    }

    /// Cancels those of a run's jobs that have not ended. They save nothing, except in steps that run even then.
    pub(super) fn cancel_jobs(&mut self, now: SimTime, run: usize, jobs: &[usize], world: &mut World) {
        self.stop_jobs(now, run, jobs, world);
        for job in jobs {
            let state = self.runs[run].jobs.all()[*job];
            let waits = matches!(state, JobState::Pending(_) | JobState::Queued(..));
            if waits || self.runs[run].is_held_back(*job) {
                self.never_started(now, run, *job, world);
            }
            if waits || state == JobState::Blocked {
                self.set_state(run, *job, JobState::Ended(Conclusion::Cancelled));
            }
            if let JobState::Queued(_, ticket) = state {
                self.pool.withdraw(self.runner_of(run, *job), ticket);
            }
            if waits {
                self.leave_group_of_job(now, run, *job, world);
            }
        }
        self.skip_jobs(run);
    }

    /// Stops those of a run's jobs that run, in the order of their slots.
    fn stop_jobs(&mut self, now: SimTime, run: usize, jobs: &[usize], world: &mut World) {
        let states = self.runs[run].jobs.all();
        let slot = |job: &usize| match states[*job] {
            JobState::Running(slot) => Some(slot),
            _ => None,
        };
        let mut slots: Vec<usize> = jobs.iter().filter_map(slot).collect();
        slots.sort_unstable();
        for slot in slots {
            let process = self.slots[slot].process.as_ref();
            let is_stopping = process.is_none_or(|(_, _, process)| process.is_stopping());
            if !is_stopping && !self.goes_on(now, slot, Conclusion::Cancelled, world) {
                self.end_job(now, slot, Conclusion::Cancelled, world);
            }
        }
    }

    /// Cancels the other legs of a job's matrix after one has failed, unless `fail-fast` is switched off.
    pub(super) fn fail_fast(&mut self, now: SimTime, run: usize, job: usize, world: &mut World) {
        let workflows = self.workflows;
        let workflow = &workflows[self.runs[run].workflow];
        if !workflow.jobs[job].fail_fast {
            return;
        }
        let legs: Vec<usize> = workflow.legs(job).collect();
        self.cancel_jobs(now, run, &legs, world);
    }

    pub(super) fn queue_jobs(&mut self, now: SimTime, run: usize, world: &mut World) {
        let workflows = self.workflows;
        let workflow = &workflows[self.runs[run].workflow];
        for job in self.runs[run].ready(workflow) {
            // Meanwhile, an earlier one may have cancelled it in its group, or started it.
            if self.runs[run].jobs.all()[job] != JobState::Blocked {
                continue;
            }
            self.set_state(run, job, JobState::Pending(now));
            let Some(concurrency) = &workflow.jobs[job].concurrency else {
                self.ask_for_runner(run, job);
                continue;
            };
            let name = self.group_of_job(run, job, concurrency);
            if self.enter(now, &name, Member::Job(run, job), concurrency, world) {
                self.ask_for_runner(run, job);
            }
        }
        self.start_jobs(now, world);
    }

    /// Lets a job wait for a runner. It has waited since it was first ready.
    fn ask_for_runner(&mut self, run: usize, job: usize) {
        let JobState::Pending(since) = self.runs[run].jobs.all()[job] else {
            unreachable!("a group starts who waits")
        };
        let ticket = self.pool.ask(self.runner_of(run, job), (run, job));
        self.set_state(run, job, JobState::Queued(since, ticket));
    }

    /// The kind of runner that a job asks for.
    fn runner_of(&self, run: usize, job: usize) -> usize {
        self.workflows[self.runs[run].workflow].jobs[job].runner
    }

    fn group_of_job(&self, run: usize, job: usize, concurrency: &Concurrency) -> String {
        let spec = &self.workflows[self.runs[run].workflow].jobs[job];
        concurrency.group_name(&self.runs[run].key_values(&spec.group))
    }

    pub(super) fn leave_group_of_job(&mut self, now: SimTime, run: usize, job: usize, world: &mut World) {
        let workflows = self.workflows;
        if let Some(concurrency) = &workflows[self.runs[run].workflow].jobs[job].concurrency {
            let name = self.group_of_job(run, job, concurrency);
            self.leave(now, &name, Member::Job(run, job), world);
        }
    }
}

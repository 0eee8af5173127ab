//! The jobs of a run on their runners: what a job is told when it starts, its record, and its bill.

use super::{JobSlot, PlannedJob, Scheduler, Wake, Woken};
use crate::ci::failure::Attempt;
use crate::ci::job_states::JobState;
use crate::ci::process::JobProcess;
use crate::ci::run::Run;
use crate::client::{JobContext, World};
use crate::event::{Conclusion, Event, JobRun, RefKind, RunId, WorkflowId};
use crate::random::{Purpose, mix};
use crate::units::{Duration, Money, SimTime};

impl Scheduler<'_> {
    pub(super) fn start_jobs(&mut self, now: SimTime, world: &mut World) {
        while let Some((run, job)) = self.pool.take() {
            self.start_job(now, run, job, world);
        }
    }

    fn start_job(&mut self, now: SimTime, run: usize, job: usize, world: &mut World) {
        let PlannedJob { job: spec, work, .. } = self.planned[self.runs[run].workflow][job].clone();
        let failure = self.attempt(run, job).failure(&spec, self.runs[run].origin.stage, &world.draws);
        let context = self.context(now, run, job, world);
        let record = self.record(now, run, job);
        let boot = &self.runners[spec.runner].boot;
        let mut stream = world.draws.stream(Purpose::Boot, context.identity);
        let boot = Duration::from_secs_f64(boot.sample(&mut stream));
        self.announce(run, job, world);
        let machine = (boot, self.machines.take(spec.runner));
        let (process, at) = JobProcess::start(spec, work, failure, context, record, machine);
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(JobSlot::default());
            self.slots.len() - 1
        });
        self.set_state(run, job, JobState::Running(slot));
        let at = at.min(process.deadline());
        self.slots[slot].process = Some((run, job, process));
        let generation = self.slots[slot].generation;
        self.wakes.push((at, Wake(Woken::Job { slot: slot as u32, generation })));
    }

    /// Stops the job in this slot. True if it has steps that run even so (`if: always()`).
    pub(super) fn goes_on(&mut self, now: SimTime, slot: usize, why: Conclusion, world: &mut World) -> bool {
        let JobSlot { generation, process } = &mut self.slots[slot];
        let goes_on = process.as_mut().is_some_and(|(_, _, process)| process.stop(now, why, world));
        if goes_on {
            // What it was to be woken for is off.
            *generation += 1;
            let wake = Woken::Job { slot: slot as u32, generation: *generation };
            self.wakes.push((now, Wake(wake)));
        }
        goes_on
    }

    /// The current attempt of a job.
    fn attempt(&self, run: usize, job: usize) -> Attempt {
        let Run { identity, workflow, attempt, .. } = self.runs[run];
        Attempt { first: mix(identity, self.planned[workflow][job].identity), number: attempt }
    }

    fn context(&self, now: SimTime, run: usize, job: usize, world: &World) -> JobContext {
        let Run { push, push_id, checkout, workflow, origin, scopes, github, .. } = &self.runs[run];
        let PlannedJob { job: spec, id, .. } = &self.planned[*workflow][job];
        let runner = &self.runners[spec.runner];
        let identity = self.attempt(run, job).address();
        let mut stream = world.draws.stream(Purpose::Runner, identity);
        JobContext {
            run: RunId(self.started),
            identity,
            job: *id,
            job_name: spec.group.as_str().into(),
            ref_name: origin.ref_name.as_str().into(),
            class: origin.class,
            kind: RefKind::of(&origin.ref_name),
            access: scopes.access(origin.trigger, spec.cache_mode),
            from_fork: origin.is_fork(),
            cache_mode: spec.cache_mode,
            checkout: checkout.clone(),
            github: github.clone(),
            push: *push,
            push_id: *push_id,
            host: runner.host(runner.speed_noise.sample(&mut stream).max(0.01)),
            started: now,
        }
    }

    fn record(&self, now: SimTime, run: usize, job: usize) -> JobRun {
        let run = &self.runs[run];
        let queued = match run.jobs.all()[job] {
            JobState::Pending(since) | JobState::Queued(since, _) => since,
            _ => run.triggered,
        };
        JobRun {
            push: run.push_id,
            workflow: WorkflowId(run.workflow as u16),
            job: self.planned[run.workflow][job].id,
            kind: RefKind::of(&run.origin.ref_name),
            queued,
            started: now,
            price_per_minute: self.runners[self.planned[run.workflow][job].job.runner].price_per_minute,
            ended: now,
            conclusion: Conclusion::Success,
            failure: None,
            build: Duration::ZERO,
            ideal: Duration::ZERO,
            stalled: Duration::ZERO,
            waited: Duration::ZERO,
            losses: Vec::new(),
            dependencies: Duration::ZERO,
            restores: Vec::new(),
            objects_hit: 0,
            objects_missed: 0,
            writes_attempted: 0,
            writes_failed: 0,
            read_only: false,
            steps: Vec::new(),
        }
    }

    /// Gives a run of a job its id, and tells of it.
    fn announce(&mut self, run: usize, job: usize, world: &mut World) -> RunId {
        let id = RunId(self.started);
        self.started += 1;
        let Run { push, push_id, workflow, ref origin, .. } = self.runs[run];
        world.events.push(Event::JobStarted {
            run: id,
            job: self.planned[workflow][job].id,
            push,
            push_id,
            ref_name: origin.ref_name.as_str().into(),
        });
        id
    }

    /// Records a job that was cancelled while it waited, for a runner or in a concurrency group. It still counts
    /// as a run of the job.
    pub(super) fn never_started(&mut self, now: SimTime, run: usize, job: usize, world: &mut World) {
        let mut record = self.record(now, run, job);
        record.conclusion = Conclusion::Cancelled;
        let run = self.announce(run, job, world);
        world.events.push(Event::JobEnded { run, record: Box::new(record) });
    }

    /// Frees a job's runner and records the job. Returns its run, and its index in the run.
    pub(super) fn end_job(
        &mut self,
        now: SimTime,
        slot: usize,
        conclusion: Conclusion,
        world: &mut World,
    ) -> (usize, usize) {
        let (run, job, mut process) = self.slots[slot].process.take().expect("only a running job ends");
        process.settle(now, world);
        self.slots[slot].generation += 1;
        self.free.push(slot);
        self.pool.give_back(process.runner());
        if let Some(disk) = process.leave_disk(now, world) {
            self.machines.give_back(process.runner(), disk);
        }
        let (started, runner) = (process.context.started, process.runner());
        self.bill(started, now - started, runner, false, world);
        let workflow = &self.workflows[self.runs[run].workflow];
        let counts = match workflow.jobs[job].continue_on_error && conclusion != Conclusion::Cancelled {
            true => Conclusion::Success,
            false => conclusion,
        };
        self.set_state(run, job, JobState::Ended(counts));
        self.skip_jobs(run);
        let mut record = process.run;
        (record.ended, record.conclusion) = (now, conclusion);
        let ended = Event::JobEnded { run: process.context.run, record: Box::new(record) };
        world.events.push(ended);
        self.leave_group_of_job(now, run, job, world);
        (run, job)
    }

    /// Bills the time of a job or of a janitor (`cleaned`), rounded up to whole minutes.
    pub fn bill(&self, from: SimTime, busy: Duration, runner: usize, cleaned: bool, world: &mut World) {
        let minutes = (busy.0 + Duration::MINUTE.0 - 1) / Duration::MINUTE.0;
        let price = self.runners[runner].price_per_minute;
        let cost = Money(price.0 * minutes);
        world.events.push(Event::RunnerFreed { from, busy, cost, cleaned });
    }
}

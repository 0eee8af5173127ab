//! GitHub's scheduling of runs and jobs: which workflows a push starts, concurrency groups, cancellation by
//! newer runs, waiting for other jobs and for runners, `fail-fast` in a matrix, and the bill by started
//! minute.
//!
//! `engine` calls it. It has no event queue: it returns which job to wake when, and the engine does so.

use super::pool::Pool;
use super::process::{JobProcess, Progress, Work};
use super::run::{JobState, Run, Scopes};
use super::runner::Runner;
use super::trigger::{BranchNames, DEFAULT_BRANCH, EventName, Origin};
use super::workflow::{Concurrency, Job, Workflow};
use crate::client::{GithubContext, JobContext, World};
use crate::event::{Conclusion, Event, JobId, JobRun, RefClass, RunId, WorkflowId, WorkflowRun};
use crate::project::Checkout;
use crate::random::{Purpose, mix};
use crate::units::{Duration, Money, SimTime};
use crate::workload::{Push, PushKind};
use std::collections::BTreeMap;
use std::rc::Rc;

/// A job of the scenario, prepared for one replication.
#[derive(Debug, Clone)]
pub struct PlannedJob {
    /// The job's description.
    pub job: Rc<Job>,
    /// What it builds, with costs and sizes drawn.
    pub work: Work,
    /// Its index among all jobs.
    pub id: JobId,
    /// The address of its draws. It is made from the job's name, so that adding other jobs or workflows
    /// does not shift the draws.
    pub identity: u64,
}

/// Identifies a job to wake: its slot and the slot's generation. If the job has ended, the generation has
/// changed and the wake does nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wake {
    slot: u32,
    generation: u32,
}

/// What a scheduler has to know of a repository.
#[derive(Debug, Clone, Copy)]
pub struct RepositoryRules<'m> {
    /// Its workflows.
    pub workflows: &'m [Workflow],
    /// The kinds of runners.
    pub runners: &'m [Runner],
    /// How many runners the organisation may use at once; `None` is unlimited.
    pub total_limit: Option<u32>,
    /// How many jobs may run at once on GitHub's macOS runners; `None` is unlimited.
    pub mac_limit: Option<u32>,
    /// The names of its branches.
    pub branches: BranchNames<'m>,
    /// True if pull requests from forks may write to their own scope.
    pub forks_write: bool,
}

/// The workflow runs of a repository.
#[derive(Debug)]
pub struct Scheduler<'m> {
    workflows: &'m [Workflow],
    runners: &'m [Runner],
    branches: BranchNames<'m>,
    /// True if pull requests from forks may write to their own scope.
    forks_write: bool,
    /// The jobs of each workflow.
    planned: Vec<Vec<PlannedJob>>,
    runs: Vec<Run>,
    pool: Pool<(usize, usize)>,
    slots: Vec<JobSlot>,
    free: Vec<usize>,
    /// The concurrency group of each workflow and ref: the active run, and the one that waits.
    groups: BTreeMap<(usize, String), Group>,
    /// The number of jobs that have started.
    started: u32,
    /// Wakes that the engine has not fetched yet.
    wakes: Vec<(SimTime, Wake)>,
}

/// What started a run.
struct Started {
    /// The push's number in time order, and its identity.
    push: (u32, u64),
    /// The address of the run's draws.
    identity: u64,
    depth: u32,
    /// For each job, whether the event and the pushed paths let it run.
    runs: Vec<bool>,
}

/// How many runs on `workflow_run` may follow each other (GitHub's documentation of the event).
const FOLLOWING_MAX: u32 = 3;

#[derive(Debug, Default)]
struct JobSlot {
    generation: u32,
    process: Option<(usize, usize, JobProcess)>,
}

#[derive(Debug, Default)]
struct Group {
    active: Option<usize>,
    waiting: Option<usize>,
}

impl<'m> Scheduler<'m> {
    /// A scheduler without runs. `planned` are the jobs of each workflow.
    pub fn new(rules: RepositoryRules<'m>, planned: Vec<Vec<PlannedJob>>) -> Scheduler<'m> {
        let RepositoryRules { workflows, runners, total_limit, mac_limit, branches, forks_write } = rules;
        Scheduler {
            workflows,
            runners,
            branches,
            forks_write,
            planned,
            runs: Vec::new(),
            pool: Pool::new(runners, total_limit, mac_limit),
            slots: Vec::new(),
            free: Vec::new(),
            groups: BTreeMap::new(),
            started: 0,
            wakes: Vec::new(),
        }
    }

    /// The wakes requested since the last call, in the order of the requests.
    pub fn take_wakes(&mut self) -> impl Iterator<Item = (SimTime, Wake)> + '_ {
        self.wakes.drain(..)
    }

    /// True if the push triggers a workflow.
    pub fn starts_any(&self, push: &Push) -> bool {
        self.workflows
            .iter()
            .enumerate()
            .any(|(index, workflow)| !workflow.started_by(index, push).is_empty())
    }

    /// Starts the workflows that a push triggers.
    pub fn push(&mut self, now: SimTime, push: &Push, world: &mut World) {
        for (index, workflow) in self.workflows.iter().enumerate() {
            for event in workflow.started_by(index, push) {
                let origin = Origin::of(push, event, self.branches, self.forks_write);
                let identity = match event {
                    EventName::Push if matches!(push.kind, PushKind::PullRequest | PushKind::Release) => {
                        mix(push.id.address(), event as u64)
                    }
                    EventName::PullRequestTarget => mix(push.id.address(), event as u64),
                    _ => push.id.address(),
                };
                let github = origin.github(push, &workflow.name, identity);
                let runs = workflow.jobs.iter().map(|job| job.runs_on(event, push)).collect();
                let started = Started { push: (push.nth, push.id.address()), identity, depth: 0, runs };
                self.trigger(now, started, index, origin, (github, push.checkout.clone()), world);
            }
        }
    }

    fn trigger(
        &mut self,
        now: SimTime,
        Started { push: (push, push_id), identity, depth, runs }: Started,
        workflow: usize,
        origin: Origin,
        (github, checkout): (GithubContext, Rc<Checkout>),
        world: &mut World,
    ) {
        let (own, default) = (world.scope(&origin.ref_name), world.scope(DEFAULT_BRANCH));
        let base = origin.base.as_deref().map_or(default, |base| world.scope(base));
        let run = self.runs.len();
        self.runs.push(Run {
            push,
            push_id,
            identity,
            depth,
            checkout,
            workflow,
            github: Rc::new(github),
            scopes: Scopes { own, base, default },
            triggered: now,
            jobs: runs.iter().map(|runs| if *runs { JobState::Blocked } else { JobState::Skipped }).collect(),
            origin,
        });
        self.runs[run].skip_jobs(&self.workflows[workflow]);
        if self.runs[run].conclusion().is_some() {
            return;
        }
        let on_main = self.runs[run].origin.class == RefClass::Main;
        match self.workflows[workflow].concurrency {
            Concurrency::Unlimited => self.queue_jobs(now, run, world),
            Concurrency::Cancel => self.enter_group(now, run, true, world),
            Concurrency::CancelOffMain => self.enter_group(now, run, !on_main, world),
            Concurrency::Queue => self.enter_group(now, run, false, world),
        }
    }

    /// Starts the workflows that run after this one (`workflow_run`). GitHub allows three of them in a row.
    fn follow(&mut self, now: SimTime, run: usize, world: &mut World) {
        let Run { push, push_id, identity, depth, workflow, ref origin, ref checkout, ref github, .. } =
            self.runs[run];
        if depth == FOLLOWING_MAX {
            return;
        }
        let (origin, checkout, github) = (origin.following(), checkout.clone(), github.clone());
        for (index, next) in
            self.workflows.iter().enumerate().filter(|(_, next)| next.after.contains(&workflow))
        {
            let identity = mix(identity, EventName::WorkflowRun as u64);
            let runs = next.jobs.iter().map(|job| job.on.is_none_or(|on| on.workflow_run)).collect();
            let started = Started { push: (push, push_id), identity, depth: depth + 1, runs };
            let github = origin.following_context(&github, &next.name, identity);
            self.trigger(now, started, index, origin.clone(), (github, checkout.clone()), world);
        }
    }

    fn group(&mut self, run: usize) -> &mut Group {
        let run = &self.runs[run];
        self.groups.entry((run.workflow, run.origin.ref_name.clone())).or_default()
    }

    /// Adds a run to its concurrency group. A group has one active and one waiting run; a third run
    /// replaces the waiting one.
    fn enter_group(&mut self, now: SimTime, run: usize, cancel: bool, world: &mut World) {
        let Some(active) = self.group(run).active else {
            self.group(run).active = Some(run);
            return self.queue_jobs(now, run, world);
        };
        if let Some(waiting) = self.group(run).waiting.replace(run) {
            self.cancel(now, waiting, world);
        }
        if cancel {
            self.cancel(now, active, world);
        }
    }

    fn cancel(&mut self, now: SimTime, run: usize, world: &mut World) {
        self.cancel_jobs(now, run, &|_| true, world);
        self.end_run(now, run, Conclusion::Cancelled, world);
        self.start_jobs(now, world);
    }

    /// Cancels those of a run's jobs that have not ended. They save nothing.
    fn cancel_jobs(&mut self, now: SimTime, run: usize, which: &dyn Fn(usize) -> bool, world: &mut World) {
        self.pool.withdraw(|(waiting, job)| *waiting == run && which(*job));
        for slot in 0..self.slots.len() {
            let process = self.slots[slot].process.as_ref();
            if process.is_some_and(|(owner, job, _)| *owner == run && which(*job)) {
                self.end_job(now, slot, Conclusion::Cancelled, world);
            }
        }
        for job in (0..self.runs[run].jobs.len()).filter(|job| which(*job)) {
            if matches!(self.runs[run].jobs[job], JobState::Queued(_)) {
                self.never_started(now, run, job, world);
            }
            if !matches!(self.runs[run].jobs[job], JobState::Ended(_) | JobState::Skipped) {
                self.runs[run].jobs[job] = JobState::Ended(Conclusion::Cancelled);
            }
        }
    }

    /// Cancels the other legs of a job's matrix after one has failed, unless `fail-fast` is switched off.
    fn fail_fast(&mut self, now: SimTime, run: usize, job: usize, world: &mut World) {
        let jobs = &self.workflows[self.runs[run].workflow].jobs;
        if !jobs[job].fail_fast {
            return;
        }
        self.cancel_jobs(now, run, &|other| jobs[other].group == jobs[job].group, world);
    }

    /// Records a job that was cancelled while it waited for a runner. It still counts as a run of the job.
    fn never_started(&mut self, now: SimTime, run: usize, job: usize, world: &mut World) {
        let mut record = self.record(now, run, job);
        record.conclusion = Conclusion::Cancelled;
        world.events.push(Event::JobEnded { run: None, record: Box::new(record) });
    }

    fn queue_jobs(&mut self, now: SimTime, run: usize, world: &mut World) {
        let workflow = &self.workflows[self.runs[run].workflow];
        for job in self.runs[run].ready(workflow) {
            self.runs[run].jobs[job] = JobState::Queued(now);
            self.pool.ask(workflow.jobs[job].runner, (run, job));
        }
        self.start_jobs(now, world);
    }

    fn start_jobs(&mut self, now: SimTime, world: &mut World) {
        while let Some((run, job)) = self.pool.take() {
            self.start_job(now, run, job, world);
        }
    }

    fn start_job(&mut self, now: SimTime, run: usize, job: usize, world: &mut World) {
        let PlannedJob { job: spec, work, .. } = self.planned[self.runs[run].workflow][job].clone();
        let context = self.context(now, run, job, world);
        let record = self.record(now, run, job);
        let boot = &self.runners[spec.runner].boot;
        let mut stream = world.draws.stream(Purpose::Boot, context.identity);
        let boot = Duration::from_secs_f64(boot.sample(&mut stream));
        self.started += 1;
        world.events.push(Event::JobStarted {
            run: context.run,
            job: context.job,
            push: context.push,
            push_id: context.push_id,
            ref_name: Rc::clone(&context.ref_name),
        });
        let (process, at) = JobProcess::start(spec, work, context, record, boot);
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(JobSlot::default());
            self.slots.len() - 1
        });
        self.runs[run].jobs[job] = JobState::Running;
        let at = at.min(process.deadline());
        self.slots[slot].process = Some((run, job, process));
        let generation = self.slots[slot].generation;
        self.wakes.push((at, Wake { slot: slot as u32, generation }));
    }

    fn context(&self, now: SimTime, run: usize, job: usize, world: &World) -> JobContext {
        let Run { push, push_id, checkout, workflow, origin, scopes, github, .. } = &self.runs[run];
        let PlannedJob { job: spec, id, .. } = &self.planned[*workflow][job];
        let runner = &self.runners[spec.runner];
        let identity = mix(self.runs[run].identity, self.planned[*workflow][job].identity);
        let mut stream = world.draws.stream(Purpose::Runner, identity);
        JobContext {
            run: RunId(self.started),
            identity,
            job: *id,
            job_name: spec.group.as_str().into(),
            ref_name: origin.ref_name.as_str().into(),
            class: origin.class,
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
        let JobState::Queued(queued) = run.jobs[job] else { unreachable!("a job starts from the queue") };
        JobRun {
            push: run.push_id,
            workflow: WorkflowId(run.workflow as u16),
            job: self.planned[run.workflow][job].id,
            class: run.origin.class,
            queued,
            started: now,
            ended: now,
            conclusion: Conclusion::Success,
            failure: None,
            build: Duration::ZERO,
            ideal: Duration::ZERO,
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

    /// Wakes a job, unless it has ended in the meantime. Returns when to wake it again; what this requests
    /// of other jobs is in [`Scheduler::take_wakes`].
    pub fn wake(&mut self, now: SimTime, wake: Wake, world: &mut World) -> Option<SimTime> {
        let Wake { slot, generation } = wake;
        let slot = slot as usize;
        if self.slots[slot].generation != generation {
            return None;
        }
        let (_, _, process) = self.slots[slot].process.as_mut()?;
        let deadline = process.deadline();
        let conclusion = if now >= deadline {
            Conclusion::TimedOut
        } else {
            match process.wake(now, world) {
                Progress::At(next) => return Some(next.min(deadline)),
                Progress::Ended(conclusion) => conclusion,
            }
        };
        self.finish_job(now, slot, conclusion, world);
        None
    }

    /// Ends a job that was not cancelled, and continues its run.
    fn finish_job(&mut self, now: SimTime, slot: usize, conclusion: Conclusion, world: &mut World) {
        let (run, job) = self.end_job(now, slot, conclusion, world);
        if matches!(self.runs[run].jobs[job], JobState::Ended(how) if how != Conclusion::Success) {
            self.fail_fast(now, run, job, world);
        }
        if let Some(conclusion) = self.runs[run].conclusion() {
            self.end_run(now, run, conclusion, world);
            self.start_jobs(now, world);
        } else {
            self.queue_jobs(now, run, world);
        }
    }

    /// Frees a job's runner and records the job. Returns its run, and its index in the run.
    fn end_job(
        &mut self,
        now: SimTime,
        slot: usize,
        conclusion: Conclusion,
        world: &mut World,
    ) -> (usize, usize) {
        let (run, job, process) = self.slots[slot].process.take().expect("only a running job ends");
        self.slots[slot].generation += 1;
        self.free.push(slot);
        self.pool.give_back(process.runner());
        self.bill(process.context.started, now - process.context.started, process.runner(), world);
        let workflow = &self.workflows[self.runs[run].workflow];
        let counts = match workflow.jobs[job].continue_on_error && conclusion != Conclusion::Cancelled {
            true => Conclusion::Success,
            false => conclusion,
        };
        self.runs[run].end_job(workflow, job, counts);
        let mut record = process.run;
        (record.ended, record.conclusion) = (now, conclusion);
        let ended = Event::JobEnded { run: Some(process.context.run), record: Box::new(record) };
        world.events.push(ended);
        (run, job)
    }

    /// Bills a job's time, rounded up to whole minutes.
    pub fn bill(&self, started: SimTime, busy: Duration, runner: usize, world: &mut World) {
        let minutes = (busy.0 + Duration::MINUTE.0 - 1) / Duration::MINUTE.0;
        let price = self.runners[runner].price_per_minute;
        let cost = Money(price.0 * minutes);
        world.events.push(Event::RunnerFreed { from: started, busy, cost });
    }

    fn end_run(&mut self, now: SimTime, run: usize, conclusion: Conclusion, world: &mut World) {
        let Run { push_id, workflow, triggered, ref origin, .. } = self.runs[run];
        world.events.push(Event::WorkflowEnded(WorkflowRun {
            push: push_id,
            workflow: WorkflowId(workflow as u16),
            class: origin.class,
            triggered,
            ended: now,
            conclusion,
        }));
        self.follow(now, run, world);
        let group = self.group(run);
        if group.active == Some(run) {
            group.active = group.waiting.take();
            if let Some(next) = group.active {
                self.queue_jobs(now, next, world);
            }
        }
    }
}

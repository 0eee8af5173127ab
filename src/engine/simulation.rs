use super::event::{Event, LimitReached};
use super::model::{CleanUp, Model};
use super::plans::Plans;
use super::queue::Queue;
use super::watch::{Nobody, Watch};
use crate::ci::{
    Concurrency, DEFAULT_BRANCH, JobProcess, JobState, Origin, Pool, Progress, Run, Scopes, pull_ref,
};
use crate::client::{Deed, Depot, Host, JobContext, Morgue, Note, Surroundings, Uplink};
use crate::outcome::{
    Conclusion, JobId, JobRun, Outcome, Recorder, RefClass, Window, WorkflowId, WorkflowRun,
};
use crate::random::{Draws, Purpose, mix};
use crate::service::{Service, Sweep};
use crate::units::{Duration, Money, SimTime};
use crate::workload::{Push, PushKind};
use std::collections::BTreeMap;

/// Plays one replication of a model.
///
/// # Errors
/// If the model's event limit is reached.
pub fn simulate(model: &Model, draws: Draws) -> Result<Outcome, LimitReached> {
    simulate_watched(model, draws, &mut Nobody)
}

/// Plays one replication while somebody looks on.
///
/// # Errors
/// If the model's event limit is reached.
pub fn simulate_watched<W: Watch>(
    model: &Model,
    draws: Draws,
    watch: &mut W,
) -> Result<Outcome, LimitReached> {
    play(Simulation::new(model, draws, |window| window), watch)
}

/// Plays one whole replication and measures one of so many equal parts of its time, counted from 0.
///
/// # Errors
/// If the model's event limit is reached.
pub fn simulate_part(model: &Model, draws: Draws, part: u32, parts: u32) -> Result<Outcome, LimitReached> {
    play(Simulation::new(model, draws, |window| window.part(part, parts)), &mut Nobody)
}

fn play<W: Watch>(mut simulation: Simulation, watch: &mut W) -> Result<Outcome, LimitReached> {
    if W::HEARS_REQUESTS {
        simulation.around.service.keep_records();
    }
    simulation.around.notes = W::HEARS_NOTES.then(Vec::new);
    watch.begin(&simulation.around);
    simulation.schedule_push(0);
    simulation.schedule_sweep(simulation.window.start);
    let (mut events, mut records) = (0, Vec::new());
    while let Some((now, event)) = simulation.queue.pop() {
        events += 1;
        if events > simulation.model.event_limit {
            return Err(LimitReached { events: simulation.model.event_limit, at: now });
        }
        match event {
            Event::Push(push) => simulation.push(now, push as usize),
            Event::Wake(slot, generation) => simulation.wake(now, slot as usize, generation),
            Event::Sweep => simulation.sweep(now),
            Event::Expiry => simulation.expire(now),
            Event::CleanUp(push) => simulation.clean_up(now, push as usize),
        }
        simulation.schedule_expiry();
        watch.after(now, &simulation.around);
        if W::HEARS_NOTES {
            let notes = simulation.around.notes.replace(Vec::new()).unwrap_or_default();
            notes.iter().for_each(|note| watch.noted(note, &simulation.around));
        }
        if W::HEARS_REQUESTS {
            simulation.around.service.take_records(&mut records);
            records.iter().for_each(|record| watch.requested(record, &simulation.around));
        }
    }
    watch.end(&simulation.around);
    simulation.around.settle(simulation.window.end);
    Ok(simulation.around.recorder.finish())
}

struct Simulation<'m> {
    model: &'m Model,
    plans: Plans,
    pushes: Vec<Push>,
    window: Window,
    queue: Queue<Event>,
    /// Whether an expiry is in the queue.
    expiring: bool,
    around: Surroundings,
    runs: Vec<Run>,
    pool: Pool<(usize, usize)>,
    slots: Vec<Slot>,
    free: Vec<usize>,
    /// Runs under way per workflow and ref, and the one that waits for them.
    groups: BTreeMap<(usize, String), Group>,
}

#[derive(Default)]
struct Slot {
    generation: u32,
    process: Option<(usize, usize, JobProcess)>,
}

#[derive(Default)]
struct Group {
    active: Option<usize>,
    waiting: Option<usize>,
}

impl<'m> Simulation<'m> {
    fn new(model: &'m Model, draws: Draws, measured: impl Fn(Window) -> Window) -> Simulation<'m> {
        let pushes = model.workload.pushes(&model.graph, &draws);
        let pushes: Vec<Push> = pushes
            .into_iter()
            .filter(|p| {
                model.from.is_none_or(|from| p.at >= from) && model.until.is_none_or(|until| p.at < until)
            })
            .collect();
        let window = window(model, &pushes);
        Simulation {
            plans: Plans::new(model, &draws),
            window,
            queue: Queue::new(),
            expiring: false,
            around: Surroundings {
                service: Service::new(model.cache.clone()),
                depot: Depot::default(),
                uplink: Uplink::default(),
                morgue: Morgue::default(),
                recorder: Recorder::new(Plans::names(model), measured(window), model.cache.limit),
                draws,
                notes: None,
            },
            runs: Vec::new(),
            pool: Pool::new(&model.runners, model.job_concurrency),
            slots: Vec::new(),
            free: Vec::new(),
            groups: BTreeMap::new(),
            pushes,
            model,
        }
    }

    fn at(&mut self, time: SimTime, event: Event) {
        self.queue.push(time, event.priority(), event);
    }

    /// Pushes enter the queue one at a time, so that it stays as short as what is under way.
    fn schedule_push(&mut self, push: usize) {
        if let Some(next) = self.pushes.get(push) {
            self.at(next.at, Event::Push(push as u32));
        }
    }

    /// The next sweep after `now`: on the period's grid, shifted by a phase that is drawn where the
    /// scenario does not fix it.
    fn schedule_sweep(&mut self, now: SimTime) {
        let Sweep::Every { period, phase: Some(shift) } = self.model.sweep(&self.around.draws) else {
            return;
        };
        let next = SimTime(((now - shift).window(period) + 1) * period.0) + shift;
        if next < self.window.end {
            self.at(next, Event::Sweep);
        }
    }

    fn sweep(&mut self, now: SimTime) {
        self.around.sweep(now);
        self.schedule_sweep(now);
    }

    /// The next expiry only ever comes to lie later: one in the queue is enough. After the end it is of
    /// no interest, and none is scheduled any more.
    fn schedule_expiry(&mut self) {
        if self.expiring {
            return;
        }
        let Some(next) = self.around.service.next_expiry() else { return };
        self.expiring = true;
        if next < self.window.end {
            self.at(next, Event::Expiry);
        }
    }

    fn expire(&mut self, now: SimTime) {
        self.around.expire(now);
        self.expiring = false;
    }

    fn push(&mut self, now: SimTime, push: usize) {
        self.schedule_push(push + 1);
        let Some(origin) = Origin::of(&self.pushes[push], self.model.forks_write) else {
            return self.close(now, push);
        };
        if self.pushes[push].kind != PushKind::Schedule {
            self.around.recorder.push(now, self.pushes[push].id.address());
        }
        for workflow in 0..self.model.workflows.len() {
            if self.model.workflows[workflow].started_by(&self.pushes[push]) {
                self.trigger(now, push, workflow, origin.clone());
            }
        }
    }

    fn close(&mut self, now: SimTime, push: usize) {
        if let Some(CleanUp { after, .. }) = self.model.clean_up {
            self.at(now + after, Event::CleanUp(push as u32));
        }
    }

    /// A job that did nothing else has deleted what a closed pull request had stored by now.
    fn clean_up(&mut self, now: SimTime, push: usize) {
        let Some(CleanUp { after, runner }) = self.model.clean_up else { return };
        let scope = self.around.service.names.scope(&pull_ref(&self.pushes[push]));
        self.around.delete_scope(now, scope);
        self.bill(now - after, after, runner);
    }

    fn trigger(&mut self, now: SimTime, push: usize, workflow: usize, origin: Origin) {
        let names = &mut self.around.service.names;
        let (own, default) = (names.scope(&origin.ref_name), names.scope(DEFAULT_BRANCH));
        let scopes = Scopes { own, default };
        let jobs = vec![JobState::Blocked; self.model.workflows[workflow].jobs.len()];
        let run = self.runs.len();
        self.runs.push(Run { push, workflow, scopes, triggered: now, jobs, origin });
        match self.model.workflows[workflow].concurrency {
            Concurrency::Unlimited => self.queue_jobs(now, run),
            Concurrency::Cancel => self.enter_group(now, run, true),
            Concurrency::CancelOffMain => {
                let on_main = self.runs[run].origin.class == RefClass::Main;
                self.enter_group(now, run, !on_main);
            }
            Concurrency::Queue => self.enter_group(now, run, false),
        }
    }

    fn group(&mut self, run: usize) -> &mut Group {
        let run = &self.runs[run];
        self.groups.entry((run.workflow, run.origin.ref_name.clone())).or_default()
    }

    /// Of a group one run is active and one waits; a third takes the place of the waiting one.
    fn enter_group(&mut self, now: SimTime, run: usize, cancel: bool) {
        let Some(active) = self.group(run).active else {
            self.group(run).active = Some(run);
            return self.queue_jobs(now, run);
        };
        if let Some(waiting) = self.group(run).waiting.replace(run) {
            self.cancel(now, waiting);
        }
        if cancel {
            self.cancel(now, active);
        }
    }

    fn cancel(&mut self, now: SimTime, run: usize) {
        self.cancel_jobs(now, run, &|_| true);
        self.end_run(now, run, Conclusion::Cancelled);
        self.start_jobs(now);
    }

    /// Cancels those jobs of a run that have not ended: they save nothing.
    fn cancel_jobs(&mut self, now: SimTime, run: usize, which: &dyn Fn(usize) -> bool) {
        self.pool.withdraw(|(waiting, job)| *waiting == run && which(*job));
        for slot in 0..self.slots.len() {
            let process = self.slots[slot].process.as_ref();
            if process.is_some_and(|(owner, job, _)| *owner == run && which(*job)) {
                self.end_job(now, slot, Conclusion::Cancelled);
            }
        }
        for job in (0..self.runs[run].jobs.len()).filter(|job| which(*job)) {
            if matches!(self.runs[run].jobs[job], JobState::Queued(_)) {
                self.never_started(now, run, job);
            }
            if !matches!(self.runs[run].jobs[job], JobState::Ended(_)) {
                self.runs[run].jobs[job] = JobState::Ended(Conclusion::Cancelled);
            }
        }
    }

    /// A leg of a matrix that fails takes its siblings with it (`fail-fast`, on unless it is switched
    /// off).
    fn fail_fast(&mut self, now: SimTime, run: usize, job: usize) {
        let jobs = &self.model.workflows[self.runs[run].workflow].jobs;
        self.cancel_jobs(now, run, &|other| jobs[other].group == jobs[job].group);
    }

    /// A job was cancelled while it waited for a runner: it is one of the job's runs all the same.
    fn never_started(&mut self, now: SimTime, run: usize, job: usize) {
        let id = self.plans.first_job[self.runs[run].workflow] + job as u16;
        let mut record = self.record(now, run, job, JobId(id));
        record.conclusion = Conclusion::Cancelled;
        self.around.recorder.job(record);
    }

    fn queue_jobs(&mut self, now: SimTime, run: usize) {
        let workflow = &self.model.workflows[self.runs[run].workflow];
        for job in self.runs[run].ready(workflow) {
            self.runs[run].jobs[job] = JobState::Queued(now);
            self.pool.ask(workflow.jobs[job].runner, (run, job));
        }
        self.start_jobs(now);
    }

    fn start_jobs(&mut self, now: SimTime) {
        while let Some((run, job)) = self.pool.take() {
            self.start_job(now, run, job);
        }
    }

    fn start_job(&mut self, now: SimTime, run: usize, job: usize) {
        let workflow = self.runs[run].workflow;
        let (spec, work) = self.plans.jobs[workflow][job].clone();
        let context = self.context(now, run, job);
        let record = self.record(now, run, job, context.job);
        let boot = &self.model.runners[spec.runner].boot;
        let mut stream = self.around.draws.stream(Purpose::Boot, context.identity);
        let boot = Duration::from_secs_f64(boot.sample(&mut stream));
        let (process, at) = JobProcess::start(spec, work, context, record, boot);
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot::default());
            self.slots.len() - 1
        });
        self.runs[run].jobs[job] = JobState::Running;
        let at = at.min(process.deadline());
        self.slots[slot].process = Some((run, job, process));
        let generation = self.slots[slot].generation;
        self.at(at, Event::Wake(slot as u32, generation));
    }

    fn context(&self, now: SimTime, run: usize, job: usize) -> JobContext {
        let Run { push, workflow, origin, scopes, .. } = &self.runs[run];
        let spec = &self.model.workflows[*workflow].jobs[job];
        let runner = &self.model.runners[spec.runner];
        let push = &self.pushes[*push];
        let id = self.plans.first_job[*workflow] + job as u16;
        let identity = mix(push.id.address(), self.plans.identities[*workflow][job]);
        let mut stream = self.around.draws.stream(Purpose::Runner, identity);
        JobContext {
            identity,
            job: JobId(id),
            job_name: spec.group.as_str().into(),
            ref_name: origin.ref_name.as_str().into(),
            class: origin.class,
            access: scopes.access(origin.trigger, spec.cache_mode),
            from_fork: origin.is_fork(),
            cache_mode: spec.cache_mode,
            checkout: push.checkout.clone(),
            push: push.nth,
            push_id: push.id.address(),
            host: Host {
                system: runner.system,
                cores: runner.cores,
                speed: runner.speed_noise.sample(&mut stream).max(0.01),
                download: runner.download,
                upload: runner.upload,
                pack: runner.pack,
                unpack: runner.unpack,
                transfer_noise: runner.transfer_noise,
                stall: runner.stall,
                disk: runner.disk,
            },
            started: now,
        }
    }

    fn record(&self, now: SimTime, run: usize, job: usize, id: JobId) -> JobRun {
        let run = &self.runs[run];
        let JobState::Queued(queued) = run.jobs[job] else { unreachable!("a job starts from the queue") };
        JobRun {
            push: self.pushes[run.push].id.address(),
            workflow: WorkflowId(run.workflow as u16),
            job: id,
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

    fn wake(&mut self, now: SimTime, slot: usize, generation: u32) {
        if self.slots[slot].generation != generation {
            return;
        }
        let Some((_, _, process)) = &mut self.slots[slot].process else { return };
        let deadline = process.deadline();
        if now >= deadline {
            return self.finish_job(now, slot, Conclusion::TimedOut);
        }
        match process.wake(now, &mut self.around) {
            Progress::At(next) => self.at(next.min(deadline), Event::Wake(slot as u32, generation)),
            Progress::Ended(conclusion) => self.finish_job(now, slot, conclusion),
        }
    }

    /// A job ended by itself: the run goes on.
    fn finish_job(&mut self, now: SimTime, slot: usize, conclusion: Conclusion) {
        let (run, job) = self.end_job(now, slot, conclusion);
        if conclusion != Conclusion::Success {
            self.fail_fast(now, run, job);
        }
        if let Some(conclusion) = self.runs[run].conclusion() {
            self.end_run(now, run, conclusion);
            self.start_jobs(now);
        } else {
            self.queue_jobs(now, run);
        }
    }

    /// Frees a job's runner and records it; returns its run and which of its jobs it is.
    fn end_job(&mut self, now: SimTime, slot: usize, conclusion: Conclusion) -> (usize, usize) {
        let (run, job, process) = self.slots[slot].process.take().expect("only a running job ends");
        self.slots[slot].generation += 1;
        self.free.push(slot);
        self.pool.give_back(process.runner());
        self.bill(process.context.started, now - process.context.started, process.runner());
        let workflow = &self.model.workflows[self.runs[run].workflow];
        self.runs[run].end_job(workflow, job, conclusion);
        let mut record = process.run;
        (record.ended, record.conclusion) = (now, conclusion);
        if let Some(notes) = &mut self.around.notes {
            let JobContext { push, push_id, job, ref_name, .. } = process.context;
            let deed = Deed::Ended(Box::new(record.clone()));
            notes.push(Note { at: now, push, push_id, job, ref_name, deed });
        }
        self.around.recorder.job(record);
        (run, job)
    }

    /// Job time is billed rounded up to whole minutes.
    fn bill(&mut self, started: SimTime, busy: Duration, runner: usize) {
        let minutes = (busy.0 + Duration::MINUTE.0 - 1) / Duration::MINUTE.0;
        let price = self.model.runners[runner].price_per_minute;
        self.around.recorder.runner(started, busy, Money(price.0 * minutes));
    }

    fn end_run(&mut self, now: SimTime, run: usize, conclusion: Conclusion) {
        let Run { push, workflow, triggered, ref origin, .. } = self.runs[run];
        let class: RefClass = origin.class;
        let workflow = WorkflowId(workflow as u16);
        let push = self.pushes[push].id.address();
        self.around.recorder.workflow(WorkflowRun {
            push,
            workflow,
            class,
            triggered,
            ended: now,
            conclusion,
        });
        let group = self.group(run);
        if group.active == Some(run) {
            group.active = group.waiting.take();
            if let Some(next) = group.active {
                self.queue_jobs(now, next);
            }
        }
    }
}

/// The simulated span: from the first push (or as set) to two hours after the last one, so that
/// its jobs can end. Drawn pushes begin when their drawing does: else one more scheduled run would move what
/// is measured.
fn window(model: &Model, pushes: &[Push]) -> Window {
    let first = model.workload.drawn_from().or(pushes.first().map(|p| p.at)).unwrap_or(SimTime(0));
    let last = pushes.last().map_or(first, |p| p.at);
    let start = model.from.unwrap_or(first);
    let end = model.until.unwrap_or(last + Duration(2 * Duration::HOUR.0));
    let measure_from = (start + model.warmup).min(end - Duration(1));
    Window { start, measure_from: measure_from.max(start), end: end.max(start + Duration(1)) }
}

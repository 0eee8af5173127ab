//! GitHub's scheduling of runs and jobs: which workflows a push starts, cancellation by newer runs, waiting
//! for other jobs and for runners, `fail-fast` in a matrix, re-runs, and the bill by started minute.
//! Concurrency groups are in `concurrency.rs`.
//!
//! `engine` calls it. It has no event queue: it returns which job to wake when, and the engine does so.

mod admission;
mod jobs;

use super::concurrency::{Groups, Member};
use super::failure::Attempt;
use super::job_states::{Dependents, JobState, JobStates};
use super::machines::Machines;
use super::pool::Pool;
use super::process::{JobProcess, Progress};
use super::re_run::ReRuns;
use super::run::{Run, Scopes};
use super::runner::Runner;
use super::runs::Runs;
use super::trigger::{BranchNames, DEFAULT_BRANCH, EventName, Origin};
use super::work::Work;
use super::workflow::{Job, Workflow};
use crate::client::{GithubContext, World};
use crate::event::{Conclusion, Event, JobId, RefKind, WorkflowId, WorkflowRun};
use crate::project::Checkout;
use crate::random::{mix, mix_str};
use crate::units::SimTime;
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

/// What is due at an instant that the scheduler has named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wake(Woken);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Woken {
    /// The job in this slot. If it has ended, the slot's generation has changed and the wake does nothing.
    Job { slot: u32, generation: u32 },
    /// Somebody runs the failed jobs of this run again.
    ReRun(u32),
}

/// What a scheduler has to know of a repository.
#[derive(Debug, Clone, Copy)]
pub struct RepositoryRules<'m> {
    /// Its workflows.
    pub workflows: &'m [Workflow],
    /// The kinds of runners.
    pub runners: &'m [Runner],
    /// How many of GitHub's standard runners the organisation may use at once; `None` is unlimited.
    pub standard_limit: Option<u32>,
    /// How many jobs may run at once on GitHub's macOS runners; `None` is unlimited.
    pub mac_limit: Option<u32>,
    /// The names of its branches.
    pub branches: BranchNames<'m>,
    /// True if pull requests from forks may write to their own scope.
    pub forks_write: bool,
    /// How often failed jobs are run again; `None`: never.
    pub re_runs: Option<&'m ReRuns>,
}

/// The workflow runs of a repository.
#[derive(Debug)]
pub struct Scheduler<'m> {
    workflows: &'m [Workflow],
    runners: &'m [Runner],
    branches: BranchNames<'m>,
    /// True if pull requests from forks may write to their own scope.
    forks_write: bool,
    re_runs: Option<&'m ReRuns>,
    /// The jobs of each workflow.
    planned: Vec<Vec<PlannedJob>>,
    /// Which of the jobs of each workflow need which.
    dependents: Vec<Dependents>,
    /// The newest state of the default branch; `None` before the first push.
    main: Option<Rc<Checkout>>,
    runs: Runs,
    pool: Pool<(usize, usize)>,
    machines: Machines,
    slots: Vec<JobSlot>,
    free: Vec<usize>,
    groups: Groups,
    /// The newest run of each workflow by event and ref. Only this one is run again.
    newest: BTreeMap<(usize, &'static str, String), usize>,
    /// The pushes with a run that stays red, by their identities.
    red: Vec<u64>,
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

/// True if `push` is not the first event of such a push.
fn is_second(kind: PushKind) -> bool {
    matches!(kind, PushKind::PullRequest | PushKind::Release | PushKind::MergeGroup)
}

/// How many runs on `workflow_run` may follow each other (GitHub's documentation of the event).
const FOLLOWING_MAX: u32 = 3;

#[derive(Debug, Default)]
struct JobSlot {
    generation: u32,
    process: Option<(usize, usize, JobProcess)>,
}

impl<'m> Scheduler<'m> {
    /// A scheduler without runs. `planned` are the jobs of each workflow.
    pub fn new(rules: RepositoryRules<'m>, planned: Vec<Vec<PlannedJob>>) -> Scheduler<'m> {
        let RepositoryRules { workflows, runners, standard_limit, mac_limit, branches, forks_write, re_runs } =
            rules;
        Scheduler {
            workflows,
            runners,
            branches,
            forks_write,
            re_runs,
            planned,
            dependents: workflows.iter().map(Dependents::of).collect(),
            main: None,
            runs: Runs::default(),
            pool: Pool::new(runners, standard_limit, mac_limit),
            machines: Machines::new(runners),
            slots: Vec::new(),
            free: Vec::new(),
            groups: Groups::default(),
            newest: BTreeMap::new(),
            red: Vec::new(),
            started: 0,
            wakes: Vec::new(),
        }
    }

    /// The wakes requested since the last call, in the order of the requests.
    pub fn take_wakes(&mut self) -> impl Iterator<Item = (SimTime, Wake)> + '_ {
        self.wakes.drain(..)
    }

    /// The pushes with a run that has stayed red since the last call, by their identities.
    pub fn take_red(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.red)
    }

    /// Nobody runs the jobs of this ref's runs again: its pull request is closed.
    pub fn close(&mut self, ref_name: &str) {
        self.newest.retain(|(_, _, name), _| name != ref_name);
    }

    /// True if the push triggers a workflow.
    pub fn starts_any(&self, push: &Push) -> bool {
        self.workflows
            .iter()
            .enumerate()
            .any(|(index, workflow)| !workflow.started_by(index, push).is_empty())
    }

    /// Starts the workflows that a push triggers. Returns how many runs begin that it needs to get green.
    pub fn push(&mut self, now: SimTime, push: &Push, world: &mut World) -> u32 {
        let mut required = 0;
        self.runs.forget_ended();
        self.main = push.main.clone().or(self.main.take());
        for (index, workflow) in self.workflows.iter().enumerate() {
            for event in workflow.started_by(index, push) {
                let origin = Origin::of(push, event, self.branches, self.forks_write);
                let identity = match event {
                    EventName::Push if is_second(push.kind) => mix(push.id.address(), event as u64),
                    EventName::PullRequestTarget => mix(push.id.address(), event as u64),
                    _ => push.id.address(),
                };
                let github = origin.github(push, &workflow.name, identity);
                let runs = workflow.jobs.iter().map(|job| job.runs_on(event, push)).collect();
                let started = Started { push: (push.nth, push.id.address()), identity, depth: 0, runs };
                let checkout = self.checkout(event, push);
                let begins = self.trigger(now, started, index, origin, (github, checkout), world);
                required += u32::from(begins && workflow.required);
            }
        }
        required
    }

    /// What a run checks out that this event of a push has started: a run on `pull_request_target` nothing of the pull
    /// request, but the default branch.
    fn checkout(&self, event: EventName, push: &Push) -> Rc<Checkout> {
        let main = self.main.as_ref().filter(|_| event == EventName::PullRequestTarget);
        main.unwrap_or(&push.checkout).clone()
    }

    /// Starts a run. False if all its jobs are skipped: then there is none.
    fn trigger(
        &mut self,
        now: SimTime,
        Started { push: (push, push_id), identity, depth, runs }: Started,
        workflow: usize,
        origin: Origin,
        (github, checkout): (GithubContext, Rc<Checkout>),
        world: &mut World,
    ) -> bool {
        let (own, default) = (world.scope(&origin.ref_name), world.scope(DEFAULT_BRANCH));
        let base = origin.base.as_deref().map_or(default, |base| world.scope(base));
        let run = self.runs.next();
        if self.re_runs.is_some() {
            self.newest.insert((workflow, origin.event.text(), origin.ref_name.clone()), run);
        }
        let states = runs.iter().map(|runs| if *runs { JobState::Blocked } else { JobState::Skipped });
        let (needs, dependents) = (&self.workflows[workflow], &self.dependents[workflow]);
        let mut jobs = JobStates::new(needs, dependents, states.collect());
        jobs.skip(needs, dependents);
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
            attempt: 1,
            group: None,
            cancelled: false,
            jobs,
            selected: runs,
            origin,
        });
        let begins = self.runs[run].conclusion().is_none();
        match begins {
            true => self.begin(now, run, world),
            false => self.runs.end(run),
        }
        begins
    }

    /// Starts the workflows that run after this one (`workflow_run`), whatever that was for, on the default branch as it is
    /// now. GitHub allows three of them in a row.
    fn follow(&mut self, now: SimTime, run: usize, conclusion: Conclusion, world: &mut World) {
        let Run { push, push_id, depth, workflow, ref origin, ref checkout, ref github, .. } = self.runs[run];
        let attempt = Attempt { first: self.runs[run].identity, number: self.runs[run].attempt };
        let identity = attempt.address();
        if depth == FOLLOWING_MAX {
            return;
        }
        let checkout = self.main.as_ref().unwrap_or(checkout).clone();
        let (origin, github) = (origin.following(), github.clone());
        let workflows = self.workflows;
        let follows = |next: &&Workflow| next.after.has(workflow, &github.branch, conclusion);
        for (index, next) in workflows.iter().enumerate().filter(|(_, next)| follows(next)) {
            let identity = mix(identity, EventName::WorkflowRun as u64);
            let runs = next.jobs.iter().map(|job| job.on.is_none_or(|on| on.workflow_run)).collect();
            let started = Started { push: (push, push_id), identity, depth: depth + 1, runs };
            let github = origin.following_context(&github, &next.name, identity);
            self.trigger(now, started, index, origin.clone(), (github, checkout.clone()), world);
        }
    }

    /// Wakes a job, unless it has ended in the meantime. Returns when to wake it again; what this requests
    /// of other jobs is in [`Scheduler::take_wakes`].
    pub fn wake(&mut self, now: SimTime, wake: Wake, world: &mut World) -> Option<SimTime> {
        self.runs.forget_ended();
        let Wake(Woken::Job { slot, generation }) = wake else {
            if let Wake(Woken::ReRun(run)) = wake {
                self.re_run(now, run as usize, world);
            }
            return None;
        };
        let slot = slot as usize;
        if self.slots[slot].generation != generation {
            return None;
        }
        let (_, _, process) = self.slots[slot].process.as_mut()?;
        let deadline = process.deadline();
        let conclusion = if now >= deadline {
            let conclusion = process.at_deadline();
            if self.goes_on(now, slot, conclusion, world) {
                return None;
            }
            conclusion
        } else {
            match process.wake(now, world) {
                Progress::At(next) => return Some(next.min(deadline)),
                Progress::Ended(conclusion) => conclusion,
            }
        };
        self.finish_job(now, slot, conclusion, world);
        None
    }

    /// Ends a job at the end of its steps, and continues its run.
    fn finish_job(&mut self, now: SimTime, slot: usize, conclusion: Conclusion, world: &mut World) {
        let (run, job) = self.end_job(now, slot, conclusion, world);
        let state = self.runs[run].jobs.all()[job];
        if matches!(state, JobState::Ended(how) if !matches!(how, Conclusion::Success | Conclusion::Cancelled))
        {
            self.fail_fast(now, run, job, world);
        }
        self.go_on(now, run, world);
    }

    /// Ends a run whose jobs have all ended, or else starts the jobs that can start now.
    fn go_on(&mut self, now: SimTime, run: usize, world: &mut World) {
        if let Some(conclusion) = self.runs[run].conclusion() {
            self.end_run(now, run, conclusion, world);
            self.start_jobs(now, world);
        } else {
            self.queue_jobs(now, run, world);
        }
    }

    /// Changes the state of a job of a run.
    fn set_state(&mut self, run: usize, job: usize, state: JobState) {
        let dependents = &self.dependents[self.runs[run].workflow];
        self.runs[run].jobs.set(job, state, dependents);
    }

    /// Skips the jobs of a run whose conditions do not hold after what has ended.
    fn skip_jobs(&mut self, run: usize) {
        let workflow = self.runs[run].workflow;
        self.runs[run].jobs.skip(&self.workflows[workflow], &self.dependents[workflow]);
    }

    fn end_run(&mut self, now: SimTime, run: usize, conclusion: Conclusion, world: &mut World) {
        let Run { push_id, workflow, triggered, attempt, ref origin, .. } = self.runs[run];
        world.events.push(Event::WorkflowEnded(WorkflowRun {
            number: run as u32,
            attempt,
            // Nobody waits for a release to get green.
            required: self.workflows[workflow].required && RefKind::of(&origin.ref_name) != RefKind::Tag,
            push: push_id,
            workflow: WorkflowId(workflow as u16),
            class: origin.class,
            triggered,
            ended: now,
            conclusion,
        }));
        let comes_again = conclusion.is_red() && self.redden(now, run, world);
        self.follow(now, run, conclusion, world);
        if let Some(name) = self.runs[run].group.take() {
            self.leave(now, &name, Member::Run(run), world);
        }
        if !comes_again {
            self.runs.end(run);
        }
    }

    /// Somebody sees a red run, and runs its failed jobs again or not. True if so.
    fn redden(&mut self, now: SimTime, run: usize, world: &mut World) -> bool {
        let Run { push_id, workflow, identity, attempt, .. } = self.runs[run];
        let address = mix_str(identity, &self.workflows[workflow].name);
        // The branch of a merge group is deleted when the group leaves the queue.
        let re_runs =
            self.re_runs.filter(|_| RefKind::of(&self.runs[run].origin.ref_name) != RefKind::MergeQueue);
        let wait = re_runs.and_then(|re_runs| re_runs.wait(&world.draws, address, attempt));
        match wait {
            Some(wait) => self.wakes.push((now + wait, Wake(Woken::ReRun(run as u32)))),
            None => self.red.push(push_id),
        }
        wait.is_some()
    }
}

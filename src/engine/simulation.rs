//! The loop that plays a [`Model`]: takes the next event from the queue, lets `ci` or the service act on
//! it, and passes what happened to the observers. `observe` calls [`simulate`], once per replication.

use super::arrived::ArrivedPushes;
use super::bot_pull::BotPull;
use super::due::{Due, LimitReached, Unfinished};
use super::followed::Followed;
use super::initial::preload;
use super::model::Model;
use super::planned_push::{PlannedPush, planned_pushes};
use super::plans::planned_jobs;
use super::queue::Queue;
use crate::ci::{JanitorStart, MergeQueue, RepositoryRules, Scheduler, pull_ref};
use crate::client::World;
use crate::event::{Event, Observer, Window};
use crate::random::Draws;
use crate::service::{Record, Scope, Service, Sweep};
use crate::units::SimTime;
use crate::workload::{Fixes, History, Push, PushKind};
use std::collections::BTreeMap;

/// Plays one replication of a model and passes everything that happens to the observers. Returns how many events there
/// were.
///
/// # Errors
/// If the model's event limit is reached, or if an observer does not want to go on. The observers have received all
/// events up to then.
pub fn simulate<O: Observer>(model: &Model, draws: Draws, observers: &mut O) -> Result<u64, Unfinished> {
    let mut simulation = Simulation::new(model, draws, observers.wants_requests());
    simulation.begin();
    while simulation.step(observers)? {}
    observers.end(&simulation.world.service);
    Ok(simulation.events)
}

/// How often the observers are asked whether to go on: a few times a second, which costs nothing.
const EVENTS_BETWEEN_QUESTIONS: u64 = 1 << 16;

/// The state of a replication.
pub(super) struct Simulation<'m> {
    pub(super) model: &'m Model,
    /// The pushes that are known beforehand, in time order, and behind them those that begin the group of a pull request
    /// in the merge queue anew.
    pub(super) planned: Vec<PlannedPush>,
    /// The branches, up to the newest push.
    pub(super) history: History<'m>,
    pub(super) merge_queue: MergeQueue,
    /// For each pull request that was in the merge queue, the push that began its newest group.
    pub(super) groups: BTreeMap<u32, usize>,
    /// The open pull requests of bots, if these rebase them.
    pub(super) bot_pulls: BTreeMap<u32, BotPull>,
    /// The pushes that are still needed.
    pub(super) pushes: ArrivedPushes,
    /// The scopes of closed pull requests that a janitor cleans.
    pub(super) closed: Vec<Scope>,
    pub(super) window: Window,
    queue: Queue<Due>,
    /// True if the next expiry is in the queue, or comes after the end.
    expiring: bool,
    pub(super) world: World,
    pub(super) scheduler: Scheduler<'m>,
    /// Who may have to mend a red run, if anybody does.
    pub(super) followed: Option<Followed>,
    /// The number of pushes that are known beforehand.
    known: usize,
    /// The service's records of its requests, if an observer wants them.
    requests: Vec<Record>,
    /// How many events there were.
    events: u64,
    /// Until when the service sweeps and expires entries.
    pub(super) kept_until: SimTime,
}

impl<'m> Simulation<'m> {
    pub(super) fn new(model: &'m Model, draws: Draws, keeps_records: bool) -> Simulation<'m> {
        let repository = RepositoryRules {
            workflows: &model.workflows,
            runners: &model.runners,
            standard_limit: model.job_concurrency,
            mac_limit: model.macos_concurrency,
            branches: &model.workload.branches,
            forks_write: model.forks_write,
            re_runs: model.re_runs.as_ref(),
        };
        let mut history = History::new(&model.workload, &model.graph, &draws);
        let pushes = planned_pushes(model, &mut history, &draws);
        let (window, planned) = (model.simulated(), planned_jobs(model, &draws));
        let mut world = World::new(Service::new(model.cache.clone()), draws);
        if keeps_records {
            world.service.keep_records();
        }
        if !model.initial.is_empty() {
            preload(&model.initial, &planned, &model.graph, window.start, &mut world);
        }
        Simulation {
            known: pushes.len(),
            followed: model.workload.fixes.map(|_| Followed::default()),
            window,
            queue: Queue::new(),
            expiring: false,
            scheduler: Scheduler::new(repository, planned),
            planned: pushes,
            history,
            merge_queue: MergeQueue::default(),
            groups: BTreeMap::new(),
            bot_pulls: BTreeMap::new(),
            pushes: ArrivedPushes::default(),
            closed: Vec::new(),
            world,
            requests: Vec::new(),
            events: 0,
            kept_until: window.end,
            model,
        }
    }

    /// Schedules what is known at the beginning.
    pub(super) fn begin(&mut self) {
        self.schedule_push(0);
        self.schedule_sweep(self.window.start);
        self.schedule_cleaning();
    }

    /// When the next event is due.
    pub(super) fn next(&self) -> Option<SimTime> {
        self.queue.next()
    }

    /// Plays the next event; false if there is none.
    #[inline]
    pub(super) fn step<O: Observer>(&mut self, observers: &mut O) -> Result<bool, Unfinished> {
        let Some((now, due)) = self.queue.pop() else { return Ok(false) };
        self.events += 1;
        if self.events > self.model.event_limit {
            return Err(LimitReached { events: self.model.event_limit, at: now }.into());
        }
        if self.events.is_multiple_of(EVENTS_BETWEEN_QUESTIONS) && !observers.goes_on() {
            return Err(Unfinished::Cancelled);
        }
        self.happen(now, due);
        self.tell(now, observers);
        Ok(true)
    }

    fn happen(&mut self, now: SimTime, due: Due) {
        match due {
            Due::Push(push) => self.push(now, push as usize),
            Due::Wake(wake) => {
                if let Some(next) = self.scheduler.wake(now, wake, &mut self.world) {
                    self.schedule(next, due);
                    // The job goes on, so nothing is new but what it may have stored.
                    return self.schedule_expiry();
                }
            }
            Due::Sweep => self.sweep(now),
            Due::Return(push) => self.put_back(now, push as usize),
            Due::Merge => self.merge_ready(now),
            Due::Checks(push) => self.end_checks(now, push as usize),
            Due::Fix(push) => self.fix(now, push as usize),
            Due::Rebase(number) => self.rebase(now, number),
            Due::Expiry => self.expire(now),
            Due::Janitor(janitor, push) => self.clean(now, janitor, push),
        }
        self.follow_queue(now);
        self.follow_runs(now);
        self.schedule_wakes();
        self.schedule_fixes(now);
        self.schedule_expiry();
    }

    /// Passes the events since the last call to the observers.
    fn tell<O: Observer>(&mut self, now: SimTime, observers: &mut O) {
        let World { service, events, .. } = &mut self.world;
        if !events.is_empty() {
            // By reference: moving each event out of the list would copy it, millions of times.
            events.iter().for_each(|event| observers.on_event(event, service));
            events.clear();
        }
        if observers.wants_requests() {
            service.take_records(&mut self.requests);
            let requests = self.requests.iter().map(|record| Event::Request(*record));
            requests.for_each(|request| observers.on_event(&request, service));
        }
        observers.settled(now, service);
    }

    pub(super) fn schedule(&mut self, time: SimTime, due: Due) {
        self.queue.push(time, due.priority(), due);
    }

    fn schedule_wakes(&mut self) {
        for (at, wake) in self.scheduler.take_wakes() {
            let due = Due::Wake(wake);
            self.queue.push(at, due.priority(), due);
        }
    }

    /// Schedules the pushes that mend runs which have just stayed red.
    fn schedule_fixes(&mut self, now: SimTime) {
        for red in self.scheduler.take_red() {
            let Some((fixes, followed)) = self.model.workload.fixes.as_ref().zip(self.followed.as_mut())
            else {
                return;
            };
            let push = followed.take_red(red).map(|index| &self.pushes[index]);
            if let Some(fix) = push.and_then(|push| self.fix_of(fixes, push, now)) {
                self.expect_fix(fix, red);
            }
        }
    }

    /// The push that mends a red run of this one; `None` if none comes before the end.
    pub(super) fn fix_of(&self, fixes: &Fixes, red: &Push, now: SimTime) -> Option<Push> {
        let Model { workload, graph, .. } = self.model;
        let fix = fixes.push(red, now, workload.crates_per_source_change, graph, &self.world.draws);
        fix.filter(|fix| fix.at < self.window.end).map(|fix| workload.with_paths_of_fix(fix))
    }

    /// Expects a fix. Another push after `newest` that comes first takes its place.
    pub(super) fn expect_fix(&mut self, fix: Push, newest: u64) {
        if let Some(followed) = &mut self.followed {
            followed.expect(&fix, newest);
        }
        let at = fix.at;
        let index = self.pushes.add(fix);
        self.schedule(at, Due::Fix(index as u32));
    }

    /// Schedules one push. The next one is scheduled only when it arrives, which keeps the queue short.
    fn schedule_push(&mut self, push: usize) {
        if let Some(next) = self.planned[..self.known].get(push) {
            self.schedule(next.push.at, Due::Push(push as u32));
        }
    }

    /// Schedules the first sweep after `now`. Sweeps are a period apart; if the scenario does not fix their
    /// phase, it is drawn.
    fn schedule_sweep(&mut self, now: SimTime) {
        let Sweep::Every { period, phase: Some(shift) } = self.model.sweep(&self.world.draws) else {
            return;
        };
        let next = SimTime(((now - shift).window(period) + 1) * period.0) + shift;
        if next < self.kept_until {
            self.schedule(next, Due::Sweep);
        }
    }

    fn sweep(&mut self, now: SimTime) {
        self.world.sweep(now);
        self.schedule_sweep(now);
    }

    /// Schedules the next expiry. One in the queue is enough, because the next expiry only ever moves
    /// later. An expiry after the end of the simulation is not scheduled, and no further one is looked for.
    pub(super) fn schedule_expiry(&mut self) {
        if self.expiring {
            return;
        }
        let Some(next) = self.world.service.next_expiry() else { return };
        self.expiring = true;
        if next < self.kept_until {
            self.schedule(next, Due::Expiry);
        }
    }

    fn expire(&mut self, now: SimTime) {
        self.world.expire(now);
        self.expiring = false;
    }

    fn push(&mut self, now: SimTime, push: usize) {
        self.schedule_push(push + 1);
        self.arrive_planned(now, push);
    }

    /// A fix arrives, unless somebody has pushed to its branch in the meantime or closed its pull request.
    fn fix(&mut self, now: SimTime, push: usize) {
        let followed = self.followed.as_ref().expect("a fix follows a red run");
        if followed.is_wanted(&self.pushes[push]) {
            if self.pushes[push].stacked_on.is_some_and(|below| !self.history.is_open(below)) {
                self.pushes.retarget(push);
            }
            self.arrive(now, push);
        } else {
            self.pushes.forget(push);
        }
    }

    /// A push arrives. Returns how many runs it begins that it needs to get green. Only the newest push of what may have
    /// to be mended is kept.
    pub(super) fn arrive(&mut self, now: SimTime, push: usize) -> u32 {
        let runs = self.begin_runs(now, push);
        let replaced = match &mut self.followed {
            Some(followed) => followed.note(push, &self.pushes[push]),
            None => vec![push],
        };
        replaced.into_iter().for_each(|push| self.pushes.forget(push));
        runs
    }

    fn begin_runs(&mut self, now: SimTime, push: usize) -> u32 {
        let counts = match self.pushes[push].kind {
            PushKind::Closed => {
                self.close(now, push);
                return 0;
            }
            PushKind::Main => {
                self.follow_main(now, push);
                self.start_janitors(now, None, |start| *start == JanitorStart::PushToMain);
                true
            }
            PushKind::PullRequest | PushKind::ForkPullRequest => {
                self.set_open(now, push, true);
                true
            }
            PushKind::Schedule | PushKind::Dispatch | PushKind::RepositoryDispatch | PushKind::Comment => {
                false
            }
            // A release is a push only to the workflows that run on it.
            PushKind::Release => self.scheduler.starts_any(&self.pushes[push]),
            _ => true,
        };
        if counts {
            let push = self.pushes[push].id.address();
            self.world.events.push(Event::Pushed { at: now, push });
        }
        self.scheduler.push(now, &self.pushes[push], &mut self.world)
    }

    fn close(&mut self, now: SimTime, push: usize) {
        self.scheduler.close(&pull_ref(&self.pushes[push]));
        self.pushes[push].number.map(|number| self.bot_pulls.remove(&number));
        let scope = self.set_open(now, push, false);
        if self.model.janitors.iter().any(|janitor| janitor.starts == JanitorStart::Closed) {
            self.closed.push(scope);
            let closed = self.closed.len() as u32 - 1;
            self.start_janitors(now, Some(closed), |start| *start == JanitorStart::Closed);
        }
    }

    /// The pull request of a push is open or closed from now on. Returns its scope.
    fn set_open(&mut self, now: SimTime, push: usize, is_open: bool) -> Scope {
        let scope = self.world.scope(&pull_ref(&self.pushes[push]));
        self.world.set_open(now, scope, is_open);
        scope
    }
}

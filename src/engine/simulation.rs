use super::event::{Event, LimitReached};
use super::model::{CleanUp, Model};
use super::plans::planned_jobs;
use super::queue::Queue;
use super::watch::{Nobody, Watch};
use crate::ci::{Origin, Scheduler, pull_ref};
use crate::client::{Depot, Morgue, Surroundings, Uplink};
use crate::outcome::{Outcome, Recorder, Window};
use crate::random::Draws;
use crate::service::{Service, Sweep};
use crate::units::SimTime;
use crate::workload::{Push, PushKind};

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
            Event::Wake(wake) => simulation.scheduler.wake(now, wake, &mut simulation.around),
            Event::Sweep => simulation.sweep(now),
            Event::Expiry => simulation.expire(now),
            Event::CleanUp(push) => simulation.clean_up(now, push as usize),
        }
        simulation.schedule_wakes();
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
    pushes: Vec<Push>,
    window: Window,
    queue: Queue<Event>,
    /// Whether an expiry is in the queue.
    expiring: bool,
    around: Surroundings,
    scheduler: Scheduler<'m>,
}

impl<'m> Simulation<'m> {
    fn new(model: &'m Model, draws: Draws, measured: impl Fn(Window) -> Window) -> Simulation<'m> {
        let Model { workflows, runners, job_concurrency, .. } = model;
        let window = model.simulated();
        Simulation {
            window,
            queue: Queue::new(),
            expiring: false,
            scheduler: Scheduler::new(workflows, runners, planned_jobs(model, &draws), *job_concurrency),
            pushes: pushes(model, &draws),
            around: Surroundings {
                service: Service::new(model.cache.clone()),
                depot: Depot::default(),
                uplink: Uplink::default(),
                morgue: Morgue::default(),
                recorder: Recorder::new(model.names(), measured(window), model.cache.limit),
                draws,
                notes: None,
            },
            model,
        }
    }

    fn schedule(&mut self, time: SimTime, event: Event) {
        self.queue.push(time, event.priority(), event);
    }

    fn schedule_wakes(&mut self) {
        for (at, wake) in self.scheduler.take_wakes() {
            let event = Event::Wake(wake);
            self.queue.push(at, event.priority(), event);
        }
    }

    /// Pushes enter the queue one at a time, so that it stays as short as what is under way.
    fn schedule_push(&mut self, push: usize) {
        if let Some(next) = self.pushes.get(push) {
            self.schedule(next.at, Event::Push(push as u32));
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
            self.schedule(next, Event::Sweep);
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
            self.schedule(next, Event::Expiry);
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
        self.scheduler.push(now, &self.pushes[push], &origin, &mut self.around);
    }

    fn close(&mut self, now: SimTime, push: usize) {
        if let Some(CleanUp { after, .. }) = self.model.clean_up {
            self.schedule(now + after, Event::CleanUp(push as u32));
        }
    }

    /// A job that did nothing else has deleted what a closed pull request had stored by now.
    fn clean_up(&mut self, now: SimTime, push: usize) {
        let Some(CleanUp { after, runner }) = self.model.clean_up else { return };
        let scope = self.around.scope(&pull_ref(&self.pushes[push]));
        self.around.delete_scope(now, scope);
        self.scheduler.bill(now - after, after, runner, &mut self.around);
    }
}

fn pushes(model: &Model, draws: &Draws) -> Vec<Push> {
    let mut pushes = model.workload.pushes(&model.graph, draws);
    let simulated =
        |at: SimTime| model.from.is_none_or(|from| at >= from) && model.until.is_none_or(|until| at < until);
    pushes.retain(|push| simulated(push.at));
    pushes
}

//! Runs the janitors of a model: when each of them starts and, at the end of its job, what it deletes.

use super::due::Due;
use super::simulation::Simulation;
use crate::ci::{Janitor, JanitorStart};
use crate::event::{Event, WorkflowId};
use crate::units::SimTime;

impl Simulation<'_> {
    /// Schedules all janitors that start at fixed times.
    pub(super) fn schedule_cleaning(&mut self) {
        let model = self.model;
        for (index, janitor) in model.janitors.iter().enumerate() {
            let JanitorStart::Cron(crons) = &janitor.starts else { continue };
            let (from, end) = (self.window.start, self.window.end);
            let delay = &model.workload.cron_delay;
            let starts = crons.iter().flat_map(|cron| cron.starts(from, end, delay, &self.world.draws));
            for (_, at) in starts.collect::<Vec<_>>() {
                self.schedule(at + janitor.time, Due::Janitor(index as u16, None));
            }
        }
    }

    /// Starts the janitors of this kind. `closed` is the index of the scope of a closed pull request.
    pub(super) fn start_janitors(
        &mut self,
        now: SimTime,
        closed: Option<u32>,
        is: impl Fn(&JanitorStart) -> bool,
    ) {
        let janitors = self.model.janitors.iter().enumerate();
        for (index, janitor) in janitors.filter(|(_, janitor)| is(&janitor.starts)) {
            self.schedule(now + janitor.wait + janitor.time, Due::Janitor(index as u16, closed));
        }
    }

    /// Starts the janitors that follow the workflow runs which have just ended.
    pub(super) fn follow_runs(&mut self, now: SimTime) {
        let follows = |janitor: &Janitor| matches!(janitor.starts, JanitorStart::After(_));
        if !self.model.janitors.iter().any(follows) {
            return;
        }
        let ended = self.world.events.iter().filter_map(|event| match event {
            Event::WorkflowEnded(run) => Some(run.workflow),
            _ => None,
        });
        for WorkflowId(workflow) in ended.collect::<Vec<_>>() {
            let is = |start: &JanitorStart| *start == JanitorStart::After(workflow.into());
            self.start_janitors(now, None, is);
        }
    }

    /// Ends a janitor's job: deletes what is to be deleted by now, and bills the job.
    pub(super) fn clean(&mut self, now: SimTime, janitor: u16, closed: Option<u32>) {
        let Janitor { deletes, runner, time, .. } = &self.model.janitors[usize::from(janitor)];
        let only = closed.map(|closed| self.closed[closed as usize]);
        deletes.carry_out(&mut self.world, now, only);
        self.scheduler.bill(now - *time, *time, *runner, true, &mut self.world);
    }
}

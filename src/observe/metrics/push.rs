//! Metrics of pushes: how many there are, their runner minutes, and how long a developer waits for
//! one. Scheduled runs are not pushes, but their minutes count (`docs/model.md`).

use super::quantile::{Spread, push_spread};
use super::value::{Value, Values};
use crate::event::{Conclusion, RefClass, WorkflowRun};
use crate::observe::metric;
use crate::units::{Duration, SimTime};
use std::collections::{BTreeMap, BTreeSet};

/// The pushes of the measured time, by identity.
#[derive(Debug, Default)]
pub(super) struct Pushes {
    identities: BTreeSet<u64>,
}

/// How long one push took: from the push to the end of its last workflow run. All of its runs
/// succeeded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wait {
    /// Identity of the push.
    pub push: u64,
    /// Kind of ref that was pushed to.
    pub class: RefClass,
    /// Time until the last run ended, in minutes.
    pub minutes: f64,
}

/// The `push.waiting` metrics of these pushes.
pub fn waiting(waits: &[Wait]) -> Vec<Value> {
    let mut samples = BTreeMap::<Option<RefClass>, Vec<f64>>::new();
    for wait in waits {
        for class in [None, Some(wait.class)] {
            samples.entry(class).or_default().push(wait.minutes);
        }
    }
    let mut values = Values::default();
    for (class, samples) in &mut samples {
        let labels = [("ref", class.map(RefClass::label))];
        push_spread(&mut values, &metric::PUSH_WAITING, &labels, samples, Spread::MeanAndQuantiles);
    }
    values.list
}

/// The workflow runs of one push, combined.
struct Together {
    class: RefClass,
    pushed: SimTime,
    ended: SimTime,
    succeeded: bool,
}

impl Pushes {
    /// Counts a push.
    pub fn add(&mut self, push: u64) {
        self.identities.insert(push);
    }

    /// Adds the metrics of pushes. Returns how long each successful push took, ordered by identity.
    pub fn finish(&self, values: &mut Values, busy: Duration, runs: &[WorkflowRun], days: f64) -> Vec<Wait> {
        let count = self.identities.len() as f64;
        values.push(&metric::PUSH_COUNT, &[], count / days);
        if count > 0.0 {
            values.push(&metric::PUSH_RUNNER_MINUTES, &[], busy.as_minutes_f64() / count);
        }
        let together = self.together(runs);
        let finished = together.iter().filter(|(_, push)| push.succeeded);
        let wait = |(identity, push): (&u64, &Together)| {
            let minutes = (push.ended - push.pushed).as_minutes_f64();
            Wait { push: *identity, class: push.class, minutes }
        };
        let waits: Vec<Wait> = finished.map(wait).collect();
        values.list.extend(waiting(&waits));
        waits
    }

    fn together(&self, runs: &[WorkflowRun]) -> BTreeMap<u64, Together> {
        let mut pushes = BTreeMap::<u64, Together>::new();
        for run in runs.iter().filter(|run| self.identities.contains(&run.push)) {
            let (class, pushed, ended) = (run.class, run.triggered, run.ended);
            let push = pushes.entry(run.push).or_insert(Together { class, pushed, ended, succeeded: true });
            push.ended = push.ended.max(ended);
            push.succeeded &= run.conclusion == Conclusion::Success;
        }
        pushes
    }
}

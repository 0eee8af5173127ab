use super::quantile::{Spread, push_spread};
use super::value::{Value, Values};
use crate::event::{Conclusion, RefClass, WorkflowRun};
use crate::units::{Duration, SimTime};
use std::collections::{BTreeMap, BTreeSet};

/// The pushes of the measured time, by identity.
#[derive(Debug, Default)]
pub(super) struct Pushes {
    identities: BTreeSet<u64>,
}

/// How long one push was waited for: from the push to the end of the last of its workflow runs, all of
/// which succeeded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wait {
    /// The push's identity.
    pub push: u64,
    /// The ref it went to.
    pub class: RefClass,
    /// How long, in minutes.
    pub minutes: f64,
}

/// The metrics `push.waiting` of these pushes.
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
        push_spread(&mut values, "push.waiting", &labels, samples, Spread::MeanAndQuantiles);
    }
    values.list
}

/// What the workflow runs of one push come to.
struct Together {
    class: RefClass,
    pushed: SimTime,
    ended: SimTime,
    succeeded: bool,
}

impl Pushes {
    /// Counts one.
    pub fn add(&mut self, push: u64) {
        self.identities.insert(push);
    }

    /// Adds the metrics of pushes; says how long each was waited for, in the order of their identities.
    pub fn finish(&self, values: &mut Values, busy: Duration, runs: &[WorkflowRun], days: f64) -> Vec<Wait> {
        let count = self.identities.len() as f64;
        values.push("push.count", &[], count / days);
        if count > 0.0 {
            values.push("push.runner_minutes", &[], busy.as_minutes_f64() / count);
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

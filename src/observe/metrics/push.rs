//! Metrics of pushes: how many there are, their runner minutes, and how long a developer waits for
//! one. Scheduled runs are not pushes, but their minutes count (`docs/model.md`).

use super::quantile::{Spread, push_spread};
use super::value::{Value, Values};
use crate::event::{Conclusion, RefClass, WorkflowRun};
use crate::observe::metric::{self, Metric};
use crate::units::{Duration, SimTime};
use std::collections::{BTreeMap, BTreeSet};

/// The pushes of the measured time, by identity.
#[derive(Debug, Default)]
pub(super) struct Pushes {
    identities: BTreeSet<u64>,
}

/// How long one push took: from the push to the end of its last run. All of its runs succeeded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wait {
    /// Identity of the push.
    pub push: u64,
    /// Kind of ref that was pushed to.
    pub class: RefClass,
    /// Time until the last run ended, in minutes.
    pub minutes: f64,
}

/// How long the pushes of one replication took, in the order of their identities.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Waits {
    /// Those all of whose runs succeeded at once: `push.waiting`.
    pub at_once: Vec<Wait>,
    /// Those all of whose required runs succeeded, re-runs included: `push.green`.
    pub green: Vec<Wait>,
}

impl Waits {
    /// The metrics of these pushes.
    pub fn values(&self) -> Vec<Value> {
        let mut values = Values::default();
        self.add_to(&mut values);
        values.list
    }

    fn add_to(&self, values: &mut Values) {
        times(values, &metric::PUSH_WAITING, &self.at_once);
        times(values, &metric::PUSH_GREEN, &self.green);
    }
}

/// Mean and quantiles of these times, over all refs and for each class.
fn times(values: &mut Values, metric: &'static Metric, waits: &[Wait]) {
    let mut samples = BTreeMap::<Option<RefClass>, Vec<f64>>::new();
    for wait in waits {
        for class in [None, Some(wait.class)] {
            samples.entry(class).or_default().push(wait.minutes);
        }
    }
    for (class, samples) in &mut samples {
        let labels = [("ref", class.map(RefClass::label))];
        push_spread(values, metric, &labels, samples, Spread::MeanAndQuantiles);
    }
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

    /// Adds the metrics of pushes. Returns how long each successful push took.
    pub fn finish(&self, values: &mut Values, busy: Duration, runs: &[WorkflowRun], days: f64) -> Waits {
        let count = self.identities.len() as f64;
        values.push(&metric::PUSH_COUNT, &[], count / days);
        if count > 0.0 {
            values.push(&metric::PUSH_RUNNER_MINUTES, &[], busy.as_minutes_f64() / count);
        }
        let own: Vec<&WorkflowRun> = runs.iter().filter(|run| self.identities.contains(&run.push)).collect();
        let first = own.iter().copied().filter(|run| run.attempt == 1);
        let waits = Waits { at_once: waits(&together(first)), green: green(values, &own) };
        waits.add_to(values);
        waits
    }
}

/// Adds how many pushes get green, and returns how long these took. Of each required run, the first attempt that
/// succeeded counts, or else the last one.
fn green(values: &mut Values, runs: &[&WorkflowRun]) -> Vec<Wait> {
    let mut best = BTreeMap::<u32, WorkflowRun>::new();
    for run in runs.iter().copied().filter(|run| run.required) {
        let best = best.entry(run.number).or_insert_with(|| run.clone());
        if best.conclusion != Conclusion::Success {
            (best.ended, best.conclusion) = (run.ended, run.conclusion);
        }
    }
    let pushes = together(best.values());
    let mut counts = BTreeMap::<Option<RefClass>, (f64, f64)>::new();
    for push in pushes.values() {
        for class in [None, Some(push.class)] {
            let (green, all) = counts.entry(class).or_default();
            *green += if push.succeeded { 1.0 } else { 0.0 };
            *all += 1.0;
        }
    }
    for (class, (green, all)) in counts {
        let labels = [("ref", class.map(RefClass::label))];
        values.ratio(&metric::PUSH_GREEN_SHARE, &labels, green, all);
    }
    waits(&pushes)
}

/// How long each push took whose runs all succeeded, ordered by identity.
fn waits(pushes: &BTreeMap<u64, Together>) -> Vec<Wait> {
    let finished = pushes.iter().filter(|(_, push)| push.succeeded);
    let wait = |(identity, push): (&u64, &Together)| {
        let minutes = (push.ended - push.pushed).as_minutes_f64();
        Wait { push: *identity, class: push.class, minutes }
    };
    finished.map(wait).collect()
}

/// The runs of each push, combined. They come in the order in which they ended.
fn together<'a>(runs: impl Iterator<Item = &'a WorkflowRun>) -> BTreeMap<u64, Together> {
    let mut pushes = BTreeMap::<u64, Together>::new();
    for run in runs {
        let (class, pushed, ended) = (run.class, run.triggered, run.ended);
        let push = pushes.entry(run.push).or_insert(Together { class, pushed, ended, succeeded: true });
        push.ended = push.ended.max(ended);
        push.succeeded &= run.conclusion == Conclusion::Success;
    }
    pushes
}

use super::quantile::{Spread, push_spread};
use super::run::{Conclusion, WorkflowRun};
use super::site::RefClass;
use super::value::Values;
use crate::units::{Duration, SimTime};
use std::collections::{BTreeMap, BTreeSet};

/// The pushes of the measured time, by number.
#[derive(Debug, Default)]
pub(super) struct Pushes {
    numbers: BTreeSet<u32>,
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
    pub fn add(&mut self, push: u32) {
        self.numbers.insert(push);
    }

    /// Adds the metrics of pushes.
    pub fn finish(&self, values: &mut Values, busy: Duration, runs: &[WorkflowRun], days: f64) {
        let count = self.numbers.len() as f64;
        values.push("push.count", &[], count / days);
        values.ratio("push.runner_minutes", &[], busy.as_minutes_f64(), count);
        let mut samples = BTreeMap::<Option<RefClass>, Vec<f64>>::new();
        for push in self.together(runs).values().filter(|push| push.succeeded) {
            for class in [None, Some(push.class)] {
                samples.entry(class).or_default().push((push.ended - push.pushed).as_minutes_f64());
            }
        }
        for (class, samples) in &mut samples {
            let labels = [("ref", class.map(RefClass::label))];
            push_spread(values, "push.waiting", &labels, samples, Spread::MeanAndQuantiles);
        }
    }

    fn together(&self, runs: &[WorkflowRun]) -> BTreeMap<u32, Together> {
        let mut pushes = BTreeMap::<u32, Together>::new();
        for run in runs.iter().filter(|run| self.numbers.contains(&run.push)) {
            let (class, pushed, ended) = (run.class, run.triggered, run.ended);
            let push = pushes.entry(run.push).or_insert(Together { class, pushed, ended, succeeded: true });
            push.ended = push.ended.max(ended);
            push.succeeded &= run.conclusion == Conclusion::Success;
        }
        pushes
    }
}

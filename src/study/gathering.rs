use super::replicate::Study;
use super::series::Series;
use crate::outcome::{Measure, Outcome, Value, Wait};
use rayon::prelude::*;

/// The replications of several scenarios as they are gathered. More can be added at any time: what
/// is gathered in steps is what would have been gathered at once.
#[derive(Debug)]
pub struct Gathering {
    cases: Vec<Case>,
    replications: u32,
}

/// One scenario. Of every outcome but the first, only the metric values are kept, and how long each push
/// was waited for.
#[derive(Debug, Default)]
struct Case {
    first: Option<Outcome>,
    values: Vec<Vec<Value>>,
    waits: Vec<Vec<Wait>>,
}

impl Gathering {
    /// No replication of so many scenarios.
    ///
    /// # Panics
    /// If there is no scenario.
    pub fn of(cases: usize) -> Gathering {
        assert!(cases > 0, "a study needs a scenario");
        Gathering { cases: (0..cases).map(|_| Case::default()).collect(), replications: 0 }
    }

    /// How many replications of each there are.
    pub fn replications(&self) -> u32 {
        self.replications
    }

    /// Plays what is missing until there are `replications` of each, on the threads of the current
    /// pool. `simulate` is told the case and the replication; replications of one number see the
    /// same draws in every case. `finished` is called after each, on its thread.
    ///
    /// What is gathered does not depend on the number of threads: it is put in the order of the
    /// replications.
    ///
    /// # Errors
    /// The error of the first replication of the first case, in their order, that failed. Nothing is
    /// added then.
    pub fn grow<E: Send>(
        &mut self,
        replications: u32,
        simulate: impl Fn(usize, u32) -> Result<Outcome, E> + Sync,
        finished: impl Fn() + Sync,
    ) -> Result<(), E> {
        let from = self.replications;
        let each = replications.saturating_sub(from) as usize;
        let play = |index: usize| {
            let replication = from + (index % each) as u32;
            let outcome = simulate(index / each, replication)?;
            finished();
            Ok(if replication == 0 {
                Played::First(Box::new(outcome))
            } else {
                Played::Other(outcome.values, outcome.waits)
            })
        };
        // One by one: each takes long, and no thread should wait for another's last ones.
        let all = (0..self.cases.len() * each).into_par_iter().with_max_len(1);
        let played: Result<Vec<Played>, E> = all.map(play).collect::<Vec<_>>().into_iter().collect();
        for (index, played) in played?.into_iter().enumerate() {
            self.cases[index / each].add(played);
        }
        self.replications += each as u32;
        Ok(())
    }

    /// What each replication of a case contributes to one metric; a count that did not occur is 0, anything
    /// else that was not measured has no value.
    pub fn values(&self, case: usize, measure: &Measure) -> Vec<Option<f64>> {
        Series::of(measure, &self.cases[case].values).parts()
    }

    /// How many cases there are.
    pub fn cases(&self) -> usize {
        self.cases.len()
    }

    /// The study of each case, in their order.
    ///
    /// # Panics
    /// If nothing was played.
    pub fn studies(self) -> Vec<Study> {
        assert!(self.replications > 0, "a study needs a replication");
        let study =
            |case: Case| Study::new(&case.values, case.waits, case.first.expect("replication 0 was played"));
        self.cases.into_iter().map(study).collect()
    }
}

enum Played {
    First(Box<Outcome>),
    Other(Vec<Value>, Vec<Wait>),
}

impl Case {
    fn add(&mut self, played: Played) {
        let (values, waits) = match played {
            Played::First(outcome) => {
                let kept = (outcome.values.clone(), outcome.waits.clone());
                self.first = Some(*outcome);
                kept
            }
            Played::Other(values, waits) => (values, waits),
        };
        self.values.push(values);
        self.waits.push(waits);
    }
}

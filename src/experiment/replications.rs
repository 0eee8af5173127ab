//! Plays replications of one or several scenarios in parallel, with the same draws for all. The results do
//! not depend on the number of threads. What a replication is and what comes of it is up to the caller;
//! `statistics` makes the estimates.

use super::Control;
use super::control::Unattended;
use crate::observe::{Outcome, Value, Waits};
use crate::statistics::{Precision, PrecisionOutcome, Series, SeriesTable, Study};
use crate::units::counted;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// The replications of several scenarios so far. More can be added at any time; adding them in steps gives
/// the same as playing all at once.
#[derive(Debug)]
pub struct Replications {
    cases: Vec<KeptReplications>,
    replications: u32,
}

/// The replications of one scenario. Of all outcomes but the first, only the metric values and the waiting
/// times of pushes are kept.
#[derive(Debug, Default)]
struct KeptReplications {
    first: Option<Outcome>,
    table: SeriesTable,
    waits: Vec<Waits>,
}

/// Plays replications 0 to `replications` − 1 of one scenario, as [`Replications::run_until`] does.
///
/// # Errors
/// The error of the first replication that failed.
///
/// # Panics
/// If there is nothing to play.
pub fn replicate<E: Send>(
    replications: u32,
    simulate: impl Fn(u32) -> Result<Outcome, E> + Sync,
) -> Result<Study, E> {
    let studies = replicate_each(1, replications, |_, replication| simulate(replication))?;
    Ok(studies.into_iter().next().expect("one case was played"))
}

/// Plays replications of `cases` scenarios at once, on the same threads.
///
/// # Errors
/// The error of the first replication that failed.
///
/// # Panics
/// If there is nothing to play.
pub fn replicate_each<E: Send>(
    cases: usize,
    replications: u32,
    simulate: impl Fn(usize, u32) -> Result<Outcome, E> + Sync,
) -> Result<Vec<Study>, E> {
    let mut played = Replications::of(cases);
    played.run_until(replications, simulate, &Unattended)?;
    Ok(played.studies())
}

impl Replications {
    /// Starts with no replications of `cases` scenarios.
    ///
    /// # Panics
    /// If `cases` is 0.
    pub fn of(cases: usize) -> Replications {
        assert!(cases > 0, "a study needs a scenario");
        Replications { cases: (0..cases).map(|_| KeptReplications::default()).collect(), replications: 0 }
    }

    /// Number of replications of each scenario.
    pub fn count(&self) -> u32 {
        self.replications
    }

    /// Adds replications until there are `replications` of each scenario, on the threads of the current
    /// pool. `simulate` receives the case and the replication; a replication must use the same draws in
    /// every case. Replications are played in order, all cases of one before the next. If this is
    /// cancelled, those replications are kept that were finished in all cases.
    ///
    /// Unless it is cancelled, the result does not depend on the number of threads.
    ///
    /// # Errors
    /// The error of the first replication, in its first case, that failed. Those before it are added.
    pub fn run_until<E: Send>(
        &mut self,
        replications: u32,
        simulate: impl Fn(usize, u32) -> Result<Outcome, E> + Sync,
        control: &dyn Control,
    ) -> Result<(), E> {
        let (cases, from) = (self.cases.len(), self.replications);
        let all = cases * replications.saturating_sub(from) as usize;
        let play = |index: usize| {
            let replication = from + (index / cases) as u32;
            let outcome = simulate(index % cases, replication)?;
            control.advance();
            Ok(if replication == 0 {
                PlayedCase::First(Box::new(outcome))
            } else {
                PlayedCase::Alternative(outcome.values, outcome.waits)
            })
        };
        let mut replication = Vec::with_capacity(cases);
        let take = |played| {
            replication.push(played);
            if replication.len() == cases {
                self.cases.iter_mut().zip(replication.drain(..)).for_each(|(case, played)| case.add(played));
                self.replications += 1;
            }
        };
        take_in_order(all, play, take, control)
    }

    /// Adds replications with `grow` until the requested precision is reached: that of the metric if there
    /// is one case, otherwise that of its difference between the first case and each other. It also stops
    /// at the limit of replications, and when `grow` adds none. `grow` receives the number up to which it
    /// has to add.
    ///
    /// How many are added depends on the values only. So the result equals that of requesting this number
    /// at once.
    ///
    /// # Errors
    /// The error of `grow`.
    pub fn pursue<E>(
        &mut self,
        asked: &Precision,
        mut grow: impl FnMut(&mut Replications, u32) -> Result<(), E>,
    ) -> Result<PrecisionOutcome, E> {
        loop {
            let cases: Vec<Series> =
                self.cases.iter().map(|case| case.table.series_of(&asked.measure)).collect();
            let (half_width, replications) = (asked.half_width(&cases), self.replications);
            let reached = PrecisionOutcome { asked: asked.clone(), half_width, replications };
            let Some(more) = asked.next(&cases, half_width) else { return Ok(reached) };
            grow(self, more)?;
            if self.replications == replications {
                return Ok(reached);
            }
        }
    }

    /// The study of the first case as it is so far.
    ///
    /// # Panics
    /// If nothing was played.
    pub fn so_far(&self) -> Study {
        let KeptReplications { first, table, waits } = &self.cases[0];
        Study::new(table.clone(), waits.clone(), first.clone().expect("replication 0 was played"))
    }

    /// Keeps only the first `replications`.
    pub fn cut_to(mut self, replications: u32) -> Replications {
        self.replications = self.replications.min(replications);
        for case in &mut self.cases {
            case.table.cut_to(replications as usize);
            case.waits.truncate(replications as usize);
        }
        self
    }

    /// The study of each case, in the order of the cases.
    ///
    /// # Panics
    /// If nothing was played.
    pub fn studies(self) -> Vec<Study> {
        assert!(self.replications > 0, "a study needs a replication");
        let study = |case: KeptReplications| {
            Study::new(case.table, case.waits, case.first.expect("replication 0 was played"))
        };
        self.cases.into_iter().map(study).collect()
    }
}

/// For cancelled replications, a sentence with their number and how many were requested. `None` if nothing
/// is missing.
pub(super) fn cut_short(
    control: &dyn Control,
    played: u32,
    asked: u32,
    reached: Option<&PrecisionOutcome>,
) -> Option<String> {
    let is_less = played < asked || reached.is_some_and(|reached| !reached.holds());
    let of = match played < asked {
        true => format!("{played} of {}", counted(asked, "replication was", "replications were")),
        false => counted(played, "replication was", "replications were"),
    };
    (control.is_cancelled() && is_less).then(|| format!("{of} finished, and the result uses only these"))
}

enum PlayedCase {
    First(Box<Outcome>),
    Alternative(Vec<Value>, Waits),
}

impl KeptReplications {
    fn add(&mut self, played: PlayedCase) {
        let (values, waits) = match played {
            PlayedCase::First(outcome) => {
                let kept = (outcome.values.clone(), outcome.waits.clone());
                self.first = Some(*outcome);
                kept
            }
            PlayedCase::Alternative(values, waits) => (values, waits),
        };
        self.table.add(&values);
        self.waits.push(waits);
    }
}

/// Runs `all` tasks on the threads of the current pool, started in order. Returns their results up to the
/// first task that was not run because of cancellation.
pub(super) fn in_order<T: Send, E: Send>(
    all: usize,
    task: impl Fn(usize) -> Result<T, E> + Sync,
    control: &dyn Control,
) -> Result<Vec<T>, E> {
    let mut done = Vec::with_capacity(all);
    take_in_order(all, task, |result| done.push(result), control)?;
    Ok(done)
}

/// Like [`in_order`], but passes each result to `take` as soon as those of all earlier tasks are there, so that no more
/// of them are kept than is necessary.
///
/// A parallel iterator would halve the list first: if ten tasks were cancelled after five, it would have
/// done the first three and the sixth and seventh.
fn take_in_order<T: Send, E: Send>(
    all: usize,
    task: impl Fn(usize) -> Result<T, E> + Sync,
    take: impl FnMut(T) + Send,
    control: &dyn Control,
) -> Result<(), E> {
    let (next, has_failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let arrived = Mutex::new(Arrived { early: BTreeMap::new(), next: 0, failure: None, take });
    let work = || {
        while !has_failed.load(Ordering::Relaxed) && !control.is_cancelled() {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= all {
                break;
            }
            let result = task(index);
            // It was given up because of that.
            if result.is_err() && control.is_cancelled() {
                break;
            }
            // All earlier tasks have been started, so the first error does not depend on the threads.
            has_failed.fetch_or(result.is_err(), Ordering::Relaxed);
            arrived.lock().expect("no thread panics with it").add(index, result);
        }
    };
    rayon::scope(|scope| (0..rayon::current_num_threads().min(all)).for_each(|_| scope.spawn(|_| work())));
    let Arrived { failure, .. } = arrived.into_inner().expect("no thread panicked with it");
    failure.map_or(Ok(()), Err)
}

/// Results that arrive in any order.
struct Arrived<T, E, F> {
    /// Those that wait for an earlier one.
    early: BTreeMap<usize, Result<T, E>>,
    /// The one that is taken next.
    next: usize,
    /// The first error; nothing is taken after it.
    failure: Option<E>,
    take: F,
}

impl<T, E, F: FnMut(T)> Arrived<T, E, F> {
    fn add(&mut self, index: usize, result: Result<T, E>) {
        self.early.insert(index, result);
        while self.failure.is_none()
            && let Some(result) = self.early.remove(&self.next)
        {
            self.next += 1;
            match result {
                Ok(result) => (self.take)(result),
                Err(failure) => self.failure = Some(failure),
            }
        }
    }
}

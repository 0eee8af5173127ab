//! The advice of a run: remedies that were tried, not rules of thumb. What a run may spend on it is counted in simulated
//! events, as many as its own replications took, so that the advice does not depend on the machine.
//!
//! Half of the budget tries remedies once each, in the order that the run's own metrics suggest. The rest goes to the
//! few that did best, which get more replications with the same draws. Where entries are evicted that are wanted again, a
//! quarter of the budget is spent before on runs without the saves of those clients that evict most. `run` calls it.

mod evictors;
mod relevance;

use super::control::WhileWanted;
use super::edit::edits;
use super::{Control, Failure, Replications};
use crate::engine::Model;
use crate::observe::{Extras, Metric, measure_counted, metric};
use crate::random::Draws;
use crate::result::{Advice, AdvisedRemedy, Evictors};
use crate::scenario::{self, Scenario};
use crate::statistics::{Difference, SUCCESS_CHANGE_MIN, Study, Verdict, differences};
use crate::strategy::{StrategySet, proposals};
use relevance::{Symptoms, relevance};
use std::cmp::Ordering;
use std::path::Path;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

/// What a run has simulated, and what it may spend on advice.
pub(super) struct Trials<'a> {
    /// The scenario's file.
    pub file: &'a Path,
    /// The scenario, to which strategies are applied.
    pub scenario: &'a Scenario,
    /// Its model, with the warm-up that was used.
    pub model: &'a Model,
    /// The replications that were played.
    pub study: &'a Study,
    /// The events that these took.
    pub events: u64,
    /// The seed of their draws.
    pub seed: u64,
}

/// How many remedies get more than one replication, and with how many each is worth it.
const FINALISTS: u64 = 3;
const REPLICATIONS_MIN: u64 = 4;
/// The part of the limit that no run can reach for which a remedy that frees it is advised.
const DEAD_MIN: f64 = 0.5;
/// The strategy that deletes superseded entries.
const DELETING: &str = "keep-newest";
/// A smaller change, as a share of the base, is no effect.
const EFFECT_MIN: f64 = 0.001;
/// What is worth less than this has no effect on time, and what is worth more goes before what only frees space.
const NO_WORTH: (f64, f64) = (0.0, -EFFECT_MIN);
const WORTH_MORE_THAN_SPACE: (f64, f64) = (0.0, -0.01);

/// A strategy that applies.
struct Candidate {
    strategies: StrategySet,
    model: Model,
}

/// A remedy with what was simulated of it.
struct Tried {
    place: usize,
    differences: Vec<Difference>,
}

impl Trials<'_> {
    /// Tries remedies within the budget. `None` if there is only one replication, which proves nothing, or if it was
    /// cancelled.
    pub fn advice(&self, control: &dyn Control) -> Result<Option<Advice>, Failure> {
        let replications = u64::from(self.study.replications);
        if replications < 2 {
            return Ok(None);
        }
        let candidates = self.candidates();
        let each = (self.events / replications).max(1);
        let spent = AtomicU64::new(0);
        let Some(evictors) = self.evictors(each, &spent, control)? else { return Ok(None) };
        let for_remedies = self.events.saturating_sub(spent.load(Relaxed));
        let screened = candidates.len().min((for_remedies / 2 / each).max(1) as usize);
        let (tried, rest) = candidates.split_at(screened);
        let all: Vec<usize> = (0..tried.len()).collect();
        let Some(first) = self.play(tried, &all, 1, &spent, control)? else { return Ok(None) };
        let left = self.events.saturating_sub(spent.load(Relaxed)) / each;
        let finalists = self.finalists(tried, &first, (left / REPLICATIONS_MIN).clamp(1, FINALISTS) as usize);
        let more = (left / (finalists.len().max(1) as u64)).min(replications) as u32;
        let second = match more {
            0 | 1 => Some(vec![]),
            more => self.play(tried, &finalists, more, &spent, control)?,
        };
        let Some(second) = second else { return Ok(None) };
        let replications = if second.is_empty() { 1 } else { more };
        let not_tried = rest.iter().map(|candidate| candidate.strategies.to_string()).collect();
        Ok(Some(Advice { evictors, replications, not_tried, ..self.told(tried, first, second) }))
    }

    /// Every strategy that applies, the most relevant first.
    fn candidates(&self) -> Vec<Candidate> {
        let symptoms = Symptoms::of(self.study);
        let built = |strategies: StrategySet| {
            let (scenario, _) = strategies.apply(self.scenario).ok()?;
            let mut model = scenario::build(self.file, scenario).ok()?.model;
            model.warmup = self.model.warmup;
            Some(Candidate { strategies, model })
        };
        let rank = |strategies: &StrategySet| {
            let each = strategies.strategies().map(|strategy| relevance(strategy.name, &symptoms));
            each.fold(0.0, f64::max)
        };
        let mut sets = proposals(self.scenario);
        sets.sort_by(|a, b| rank(b).total_cmp(&rank(a)));
        // Half of what is dead may belong to closed pull requests and half be superseded: one remedy would leave the other.
        let both = self.is_dead().then(|| StrategySet::parse("keep-newest+delete-on-close").ok()).flatten();
        both.into_iter().chain(sets).filter_map(built).collect()
    }

    /// Plays replications of the candidates at these places, and compares them with the base's.
    fn play(
        &self,
        candidates: &[Candidate],
        places: &[usize],
        replications: u32,
        spent: &AtomicU64,
        control: &dyn Control,
    ) -> Result<Option<Vec<Tried>>, Failure> {
        let models: Vec<&Model> = places.iter().map(|place| &candidates[*place].model).collect();
        let Some(studies) = self.simulate("remedies", &models, replications, spent, control)? else {
            return Ok(None);
        };
        let base = self.study.first_replications(replications);
        let studies = studies.into_iter().zip(places);
        let tried =
            studies.map(|(study, place)| Tried { place: *place, differences: differences(&base, &study) });
        Ok(Some(tried.collect()))
    }

    /// Plays replications of models, with the draws of the base's first ones. `None` if that was cancelled, or if one of
    /// them cannot be simulated.
    fn simulate(
        &self,
        what: &'static str,
        models: &[&Model],
        replications: u32,
        spent: &AtomicU64,
        control: &dyn Control,
    ) -> Result<Option<Vec<Study>>, Failure> {
        if models.is_empty() {
            return Ok(Some(vec![]));
        }
        control.begin(what, models.len() as u64 * u64::from(replications), 0);
        let mut played = Replications::of(models.len());
        let simulate = |case: usize, number: u32| {
            let draws = Draws::new(self.seed, number);
            let (outcome, events) =
                measure_counted(models[case], draws, Extras::default(), &mut WhileWanted(control))?;
            spent.fetch_add(events, Relaxed);
            anyhow::Ok(outcome)
        };
        // A remedy that cannot be simulated is no reason to lose the run.
        let result = played.run_until(replications, simulate, control);
        control.end();
        let is_whole = result.is_ok() && played.count() == replications;
        Ok(is_whole.then(|| played.studies()))
    }

    /// True if so much of the cache is dead that freeing it is worth advice.
    fn is_dead(&self) -> bool {
        let dead = self.study.estimate(&metric::CACHE_UNREACHABLE_BYTES, &[("stat", "mean")]);
        dead.is_some_and(|dead| dead.mean >= DEAD_MIN * self.study.first.limit.as_f64())
    }

    /// The places of those that did best and, where much is dead, of the one that frees most and of the one that frees by
    /// deleting alone, which changes no key and no job.
    fn finalists(&self, candidates: &[Candidate], tried: &[Tried], most: usize) -> Vec<usize> {
        let mut by_gain: Vec<&Tried> = tried.iter().filter(|tried| tried.worth() < NO_WORTH).collect();
        by_gain.sort_by(|a, b| total_order(a.worth(), b.worth()));
        let gains = by_gain.first().is_some_and(|best| best.worth() < WORTH_MORE_THAN_SPACE);
        let mut places: Vec<usize> = by_gain.into_iter().take(most).map(|tried| tried.place).collect();
        let frees = |tried: &&Tried| tried.rescues() >= 0.0 && tried.relative(FREED) < -DEAD_MIN / 2.0;
        let freeing = || tried.iter().filter(|tried| self.is_dead() && frees(tried));
        // What frees space by making jobs longer is no remedy.
        let worth = |tried: &Tried| tried.relative(FREED) + tried.score();
        let frees_most = freeing().min_by(|a, b| worth(a).total_cmp(&worth(b)));
        let deletes = freeing().find(|tried| candidates[tried.place].strategies.to_string() == DELETING);
        let freeing = [frees_most, deletes].into_iter().flatten().map(|tried| tried.place);
        let mut added: Vec<usize> = freeing.filter(|place| !places.contains(place)).collect();
        added.dedup();
        added.truncate(most - usize::from(gains));
        places.truncate(most - added.len());
        places.extend(added);
        places
    }

    /// The advice: those that were told apart first, then the others, and apart from them those without effect.
    fn told(&self, candidates: &[Candidate], first: Vec<Tried>, second: Vec<Tried>) -> Advice {
        let again: Vec<usize> = second.iter().map(|tried| tried.place).collect();
        let once: Vec<Tried> = first.into_iter().filter(|tried| !again.contains(&tried.place)).collect();
        let tried_once = once.iter().map(|tried| candidates[tried.place].strategies.to_string()).collect();
        let (mut remedies, mut without_effect) = (vec![], vec![]);
        for tried in second.into_iter().chain(once) {
            let strategies = &candidates[tried.place].strategies;
            let freed = tried.freed(self.is_dead());
            match tried.decisive(freed) {
                Some(difference) => {
                    // Among those that only free space, the most space counts.
                    let only_frees = difference.metric == &metric::CACHE_UNREACHABLE_BYTES;
                    let worth = if only_frees { (0.0, tried.relative(FREED)) } else { tried.worth() };
                    let remedy = AdvisedRemedy {
                        edits: edits(strategies, self.scenario),
                        strategies: strategies.to_string().split('+').map(str::to_owned).collect(),
                        freed: freed.filter(|_| !only_frees).cloned(),
                        gains: match difference.metric == SUCCESS.0 {
                            true => tried.beside(&difference, Verdict::Better),
                            false => vec![],
                        },
                        costs: tried.beside(&difference, Verdict::Worse),
                        difference,
                    };
                    remedies.push((worth, remedy))
                }
                None => without_effect.push(strategies.to_string()),
            }
        }
        let rank = |remedy: &AdvisedRemedy| match remedy.difference.verdict() {
            Some(Verdict::Better) if remedy.difference.metric != &metric::CACHE_UNREACHABLE_BYTES => 0,
            Some(Verdict::Better) => 1,
            _ => 2,
        };
        remedies.sort_by(|(a, one), (b, other)| rank(one).cmp(&rank(other)).then(total_order(*a, *b)));
        let remedies = remedies.into_iter().map(|(_, remedy)| remedy).collect();
        let (not_tried, evictors) = (vec![], Evictors::default());
        Advice { remedies, without_effect, not_tried, tried_once, replications: 0, evictors }
    }
}

/// A metric with labels.
type Changed = (&'static Metric, &'static [(&'static str, &'static str)]);

/// What a remedy may change, the first that it does first.
const SUCCESS: Changed = (&metric::PUSH_GREEN_SHARE, &[]);
const GREEN: Changed = (&metric::PUSH_GREEN, &[("stat", "mean")]);
const MINUTES: Changed = (&metric::RUNNER_MINUTES, &[]);
/// What it may bring or cost beside.
const OTHERS: [Changed; 4] = [GREEN, MINUTES, (&metric::RUNNER_COST, &[]), (&metric::CACHE_COST, &[])];
/// Less than this share of the base is not worth a word.
const OTHER_MIN: f64 = 0.005;
const FREED: Changed = (&metric::CACHE_UNREACHABLE_BYTES, &[("stat", "mean")]);

impl Tried {
    fn change(&self, (metric, labels): Changed) -> Option<&Difference> {
        self.differences.iter().find(|change| change.is(metric, labels))
    }

    /// A change as a share of the base; 0 if there is none.
    fn relative(&self, what: Changed) -> f64 {
        let change = self.change(what).filter(|change| change.base != 0.0);
        change.map_or(0.0, |change| change.difference / change.base)
    }

    /// How many pushes more get green because of it, as a share; 0 if that is nothing to speak of.
    fn rescues(&self) -> f64 {
        let share = self.change(SUCCESS).map_or(0.0, |share| share.difference);
        if share.abs() < SUCCESS_CHANGE_MIN { 0.0 } else { share }
    }

    /// How much time it saves; less is better.
    fn score(&self) -> f64 {
        self.relative(GREEN) + self.relative(MINUTES)
    }

    /// What it is worth, less is better: how many pushes it rescues comes before how much time it saves.
    fn worth(&self) -> (f64, f64) {
        (-self.rescues(), self.score())
    }

    /// What gets better or worse, apart from what decides, and by enough to be said.
    fn beside(&self, decisive: &Difference, verdict: Verdict) -> Vec<Difference> {
        let others = OTHERS.into_iter().filter(|(metric, _)| *metric != decisive.metric);
        let counts = |change: &&Difference| {
            change.difference.abs() >= OTHER_MIN * change.base.abs() && self.verdict(change) == Some(verdict)
        };
        others.filter_map(|what| self.change(what)).filter(counts).cloned().collect()
    }

    /// The change that decides about it, the first of these that is told from chance: how many pushes get green; a gain of
    /// time that no loss outweighs; a loss of time; freed space, where much is dead. If none is, the larger change; `None`
    /// if nothing changes. A remedy that only frees space must not make runners work longer: nothing missed that space.
    fn decisive(&self, freed: Option<&Difference>) -> Option<Difference> {
        let is_told = |change: &&Difference| self.verdict(change) != Some(Verdict::NotDistinguishable);
        if let Some(share) = self.change(SUCCESS).filter(|_| self.rescues() != 0.0).filter(is_told) {
            return Some(share.clone());
        }
        let told = |verdict: Verdict| {
            let mut time = [GREEN, MINUTES].into_iter().filter_map(|what| self.change(what));
            time.find(|change| self.verdict(change) == Some(verdict))
        };
        let gain = told(Verdict::Better).filter(|_| self.score() < 0.0);
        let cost = told(Verdict::Worse).filter(|_| freed.is_some() || told(Verdict::Better).is_some());
        let moved = [GREEN, MINUTES].into_iter().find(|what| self.relative(*what).abs() >= EFFECT_MIN);
        gain.or(cost).or(freed).or_else(|| self.change(moved?)).cloned()
    }

    /// The space that it frees, if much of the cache is dead and that is told from chance.
    fn freed(&self, is_dead: bool) -> Option<&Difference> {
        let freed = self.change(FREED).filter(|_| is_dead && self.relative(FREED) < -EFFECT_MIN);
        freed.filter(|freed| self.verdict(freed) == Some(Verdict::Better))
    }

    fn verdict(&self, change: &Difference) -> Option<Verdict> {
        change.verdict_among(&self.differences)
    }
}

/// The order of two worths.
fn total_order(one: (f64, f64), other: (f64, f64)) -> Ordering {
    one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1))
}

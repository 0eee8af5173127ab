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
/// What saves at least this share of the time goes before what only frees space.
const MORE_THAN_SPACE: f64 = 0.01;

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
        let mut candidates = self.candidates();
        let each = (self.events / replications).max(1);
        let spent = AtomicU64::new(0);
        let Some(evictors) = self.evictors(each, &spent, control)? else { return Ok(None) };
        let for_remedies = self.events.saturating_sub(spent.load(Relaxed));
        let screened = candidates.len().min((for_remedies / 2 / each).max(1) as usize);
        self.reserve_for_deleting(&mut candidates, screened);
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
        // Half of what is dead may belong to closed pull requests and half be superseded: one remedy would leave the other.
        let both = self.is_dead().then(|| StrategySet::parse("keep-newest+delete-on-close").ok()).flatten();
        sets.extend(both);
        sets.sort_by(|a, b| rank(b).total_cmp(&rank(a)));
        sets.into_iter().filter_map(built).collect()
    }

    /// Where much is dead, what deletes it is the last of those that are tried, however little time that may save.
    fn reserve_for_deleting(&self, candidates: &mut [Candidate], screened: usize) {
        let deletes = |candidate: &Candidate| candidate.strategies.to_string() == DELETING;
        let place = candidates.iter().position(deletes).filter(|place| *place >= screened && self.is_dead());
        if let Some(place) = place.filter(|_| screened > 1) {
            candidates[screened - 1..=place].rotate_right(1);
        }
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
        let mut by_gain: Vec<&Tried> = tried.iter().filter(|tried| tried.gains(EFFECT_MIN)).collect();
        by_gain.sort_by(|a, b| total_order(a.worth(), b.worth()));
        let gains = by_gain.first().is_some_and(|best| best.gains(MORE_THAN_SPACE));
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
                    let worth = if only_frees { [0.0, 0.0, tried.relative(FREED)] } else { tried.worth() };
                    let is_gain = tried.verdict(&difference) == Some(Verdict::Better);
                    let remedy = AdvisedRemedy {
                        edits: edits(strategies, self.scenario),
                        strategies: strategies.to_string().split('+').map(str::to_owned).collect(),
                        freed: freed.filter(|_| !is_gain).cloned(),
                        gains: tried.beside(&difference, Verdict::Better),
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
/// What it costs. Money decides where it changes no time.
const BILLS: [Changed; 2] = [(&metric::CACHE_COST, &[]), (&metric::RUNNER_COST, &[])];
/// The smallest change of a bill that counts, in USD per 30 days.
const CENT: f64 = 0.005;
/// What it may bring or cost beside.
const OTHERS: [Changed; 4] = [GREEN, MINUTES, BILLS[1], BILLS[0]];
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

    /// What it is worth, less is better: how many pushes it rescues comes before how much time it saves, and that before
    /// money.
    fn worth(&self) -> [f64; 3] {
        let score = Some(self.score()).filter(|score| score.abs() >= OTHER_MIN).unwrap_or(0.0);
        [-self.rescues(), score, self.bill()]
    }

    /// True if it rescues pushes, saves more than this share of the time, or saves money and costs no time.
    fn gains(&self, least: f64) -> bool {
        let (rescues, score) = (self.rescues(), self.score());
        rescues > 0.0 || rescues == 0.0 && (score < -least || score < OTHER_MIN && self.bill() <= -CENT)
    }

    /// By how much the bills change, in USD per 30 days.
    fn bill(&self) -> f64 {
        BILLS.into_iter().filter_map(|what| self.change(what)).map(|bill| bill.difference).sum()
    }

    /// The bill that gets smaller, told from chance, if the other one does not outweigh it.
    fn cheaper(&self) -> Option<&Difference> {
        let smaller = BILLS.into_iter().filter_map(|what| self.change(what)).find(|bill| {
            let is_told = self.verdict(bill) == Some(Verdict::Better);
            is_told && -bill.difference >= CENT.max(OTHER_MIN * bill.base.abs())
        });
        smaller.filter(|_| self.bill() < 0.0)
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
    /// time that no loss outweighs; a loss of time; a smaller bill; freed space, where much is dead. If none is, the larger
    /// change; `None` if nothing changes. A remedy that only frees space must not make runners work longer: nothing missed that space.
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
        let beside = freed.or_else(|| self.cheaper()).or_else(|| told(Verdict::Better));
        let cost = told(Verdict::Worse).filter(|_| beside.is_some());
        let moved = [GREEN, MINUTES].into_iter().find(|what| self.relative(*what).abs() >= EFFECT_MIN);
        let billed =
            || BILLS.into_iter().find(|what| self.change(*what).is_some_and(|b| b.difference.abs() >= CENT));
        let moved = moved.or_else(billed);
        gain.or(cost).or_else(|| self.cheaper()).or(freed).or_else(|| self.change(moved?)).cloned()
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
fn total_order(one: [f64; 3], other: [f64; 3]) -> Ordering {
    one.iter().zip(&other).fold(Ordering::Equal, |so_far, (one, other)| so_far.then(one.total_cmp(other)))
}

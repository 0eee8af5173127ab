use super::cases::{Case, Cases};
use super::{CompareArgs, reproduce};
use crate::cli::precision::gather;
use crate::cli::progress::bar;
use crate::cli::threads::pool;
use crate::cli::warm_up::{detect, undetected};
use crate::engine::{self, Model};
use crate::outcome::Outcome;
use crate::random::Draws;
use crate::result::{Alternative, Attribution, ComparisonResult, LimitVariant, PushCounts};
use crate::scenario::{Loaded, WarmUpRule};
use crate::study::{
    Finished, Gathering, HEADLINES, Reached, Study, WarmUp, attribute, differences, differences_over,
    is_leading,
};
use anyhow::Context;
use rayon::ThreadPool;

/// The limits of the strip, as multiples of each scenario's own.
const STRIP: [f64; 4] = [0.5, 1.0, 2.0, 4.0];

/// Beside the base's, the timelines of so many others are kept: each makes the result larger by up to
/// a megabyte.
const TIMELINES_MAX: usize = 4;

/// One scenario to be simulated.
struct Played<'a> {
    model: Model,
    /// For messages.
    name: &'a str,
    /// Whether every metric is kept; of the others, only the headlines.
    whole: bool,
    /// Whether the timeline of its first replication is kept.
    told: bool,
}

/// Simulates everything and compares it.
pub(super) fn play(mut cases: Cases, args: &CompareArgs, quiet: bool) -> anyhow::Result<ComparisonResult> {
    let sides = 1 + cases.others.len();
    let pool = pool(args.threads)?;
    let warm_up = pool.install(|| warmed_up(&mut cases, args.seed))?;
    let (mut studies, reached) = simulate(&cases, args, &pool, quiet)?;
    let subsets = studies.split_off(sides * STRIP.len());
    let by_bits = args.attribute.then(|| {
        let mut by_bits = vec![studies[0].clone()];
        by_bits.extend(subsets);
        by_bits.push(studies[1].clone());
        by_bits
    });
    // Shares sum to the difference only over the pushes that all subsets finish.
    let finished = by_bits.as_ref().map(Finished::everywhere);
    let attribution = by_bits.map(|by_bits| Attribution {
        strategies: args.strategy.iter().map(ToString::to_string).collect(),
        shares: attribute(&by_bits, &HEADLINES),
    });
    let others = cases.others.iter().enumerate().map(|(index, case)| {
        let sides = Sides { place: index + 1, sides, studies: &studies, finished: finished.as_ref() };
        sides.other(case)
    });
    Ok(ComparisonResult {
        reproduce: reproduce(args, studies[0].replications),
        file: args.base.display().to_string(),
        seed: args.seed,
        limit_cost: cases.base.model.limit_cost(),
        others: others.collect(),
        attribution,
        reached,
        warm_up,
        name: cases.base.name,
        hash: cases.base.hash,
        base: studies.swap_remove(0),
    })
}

/// Gives all sides one warm-up, unless each states its own: what is measured must be the same time. It
/// is the longest of any, and detected if one of them leaves that to us; then the largest limit of the
/// strip is looked at, too: it fills last.
fn warmed_up(cases: &mut Cases, seed: u64) -> anyhow::Result<WarmUp> {
    let own = || std::iter::once(&cases.base).chain(cases.others.iter().map(|case| &case.loaded));
    if own().all(|loaded| loaded.warm_up == WarmUpRule::Stated) {
        return Ok(WarmUp::Fixed);
    }
    let [.., largest] = STRIP;
    let detects = |loaded: &&Loaded| loaded.warm_up == WarmUpRule::Detected;
    let known = own().filter(|loaded| !detects(loaded)).max_by_key(|loaded| loaded.model.warmup);
    let known = known.map(|loaded| (loaded.model.warmup, undetected(loaded.warm_up)));
    let models = own().flat_map(|loaded| [1.0, largest].map(|factor| at_limit(&loaded.model, factor)));
    let (span, warm_up) = match (own().any(|loaded| detects(&loaded)), known) {
        (false, Some(known)) => known,
        (_, known) => {
            let (span, warm_up) = detect(&models.collect::<Vec<_>>(), seed)?;
            (known.map_or(span, |(longest, _)| span.max(longest)), warm_up)
        }
    };
    let others = cases.others.iter_mut().map(|case| &mut case.loaded);
    let all = std::iter::once(&mut cases.base).chain(others).chain(&mut cases.subsets);
    all.for_each(|loaded| loaded.model.warmup = span);
    Ok(warm_up)
}

/// The same model at a multiple of its limit.
fn at_limit(model: &Model, factor: f64) -> Model {
    let mut model = model.clone();
    model.cache.limit = model.cache.limit.scaled(factor);
    model
}

/// The base and the others at their own limits.
fn sides(cases: &Cases) -> Vec<Played<'_>> {
    let base = (&cases.base.model, cases.base.name.as_str());
    let others = cases.others.iter().map(|case| (&case.loaded.model, case.name.as_str()));
    let all = std::iter::once(base).chain(others).enumerate();
    let whole = |(place, (model, name)): (usize, (&Model, _))| Played {
        model: model.clone(),
        name,
        whole: true,
        told: place <= TIMELINES_MAX,
    };
    all.map(whole).collect()
}

/// The same sides at each other limit of the strip, then the subsets.
fn beside<'a>(sides: &[Played<'a>], cases: &Cases) -> Vec<Played<'a>> {
    let at = |factor: f64| {
        sides.iter().map(move |side| Played {
            model: at_limit(&side.model, factor),
            name: side.name,
            whole: false,
            told: false,
        })
    };
    let subsets = cases.subsets.iter().map(|subset| Played {
        model: subset.model.clone(),
        name: "a subset of the strategies",
        whole: false,
        told: false,
    });
    elsewhere().flat_map(at).chain(subsets).collect()
}

/// The limits of the strip that are not the scenarios' own.
fn elsewhere() -> impl Iterator<Item = f64> {
    STRIP.into_iter().filter(|factor| *factor != 1.0)
}

/// The studies of the sides, with as many replications as are asked for or needed, then those of all
/// that stands beside them, with as many.
fn simulate(
    cases: &Cases,
    args: &CompareArgs,
    pool: &ThreadPool,
    quiet: bool,
) -> anyhow::Result<(Vec<Study>, Option<Reached>)> {
    let sides = sides(cases);
    let beside = beside(&sides, cases);
    let all = (sides.len() + beside.len()) as u32;
    let bar = bar(args.replications.saturating_mul(all), quiet);
    let grow = |gathering: &mut Gathering, played: &[Played], replications: u32| {
        bar.set_length(u64::from(replications) * u64::from(all));
        let play = |case: usize, replication| played[case].play(args.seed, replication);
        pool.install(|| gathering.grow(replications, play, || bar.inc(1)))
    };
    let (mut first, mut second) = (Gathering::of(sides.len()), Gathering::of(beside.len()));
    let precision = args.precision.precision(args.replications);
    let reached = gather(&mut first, args.replications, precision.as_ref(), |gathering, replications| {
        grow(gathering, &sides, replications)
    });
    let grown = reached.and_then(|reached| {
        grow(&mut second, &beside, first.replications())?;
        Ok(reached)
    });
    bar.finish_and_clear();
    let reached = grown?;
    let mut studies = first.studies();
    studies.extend(second.studies());
    Ok((studies, reached))
}

impl Played<'_> {
    fn play(&self, seed: u64, replication: u32) -> anyhow::Result<Outcome> {
        let draws = Draws::new(seed, replication);
        let outcome = match self.told && replication == 0 {
            true => engine::simulate_told(&self.model, draws, false),
            false => engine::simulate(&self.model, draws),
        };
        let outcome = outcome.with_context(|| format!("cannot simulate {}", self.name))?;
        Ok(if self.whole { outcome } else { headlines_of(outcome) })
    }
}

/// An outcome with nothing in it that the strip and the attribution do not need: they are many.
fn headlines_of(mut outcome: Outcome) -> Outcome {
    outcome.values.retain(|value| is_leading(value.metric, &value.labels));
    (outcome.runs, outcome.workflow_runs) = (vec![], vec![]);
    outcome
}

/// The base and the other at `place`, of so many at each limit.
struct Sides<'a> {
    place: usize,
    sides: usize,
    studies: &'a [Study],
    /// The pushes whose waiting is compared, where more than these two decide it.
    finished: Option<&'a Finished>,
}

impl Sides<'_> {
    /// Compares the other with the base, at its own limit and at those of the strip.
    fn other(&self, case: &Case) -> Alternative {
        let at = |row: usize| [&self.studies[row * self.sides], &self.studies[row * self.sides + self.place]];
        let [base, other] = at(0);
        let common = self.finished.cloned().unwrap_or_else(|| Finished::everywhere([base, other]));
        let own = differences_over(base, other, &common);
        let headlines = own.iter().filter(|d| is_leading(d.metric, &d.labels));
        let beside = |(row, factor)| {
            let [base, other] = at(row + 1);
            LimitVariant { factor, differences: differences(base, other) }
        };
        let mut strip: Vec<LimitVariant> = elsewhere().enumerate().map(beside).collect();
        strip.push(LimitVariant { factor: 1.0, differences: headlines.cloned().collect() });
        strip.sort_by(|a, b| a.factor.total_cmp(&b.factor));
        let [base, other] = [base, other].map(|study| Finished::everywhere([study]).mean());
        Alternative {
            name: case.name.clone(),
            hash: case.loaded.hash.clone(),
            settings: case.settings.clone(),
            limit: case.loaded.model.cache.limit,
            limit_cost: case.loaded.model.limit_cost(),
            waited: PushCounts { base, other, both: common.mean() },
            differences: own,
            strip,
            timeline: self.studies[self.place].first.timeline.clone(),
        }
    }
}

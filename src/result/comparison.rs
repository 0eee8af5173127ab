//! The result of `compare`: a scenario and others under the same pushes. `experiment` makes it, `report`
//! shows it.

use super::certainty::{AssumptionsRow, PrecisionRow, rule, warm_up};
use super::head::{Head, SCHEMA_VERSION, ScenarioSource, days};
use super::metric::{DifferenceRow, LabelMap, MetricRow, ShareRow, known, labels, measure};
use super::origin::ResultOrigin;
use super::problems::{Problems, limit};
use super::{timeline, write};
use crate::observe::{Measure, Timeline};
use crate::statistics::sweep::Tool;
use crate::statistics::{AttributedShare, Difference, PrecisionOutcome, STRATEGIES_MAX, Study, WarmUp};
use crate::units::Bytes;
use indexmap::IndexSet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::path::Path;

/// The complete result of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparisonResult {
    /// The name of the base.
    pub name: String,
    /// The base's file, as named on the command line.
    pub file: String,
    /// The hash of the base: 16 hexadecimal digits.
    pub hash: String,
    /// The seed of all draws.
    pub seed: u64,
    /// The command line that gives the same result again.
    pub reproduce: String,
    /// The replications of the base.
    pub base: Study,
    /// The precision of the least certain difference of a metric, if one was requested.
    pub reached: Option<PrecisionOutcome>,
    /// Where the warm-up of all sides comes from.
    pub warm_up: WarmUp,
    /// The most that the base's limit can cost, in USD per 30 days.
    pub limit_cost: f64,
    /// The scenarios and strategies that it is compared with, best first.
    pub others: Vec<Alternative>,
    /// How many of them rank before the base: they are better than it. `None` in results from before there were ranks.
    pub before_base: Option<usize>,
    /// True if the best one is better than the base even in the light of how many were tried.
    pub best_is_certain: bool,
    /// The metric that they are ranked by before all others, if one was named.
    pub by: Option<Measure>,
    /// The strategies that were to be tried but change nothing here, if all were to be tried.
    pub not_applicable: Vec<InapplicableStrategy>,
    /// The effect of all strategies together, attributed to each.
    pub attribution: Option<Attribution>,
}

/// What the base is called beside these others.
pub(crate) fn base_name<'a>(
    name: &'a str,
    file: &'a str,
    mut others: impl Iterator<Item = &'a str>,
) -> &'a str {
    let file = Path::new(file).file_name().and_then(|name| name.to_str()).unwrap_or(file);
    if others.any(|other| other == name) { file } else { name }
}

/// A scenario or strategy that the base is compared with.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    /// Its name, or the strategy as written on the command line.
    pub name: String,
    /// The hash of the scenario.
    pub hash: String,
    /// The settings that the strategy changed, as `--set` takes them; empty for a scenario from a file.
    pub settings: Vec<String>,
    /// What to edit, strategy by strategy; empty for a scenario from a file.
    pub edits: Vec<StrategyEdit>,
    /// True if nothing tells that the best one is better.
    pub ties_with_best: bool,
    /// The base or a better one that it comes out like.
    pub same_as: Option<String>,
    /// The limit of its cache.
    pub limit: Bytes,
    /// The most that its limit can cost, in USD per 30 days.
    pub limit_cost: f64,
    /// The numbers of pushes over which waiting is compared.
    pub waited: PushCounts,
    /// The difference of every metric.
    pub differences: Vec<Difference>,
    /// The comparison at each limit, the smallest first; empty if it was only compared at its own.
    pub strip: Vec<LimitVariant>,
    /// The timeline of its first replication, if it was kept.
    pub timeline: Option<Timeline>,
}

/// What a strategy asks of the user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StrategyEdit {
    /// The name of the strategy.
    pub strategy: String,
    /// What to edit in the workflow or the repository's settings.
    pub edit: String,
    /// The files and lines that it is about, where the scenario says what it was imported from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<String>,
}

/// How many places a sentence names.
const PLACES_MAX: usize = 3;

impl StrategyEdit {
    /// What to edit, and where.
    pub fn told(&self) -> String {
        let StrategyEdit { edit, places, .. } = self;
        let shown = places.len().min(PLACES_MAX);
        match places.len() - shown {
            0 if shown == 0 => edit.clone(),
            0 => format!("{edit} In {}.", places.join(", ")),
            more => format!("{edit} In {} and {more} more.", places[..shown].join(", ")),
        }
    }
}

/// A strategy that changes nothing in the scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InapplicableStrategy {
    /// The strategy as on the command line.
    pub strategy: String,
    /// Why it does not apply, as half a sentence.
    pub reason: String,
}

/// How many pushes succeed in a replication, on average.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PushCounts {
    /// In the base.
    pub base: f64,
    /// In the other scenario.
    pub other: f64,
    /// In both. If the effect is attributed to several strategies: in every subset of them. Waiting is
    /// compared over these pushes.
    pub both: f64,
}

/// The comparison at one limit.
#[derive(Debug, Clone, PartialEq)]
pub struct LimitVariant {
    /// The limits of both sides, as multiples of their own limits.
    pub factor: f64,
    /// The differences of the headline metrics, and of the shares of successful runs, by job.
    pub differences: Vec<Difference>,
}

/// The attribution of a common effect to several strategies.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribution {
    /// The strategies, in the order in which they are applied.
    pub strategies: Vec<String>,
    /// Their shares of the effect, by metric.
    pub shares: Vec<AttributedShare>,
}

/// The file of a result of `compare`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ComparisonFile {
    /// Its beginning; the metrics are those of the base.
    #[serde(flatten)]
    pub head: Head,
    /// The fields that only `compare` has.
    #[serde(flatten)]
    pub comparison: ComparisonPart,
    /// Its end.
    #[serde(flatten)]
    pub origin: ResultOrigin,
}

/// The fields that only the result of `compare` has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ComparisonPart {
    /// Where the warm-up comes from; absent if the scenario sets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warmup_rule: Option<String>,
    /// The precision of the least certain difference of a metric, if requested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<PrecisionRow>,
    /// The assumptions that were drawn for the predictions; absent if none were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assumptions: Option<AssumptionsRow>,
    /// The metric by which they are ranked first; absent for the default order (`docs/model.md`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ranked_by: Option<RankMetric>,
    /// How many of the others rank before the base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before_base: Option<usize>,
    /// Whether the first is better than the base even in the light of how many were tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best_is_certain: Option<bool>,
    /// The strategies that were to be tried but do not apply.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_applicable: Vec<InapplicableStrategy>,
    /// One comparison with the base for each other scenario, best first.
    pub comparisons: Vec<AlternativeRow>,
    /// How much each strategy contributes to the effect of all of them together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribution: Option<Vec<ShareRow>>,
}

/// The metric by which a comparison is ranked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RankMetric {
    /// The metric's name.
    pub name: String,
    /// Its labels.
    pub labels: LabelMap,
}

/// The changes from the base to another scenario.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlternativeRow {
    /// The name of the base.
    pub base: String,
    /// The name of the other scenario, or the strategy as written on the command line.
    pub other: String,
    /// The hash of the other scenario: 16 hexadecimal digits.
    pub hash: String,
    /// The settings that a strategy changed, as `--set` takes them; empty for a scenario from a file.
    pub settings: Vec<String>,
    /// Its place among the others, best first, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<usize>,
    /// True if nothing shows that the best one is better.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ties_with_best: Option<bool>,
    /// The base or a better one that it comes out like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_as: Option<String>,
    /// What to edit for each of its strategies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<StrategyEdit>,
    /// The limit of the other scenario.
    #[serde(deserialize_with = "limit")]
    pub limit_bytes: u64,
    /// What the limits cost while the cache is exactly full; `cache.cost` is what is billed.
    pub limit_cost_max: LimitCosts,
    /// How many pushes succeed. Waiting is compared over the pushes that succeed on both sides.
    pub waited_pushes: PushCounts,
    /// The metrics for which one direction is better.
    pub metrics: Vec<DifferenceRow>,
    /// The metrics for which neither direction is better.
    pub described: Vec<DifferenceRow>,
    /// This comparison at other limits, smallest first.
    pub strip: Vec<LimitVariantRow>,
    /// The timeline of the other scenario's first replication, if it was kept.
    pub timeline: Option<Timeline>,
}

/// The most that limits can cost, in USD per 30 days.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LimitCosts {
    /// The cost for the base.
    pub base: f64,
    /// The cost for the other scenario.
    pub other: f64,
}

/// The comparison at another limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LimitVariantRow {
    /// The factor by which both limits are multiplied.
    pub limit_factor: f64,
    /// The differences of the headline metrics, and of the shares of successful runs, by job.
    pub metrics: Vec<DifferenceRow>,
}

impl ComparisonResult {
    /// The others that are better than the base, best first.
    pub fn better(&self) -> &[Alternative] {
        &self.others[..self.before_base.unwrap_or(0)]
    }

    /// The name of the base beside those of the others: its file where one of them has the base's own name, as a
    /// strategy may.
    pub fn base_name(&self) -> &str {
        base_name(&self.name, &self.file, self.others.iter().map(|other| other.name.as_str()))
    }

    /// True if an alternative comes out like the base.
    pub fn is_without_effect(&self, other: &Alternative) -> bool {
        other.same_as.as_deref() == Some(self.base_name())
    }

    /// The simulated days and the warm-up days of the base.
    pub fn days(&self) -> (f64, f64) {
        days(&self.base)
    }

    /// Its file. `verdict` is the result in plain sentences.
    pub fn to_file(&self, verdict: String) -> ComparisonFile {
        let (simulated_days, warmup_days) = self.days();
        let [name, file, hash] = [&self.name, &self.file, &self.hash].map(String::clone);
        ComparisonFile {
            head: Head {
                schema_version: SCHEMA_VERSION,
                tool: Tool::this(),
                command: "compare".to_owned(),
                scenario: ScenarioSource { name, file, hash },
                seed: self.seed,
                replications: self.base.replications,
                simulated_days,
                warmup_days,
                verdict,
                metrics: self.base.estimates.iter().map(MetricRow::of).collect(),
                expectations: vec![],
            },
            comparison: ComparisonPart {
                warmup_rule: rule(self.warm_up),
                precision: self.reached.as_ref().map(PrecisionRow::of),
                assumptions: self.base.worlds.as_ref().map(AssumptionsRow::of),
                ranked_by: self.by.as_ref().map(RankMetric::of),
                before_base: self.before_base,
                best_is_certain: self.before_base.map(|_| self.best_is_certain),
                not_applicable: self.not_applicable.clone(),
                comparisons: (1..)
                    .zip(&self.others)
                    .map(|(rank, other)| AlternativeRow::of(rank, other, self))
                    .collect(),
                attribution: self.attribution.as_ref().map(Attribution::rows),
            },
            origin: ResultOrigin::of(&self.reproduce, &self.base),
        }
    }

    /// Reads a result from its file.
    pub(super) fn read(root: &Value, problems: &mut Problems) -> Option<ComparisonResult> {
        let (head, own) = (problems.part::<Head>(root), problems.part::<ComparisonPart>(root));
        let origin = ResultOrigin::read(root, problems);
        let (mut head, own, origin) = (head?, own?, origin?);
        let reproduce = origin.reproduce.clone();
        let mut base = head.study(origin.outcome(problems)?, problems);
        base.worlds = own.assumptions.map(AssumptionsRow::worlds);
        let limit_cost = own.comparisons.first().map_or(0.0, |row| row.limit_cost_max.base);
        let rows = own.comparisons.into_iter().enumerate();
        let others: Vec<Alternative> = rows.map(|(place, row)| row.alternative(place, problems)).collect();
        let ScenarioSource { name, file, hash } = head.scenario;
        Some(ComparisonResult {
            name,
            file,
            hash,
            seed: head.seed,
            reproduce,
            base,
            reached: own.precision.and_then(|row| row.reached(head.replications)),
            warm_up: warm_up(own.warmup_rule.as_deref()),
            limit_cost,
            before_base: own.before_base.map(|before| before.min(others.len())),
            best_is_certain: own.best_is_certain.unwrap_or(false),
            others,
            by: own.ranked_by.and_then(|by| measure(&by.name, by.labels)),
            not_applicable: own.not_applicable,
            attribution: own.attribution.map(|rows| Attribution::read(rows, problems)),
        })
    }
}

impl ComparisonFile {
    /// The file as JSON.
    pub fn json(&self) -> String {
        write::text(self, &["metrics", "described", "strip"], 6)
    }
}

impl AlternativeRow {
    fn of(rank: usize, other: &Alternative, compared: &ComparisonResult) -> AlternativeRow {
        let (all, is_ranked) = (&other.differences, compared.before_base.is_some());
        let rows = |judged: bool| {
            let of = all.iter().filter(|change| change.verdict().is_some() == judged);
            of.map(|change| DifferenceRow::of(change, all)).collect()
        };
        AlternativeRow {
            base: compared.base_name().to_owned(),
            other: other.name.clone(),
            hash: other.hash.clone(),
            settings: other.settings.clone(),
            rank: is_ranked.then_some(rank),
            ties_with_best: is_ranked.then_some(other.ties_with_best),
            same_as: other.same_as.clone(),
            edits: other.edits.clone(),
            limit_bytes: other.limit.0,
            limit_cost_max: LimitCosts { base: compared.limit_cost, other: other.limit_cost },
            waited_pushes: other.waited,
            metrics: rows(true),
            described: rows(false),
            strip: other.strip.iter().map(LimitVariantRow::of).collect(),
            timeline: other.timeline.clone(),
        }
    }

    fn alternative(self, place: usize, problems: &mut Problems) -> Alternative {
        if let Some(timeline) = &self.timeline {
            timeline::check(timeline, &format!("comparisons[{place}].timeline"), problems);
        }
        let mut differences = known(self.metrics, DifferenceRow::difference, problems);
        differences.extend(known(self.described, DifferenceRow::difference, problems));
        Alternative {
            name: self.other,
            hash: self.hash,
            settings: self.settings,
            edits: self.edits,
            ties_with_best: self.ties_with_best.unwrap_or(false),
            same_as: self.same_as,
            limit: Bytes(self.limit_bytes),
            limit_cost: self.limit_cost_max.other,
            waited: self.waited_pushes,
            differences,
            strip: self.strip.into_iter().map(|row| row.variant(problems)).collect(),
            timeline: self.timeline,
        }
    }
}

impl RankMetric {
    fn of(by: &Measure) -> RankMetric {
        RankMetric { name: by.metric.name.to_owned(), labels: labels(&by.labels) }
    }
}

impl LimitVariantRow {
    fn of(variant: &LimitVariant) -> LimitVariantRow {
        let all = &variant.differences;
        let metrics = all.iter().map(|change| DifferenceRow::of(change, all)).collect();
        LimitVariantRow { limit_factor: variant.factor, metrics }
    }

    fn variant(self, problems: &mut Problems) -> LimitVariant {
        let differences = known(self.metrics, DifferenceRow::difference, problems);
        LimitVariant { factor: self.limit_factor, differences }
    }
}

impl Attribution {
    fn rows(&self) -> Vec<ShareRow> {
        self.shares.iter().map(|share| ShareRow::of(share, &self.strategies)).collect()
    }

    fn read(rows: Vec<ShareRow>, problems: &mut Problems) -> Attribution {
        let mut strategies: IndexSet<String> = IndexSet::new();
        let share = |row: ShareRow| {
            let (strategy, _) = strategies.insert_full(row.strategy.clone());
            row.share(strategy)
        };
        let shares = rows.into_iter().filter_map(share).collect();
        let few = strategies.len() <= STRATEGIES_MAX;
        problems.unless(few, "attribution", format_args!("has more than {STRATEGIES_MAX} strategies"));
        Attribution { strategies: strategies.into_iter().collect(), shares }
    }
}

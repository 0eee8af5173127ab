//! The result of `run`: one scenario, simulated many times. `experiment` makes it, `report` shows it.

pub(super) mod advice;
mod by_replication;
pub(super) mod cause;
pub(super) mod evictor;
pub(super) mod failing;

use super::certainty::{AssumptionsRow, BatchesRow, PrecisionRow, rule, warm_up};
use super::checked::Checked;
use super::expectation::{ExpectationRow, rivals};
use super::head::{Head, SCHEMA_VERSION, ScenarioSource, days};
use super::metric::{MetricRow, known};
use super::origin::ResultOrigin;
use super::problems::Problems;
use super::write;
use crate::observe::{Expectation, Judgement, metric};
use crate::statistics::sweep::Tool;
use crate::statistics::{Difference, Peaks, PrecisionOutcome, Study, WarmUp};
use advice::{Advice, AdviceRow};
use by_replication::ReplicationsRow;
use cause::{CauseRow, causes};
use evictor::{EvictorRow, Evictors};
use failing::{FailureRow, failures};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The complete result of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct RunResult {
    /// The subcommand that produced it.
    pub command: &'static str,
    /// The scenario's name.
    pub name: String,
    /// The scenario's file, as named on the command line.
    pub file: String,
    /// The hash of the scenario with all its settings: 16 hexadecimal digits.
    pub hash: String,
    /// The seed of all draws.
    pub seed: u64,
    /// The command line that gives the same result again.
    pub reproduce: String,
    /// The study of all replications.
    pub study: Study,
    /// The precision of a metric, if one was requested.
    pub reached: Option<PrecisionOutcome>,
    /// Where the warm-up comes from.
    pub warm_up: WarmUp,
    /// The scenario's expectations.
    pub expectations: Vec<Expectation>,
    /// The differences of all metrics to each strategy that expectations name, with the same draws.
    pub rivals: Vec<(String, Vec<Difference>)>,
    /// The remedies that were tried; `None` if none were.
    pub advice: Option<Advice>,
}

/// The file of a result of `run`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunFile {
    /// Its beginning.
    #[serde(flatten)]
    pub head: Head,
    /// The fields that only `run` has.
    #[serde(flatten)]
    pub run: RunPart,
    /// Its end.
    #[serde(flatten)]
    pub origin: ResultOrigin,
}

/// The fields that only the result of `run` has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunPart {
    /// What was lost, by cause, client, job and kind of ref: the most minutes first. They add up to all lost time. Absent
    /// from results of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causes: Option<Vec<CauseRow>>,
    /// The clients that evict most of what others store, with the true effect of their saves; absent if that was not to
    /// be tried. Empty if hardly any time is lost to evictions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evictors: Option<Vec<EvictorRow>>,
    /// The evictors for which the budget did not suffice, the largest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evictors_not_played: Option<Vec<String>>,
    /// How job runs end that do not succeed, the worst job first.
    #[serde(default)]
    pub failures: Vec<FailureRow>,
    /// The remedies that were tried within the budget, best first; absent if none were to be tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advice: Option<Vec<AdviceRow>>,
    /// The remedies that were tried and change nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without_effect: Option<Vec<String>>,
    /// The remedies for which the budget did not suffice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_tried: Option<Vec<String>>,
    /// The remedies that were tried in one replication only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tried_once: Option<Vec<String>>,
    /// In how many replications the other remedies were tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tried_replications: Option<u32>,
    /// The metrics that the view of two runs compares, in each replication: runs with the same draws are paired. Absent with
    /// a single replication or more than 1,000, and from results of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_replication: Option<Vec<ReplicationsRow>>,
    /// How full the cache gets; absent from results of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peaks: Option<Peaks>,
    /// The parts of the only replication over which intervals are taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batches: Option<BatchesRow>,
    /// Where the warm-up comes from; absent if the scenario sets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warmup_rule: Option<String>,
    /// The precision reached for a metric, if requested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<PrecisionRow>,
    /// The assumptions that were drawn for the predictions; absent if none were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assumptions: Option<AssumptionsRow>,
    /// How far to trust the one-pass curve, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The caution in every report that shows a one-pass curve next to simulated hit ratios.
pub const BESIDE: &str = "The one-pass curve replays the accesses made at the scenario's own limit. At \
    another limit, different misses cause different writes, which the curve cannot know. It may be too \
    optimistic or too pessimistic there; trust the simulation.";

impl RunResult {
    /// The judgement of all expectations together.
    pub fn judgement(&self) -> Judgement {
        Judgement::all(self.checked().iter().map(|checked| checked.judgement))
    }

    /// The simulated days, including the warm-up.
    pub fn simulated_days(&self) -> f64 {
        days(&self.study).0
    }

    /// The days of the warm-up.
    pub fn warmup_days(&self) -> f64 {
        days(&self.study).1
    }

    pub(crate) fn checked(&self) -> Vec<Checked<'_>> {
        let checked = |expectation| Checked::of(expectation, &self.study, &self.rivals);
        self.expectations.iter().map(checked).collect()
    }

    /// Its file. `verdict` is the result in plain sentences.
    pub fn to_file(&self, verdict: String) -> RunFile {
        let study = &self.study;
        let beside = study.estimates.iter().any(|estimate| estimate.metric == &metric::SCREEN_HIT_RATIO);
        let (simulated_days, warmup_days) = days(study);
        let [name, file, hash] = [&self.name, &self.file, &self.hash].map(String::clone);
        let evictors = self.advice.as_ref().map(|advice| &advice.evictors);
        let known = self.advice.as_ref().filter(|advice| advice.replications > 0);
        RunFile {
            head: Head {
                schema_version: SCHEMA_VERSION,
                tool: Tool::this(),
                command: self.command.to_owned(),
                scenario: ScenarioSource { name, file, hash },
                seed: self.seed,
                replications: study.replications,
                simulated_days,
                warmup_days,
                verdict,
                metrics: study.estimates.iter().map(MetricRow::of).collect(),
                expectations: self.checked().iter().map(ExpectationRow::of).collect(),
            },
            run: RunPart {
                causes: causes(study),
                evictors: evictors.map(|evictors| {
                    evictors.played.iter().map(|evictor| EvictorRow::of(evictor, study)).collect()
                }),
                evictors_not_played: evictors.map(|evictors| evictors.not_played.clone()),
                failures: failures(study),
                advice: self
                    .advice
                    .as_ref()
                    .map(|advice| advice.remedies.iter().map(AdviceRow::of).collect()),
                without_effect: self.advice.as_ref().map(|advice| advice.without_effect.clone()),
                not_tried: self.advice.as_ref().map(|advice| advice.not_tried.clone()),
                tried_once: known.map(|advice| advice.tried_once.clone()),
                tried_replications: known.map(|advice| advice.replications),
                by_replication: ReplicationsRow::all(study),
                peaks: study.peaks,
                batches: study.batches.as_ref().map(BatchesRow::of),
                warmup_rule: rule(self.warm_up),
                precision: self.reached.as_ref().map(PrecisionRow::of),
                assumptions: study.worlds.as_ref().map(AssumptionsRow::of),
                note: beside.then(|| BESIDE.to_owned()),
            },
            origin: ResultOrigin::of(&self.reproduce, study),
        }
    }

    /// Reads a result from its file.
    pub(super) fn read(root: &Value, problems: &mut Problems) -> Option<RunResult> {
        let (head, run) = (problems.part::<Head>(root), problems.part::<RunPart>(root));
        let origin = ResultOrigin::read(root, problems);
        let (mut head, run, origin) = (head?, run?, origin?);
        let rivals = rivals(&head.expectations, problems);
        let reproduce = origin.reproduce.clone();
        let study = head.study(origin.outcome(problems)?, problems);
        let ScenarioSource { name, file, hash } = head.scenario;
        Some(RunResult {
            command: "run",
            name,
            file,
            hash,
            seed: head.seed,
            reproduce,
            study: Study {
                series: run.by_replication.map_or(vec![], |rows| {
                    rows.into_iter().filter_map(|row| row.series(head.replications)).collect()
                }),
                batches: run.batches.map(BatchesRow::batches),
                worlds: run.assumptions.map(AssumptionsRow::worlds),
                peaks: run.peaks,
                ..study
            },
            reached: run.precision.and_then(|row| row.reached(head.replications)),
            warm_up: warm_up(run.warmup_rule.as_deref()),
            expectations: head.expectations.iter().filter_map(ExpectationRow::expectation).collect(),
            rivals,
            advice: run.advice.map(|rows| Advice {
                remedies: known(rows, AdviceRow::remedy, problems),
                without_effect: run.without_effect.unwrap_or_default(),
                not_tried: run.not_tried.unwrap_or_default(),
                tried_once: run.tried_once.unwrap_or_default(),
                replications: run.tried_replications.unwrap_or(0),
                evictors: Evictors {
                    played: known(run.evictors.unwrap_or_default(), EvictorRow::evictor, problems),
                    not_played: run.evictors_not_played.unwrap_or_default(),
                },
            }),
        })
    }
}

impl RunFile {
    /// The file as JSON.
    pub fn json(&self) -> String {
        write::text(self, &[], 0)
    }
}

//! The result of `explain`: why job runs missed the cache, and how they end with each strategy.
//! `experiment` makes it, `report` puts it into words.

use super::head::{SCHEMA_VERSION, ScenarioSource};
use super::write;
use crate::client::{ClientKind, HitUnit};
use crate::event::JobRun;
use crate::observe::journal::{JobLine, RestoreLine, SaveLine, Stored, SweepLine};
use crate::statistics::sweep::Tool;
use crate::units::{Bytes, SimTime};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The complete result of `explain`.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The scenario's name.
    pub name: String,
    /// The scenario's file, as named on the command line.
    pub file: String,
    /// The hash of the scenario.
    pub hash: String,
    /// The seed of all draws.
    pub seed: u64,
    /// The number of the replication, from 0.
    pub replication: u32,
    /// The repository's cache limit.
    pub limit: Bytes,
    /// The command line that gives the same result again.
    pub reproduce: String,
    /// The explained job runs, those that lost most first.
    pub explained: Vec<ExplainedRun>,
    /// How many job runs the question matches.
    pub runs: usize,
    /// How many more of them missed something, but are not explained.
    pub more: usize,
}

/// An explained job run, and how it ends with each strategy.
#[derive(Debug, Clone)]
pub struct ExplainedRun {
    /// Why it missed.
    pub why: MissExplanation,
    /// The strategies that were tried.
    pub remedies: Vec<TriedStrategy>,
}

/// Why one job run missed: all lines of the journal that matter to it.
#[derive(Debug, Clone, PartialEq)]
pub struct MissExplanation {
    /// The line of the job's end.
    pub job: JobLine,
    /// Its look-ups of archives and indexes, in order.
    pub restores: Vec<RestoreLine>,
    /// The saves of the entries that the look-ups found, or would have found, if they are in the journal.
    pub saves: Vec<SaveLine>,
    /// The sweeps that removed those entries, or the objects it missed.
    pub sweeps: Vec<SweepLine>,
}

impl MissExplanation {
    /// The minutes that the job lost, whatever the cause: the transfers are among them.
    pub fn lost_minutes(&self) -> f64 {
        self.job.losses.iter().map(|loss| loss.minutes).sum()
    }

    /// The look-ups that did not find what they wanted.
    pub fn missed_restores(&self) -> impl Iterator<Item = &RestoreLine> {
        self.restores.iter().filter(|restore| restore.is_missed())
    }

    /// True if some look-up of this client, or of any, did not find what it wanted.
    pub fn missed(&self, client: Option<&str>) -> bool {
        let is = |name: &str| client.is_none_or(|client| client == name);
        let builds_images = client.is_none_or(|client| ClientKind::unit_of(client) == HitUnit::Steps);
        self.missed_restores().any(|restore| is(&restore.client))
            || self.job.objects.iter().any(|objects| is(&objects.client) && objects.missed() > 0)
            || (builds_images && self.job.missed_steps() > 0)
    }

    /// The save of this entry; `None` if it is not in the journal.
    pub fn save_of(&self, entry: &Stored) -> Option<&SaveLine> {
        self.saves.iter().find(|save| save.key == entry.key && save.at == entry.saved_at)
    }

    /// The sweep at this instant; `None` if there was none.
    pub fn sweep_at(&self, at: SimTime) -> Option<&SweepLine> {
        self.sweeps.iter().find(|sweep| sweep.at == at)
    }
}

/// A strategy that was tried on a job run.
#[derive(Debug, Clone)]
pub struct TriedStrategy {
    /// Its name.
    pub strategy: String,
    /// The effect on the job run.
    pub effect: StrategyEffect,
}

/// How a job run ends with a strategy.
#[derive(Debug, Clone)]
pub enum StrategyEffect {
    /// The same job, with the same pushes, changes and sizes.
    Run(Box<JobRun>),
    /// The job no longer runs, or was cancelled before it started.
    NoRun,
    /// The strategy does not apply to the scenario, for this reason.
    DoesNotApply(String),
}

/// The file of a result of `explain`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExplanationFile {
    /// The version of this format: 1. Fields are only added within a version.
    pub schema_version: u32,
    /// The program that wrote it.
    pub tool: Tool,
    /// The command that produced the result.
    pub command: String,
    /// The scenario that was simulated.
    pub scenario: ScenarioSource,
    /// The seed of all draws.
    pub seed: u64,
    /// The replication that is shown, from 0.
    pub replication: u32,
    /// The repository's cache limit.
    pub limit_bytes: u64,
    /// How many job runs match.
    pub runs: usize,
    /// How many more of them had misses but are not shown.
    pub more: usize,
    /// The command line that reproduces it.
    pub reproduce: String,
    /// The job runs, those that lost most first.
    pub stories: Vec<StoryRow>,
}

/// The sentences about a job run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StoryWords {
    /// Which job run it is, and how much time it lost.
    pub title: String,
    /// A short summary of what it missed.
    pub verdict: String,
    /// A detailed account of what it missed, and why.
    pub paragraphs: Vec<String>,
}

/// Why one job run had misses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StoryRow {
    /// The answer in sentences.
    #[serde(flatten)]
    pub words: StoryWords,
    /// What it lost, in minutes: the sum of its `losses`, transfers among them.
    pub lost_minutes: f64,
    /// The job run, as in the journal.
    pub job: JobLine,
    /// Its look-ups of archives and indexes.
    pub restores: Vec<RestoreLine>,
    /// The saves of the entries that those look-ups found, or would have found.
    pub saves: Vec<SaveLine>,
    /// The sweeps that removed what it missed.
    pub sweeps: Vec<SweepLine>,
    /// How it would have ended with each strategy.
    pub remedies: Vec<RemedyRow>,
}

/// How a job run would have ended with a strategy. If it would not have run, the results of its look-ups are
/// absent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RemedyRow {
    /// The strategy.
    pub strategy: String,
    /// Whether it applies to the scenario.
    pub applies: bool,
    /// Why it does not apply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How the run would have ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conclusion: Option<String>,
    /// The build minutes that it would have needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build_minutes: Option<f64>,
    /// The result that each of its look-ups would have had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restores: Option<Vec<String>>,
    /// How many objects, or image steps with a layer, it would have found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objects_found: Option<u32>,
    /// How many of them it would not have found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objects_missed: Option<u32>,
}

impl Explanation {
    /// Its file. `words` describes what happened in each job run.
    pub fn to_file(&self, words: impl Fn(&ExplainedRun) -> StoryWords) -> ExplanationFile {
        let [name, file, hash] = [&self.name, &self.file, &self.hash].map(String::clone);
        ExplanationFile {
            schema_version: SCHEMA_VERSION,
            tool: Tool::this(),
            command: "explain".to_owned(),
            scenario: ScenarioSource { name, file, hash },
            seed: self.seed,
            replication: self.replication,
            limit_bytes: self.limit.0,
            runs: self.runs,
            more: self.more,
            reproduce: self.reproduce.clone(),
            stories: self.explained.iter().map(|run| StoryRow::of(run, words(run))).collect(),
        }
    }
}

impl ExplanationFile {
    /// The file as JSON.
    pub fn json(&self) -> String {
        write::text(self, &[], 0)
    }
}

impl StoryRow {
    fn of(run: &ExplainedRun, words: StoryWords) -> StoryRow {
        let lost_minutes = run.why.lost_minutes();
        let MissExplanation { job, restores, saves, sweeps } = run.why.clone();
        let remedies = run.remedies.iter().map(RemedyRow::of).collect();
        StoryRow { words, lost_minutes, job, restores, saves, sweeps, remedies }
    }
}

impl RemedyRow {
    fn of(tried: &TriedStrategy) -> RemedyRow {
        let applies = !matches!(tried.effect, StrategyEffect::DoesNotApply(_));
        let none = RemedyRow { strategy: tried.strategy.clone(), applies, ..RemedyRow::default() };
        match &tried.effect {
            StrategyEffect::NoRun => none,
            StrategyEffect::DoesNotApply(reason) => RemedyRow { reason: Some(reason.clone()), ..none },
            StrategyEffect::Run(run) => RemedyRow {
                conclusion: Some(run.conclusion.word().to_owned()),
                build_minutes: Some(run.build.as_minutes_f64()),
                restores: Some(run.restores.iter().map(|r| r.outcome.label().to_owned()).collect()),
                objects_found: Some(run.objects_hit),
                objects_missed: Some(run.objects_missed),
                ..none
            },
        }
    }
}

//! The file of a sweep's result: written from the result, and read back. It is `result.json` of `sweep` and
//! of `merge`.

use super::elbow::Findings;
use super::{InterruptedSweep, SweepResult};
use crate::observe::Measure;
use crate::result::head::{Head, SCHEMA_VERSION, ScenarioSource};
use crate::result::metric::{LabelMap, MetricRow, known, labels, measure};
use crate::result::problems::Problems;
use crate::result::{origin, write};
use crate::statistics::sweep::{Axis, Design, Plan, Point, Rows, Shard, Tool};
use crate::statistics::{Estimate, HEADLINES};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// If all points together have more metrics than this, each point lists only the reported metric and the
/// headlines. A reader of the result should not have to read all of `summary.csv`.
const METRICS_MAX: usize = 100_000;

/// The file of a result of `sweep` and `merge`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SweepFile {
    /// Its beginning; the metrics are those of the scenario as it is, if that is one of the points.
    #[serde(flatten)]
    pub head: Head,
    /// The points.
    #[serde(flatten)]
    pub sweep: SweepPart,
    /// The conclusions from the points.
    #[serde(flatten)]
    pub findings: Findings,
}

/// The inputs that were varied, and the result at each point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SweepPart {
    /// How the points were chosen.
    pub design: Design,
    /// The reported metric.
    pub metric: MeasureRow,
    /// The command line that reproduces the numbers.
    pub reproduce: String,
    /// The inputs that are varied.
    pub axes: Vec<Axis>,
    /// Which part of the sweep this is; absent for the whole sweep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// How much was simulated; absent if everything was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interrupted: Option<InterruptedSweep>,
    /// Which metrics the points have: `all metrics`, or `headlines` if there would be too many.
    #[serde(default)]
    pub points_tell: String,
    /// The points that were simulated.
    pub points: Vec<PointRow>,
}

/// A metric with its labels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MeasureRow {
    /// The metric's name.
    pub name: String,
    /// Its labels.
    pub labels: LabelMap,
    /// The unit of its values.
    pub unit: String,
}

/// One setting of all varied inputs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PointRow {
    /// Its number, from 1.
    pub point: usize,
    /// The value on each axis.
    pub settings: BTreeMap<String, String>,
    /// The hash of the scenario with these values.
    pub hash: String,
    /// What its limit costs while the cache is exactly full, in USD per 30 days.
    #[serde(default)]
    pub limit_cost_max: f64,
    /// The reported metric in each replication; null if it was not measured.
    pub values: Vec<Option<f64>>,
    /// The metrics at this point.
    pub metrics: Vec<MetricRow>,
}

impl SweepResult {
    /// Its file. `verdict` is the result in plain sentences.
    pub fn to_file(&self, verdict: String) -> SweepFile {
        let plan = &self.plan;
        let [name, file, hash] = [&plan.name, &plan.file, &plan.hash].map(String::clone);
        let own = self.own().map_or(&[][..], |point| &self.points[point]);
        SweepFile {
            head: Head {
                schema_version: SCHEMA_VERSION,
                tool: Tool::this(),
                command: "sweep".to_owned(),
                scenario: ScenarioSource { name, file, hash },
                seed: plan.seed,
                replications: plan.replications,
                simulated_days: plan.simulated_days,
                warmup_days: plan.warmup_days,
                verdict,
                metrics: own.iter().map(MetricRow::of).collect(),
                expectations: vec![],
            },
            sweep: self.part(),
            findings: Findings::of(self),
        }
    }

    fn part(&self) -> SweepPart {
        let plan = &self.plan;
        let Measure { metric, labels: own } = &self.measure;
        let (name, unit) = (metric.name.to_owned(), metric.unit.to_owned());
        let brief = self.points.iter().map(Vec::len).sum::<usize>() > METRICS_MAX;
        let is_begun = |point: usize| self.interrupted.is_none() || !self.points[point].is_empty();
        let played = (0..plan.points.len()).filter(|point| plan.plays(*point) && is_begun(*point));
        SweepPart {
            design: plan.design,
            metric: MeasureRow { name, labels: labels(own), unit },
            reproduce: plan.reproduce.clone(),
            axes: plan.axes.clone(),
            shard: plan.shard,
            interrupted: self.interrupted.clone(),
            points_tell: if brief { "headlines" } else { "all metrics" }.to_owned(),
            points: played.map(|index| PointRow::of(self, index, brief)).collect(),
        }
    }

    /// Reads a result of `sweep` or `merge` from its file.
    pub(in crate::result) fn read(root: &Value, problems: &mut Problems) -> Option<SweepResult> {
        let (head, own) = (problems.part::<Head>(root), problems.part::<SweepPart>(root));
        let (head, own) = (head?, own?);
        origin::is_harmless(&own.reproduce, problems);
        let whole = own.shard.is_none();
        let part = "is one part of a sweep: join the parts with `cache-budget merge`, which writes the complete \
             result";
        problems.unless(whole, "shard", part);
        let is_finished = own.interrupted.is_none();
        let partial = "says that the sweep was interrupted: continue it with `cache-budget sweep --resume`, which \
             writes the complete result";
        problems.unless(is_finished, "interrupted", partial);
        let measure = measure(&own.metric.name, own.metric.labels.clone());
        let unknown = "is a metric that this version does not know";
        problems.unless(measure.is_some(), "metric", unknown);
        let points: Vec<Point> = own
            .points
            .iter()
            .enumerate()
            .map(|(p, row)| row.point(p, &own.axes, head.replications, problems))
            .collect::<Option<_>>()?;
        let measure = measure?;
        let ScenarioSource { name, file, hash } = head.scenario;
        let plan = Plan {
            schema_version: SCHEMA_VERSION,
            tool: Tool::this(),
            name,
            file,
            hash,
            seed: head.seed,
            replications: head.replications,
            simulated_days: head.simulated_days,
            warmup_days: head.warmup_days,
            design: own.design,
            axes: own.axes,
            metric: measure.to_string(),
            rows: Rows::Summary,
            reproduce: own.reproduce,
            points,
            shard: None,
            finished: true,
        };
        let sound = "is not a sweep that this version could have run";
        (whole && is_finished && problems.unless(plan.is_sound(), "", sound)).then_some(())?;
        let estimates = |row: PointRow| (known(row.metrics, MetricRow::estimate, problems), row.values);
        let (points, results) = own.points.into_iter().map(estimates).unzip();
        Some(SweepResult::new(plan, measure, points, results))
    }
}

impl SweepFile {
    /// The file as JSON.
    pub fn json(&self) -> String {
        write::text(self, &["metrics"], 8)
    }
}

impl PointRow {
    fn of(swept: &SweepResult, index: usize, brief: bool) -> PointRow {
        let Point { settings, hash, limit_cost } = &swept.plan.points[index];
        let is_headline = |e: &Estimate| HEADLINES.iter().any(|(name, labels)| e.is(name, labels));
        let told = |e: &&Estimate| !brief || is_headline(e) || swept.measure.is(e.metric, &e.labels);
        let names = swept.plan.axes.iter().map(|axis| axis.name.clone());
        PointRow {
            point: index + 1,
            settings: names.zip(settings.iter().cloned()).collect(),
            hash: hash.clone(),
            limit_cost_max: *limit_cost,
            values: swept.results[index].clone(),
            metrics: swept.points[index].iter().filter(told).map(MetricRow::of).collect(),
        }
    }

    /// Reads the point at this index, if it has a setting for each axis.
    fn point(
        &self,
        place: usize,
        axes: &[Axis],
        replications: u32,
        problems: &mut Problems,
    ) -> Option<Point> {
        let all = self.values.is_empty() || self.values.len() == replications as usize;
        let what = "does not have a value for each replication";
        problems.unless(all, format_args!("points[{place}].values"), what);
        let settings: Option<Vec<String>> =
            axes.iter().map(|axis| self.settings.get(&axis.name).cloned()).collect();
        let what = "does not have a value for each axis";
        problems.unless(settings.is_some(), format_args!("points[{place}].settings"), what);
        Some(Point { settings: settings?, hash: self.hash.clone(), limit_cost: self.limit_cost_max })
    }
}

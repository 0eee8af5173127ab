use super::answer::Answer;
use super::checked::{Against, Checked};
use super::failures::{Failing, failing};
use super::origin::origin;
use crate::outcome::{Conclusion, Label};
use crate::study::{Batches, Dependence, Difference, Estimate, Reached, Study, WarmUp};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// The result as JSON: schema version 1, one metric per line so that two results can be compared
/// line by line. Fields are only ever added within a version.
pub fn json(answer: &Answer) -> String {
    let study = &answer.study;
    let checked = answer.checked();
    let expectations = checked.iter().map(|checked| line(&Expectation::of(checked)));
    let expectations: Vec<String> = expectations.collect();
    let mut fields = vec![
        ("schema_version", "1".to_owned()),
        ("tool", line(&Tool::THIS)),
        ("command", line(&answer.command)),
        ("scenario", line(&Scenario { name: &answer.name, file: &answer.file, hash: &answer.hash })),
        ("seed", answer.seed.to_string()),
        ("replications", study.replications.to_string()),
        ("simulated_days", line(&answer.simulated_days())),
        ("warmup_days", line(&answer.warmup_days())),
        ("verdict", line(&super::verdict(study))),
        ("metrics", metrics(study)),
        ("expectations", list(&expectations)),
        ("failures", failures(study)),
    ];
    fields.extend(answer.study.batches.as_ref().map(|batches| ("batches", in_batches(batches))));
    fields.extend(warm_up(answer.warm_up));
    fields.extend(answer.reached.as_ref().map(|reached| ("precision", precision(reached))));
    if study.estimates.iter().any(|estimate| estimate.metric.name == "screen.hit_ratio") {
        fields.push(("note", line(&super::BESIDE)));
    }
    fields.extend(origin(&answer.reproduce, study));
    object(&fields)
}

/// How the runs end that do not succeed, one job and way to end a line, the worst job first.
fn failures(study: &Study) -> String {
    let row = |failing: &Failing, (how, share): &(Option<Conclusion>, f64)| {
        let conclusion = match how {
            Some(Conclusion::Failed) => "failure",
            Some(how) => how.label(),
            None => "skipped",
        };
        line(&Failure { workflow: failing.workflow, job: failing.job, conclusion, share: *share })
    };
    let failing = failing(study);
    let rows = failing.iter().flat_map(|failing| failing.ends.iter().map(move |end| row(failing, end)));
    list(&rows.collect::<Vec<_>>())
}

/// Every estimate of a study, one a line.
pub(super) fn metrics(study: &Study) -> String {
    metrics_of(&study.estimates)
}

/// Estimates, one a line.
pub(super) fn metrics_of(estimates: &[Estimate]) -> String {
    let metric = |estimate: &Estimate| {
        line(&Metric {
            name: estimate.metric.name,
            labels: Labels(&estimate.labels),
            unit: estimate.metric.unit,
            mean: estimate.mean,
            low: estimate.low,
            high: estimate.high,
            n: estimate.n,
        })
    };
    list(&estimates.iter().map(metric).collect::<Vec<_>>())
}

fn in_batches(batches: &Batches) -> String {
    line(&InBatches {
        count: batches.count,
        days: batches.length.as_days_f64(),
        dependent: batches.dependent.iter().map(Dependent::of).collect(),
    })
}

/// Where the warm-up comes from, if the scenario does not fix it.
pub(super) fn warm_up(warm_up: WarmUp) -> Option<(&'static str, String)> {
    let rule = match warm_up {
        WarmUp::Fixed => return None,
        WarmUp::Shortened => "half of the simulated time",
        WarmUp::Detected => "MSER-5",
        WarmUp::NotReached => "MSER-5: not reached, twice the retention",
    };
    Some(("warmup_rule", line(&rule)))
}

/// How sure a metric became.
pub(super) fn precision(reached: &Reached) -> String {
    let Reached { asked, half_width, .. } = reached;
    line(&Precision {
        metric: asked.measure.metric.name,
        labels: Labels(&asked.measure.labels),
        target: asked.target,
        half_width: *half_width,
        reached: reached.holds(),
        replications_max: asked.replications_max,
    })
}

/// An object whose values are JSON already, one a line.
pub(super) fn object(fields: &[(&str, String)]) -> String {
    let fields: Vec<String> = fields.iter().map(|(key, value)| format!("  \"{key}\": {value}")).collect();
    format!("{{\n{}\n}}\n", fields.join(",\n"))
}

/// This program.
#[derive(serde::Serialize)]
pub(super) struct Tool {
    name: &'static str,
    version: &'static str,
}

impl Tool {
    pub(super) const THIS: Tool = Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };
}

/// Which scenario a result is about.
#[derive(serde::Serialize)]
pub(super) struct Scenario<'a> {
    pub name: &'a str,
    pub file: &'a str,
    pub hash: &'a str,
}

#[derive(serde::Serialize)]
struct Metric<'a> {
    name: &'static str,
    labels: Labels<'a>,
    unit: &'static str,
    mean: f64,
    low: f64,
    high: f64,
    n: u32,
}

#[derive(serde::Serialize)]
struct InBatches<'a> {
    count: u32,
    days: f64,
    dependent: Vec<Dependent<'a>>,
}

#[derive(serde::Serialize)]
struct Dependent<'a> {
    metric: &'static str,
    labels: Labels<'a>,
    correlation: f64,
}

impl Dependent<'_> {
    fn of(Dependence { measure, correlation }: &Dependence) -> Dependent<'_> {
        let (metric, labels) = (measure.metric.name, Labels(&measure.labels));
        Dependent { metric, labels, correlation: *correlation }
    }
}

/// A way in which runs of a job end without success.
#[derive(serde::Serialize)]
struct Failure<'a> {
    workflow: &'a str,
    job: &'a str,
    conclusion: &'static str,
    /// Of all its runs, 0–1.
    share: f64,
}

#[derive(serde::Serialize)]
struct Precision<'a> {
    metric: &'static str,
    labels: Labels<'a>,
    target: f64,
    half_width: Option<f64>,
    reached: bool,
    replications_max: u32,
}

#[derive(serde::Serialize)]
struct Expectation<'a> {
    text: String,
    outcome: &'static str,
    held: Option<bool>,
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    metric: &'static str,
    labels: Labels<'a>,
    min: Option<f64>,
    max: Option<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    against: Vec<RivalRow<'a>>,
}

impl Expectation<'_> {
    fn of<'a>(checked: &'a Checked) -> Expectation<'a> {
        let expectation = checked.expectation;
        Expectation {
            text: expectation.to_string(),
            outcome: checked.judgement.label(),
            held: checked.judgement.held(),
            value: checked.known.as_ref().map(|known| known.mean),
            low: checked.known.as_ref().map(|known| known.low),
            high: checked.known.as_ref().map(|known| known.high),
            metric: expectation.measure.metric.name,
            labels: Labels(&expectation.measure.labels),
            min: expectation.min,
            max: expectation.max,
            against: checked.rivals.iter().map(RivalRow::of).collect(),
        }
    }
}

/// A strategy that an expectation is held against, and what the metric changes with it.
#[derive(serde::Serialize)]
struct RivalRow<'a> {
    strategy: &'a str,
    side: &'static str,
    by: f64,
    value: Option<f64>,
    difference: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    n: Option<u32>,
    outcome: &'static str,
}

impl RivalRow<'_> {
    fn of<'a>(Against { rival, change, judgement }: &Against<'a>) -> RivalRow<'a> {
        let number = |of: fn(&Difference) -> f64| change.as_ref().map(of);
        RivalRow {
            strategy: &rival.strategy,
            side: rival.side.label(),
            by: rival.by,
            value: number(|change| change.other),
            difference: number(|change| change.difference),
            low: number(|change| change.low),
            high: number(|change| change.high),
            n: change.as_ref().map(|change| change.n),
            outcome: judgement.label(),
        }
    }
}

/// Labels as an object, in the metric's order.
pub(super) struct Labels<'a>(pub &'a [Label]);

impl Serialize for Labels<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, text) in self.0 {
            map.serialize_entry(name, text)?;
        }
        map.end()
    }
}

pub(super) fn line<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("numbers and texts always have a JSON form")
}

pub(super) fn list(lines: &[String]) -> String {
    if lines.is_empty() { "[]".into() } else { format!("[\n    {}\n  ]", lines.join(",\n    ")) }
}

use super::answer::Answer;
use crate::outcome::{ClientId, EvictionBatch, JobName, Label, Names, Outcome, Timeline};
use crate::study::{Estimate, Study};
use crate::units::SimTime;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// The result as JSON: schema version 1, one metric per line so that two results can be compared
/// line by line. Fields are only ever added within a version.
pub fn json(answer: &Answer) -> String {
    let study = &answer.study;
    let checked = answer.checked();
    let expectations = checked.iter().map(|checked| {
        let expectation = checked.expectation;
        line(&Expectation {
            text: expectation.to_string(),
            held: checked.held,
            value: checked.value,
            metric: expectation.metric.name,
            labels: Labels(&expectation.labels),
            min: expectation.min,
            max: expectation.max,
        })
    });
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
    ];
    if study.estimates.iter().any(|estimate| estimate.metric.name == "screen.hit_ratio") {
        fields.push(("note", line(&super::BESIDE)));
    }
    fields.extend(origin(&answer.reproduce, study));
    object(&fields)
}

/// What a report made later needs besides the metrics: the command, the names and the limit, and what
/// only one replication can tell.
pub(super) fn origin(reproduce: &str, study: &Study) -> [(&'static str, String); 3] {
    [
        ("reproduce", line(&reproduce)),
        ("repository", line(&Repository::of(study))),
        ("first_replication", line(&First::of(study))),
    ]
}

/// Every estimate of a study, one a line.
pub(super) fn metrics(study: &Study) -> String {
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
    list(&study.estimates.iter().map(metric).collect::<Vec<_>>())
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
struct Expectation<'a> {
    text: String,
    held: bool,
    value: Option<f64>,
    metric: &'static str,
    labels: Labels<'a>,
    min: Option<f64>,
    max: Option<f64>,
}

#[derive(serde::Serialize)]
struct Repository<'a> {
    limit_bytes: u64,
    clients: &'a [String],
    workflows: &'a [String],
    jobs: Vec<Job<'a>>,
    steps: &'a [String],
}

#[derive(serde::Serialize)]
struct Job<'a> {
    workflow: u16,
    name: &'a str,
    group: &'a str,
}

impl Repository<'_> {
    fn of(study: &Study) -> Repository<'_> {
        let Names { clients, workflows, jobs, steps } = &study.first.names;
        let jobs =
            jobs.iter().map(|JobName { workflow, name, group }| Job { workflow: workflow.0, name, group });
        Repository { limit_bytes: study.first.limit.0, clients, workflows, jobs: jobs.collect(), steps }
    }
}

#[derive(serde::Serialize)]
struct First<'a> {
    start: SimTime,
    measured_from: SimTime,
    end: SimTime,
    top_evictions: Vec<Batch<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timeline: Option<&'a Timeline>,
}

impl First<'_> {
    fn of(study: &Study) -> First<'_> {
        let Outcome { window, top_evictions, names, timeline, .. } = &study.first;
        First {
            start: window.start,
            measured_from: window.measure_from,
            end: window.end,
            top_evictions: top_evictions.iter().map(|batch| Batch::of(batch, names)).collect(),
            timeline: timeline.as_ref(),
        }
    }
}

#[derive(serde::Serialize)]
struct Batch<'a> {
    at: SimTime,
    client: &'a str,
    entries: u64,
    bytes: u64,
    idle_min_ms: i64,
    evictor: Option<&'a str>,
    evictor_share: Option<f64>,
}

impl<'a> Batch<'a> {
    fn of(batch: &EvictionBatch, names: &'a Names) -> Batch<'a> {
        let name = |client: ClientId| names.clients[usize::from(client.0)].as_str();
        Batch {
            at: batch.at,
            client: name(batch.victim),
            entries: batch.entries,
            bytes: batch.bytes.0,
            idle_min_ms: batch.idle_min.0,
            evictor: batch.evictor.map(|(client, _)| name(client)),
            evictor_share: batch.evictor.map(|(_, share)| share),
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

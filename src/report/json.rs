use super::answer::Answer;
use crate::outcome::Label;
use crate::study::{Estimate, Study};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// The result as JSON: schema version 1, one metric per line so that two results can be compared
/// line by line. Fields are only ever added within a version.
pub fn json(answer: &Answer) -> String {
    let study = &answer.study;
    let checked = answer.checked();
    let expectations = checked.iter().map(|checked| {
        line(&Expectation { text: checked.expectation.to_string(), held: checked.held, value: checked.value })
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
    object(&fields)
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
struct Expectation {
    text: String,
    held: bool,
    value: Option<f64>,
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

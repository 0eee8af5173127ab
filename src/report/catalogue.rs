//! The catalogue of metrics as a list, in every format. `cli metrics` prints it.

use super::section::Cell;
use super::table::columns;
use crate::diagnostic::Style;
use crate::observe::Metric;

/// The metrics for a terminal: name, labels, unit and meaning of each.
pub fn table(metrics: &[&Metric], style: Style) -> String {
    let rows: Vec<Vec<Cell>> = metrics
        .iter()
        .map(|metric| {
            let name = format!("{}{}", metric.name, labels(metric));
            [name, metric.unit.into(), metric.meaning.into()].map(Cell::Name).to_vec()
        })
        .collect();
    columns(&["metric {labels}", "unit", "meaning"], &rows, style.width) + "\n"
}

/// The metrics as a JSON array.
pub fn json(metrics: &[&Metric]) -> String {
    let rows = metrics.iter().map(|metric| {
        let Metric { name, unit, labels, better, meaning, how, .. } = *metric;
        let row = CatalogueRow { name, unit, labels, better: better.label(), meaning, how };
        serde_json::to_string(&row).expect("texts always have a JSON form")
    });
    let rows: Vec<String> = rows.collect();
    format!("[\n  {}\n]\n", rows.join(",\n  "))
}

#[derive(serde::Serialize)]
struct CatalogueRow {
    name: &'static str,
    unit: &'static str,
    labels: &'static [&'static str],
    better: &'static str,
    meaning: &'static str,
    how: &'static str,
}

/// The metrics as CSV. The labels of a metric are separated by spaces.
pub fn csv(metrics: &[&Metric]) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let rows = metrics.iter().map(|metric| {
        let labels = metric.labels.join(" ");
        let texts = [metric.name, metric.unit, &labels, metric.better.label(), metric.meaning, metric.how];
        texts.map(quoted).join(",")
    });
    let rows: Vec<String> = rows.collect();
    format!("metric,unit,labels,better,meaning,how\n{}\n", rows.join("\n"))
}

/// The metrics as a Markdown table, for the reference.
pub fn markdown(metrics: &[&Metric]) -> String {
    let rows = metrics.iter().map(|metric| {
        let name = format!("`{}`{}", metric.name, labels(metric));
        let [unit, better] = [metric.unit, metric.better.label()];
        format!("| {name} | {unit} | {better} | {} | {} |", metric.meaning, metric.how)
    });
    let rows: Vec<String> = rows.collect();
    let head = "| metric {labels} | unit | better | meaning | how |\n|---|---|---|---|---|";
    format!("{head}\n{}\n", rows.join("\n"))
}

fn labels(metric: &Metric) -> String {
    if metric.labels.is_empty() { String::new() } else { format!(" {{{}}}", metric.labels.join(", ")) }
}

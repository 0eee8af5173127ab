use super::answer::Answer;
use std::borrow::Cow;

/// The label columns, in order. Every label of the catalogue has one.
pub(super) const LABELS: [&str; 11] = [
    "client",
    "workflow",
    "job",
    "ref",
    "outcome",
    "reason",
    "conclusion",
    "step",
    "stat",
    "evictor",
    "victim",
];

/// Every metric in long form: one row each, one column per label; an empty label means "all".
pub fn csv(answer: &Answer) -> String {
    let mut text = format!("metric,{},unit,mean,low,high,n\n", LABELS.join(","));
    for estimate in &answer.study.estimates {
        let labels = LABELS.map(|label| quoted(estimate.label(label).unwrap_or("")));
        let numbers = [estimate.mean, estimate.low, estimate.high].map(|number| number.to_string());
        let (metric, unit, n) = (estimate.metric.name, estimate.metric.unit, estimate.n);
        text += &format!("{metric},{},{unit},{},{n}\n", labels.join(","), numbers.join(","));
    }
    text
}

/// A cell of text from the scenario: quoted where CSV needs it, and with an apostrophe in front
/// where a spreadsheet would take it for a formula.
pub(super) fn quoted(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let safe = if formula { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) };
    if safe.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", safe.replace('"', "\"\""))
    } else {
        safe.into()
    }
}

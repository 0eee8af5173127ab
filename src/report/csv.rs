use crate::result::RunResult;
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
pub fn csv(answer: &RunResult) -> String {
    let mut text = format!("metric,{},unit,mean,low,high,n\n", LABELS.join(","));
    for estimate in &answer.study.estimates {
        let labels = LABELS.map(|label| quoted(estimate.label(label).unwrap_or("")));
        let numbers = [estimate.mean, estimate.low, estimate.high].map(|number| number.to_string());
        let (metric, unit, n) = (estimate.metric.name, estimate.metric.unit, estimate.n);
        text += &format!("{metric},{},{unit},{},{n}\n", labels.join(","), numbers.join(","));
    }
    text
}

/// What a spreadsheet takes for the beginning of a formula.
const FORMULA: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\n'];

/// Whether a text is a formula, apart from apostrophes in front.
fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(FORMULA)
}

/// A cell of text from the scenario: quoted where CSV needs it, and with an apostrophe in front
/// where a spreadsheet would take it for a formula. What has an apostrophe in front of a formula gets
/// another one, so that no two texts become one.
pub(super) fn quoted(text: &str) -> String {
    let safe = if is_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) };
    if safe.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", safe.replace('"', "\"\""))
    } else {
        safe.into()
    }
}

/// A cell as it was before [`quoted`], but for the quotes, which a reader of CSV takes off.
pub(super) fn unquoted(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(cell)
}

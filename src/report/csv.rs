//! Metrics as CSV in long form: a row for each, and a column for each label that metrics have; an empty label
//! means "all". The tables of a run, a comparison and a sweep are written with it.

use crate::observe::Label;
use crate::result::RunResult;
use crate::study::Estimate;
use csv::Writer;
use std::borrow::Cow;
use std::fmt::Display;

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

/// A table whose rows have cells of their own before and after the labels.
pub(super) struct LongTable(Writer<Vec<u8>>);

impl LongTable {
    /// Without a row yet, not even the names of the columns.
    pub fn new() -> LongTable {
        LongTable(Writer::from_writer(vec![]))
    }

    /// Adds the names of the columns.
    pub fn head(&mut self, first: &[&str], last: &[&str]) {
        let first = first.iter().map(|name| safe(name));
        let all = first.chain(LABELS.into_iter().chain(last.iter().copied()).map(Cow::Borrowed));
        self.add(all);
    }

    /// Adds a row. Its first cells and its labels may be texts from the scenario.
    pub fn row(&mut self, first: &[&str], labels: &[Label], last: &[&dyn Display]) {
        let text =
            |name: &str| labels.iter().find(|(label, _)| *label == name).map(|(_, text)| text.as_str());
        let labels = LABELS.map(|name| text(name).unwrap_or_default());
        let first = first.iter().copied().chain(labels).map(safe);
        self.add(first.chain(last.iter().map(|cell| Cow::Owned(cell.to_string()))));
    }

    /// The text of it.
    pub fn text(self) -> String {
        let text = self.0.into_inner().expect("memory can be written to");
        String::from_utf8(text).expect("its cells are text")
    }

    fn add<'a>(&mut self, cells: impl Iterator<Item = Cow<'a, str>>) {
        for cell in cells {
            self.0.write_field(cell.as_bytes()).expect("memory can be written to");
        }
        self.0.write_record(None::<&[u8]>).expect("each row has as many cells");
    }
}

/// Every metric of a run.
pub fn csv(result: &RunResult) -> String {
    let mut table = LongTable::new();
    table.head(&["metric"], &["unit", "mean", "low", "high", "n"]);
    for Estimate { metric, labels, mean, low, high, n } in &result.study.estimates {
        table.row(&[metric.name], labels, &[&metric.unit, mean, low, high, n]);
    }
    table.text()
}

/// What a spreadsheet takes for the beginning of a formula.
const FORMULA: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\n'];

/// Whether a text is a formula, apart from apostrophes in front.
fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(FORMULA)
}

/// A text from the scenario with an apostrophe in front where a spreadsheet would take it for a formula. What
/// has an apostrophe in front of a formula gets another one, so that no two texts become one.
fn safe(text: &str) -> Cow<'_, str> {
    if is_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// A text baseline before it was made [`safe`].
pub(super) fn original(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(cell)
}

//! Metrics as CSV in long form: a row per value and a column per label; an empty label means "all". The
//! tables of a run, a comparison and a sweep are made of it.

use crate::diagnostic::visible;
use crate::observe::Label;
use crate::result::RunResult;
use crate::statistics::Estimate;
use csv::Writer;
use std::borrow::Cow;
use std::fmt::Display;

/// The label columns, in order. Every label of the catalogue has one.
pub(super) const LABELS: [&str; 13] = [
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
    "cause",
    "set",
];

/// A table whose rows have further cells before and after the labels.
pub(super) struct LongTable(Writer<Vec<u8>>);

impl LongTable {
    /// An empty table, without a header.
    pub fn new() -> LongTable {
        LongTable(Writer::from_writer(vec![]))
    }

    /// Adds the header.
    pub fn head(&mut self, first: &[&str], last: &[&str]) {
        let first = first.iter().map(|name| safe(name));
        let all = first.chain(LABELS.map(Cow::Borrowed)).chain(last.iter().map(|name| safe(name)));
        self.add(all);
    }

    /// Adds a row. The first cells and the labels may be texts from the scenario.
    pub fn row(&mut self, first: &[&str], labels: &[Label], last: &[&dyn Display]) {
        let text =
            |name: &str| labels.iter().find(|(label, _)| *label == name).map(|(_, text)| text.as_str());
        let labels = LABELS.map(|name| text(name).unwrap_or_default());
        let first = first.iter().copied().chain(labels).map(shown);
        // A zero has no sign.
        let number = |cell: &&dyn Display| match cell.to_string() {
            zero if zero == "-0" => Cow::Borrowed("0"),
            number => Cow::Owned(number),
        };
        self.add(first.chain(last.iter().map(number)));
    }

    /// The finished CSV text.
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

/// All metrics of a run.
pub fn csv(result: &RunResult) -> String {
    let mut table = LongTable::new();
    let mut last = vec!["unit", "mean", "low", "high", "n"];
    let drawn = result.study.worlds.is_some();
    last.extend(["prediction_low", "prediction_high", "prediction_covers"].iter().filter(|_| drawn));
    table.head(&["metric"], &last);
    for Estimate { metric, labels, mean, low, high, n, prediction } in &result.study.estimates {
        let ends = [prediction.map(|p| p.low), prediction.map(|p| p.high), prediction.map(|p| p.covers)];
        let [from, to, covers] = ends.map(|end| end.map_or_else(String::new, |end| end.to_string()));
        let cells: [&dyn Display; 8] = [&metric.unit, mean, low, high, n, &from, &to, &covers];
        table.row(&[metric.name], labels, &cells[..last.len()]);
    }
    table.text()
}

/// A text of a result, which may be a stranger's: nothing in it acts on a terminal.
fn shown(text: &str) -> Cow<'_, str> {
    match safe(text) {
        Cow::Borrowed(text) => visible(text),
        Cow::Owned(text) => Cow::Owned(visible(&text).into_owned()),
    }
}

/// The characters that a spreadsheet takes for the start of a formula.
const FORMULA: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\n'];

/// True if a text is a formula, after any apostrophes at its start.
fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(FORMULA)
}

/// A text from the scenario, with an apostrophe before anything that a spreadsheet would take for a
/// formula. A text that already has an apostrophe before a formula gets another one, so that no two texts
/// become equal.
pub(super) fn safe(text: &str) -> Cow<'_, str> {
    if is_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The original of a text that was made [`safe`].
pub(super) fn original(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(cell)
}

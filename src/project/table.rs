//! Reads a CSV text with a header row by row and collects all its problems with their lines. It
//! knows the columns, but not what they mean.
//!
//! The crate table and the event log are read through it.

use crate::diagnostic::nearest;
use csv::{ReaderBuilder, StringRecord, Trim};

/// Reads `text` and calls `each` for every row of the right length. An unknown or missing column, a
/// row that `each` reports, or more than `rows_max` rows are problems. Reading stops after
/// [`RowProblems::MAX`] of them.
pub(crate) fn read(
    text: &str,
    columns: &'static [TableColumn],
    rows_max: usize,
    mut each: impl FnMut(&TableRow, &mut RowProblems),
) -> RowProblems {
    let mut problems = RowProblems::default();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = ReaderBuilder::new().flexible(true).trim(Trim::All).from_reader(text.as_bytes());
    let places = match reader.headers() {
        Ok(header) => places(header, columns, &mut problems),
        Err(error) => return problems.with(1, None, error.to_string()),
    };
    let width = reader.headers().map_or(0, StringRecord::len);
    if !problems.list.is_empty() {
        return problems;
    }
    let (mut record, mut rows) = (StringRecord::new(), 0);
    while !problems.full() && reader.read_record(&mut record).unwrap_or(false) {
        let line = record.position().map_or(0, csv::Position::line);
        rows += 1;
        if rows > rows_max {
            return problems.with(line, None, format!("more than {rows_max} rows: split the file"));
        }
        if record.len() == width {
            each(&TableRow { record: &record, places: &places, line }, &mut problems);
        } else {
            problems.add(line, None, format!("{} fields where the header has {width}", record.len()));
        }
    }
    problems
}

/// A column that a table may have.
pub(crate) struct TableColumn {
    /// Its name in the header.
    pub name: &'static str,
    /// True if the table cannot be read without it.
    pub required: bool,
    /// What its fields mean; printed in the reference.
    pub doc: &'static str,
}

/// One row. Columns are addressed by their index in the list given to [`read`].
pub(crate) struct TableRow<'a> {
    record: &'a StringRecord,
    places: &'a [Option<usize>],
    /// The line on which it starts, from 1.
    pub line: u64,
}

impl<'a> TableRow<'a> {
    /// The trimmed text of a field; empty if the table does not have the column.
    pub fn field(&self, column: usize) -> &'a str {
        self.places[column].and_then(|place| self.record.get(place)).unwrap_or("")
    }

    /// The non-empty parts of a field, which are separated by `;`.
    pub fn parts(&self, column: usize) -> impl Iterator<Item = &'a str> {
        self.field(column).split(';').map(str::trim).filter(|part| !part.is_empty())
    }
}

/// One problem in a table.
pub(crate) struct RowProblem {
    /// The line, from 1.
    pub line: u64,
    /// The column it is in; `None` if it concerns the row or the table.
    pub column: Option<&'static str>,
    /// The problem and its remedy.
    pub message: String,
}

/// All problems of a table, up to a limit.
#[derive(Default)]
pub(crate) struct RowProblems {
    /// The problems in the order they were found.
    pub list: Vec<RowProblem>,
}

impl RowProblems {
    /// The number of problems after which reading stops.
    pub const MAX: usize = 50;

    /// Adds a problem, unless the limit is reached.
    pub fn add(&mut self, line: u64, column: Option<&'static str>, message: String) {
        if !self.full() {
            self.list.push(RowProblem { line, column, message });
        }
    }

    fn full(&self) -> bool {
        self.list.len() >= RowProblems::MAX
    }

    fn with(mut self, line: u64, column: Option<&'static str>, message: String) -> RowProblems {
        self.add(line, column, message);
        self
    }
}

/// The message about a word that is not one of the known ones.
pub(crate) fn unknown<'a>(what: &str, word: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let hint = match nearest(word, known.clone()) {
        Some(name) => format!(": did you mean `{name}`?"),
        None => ".".to_owned(),
    };
    let list = known.collect::<Vec<_>>().join(", ");
    format!("unknown {what} `{word}`{hint} Known: {list}")
}

/// The position of each column in the header.
fn places(
    header: &StringRecord,
    columns: &'static [TableColumn],
    problems: &mut RowProblems,
) -> Vec<Option<usize>> {
    let mut places = vec![None; columns.len()];
    for (place, name) in header.iter().enumerate() {
        match columns.iter().position(|column| column.name == name) {
            None => problems.add(1, None, unknown("column", name, columns.iter().map(|c| c.name))),
            Some(at) if places[at].is_some() => {
                problems.add(1, Some(columns[at].name), format!("column `{name}` occurs twice"));
            }
            Some(at) => places[at] = Some(place),
        }
    }
    for (column, _) in columns.iter().zip(&places).filter(|(c, place)| c.required && place.is_none()) {
        problems.add(1, Some(column.name), format!("column `{}` is missing", column.name));
    }
    places
}

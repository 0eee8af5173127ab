//! A table of a report, as every format lays it out.

/// One table of a report: a title, a heading per column, and rows with as many cells.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Its title.
    pub title: String,
    /// The headings, with units.
    pub headings: Vec<&'static str>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// A note below the table, for example on what was left out.
    pub note: Option<String>,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// A name from the scenario, which formats have to escape.
    Name(String),
    /// A number with its unit, formatted by the report.
    Number(String),
}

impl Cell {
    /// True if it is a number with an interval behind it.
    pub(super) fn has_interval(&self) -> bool {
        matches!(self, Cell::Number(number) if number.contains(" (") && number.contains('–'))
    }
}

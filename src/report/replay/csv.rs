//! The outcomes of a replay as CSV, written one by one as they come. `cli` feeds it.

use crate::replay::OperationOutcome;
use std::io::{self, Write};

/// Outcomes as CSV, one row each; a cell that does not apply is empty.
pub struct CsvOutcomes<W: Write> {
    out: csv::Writer<W>,
}

impl<W: Write> CsvOutcomes<W> {
    /// Begins with the header.
    ///
    /// # Errors
    /// What writing fails with; so do the others.
    pub fn new(out: W) -> io::Result<CsvOutcomes<W>> {
        let mut out = csv::Writer::from_writer(out);
        out.write_record(["line", "op", "outcome", "at", "id", "ref", "key", "size_bytes"])?;
        Ok(CsvOutcomes { out })
    }

    /// Adds an outcome.
    pub fn write(&mut self, outcome: &OperationOutcome) -> io::Result<()> {
        let shown = |number: &u64| number.to_string();
        let row = match outcome {
            OperationOutcome::Restore { line, outcome, reference, key, size } => {
                let (reference, key) =
                    (reference.clone().unwrap_or_default(), key.clone().unwrap_or_default());
                let size = size.map_or(String::new(), |size| size.0.to_string());
                [
                    shown(line),
                    "restore".into(),
                    outcome.name().into(),
                    "".into(),
                    "".into(),
                    reference,
                    key,
                    size,
                ]
            }
            OperationOutcome::Save { line, outcome } => {
                let none = String::new;
                [shown(line), "save".into(), outcome.name().into(), none(), none(), none(), none(), none()]
            }
            OperationOutcome::Evict { at, id, reference, key, size, reason } => {
                let (reference, key) = (reference.clone(), key.clone());
                let why = reason.label().into();
                ["".into(), "evict".into(), why, at.to_string(), shown(id), reference, key, shown(&size.0)]
            }
        };
        self.out.write_record(row.map(|cell| safe(&cell)))?;
        Ok(())
    }

    /// Ends the table.
    pub fn finish(self) -> io::Result<W> {
        self.out.into_inner().map_err(|error| error.into_error())
    }
}

/// A cell with an apostrophe in front where a spreadsheet would take it for a formula.
fn safe(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    if formula { format!("'{text}") } else { text.to_owned() }
}

//! The outcomes of a replay as CSV, written one at a time while the log is read. `cli` feeds it.

use crate::replay::OperationOutcome;
use std::io::{self, Write};

/// Writes outcomes as CSV, a row each. Cells that do not apply are empty.
pub struct CsvOutcomes<W: Write> {
    out: csv::Writer<W>,
}

impl<W: Write> CsvOutcomes<W> {
    /// Starts the table with its header.
    ///
    /// # Errors
    /// If writing fails. The same holds for the other methods.
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

/// A cell, with an apostrophe before anything that a spreadsheet would take for a formula.
fn safe(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    if formula { format!("'{text}") } else { text.to_owned() }
}

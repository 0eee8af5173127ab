//! The outcomes of a replay as CSV or JSON, written one at a time while the log is read. `cli` feeds them.

use crate::experiment::replay::ReplayedLog;
use crate::replay::OperationOutcome;
use crate::result::{ReplayHead, ReplaySummary};
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

/// Writes outcomes as JSON, schema version 1, one per line.
pub struct JsonOutcomes<W> {
    out: W,
    written: u64,
}

impl<W: Write> JsonOutcomes<W> {
    /// Starts the document.
    ///
    /// # Errors
    /// If writing fails. The same holds for the other methods.
    pub fn new(mut out: W) -> io::Result<JsonOutcomes<W>> {
        out.write_all(ReplayHead::new().json().as_bytes())?;
        Ok(JsonOutcomes { out, written: 0 })
    }

    /// Adds an outcome.
    pub fn write(&mut self, outcome: &OperationOutcome) -> io::Result<()> {
        self.out.write_all(if self.written == 0 { b"\n    " } else { b",\n    " })?;
        self.written += 1;
        serde_json::to_writer(&mut self.out, outcome)?;
        Ok(())
    }

    /// Ends the document with the summary and the final listing.
    pub fn finish(mut self, log: &ReplayedLog) -> io::Result<W> {
        let ReplayedLog { tally, limit, bytes, entries, skipped } = log;
        self.out.write_all(if self.written == 0 { b"" } else { b"\n  " })?;
        let end = ReplaySummary::of(tally, *limit, *bytes, entries, *skipped);
        self.out.write_all(end.json().as_bytes())?;
        Ok(self.out)
    }
}

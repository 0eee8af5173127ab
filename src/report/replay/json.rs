//! The outcomes of a replay as JSON, written one at a time while the log is read. `cli` feeds it.

use crate::experiment::replay::ReplayedLog;
use crate::replay::OperationOutcome;
use crate::result::{ReplayHead, ReplaySummary};
use std::io::{self, Write};

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

use super::summary::Summary;
use crate::replay::{OperationOutcome, RestoreAnswer, SaveAnswer, listing};
use serde_json::json;
use std::io::{self, Write};

/// Outcomes as JSON, schema version 1, one on each line.
pub struct JsonOutcomes<W> {
    out: W,
    written: u64,
}

impl<W: Write> JsonOutcomes<W> {
    /// Begins the document.
    ///
    /// # Errors
    /// What writing fails with; so do the others.
    pub fn new(mut out: W) -> io::Result<JsonOutcomes<W>> {
        let tool = json!({"name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION")});
        write!(out, "{{\n  \"schema_version\": 1,\n  \"tool\": {tool},\n  \"command\": \"replay\",\n")?;
        write!(out, "  \"outcomes\": [")?;
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
    pub fn finish(mut self, summary: &Summary) -> io::Result<W> {
        let Summary { tally, limit, bytes, entries, skipped, .. } = summary;
        let restores: Vec<_> =
            RestoreAnswer::ALL.iter().map(|found| (found.name(), tally.found(*found))).collect();
        let saves: Vec<_> = SaveAnswer::ALL.iter().map(|saved| (saved.name(), tally.saved(*saved))).collect();
        let counts = json!({
            "restore": restores.into_iter().collect::<std::collections::BTreeMap<_, _>>(),
            "save": saves.into_iter().collect::<std::collections::BTreeMap<_, _>>(),
            "evict": {"size": tally.evicted.0, "idle": tally.expired.0},
            "delete": tally.deleted,
            "skipped_lines": skipped,
        });
        let listed: Vec<_> = entries.iter().map(listing::gh).collect();
        let listed =
            if listed.is_empty() { "[]".into() } else { format!("[\n    {}\n  ]", listed.join(",\n    ")) };
        let end = if self.written == 0 { "]" } else { "\n  ]" };
        let bytes = json!({"peak": tally.peak, "final": bytes});
        writeln!(
            self.out,
            "{end},\n  \"limit_bytes\": {},\n  \"hit_ratio\": {},\n  \"counts\": {counts},\n  \"bytes\": {bytes},\n  \
             \"final\": {listed}\n}}",
            limit.0,
            json!(tally.hit_ratio())
        )?;
        Ok(self.out)
    }
}

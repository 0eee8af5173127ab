//! `schema`: the JSON schema of scenarios.

use crate::scenario::schema;
use std::io::{self, Write};

/// Prints the JSON schema of scenarios, for editors.
pub fn run(out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &schema())?;
    writeln!(out)
}

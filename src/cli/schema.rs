//! `schema`: prints the JSON schema of scenarios, for editors, or of results.

use crate::{result, scenario};
use std::io::{self, Write};

/// Arguments of `cache-budget schema`.
#[derive(Debug, clap::Args)]
pub(super) struct SchemaArgs {
    /// Print the schema of results instead.
    ///
    /// That is of `result.json` and of `--format json`.
    #[arg(long)]
    pub results: bool,
}

/// Prints one of the two schemas.
pub fn run(results: bool, out: &mut dyn Write) -> io::Result<()> {
    match results {
        true => serde_json::to_writer_pretty(&mut *out, &result::schema())?,
        false => serde_json::to_writer_pretty(&mut *out, &scenario::schema())?,
    }
    writeln!(out)
}

//! `metrics`: prints the catalogue of metrics.

use super::output::print;
use super::{Common, EXIT_FINE, Format, Terminal};
use crate::observe::CATALOGUE;
use crate::report;

/// Arguments of `cache-budget metrics`.
#[derive(Debug, clap::Args)]
pub(super) struct MetricsArgs {
    /// table, json, csv or markdown.
    #[arg(long, value_enum, default_value_t = Format::Table, hide_possible_values = true, value_name = "FORMAT")]
    format: Format,
}

/// Prints the catalogue in the requested format.
pub(super) fn run(args: &MetricsArgs, common: &Common) -> anyhow::Result<u8> {
    print(match args.format {
        Format::Table => report::catalogue::table(CATALOGUE, Terminal::Stdout.style(common.color)),
        Format::Json => report::catalogue::json(CATALOGUE),
        Format::Csv => report::catalogue::csv(CATALOGUE),
        Format::Markdown => report::catalogue::markdown(CATALOGUE),
    })?;
    Ok(EXIT_FINE)
}

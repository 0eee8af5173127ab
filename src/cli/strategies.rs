//! `strategies`: prints the catalogue of strategies.

use super::output::print;
use super::{Common, EXIT_FINE, Format, Terminal};
use crate::report::strategies;
use crate::strategy::STRATEGIES;

/// Arguments of `cache-budget strategies`.
#[derive(Debug, clap::Args)]
pub(super) struct StrategiesArgs {
    /// table, json, csv or markdown.
    #[arg(long, value_enum, default_value_t = Format::Table, hide_possible_values = true, value_name = "FORMAT")]
    format: Format,
}

/// Prints the catalogue in the requested format.
pub(super) fn run(args: &StrategiesArgs, common: &Common) -> anyhow::Result<u8> {
    print(match args.format {
        Format::Table => strategies::table(STRATEGIES, Terminal::Stdout.style(common.color)),
        Format::Json => strategies::json(STRATEGIES),
        Format::Csv => strategies::csv(STRATEGIES),
        Format::Markdown => strategies::markdown(STRATEGIES),
    })?;
    Ok(EXIT_FINE)
}

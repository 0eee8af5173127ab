//! `import`: the arguments, the output and the exit code. Reading and judging is in [`import`](crate::import).

use super::output::{print, say};
use super::{Common, EXIT_FAILED, EXIT_FINE, EXIT_INVALID, Format, Terminal};
use crate::diagnostic::printable;
use crate::import::expression::Decider;
use crate::import::{FoundWorkflow, RepositoryFolder, Sources, inventory};
use crate::report;
use crate::result::Inventory;
use std::path::PathBuf;

/// Arguments of `cache-budget import`.
#[derive(Debug, clap::Args)]
pub(super) struct ImportArgs {
    /// The repository's folder.
    #[arg(long, value_name = "DIR")]
    repo: PathBuf,
    /// Print what was found instead of a scenario.
    #[arg(long)]
    inventory: bool,
    /// table, json or markdown; for --inventory.
    #[arg(long, value_enum, default_value_t = Format::Table, hide_possible_values = true, value_name = "FORMAT")]
    format: Format,
}

/// Reads the repository, and prints the inventory.
pub(super) fn run(args: &ImportArgs, common: &Common) -> anyhow::Result<u8> {
    let shown = printable(&args.repo.display().to_string()).into_owned();
    let folder = match RepositoryFolder::open(&args.repo) {
        Ok(folder) => folder,
        Err(error) => {
            say(format!("error: cannot read {shown}: {error}\n"));
            return Ok(EXIT_FAILED);
        }
    };
    let sources = match Sources::read(&folder) {
        Ok(sources) => sources,
        Err(problem) => {
            say(format!("error: {shown}: {}\n", printable(&problem)));
            return Ok(EXIT_INVALID);
        }
    };
    let decider = Decider::default();
    let found = FoundWorkflow::all(&sources, &decider);
    let inventory = inventory(&sources, &found, &decider);
    warn(&sources, common);
    print(text(&inventory, args, common))?;
    Ok(if sources.workflows.is_empty() { EXIT_INVALID } else { EXIT_FINE })
}

/// Says which files were not imported.
fn warn(sources: &Sources, common: &Common) {
    let severity = if sources.workflows.is_empty() { "error" } else { "warning" };
    if common.quiet && severity == "warning" {
        return;
    }
    for problem in &sources.problems {
        let place = match problem.place {
            (0, _) => problem.path.clone(),
            (line, column) => format!("{}:{line}:{column}", problem.path),
        };
        say(format!("{severity}: {}: not imported: {}\n", printable(&place), printable(&problem.message)));
    }
}

fn text(inventory: &Inventory, args: &ImportArgs, common: &Common) -> String {
    match args.format {
        Format::Json => inventory.json(),
        Format::Markdown => report::inventory::markdown(inventory),
        Format::Table | Format::Csv => {
            report::inventory::table(inventory, Terminal::Stdout.style(common.color))
        }
    }
}

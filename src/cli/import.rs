//! `import`: the arguments, the output and the exit code. Reading and judging is in [`import`](crate::import).

use super::output::{print, say, write};
use super::records::{RecordArgs, calibration, still_assumed, tested};
use super::{Common, EXIT_FAILED, EXIT_FINE, EXIT_INVALID, Format, Terminal, refused, wrote};
use crate::diagnostic::printable;
use crate::experiment::Failure;
use crate::import::expression::Decider;
use crate::import::{
    FoundWorkflow, RepositoryFolder, RepositoryPast, RepositorySources, ScenarioDraft, draft, inventory,
};
use crate::report;
use crate::result::{BackTest, Inventory};
use std::path::{Path, PathBuf};

/// Arguments of `cache-budget import`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct ImportArgs {
    /// The repository's folder.
    #[arg(long, value_name = "DIR")]
    repo: PathBuf,
    /// Write the scenario to this file instead of stdout.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Print what was found instead of a scenario.
    #[arg(long, conflicts_with = "output")]
    inventory: bool,
    #[command(flatten)]
    pub records: RecordArgs,
    /// table, json or markdown (inventory, back-test).
    #[arg(long, value_enum, default_value_t = Format::Table, hide_possible_values = true, hide_default_value = true, value_name = "FORMAT")]
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
    let sources = match RepositorySources::read(&folder) {
        Ok(sources) => sources,
        Err(problem) => {
            say(format!("error: {shown}: {}\n", printable(&problem)));
            return Ok(EXIT_INVALID);
        }
    };
    let decider = Decider::default();
    let found = FoundWorkflow::all(&sources, &decider);
    warn(&sources, common);
    if sources.workflows.is_empty() {
        return Ok(EXIT_INVALID);
    }
    if args.inventory {
        print(text(&inventory(&sources, &found, &decider), args, common))?;
        return Ok(EXIT_FINE);
    }
    let known = match calibration(&args.records, &sources, &decider, &found) {
        Ok(known) => known,
        Err(Failure::Refused(refusal)) => return Ok(refused(&refusal, common)),
        Err(Failure::Failed(problem)) => return Err(problem),
        Err(Failure::Cancelled) => unreachable!("an import is not cancelled"),
    };
    if !common.quiet {
        say(known.remarks.iter().map(|remark| format!("note: {}\n", printable(remark))).collect::<String>());
    }
    let past = RepositoryPast::read(&args.repo);
    let events = args.output.as_deref().and_then(beside);
    let Some(draft) = draft(&sources, &decider, &found, (&known, &past, events.as_deref())) else {
        say("error: no workflow has an event that is simulated: --inventory shows what was found\n");
        return Ok(EXIT_INVALID);
    };
    if args.records.holdout.is_some() {
        let test = match tested(&args.records, &sources, &decider, &found) {
            Ok(test) => test,
            Err(Failure::Refused(refusal)) => return Ok(refused(&refusal, common)),
            Err(Failure::Failed(problem)) => return Err(problem),
            Err(Failure::Cancelled) => unreachable!("an import is not cancelled"),
        };
        print(shown_test(&test, args, common))?;
        if args.output.is_none() {
            return Ok(EXIT_FINE);
        }
    }
    deliver(&draft, args, common)?;
    Ok(EXIT_FINE)
}

fn shown_test(test: &BackTest, args: &ImportArgs, common: &Common) -> String {
    match args.format {
        Format::Json => test.json(),
        Format::Markdown => report::back_test::markdown(test),
        Format::Table | Format::Csv => report::back_test::table(test, Terminal::Stdout.style(common.color)),
    }
}

/// Writes the scenario, and says what is open and what to do next.
fn deliver(draft: &ScenarioDraft, args: &ImportArgs, common: &Common) -> anyhow::Result<()> {
    let Some(file) = &args.output else {
        print(&draft.text)?;
        if !common.quiet {
            say(still_assumed(draft));
        }
        return Ok(());
    };
    if let Some((events, name)) = draft.events.as_ref().zip(beside(file)) {
        let log = file.with_file_name(name);
        write(&log, events)?;
        wrote(&log, common);
    }
    write(file, &draft.text)?;
    wrote(file, common);
    if !common.quiet {
        let told = draft.remarks.iter().map(|remark| format!("History: {}.\n", printable(remark)));
        say(told.collect::<String>());
        if draft.is_without_cache {
            say("No cache was found in these workflows; they are written without one.\n");
        }
        let shown = printable(&file.display().to_string()).into_owned();
        let blanks = match draft.blanks.len() {
            0 => String::new(),
            1 => "One thing is left blank; it is listed at the top of the file.\n".to_owned(),
            count => format!("{count} things are left blank; they are listed at the top of the file.\n"),
        };
        say(format!("{blanks}{}Next: cache-budget run {shown}\n", still_assumed(draft)));
    }
    Ok(())
}

/// The name of the event log beside a scenario: `ci.events.csv` beside `ci.toml`.
fn beside(scenario: &Path) -> Option<String> {
    Some(format!("{}.events.csv", scenario.file_stem()?.to_str()?))
}

/// Says which files were not imported.
fn warn(sources: &RepositorySources, common: &Common) {
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

const EXAMPLES: &str = "\
Examples:
  Which cache clients do my workflows have, and which save on pull requests?
    cache-budget import --repo . --inventory

  A scenario of my repository, and what its cache does:
    cache-budget import --repo . --output ci.toml
    cache-budget run ci.toml";

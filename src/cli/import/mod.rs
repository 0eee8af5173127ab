//! `import`: the arguments, the output and the exit code. Reading and judging is in [`import`](crate::import).

mod assumptions;
pub(super) mod fetched;
mod records;

use super::attended::Attended;
use super::output::{print, say, write};
use super::{
    Common, EXIT_FAILED, EXIT_FINE, EXIT_INVALID, EXIT_USAGE, Format, Terminal, refused, stopped, wrote,
};
use crate::diagnostic::printable;
use crate::experiment::Failure;
use crate::import::expression::Decider;
use crate::import::{
    FoundWorkflow, NO_FILE, RepositoryFolder, RepositoryPast, RepositorySources, ScenarioDraft,
    UpdatedScenario, draft, inventory,
};
use crate::report;
use crate::result::{BackTest, Inventory};
use crate::scenario::load;
use crate::units::counted;
use anyhow::{Context, anyhow};
use assumptions::{ranked, still_assumed};
use fetched::fetched;
use records::{RecordArgs, calibration, tested};
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
    /// Import again and keep your edits.
    ///
    /// What you changed since the last import stays, what the repository changed is taken. Where both have changed a value,
    /// yours stays, below a comment that begins with `# conflict:`. The last import is kept beside the scenario, in
    /// `NAME.imported`.
    #[arg(long, requires = "output")]
    update: bool,
    /// Replace the file, whoever wrote it.
    ///
    /// By default, `import` refuses to replace a file that it did not write, or that was edited after it wrote it.
    #[arg(long, conflicts_with_all = ["inventory", "update"], hide_short_help = true)]
    force: bool,
    /// Replace names by others, and leave comments out.
    ///
    /// For a scenario that you want to publish: workflows, jobs, keys, branches and inputs get other names. Times, sizes and
    /// numbers stay.
    #[arg(long, conflicts_with_all = ["inventory", "update"])]
    anonymise: bool,
    /// Do not try which assumption matters most.
    ///
    /// This takes up to a minute.
    #[arg(long)]
    no_advice: bool,
    #[command(flatten)]
    pub records: RecordArgs,
    /// table, json or markdown (inventory, back-test).
    #[arg(long, value_enum, hide_possible_values = true, value_name = "FORMAT")]
    format: Option<Format>,
}

/// Reads the repository, and prints the inventory.
pub(super) fn run(args: &ImportArgs, common: &Common) -> anyhow::Result<u8> {
    if args.format.is_some() && !args.inventory && args.records.holdout.is_none() {
        say("error: a scenario is TOML: `--format` is for --inventory and --holdout\n");
        return Ok(EXIT_USAGE);
    }
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
    let records = match records(args, common)? {
        Ok(records) => records,
        Err(code) => return Ok(code),
    };
    let known = match calibration(&records, &sources, &decider, &found) {
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
    let Some(draft) = draft(&sources, &decider, &found, (&known, &past, events.as_deref().ok_or(NO_FILE)))
    else {
        say("error: no workflow has an event that is simulated: --inventory shows what was found\n");
        return Ok(EXIT_INVALID);
    };
    let draft = if args.anonymise { draft.anonymised() } else { draft };
    if let Some(problem) = args.output.as_deref().and_then(|file| overwrites(file, &draft, args)) {
        say(format!("error: {problem}\n"));
        return Ok(EXIT_USAGE);
    }
    if args.records.holdout.is_some() {
        let test = match tested(&records, &args.repo, (&sources, &decider, &found)) {
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
    Ok(args.output.as_deref().map_or(EXIT_FINE, |file| judged(file, common)))
}

/// The exit code for the scenario that was just written. A flaw of it is said.
fn judged(file: &Path, common: &Common) -> u8 {
    let Some(flaw) = flaw(file, common) else { return EXIT_FINE };
    say(flaw);
    EXIT_FAILED
}

/// What `check` refuses of the scenario that was just written; `None` if it is fine.
fn flaw(file: &Path, common: &Common) -> Option<String> {
    let report = load(file, &[]).err()?;
    let said = report.render(&Terminal::Stderr.style(common.color));
    let shown = printable(&file.display().to_string()).into_owned();
    Some(format!(
        "{said}\nerror: {shown} was written, and `check` refuses it; a line that `import` made is a fault of `import`: please \
         report it\n"
    ))
}

fn shown_test(test: &BackTest, args: &ImportArgs, common: &Common) -> String {
    match args.format.unwrap_or(Format::Table) {
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
    let text = if args.update { updated(file, draft)? } else { draft.text.clone() };
    write(file, &text)?;
    write(&file.with_extension(IMPORTED), &draft.text)?;
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
        let assumed = if args.no_advice { still_assumed(draft) } else { ranked(draft, file) };
        say(format!("{blanks}{assumed}Next: cache-budget run {shown}\n"));
    }
    Ok(())
}

/// The name of a file that keeps what was imported last.
const IMPORTED: &str = "imported";
/// The largest scenario that is imported into.
const SCENARIO_BYTES_MAX: u64 = 16_000_000;

/// Refuses to replace a file that `import` did not write, or that was edited after it wrote it: the message, or `None` if
/// nothing would be lost. A file that says what it is to say loses nothing: an import that was killed may have written one
/// file, and not the next.
fn overwrites(file: &Path, draft: &ScenarioDraft, args: &ImportArgs) -> Option<String> {
    if args.update || args.force || args.inventory {
        return None;
    }
    let shown = |path: &Path| printable(&path.display().to_string()).into_owned();
    let is_there = |path: &Path| path.metadata().is_ok_and(|found| found.is_file());
    let read = |path: &Path| std::fs::read(path).ok();
    let says = |path: &Path, text: &str| read(path).as_deref() == Some(text.as_bytes());
    let log =
        beside(file).map(|name| (file.with_file_name(name), draft.events.as_deref().unwrap_or_default()));
    let last = file.with_extension(IMPORTED);
    let mut written = std::iter::once((file.to_path_buf(), draft.text.as_str())).chain(log);
    let (there, _) = written.find(|(path, text)| is_there(path) && !says(path, text))?;
    if !is_there(&last) {
        let shown = shown(&there);
        return Some(format!(
            "{shown} is there, and `import` did not write it: name another file, or replace it with --force"
        ));
    }
    let is_edited = is_there(file) && read(file) != read(&last) && !says(file, &draft.text);
    is_edited.then(|| {
        let shown = shown(file);
        format!("{shown} was edited since it was imported: --update keeps the edits, --force replaces it")
    })
}

/// The scenario in this file with what a new import found.
fn updated(file: &Path, draft: &ScenarioDraft) -> anyhow::Result<String> {
    let shown = |path: &Path| printable(&path.display().to_string()).into_owned();
    let last = file.with_extension(IMPORTED);
    let read = |path: &Path| {
        let size =
            std::fs::metadata(path).map_err(|error| anyhow!("cannot read {}: {error}", shown(path)))?.len();
        if size > SCENARIO_BYTES_MAX {
            return Err(anyhow!("{} is too large to be a scenario", shown(path)));
        }
        std::fs::read_to_string(path).map_err(|error| anyhow!("cannot read {}: {error}", shown(path)))
    };
    let edited = read(file)?;
    let last = read(&last).context("--update needs what was imported last: import once without --update")?;
    let updated = UpdatedScenario::merged(&last, &edited, &draft.text);
    if updated.conflicts > 0 {
        let count = updated.conflicts;
        say(format!(
            "{}: look for `# conflict:` in {}\n",
            counted(count, "conflict", "conflicts"),
            shown(file)
        ));
    }
    Ok(updated.text)
}

/// The records, with what `--gh` fetches, or the exit code of a fetch that was stopped.
fn records(args: &ImportArgs, common: &Common) -> anyhow::Result<Result<RecordArgs, u8>> {
    if !args.records.gh {
        return Ok(Ok(args.records.clone()));
    }
    let control = Attended::listen(common.quiet)?;
    match fetched(&args.records, &args.repo, &pages(args), (&control, common.quiet)) {
        Ok(records) => Ok(Ok(records)),
        Err(Failure::Cancelled) => Ok(Err(stopped("the pages so far are kept", &control))),
        Err(failure) => super::failed(failure, &control, common).map(Err),
    }
}

/// The folder of GitHub's pages: `ci.gh` beside `ci.toml`.
fn pages(args: &ImportArgs) -> PathBuf {
    let file = args.output.as_deref();
    file.map_or_else(|| PathBuf::from("output/import.gh"), |file| file.with_extension("gh"))
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
    match args.format.unwrap_or(Format::Table) {
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

//! The command line: a thin file per subcommand.
//!
//! A subcommand turns its arguments into a request, has `experiment` or `replay` act on it, and writes what
//! `report` makes of the result: data to stdout, everything else to stderr. Nothing about caches or
//! statistics is decided here. The exit codes are in this file.

// What is written on arguments is their help on a terminal, where `output/<scenario>` is no HTML.
#![allow(rustdoc::invalid_html_tags)]

mod attended;
pub mod check;
mod compare;
mod diagnose;
mod explain;
mod import;
mod lesson;
mod metrics;
mod output;
mod precision;
mod recorded;
mod replay;
mod report;
mod room;
mod run;
pub mod schema;
mod serve;
mod shell;
mod strategies;
mod sweep;
mod trace;
mod uncertain;

use crate::diagnostic::printable;
use crate::engine::VERSION;
use crate::experiment::{Failure, Refusal};
use crate::scenario::Loaded;
use anyhow::Context;
use attended::Attended;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use output::terminal::{ColorChoice, Terminal};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Success.
pub const EXIT_FINE: u8 = 0;
/// Failure: input or output failed, or there is a bug.
pub const EXIT_FAILED: u8 = 1;
/// Usage error: the command line is wrong.
pub const EXIT_USAGE: u8 = 2;
/// The input is invalid.
pub const EXIT_INVALID: u8 = 3;
/// An `[[expect]]` of the scenario does not hold.
pub const EXIT_UNEXPECTED: u8 = 10;
/// With `--strict`: an `[[expect]]` of the scenario could not be decided.
pub const EXIT_UNDECIDED: u8 = 11;

/// Runs the command line of this process and returns its exit code.
pub fn main() -> u8 {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(problem) => {
            // Help and version are not problems; for them, clap uses code 0 and stdout.
            return match problem.print() {
                Err(cause) if !problem.use_stderr() => {
                    output::settled(Err(cause)).map_or_else(report, |()| EXIT_FINE)
                }
                _ => problem.exit_code() as u8,
            };
        }
    };
    output::inputs::protect(cli.command.inputs());
    match cli.command {
        Command::Run(args) => run::run(&args, &cli.common),
        Command::Compare(args) => compare::run(&args, &cli.common),
        Command::Explain(args) => explain::run(&args, &cli.common),
        Command::Diagnose(args) => diagnose::run(&args, &cli.common),
        Command::Import(args) => import::run(&args, &cli.common),
        Command::Sweep(args) => sweep::run(&args, &cli.common),
        Command::Merge(args) => sweep::merge(&args, &cli.common),
        Command::Check(args) => checked(&args, &cli.common),
        Command::Replay(args) => replay::run(&args, &cli.common),
        Command::Serve(args) => serve::run(&args, &cli.common),
        Command::Trace(args) => trace::run(&args, &cli.common),
        Command::Report(args) => report::run(&args, &cli.common),
        Command::Lesson(args) => lesson::run(&args, &cli.common),
        Command::Metrics(args) => metrics::run(&args, &cli.common),
        Command::Strategies(args) => strategies::run(&args, &cli.common),
        Command::Completions(args) => shell::completions(&args),
        Command::Man(args) => shell::man(&args, &cli.common),
        Command::Schema(args) => printed(|out, _| schema::run(args.results, out).map(|()| EXIT_FINE)),
    }
    .unwrap_or_else(report)
}

/// Prints why a command failed. Returns the exit code.
fn report(problem: anyhow::Error) -> u8 {
    output::say(format!("error: {problem:#}\n"));
    if problem.chain().any(|cause| cause.is::<output::inputs::ReplacesInput>()) {
        EXIT_USAGE
    } else {
        EXIT_FAILED
    }
}

/// The definition of the command line, for its reference, the completions and the manual.
pub fn command() -> clap::Command {
    Cli::command()
}

fn checked(args: &CheckArgs, common: &Common) -> anyhow::Result<u8> {
    let style = Terminal::Stderr.style(common.color);
    if let Some(slug) = &args.explain {
        let style = Terminal::Stdout.style(common.color);
        return printed(|out, _| check::explained(slug, style, out));
    }
    printed(|out, err| check::run(&args.files, &args.set, args.show_defaults, &style, out, err))
}

/// Prints the notes and warnings about a scenario before anything is simulated.
fn introduce(loaded: &Loaded, common: &Common) {
    // The scenario's own file and those that it names.
    output::inputs::protect(loaded.report.sources.names().map(Path::new));
    if common.quiet {
        return;
    }
    let title = Some(&loaded.title).filter(|title| **title != loaded.name).map(|title| printable(title));
    let question = Some(&loaded.question).filter(|question| !question.is_empty());
    let question = question.map(|question| format!("Question: {}", printable(question)));
    let head: Vec<String> = title.into_iter().map(Into::into).chain(question).collect();
    if !head.is_empty() {
        output::say(format!("{}\n", head.join("\n")));
    }
    output::say(loaded.report.in_short(&Terminal::Stderr.style(common.color)));
}

/// Prints why nothing is simulated. Returns the exit code.
fn refused(refusal: &Refusal, common: &Common) -> u8 {
    let style = Terminal::Stderr.style(common.color);
    refusal.problems().iter().for_each(|problem| output::say(problem.render(&style)));
    match refusal {
        Refusal::Usage(_) => EXIT_USAGE,
        Refusal::Invalid(_) => EXIT_INVALID,
        Refusal::Unreadable(_) => EXIT_FAILED,
    }
}

/// Prints why there is no result. Returns the exit code.
fn failed(failure: Failure, control: &Attended, common: &Common) -> anyhow::Result<u8> {
    match failure {
        Failure::Refused(refusal) => Ok(refused(&refusal, common)),
        Failure::Cancelled => Ok(stopped("no replication was finished", control)),
        Failure::Failed(problem) => Err(problem),
    }
}

/// Prints how much was done before the user stopped the command. Returns the exit code.
fn stopped(what: &str, control: &Attended) -> u8 {
    output::say(format!("Stopped: {what}.\n"));
    control.exit_code()
}

/// Prints that a file was written.
fn wrote(path: &Path, common: &Common) {
    if !common.quiet {
        output::say(format!("Wrote {}\n", printable(&path.display().to_string())));
    }
}

/// Prints what `write` has written, once it is complete: first the data, then the messages about it.
fn printed(write: impl FnOnce(&mut dyn Write, &mut dyn Write) -> std::io::Result<u8>) -> anyhow::Result<u8> {
    let (mut data, mut said) = (vec![], vec![]);
    let code = write(&mut data, &mut said)?;
    output::say(&said);
    output::print(&data)?;
    Ok(code)
}

/// Simulate the GitHub Actions cache before you change CI.
#[derive(Debug, Parser)]
#[command(version = VERSION, arg_required_else_help = true, disable_help_subcommand = true)]
#[command(after_help = MORE, after_long_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Simulate a scenario and print a one-page summary.
    Run(run::RunArgs),
    /// Compare a scenario with others, or with strategies.
    Compare(compare::CompareArgs),
    /// Explain why a job missed the cache and what would have helped.
    Explain(explain::ExplainArgs),
    /// Say what is in a real cache, what is dead and what goes next.
    Diagnose(diagnose::DiagnoseArgs),
    /// Write a scenario from a repository's workflows.
    Import(import::ImportArgs),
    /// Simulate many settings, or find which ones matter.
    Sweep(sweep::SweepArgs),
    /// Merge the parts of a sweep that ran on several machines.
    #[command(hide = true)]
    Merge(sweep::MergeArgs),
    /// Validate scenarios and report every problem.
    Check(CheckArgs),
    /// Replay a recorded log of cache operations or an access trace.
    Replay(replay::ReplayArgs),
    /// Serve the cache to real clients on this machine.
    Serve(serve::ServeArgs),
    /// Show saved results as tables, charts or a web page.
    Report(report::ReportArgs),
    /// Generate an access trace.
    #[command(hide = true)]
    Trace(trace::TraceArgs),
    /// Play a lesson of the course in cache thrashing.
    Lesson(lesson::LessonArgs),
    /// List the metrics a result can contain.
    Metrics(metrics::MetricsArgs),
    /// List the strategies that can be compared.
    Strategies(strategies::StrategiesArgs),
    /// Print the JSON schema of scenarios, for editors.
    #[command(hide = true)]
    Schema(schema::SchemaArgs),
    /// Print a completion script for a shell.
    #[command(hide = true)]
    Completions(shell::CompletionsArgs),
    /// Print the manual page.
    #[command(hide = true)]
    Man(shell::ManArgs),
}

impl Command {
    /// The files that it reads, as far as the command line names them.
    fn inputs(&self) -> Vec<&Path> {
        let named: Vec<&PathBuf> = match self {
            Command::Run(args) => vec![&args.file],
            Command::Compare(args) => args.inputs(),
            Command::Explain(args) => vec![&args.file],
            Command::Diagnose(args) => args.inputs(),
            Command::Import(args) => args.records.inputs(),
            Command::Sweep(args) => args.file.iter().collect(),
            Command::Replay(args) => args.logs.iter().chain(&args.initial).collect(),
            Command::Report(args) => args.results.iter().collect(),
            Command::Serve(args) => args.initial.iter().chain(&args.scenario).collect(),
            // These write nothing, or read nothing but folders that they check themselves.
            Command::Merge(_) | Command::Check(_) | Command::Trace(_) | Command::Metrics(_) => vec![],
            Command::Lesson(_) => vec![],
            Command::Strategies(_) | Command::Schema(_) | Command::Completions(_) | Command::Man(_) => vec![],
        };
        named.into_iter().map(PathBuf::as_path).collect()
    }
}

/// Arguments of `cache-budget check`.
#[derive(Debug, Args)]
struct CheckArgs {
    /// Scenario files (TOML), or - for stdin.
    #[arg(required_unless_present = "explain", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Explain the kind of problem with this name.
    #[arg(long, value_name = "NAME", value_parser = check::kinds(), hide_possible_values = true, exclusive = true)]
    explain: Option<String>,
    /// Override a value in each scenario; may be repeated.
    #[arg(long, value_name = "PATH=VALUE", value_parser = run::assignment)]
    set: Vec<String>,
    /// Print each scenario with its defaults filled in.
    #[arg(long)]
    show_defaults: bool,
}

/// What every subcommand understands.
#[derive(Debug, Args)]
struct Common {
    /// Print only the result.
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Colour: auto, always or never.
    #[arg(long, value_enum, default_value_t = ColorChoice::Auto, global = true, value_name = "WHEN", hide_possible_values = true)]
    color: ColorChoice,
}

/// The forms an answer can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Aligned columns for a terminal.
    Table,
    /// JSON, schema version 1.
    Json,
    /// CSV in long form, one row per metric.
    Csv,
    /// GitHub's Markdown, for a pull-request comment.
    Markdown,
}

const MORE: &str = "Also merge, trace, schema, completions, man. Examples and exit codes: --help.";

const EXAMPLES: &str = "\
Examples:
  Does this CI fit into 10 GB?
    cache-budget run scenarios/lessons/02-one-entry-too-many.toml

  And into 20 GB, with the numbers as JSON?
    cache-budget run scenarios/lessons/02-one-entry-too-many.toml \\
      --set 'cache.limit=\"20 GB\"' --format json

  As a check in CI (exit code 10 if an [[expect]] does not hold):
    cache-budget run ci.toml --quiet --format markdown >> \"$GITHUB_STEP_SUMMARY\"

Exit codes: 0 success, 1 runtime failure, 2 usage error, 3 invalid input,
10 an [[expect]] of the scenario does not hold, 11 one could not be decided
(with --strict), 129, 130 and 143 ended by SIGHUP, SIGINT and SIGTERM.";

/// The pool of threads on which a command plays its replications; without a number, one thread per core.
fn pool(threads: Option<u16>) -> anyhow::Result<rayon::ThreadPool> {
    let threads = threads.map_or(0, usize::from);
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().context("cannot start threads")
}

//! `run`: the arguments, the output and the exit code. The experiment itself is in
//! [`experiment`](crate::experiment::run).

use super::attended::Attended;
use super::output::result_file::{PlannedResult, ResultFile};
use super::output::{print, say};
use super::precision::PrecisionArgs;
use super::room::pool;
use super::uncertain::UncertainArgs;
use super::{Common, EXIT_UNDECIDED, EXIT_UNEXPECTED, Format, Terminal, failed, introduce, refused, stopped};
use crate::experiment::run::PreparedRun;
use crate::experiment::{Ended, RunRequest};
use crate::observe::Judgement;
use crate::report;
use crate::result::RunResult;
use crate::statistics::BATCHES_MIN;
use std::path::PathBuf;

/// Arguments of `cache-budget run`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct RunArgs {
    /// Scenario file (TOML).
    pub file: PathBuf,
    /// Seed for all random draws.
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// Number of replications, 1 to 10000.
    ///
    /// Each one simulates the scenario with different random draws. What is in brackets is the 95 % interval of
    /// the simulated mean; the assumptions are not in it.
    #[arg(long, default_value_t = 20, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    replications: u32,
    /// Run one long replication with N batch means.
    ///
    /// Intervals are taken from N equal parts of its time, 8 to 200. Use it for a long recorded log whose
    /// sizes and times are known.
    #[arg(long, value_name = "N", conflicts_with_all = ["replications", "precision", "with_screen", "uncertain"],
          value_parser = clap::value_parser!(u32).range(i64::from(BATCHES_MIN)..=200))]
    batches: Option<u32>,
    /// Override a value in the scenario; may be repeated.
    ///
    /// PATH is a dotted path and VALUE is TOML: `cache.limit="20 GB"`.
    #[arg(long, value_name = "PATH=VALUE", value_parser = assignment)]
    set: Vec<String>,
    /// table, json, csv or markdown.
    #[arg(long, value_enum, default_value_t = Format::Table, hide_possible_values = true, value_name = "FORMAT")]
    format: Format,
    /// Folder for result.json [default: output/<scenario>].
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Also print the one-pass miss-ratio curve.
    ///
    /// The curve replays the simulated accesses at half to four times the limit in one pass. It cannot
    /// know that different misses cause different writes. A simulation at each limit is printed next to
    /// it and shows how much that matters.
    #[arg(long)]
    with_screen: bool,
    /// Also print the tables that the overview leaves out.
    #[arg(long)]
    details: bool,
    /// Try no remedies.
    ///
    /// By default, remedies are tried after the replications, with as many simulated events as these took. They are
    /// chosen by what the replications show. So is the client that evicts most: it is played without its saves.
    #[arg(long)]
    no_advice: bool,
    /// Exit code 11 if an expectation cannot be decided.
    ///
    /// An expectation is undecided when the interval contains the bound. Without this option, it is
    /// reported and the exit code is 0.
    #[arg(long)]
    strict: bool,
    /// Number of threads, 1 to 256 [default: one per core].
    ///
    /// The number of threads does not change the result.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
    #[command(flatten)]
    precision: PrecisionArgs,
    #[command(flatten)]
    uncertain: UncertainArgs,
}

impl RunArgs {
    fn request(&self) -> RunRequest {
        RunRequest {
            file: self.file.clone(),
            set: self.set.clone(),
            seed: self.seed,
            replications: self.precision.first(self.replications),
            batches: self.batches,
            with_screen: self.with_screen,
            precision: self.precision.precision(),
            uncertainty: self.uncertain.uncertainty(),
            advice: !self.no_advice,
        }
    }
}

/// Simulates a scenario and prints the result.
pub(super) fn run(args: &RunArgs, common: &Common) -> anyhow::Result<u8> {
    let control = Attended::listen(common.quiet)?;
    let control = match args.format {
        Format::Table => control.for_someone(Terminal::Stderr.style(common.color)),
        _ => control,
    };
    let prepared = match PreparedRun::prepare(args.request()) {
        Ok(prepared) => prepared,
        Err(refusal) => return Ok(refused(&refusal, common)),
    };
    introduce(prepared.scenario(), common);
    let name = prepared.scenario().name.clone();
    let planned = PlannedResult { command: "run", name: &name, file: Some(&args.file) };
    let file = ResultFile::of(args.output.as_deref(), &planned);
    let replications = args.batches.map_or_else(|| prepared.first_replications(), |batches| batches + 1);
    let pool = pool(args.threads, &prepared.scenario().model, replications.into(), common)?;
    let Ended { result: answer, cancelled } = match pool.install(|| prepared.play(&control)) {
        Ok(ended) => ended,
        Err(failure) => return failed(failure, &control, common),
    };
    let saved = file.save(&report::json(&answer));
    print(shown(&answer, args, common))?;
    saved.announce(common);
    if let Some(what) = cancelled {
        return Ok(stopped(&what, &control));
    }
    Ok(match answer.judgement() {
        Judgement::NotHeld => EXIT_UNEXPECTED,
        Judgement::Undecided if args.strict => EXIT_UNDECIDED,
        Judgement::Undecided | Judgement::Held => saved.code,
    })
}

fn shown(answer: &RunResult, args: &RunArgs, common: &Common) -> String {
    let style = Terminal::Stdout.style(common.color);
    match args.format {
        Format::Table => return report::table(answer, style, args.details),
        Format::Markdown => return report::markdown(answer),
        _ => {}
    }
    // These two formats have the expectations in their data, if at all; a person wants to read them.
    for line in report::expectations(answer, Terminal::Stderr.style(common.color)) {
        if !common.quiet {
            say(line + "\n");
        }
    }
    if args.with_screen && !common.quiet {
        say(format!("note: {}\n", report::BESIDE));
    }
    if args.format == Format::Json { report::json(answer) } else { report::csv(answer) }
}

/// Refuses texts that cannot be `PATH=VALUE`. The scenario checks later if the path exists.
pub(super) fn assignment(text: &str) -> Result<String, String> {
    match text.split_once('=') {
        Some((path, _)) if !path.trim().is_empty() => Ok(text.to_owned()),
        _ => Err("write PATH=VALUE, for example cache.limit=\"20 GB\"".into()),
    }
}

const EXAMPLES: &str = "\
Examples:
  cache-budget run ci.toml
  cache-budget run ci.toml --set 'cache.limit=\"20 GB\"' --replications 50
  cache-budget run ci.toml --format csv --quiet > metrics.csv

Exit code 10 if an [[expect]] does not hold; with --strict, 11 if one
cannot be decided with this many replications.";

use super::output::{folder, print, say, write};
use super::precision::{PrecisionArgs, gather};
use super::progress::bar;
use super::{Common, EXIT_FINE, EXIT_INVALID, EXIT_UNEXPECTED, EXIT_USAGE, Format, Terminal};
use crate::diagnostic::printable;
use crate::engine;
use crate::random::Draws;
use crate::report::{self, Answer};
use crate::scenario::{self, Loaded};
use crate::study::{Gathering, Reached, Study};
use anyhow::Context;
use std::path::PathBuf;

/// Arguments of `cache-budget run`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct RunArgs {
    /// The scenario, a TOML file.
    file: PathBuf,
    /// The seed of all random draws.
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// How many replications, 1 to 10000.
    ///
    /// Each plays the scenario with other draws; means and intervals are over them.
    #[arg(long, default_value_t = 20, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    replications: u32,
    /// Change a value of the scenario; may be repeated.
    ///
    /// PATH is dotted, VALUE is TOML: `cache.limit="20 GB"`.
    #[arg(long, value_name = "PATH=VALUE", value_parser = assignment)]
    set: Vec<String>,
    /// Form: table, json, csv or markdown.
    #[arg(long, value_enum, default_value_t = Format::Table, hide_possible_values = true, value_name = "FORM")]
    format: Format,
    /// Folder for result.json [default: output/<scenario>].
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Put the instant screen beside the simulation.
    ///
    /// The screen replays the simulated accesses at half to four times the limit in one pass. It
    /// does not know that other misses make other writes; the simulations beside it, one for each
    /// limit, show how much that matters.
    #[arg(long)]
    with_screen: bool,
    /// How many threads, 1 to 256 [default: one per core].
    ///
    /// Their number does not change the result.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
    #[command(flatten)]
    precision: PrecisionArgs,
}

/// Simulates one scenario and answers.
pub(super) fn run(args: &RunArgs, common: &Common) -> anyhow::Result<u8> {
    let loaded = match scenario::load(&args.file, &args.set) {
        Ok(loaded) => loaded,
        Err(report) => {
            say(report.render(&Terminal::Stderr.diagnostics(common.color)));
            return Ok(EXIT_INVALID);
        }
    };
    if !common.quiet {
        say(loaded.report.render(&Terminal::Stderr.diagnostics(common.color)));
    }
    if let Some(problem) = args.precision.problem(&loaded.model.names()) {
        say(format!("error: {problem}\n"));
        return Ok(EXIT_USAGE);
    }
    let folder = folder(args.output.as_deref(), &loaded.name)?;
    let (study, reached) = simulate(&loaded, args, common.quiet)?;
    let answer = answer(loaded, study, reached, args);
    let result = folder.join("result.json");
    write(&result, &report::json(&answer))?;
    print(shown(&answer, args, common))?;
    if !common.quiet {
        say(format!("Wrote {}\n", printable(&result.display().to_string())));
    }
    Ok(if answer.holds() { EXIT_FINE } else { EXIT_UNEXPECTED })
}

fn simulate(loaded: &Loaded, args: &RunArgs, quiet: bool) -> anyhow::Result<(Study, Option<Reached>)> {
    let threads = args.threads.map_or(0, usize::from);
    let pool =
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().context("cannot start threads")?;
    let bar = bar(args.replications, quiet);
    let play = |_, replication| {
        let draws = Draws::new(args.seed, replication);
        match args.with_screen {
            true => engine::simulate_screened(&loaded.model, draws),
            false => engine::simulate(&loaded.model, draws),
        }
    };
    let precision = args.precision.precision(args.replications);
    let mut gathering = Gathering::of(1);
    let reached = gather(&mut gathering, args.replications, precision.as_ref(), |gathering, replications| {
        bar.set_length(replications.into());
        pool.install(|| gathering.grow(replications, play, || bar.inc(1)))
    });
    bar.finish_and_clear();
    let reached = reached?;
    let study = gathering.studies().into_iter().next().context("nothing was simulated")?;
    Ok((study, reached))
}

fn answer(loaded: Loaded, study: Study, reached: Option<Reached>, args: &RunArgs) -> Answer {
    Answer {
        command: "run",
        reproduce: reproduce(args, study.replications),
        name: loaded.name,
        file: args.file.display().to_string(),
        hash: loaded.hash,
        seed: args.seed,
        study,
        reached,
        expectations: loaded.expectations,
    }
}

fn shown(answer: &Answer, args: &RunArgs, common: &Common) -> String {
    let style = Terminal::Stdout.style(common.color);
    match args.format {
        Format::Table => return report::table(answer, style),
        Format::Markdown => return report::markdown(answer),
        _ => {}
    }
    // These two say it in their data, if at all; a person wants to read it.
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

/// The command line that gives the same numbers again, on any number of threads.
fn reproduce(args: &RunArgs, replications: u32) -> String {
    let mut words = vec!["cache-budget run".to_owned(), shell(&args.file.display().to_string())];
    words.extend(args.set.iter().map(|set| format!("--set {}", shell(set))));
    words.extend(args.with_screen.then(|| "--with-screen".to_owned()));
    words.push(format!("--seed {} --replications {}", args.seed, replications));
    words.join(" ")
}

/// A word as a shell reads it back.
pub(super) fn shell(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "_-./=,:+@%".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Refuses what cannot be `PATH=VALUE`; whether there is such a path, the scenario knows.
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

Exit code 10 if an [[expect]] of the scenario does not hold.";

//! `explain`: why a job missed what it wanted, as a story, and how it would have gone with each remedy.

mod question;
mod remedies;

use super::output::{Draft, print, say};
use super::progress::bar;
use super::run::{assignment, shell};
use super::{Common, EXIT_FINE, EXIT_INVALID, EXIT_USAGE, Terminal, introduce};
use crate::diagnostic::printable;
use crate::engine::simulate_journaled;
use crate::outcome::Outcome;
use crate::outcome::journal::Line;
use crate::random::Draws;
use crate::report::explain::{json, markdown, table};
use crate::result::{ExplainedRun, Explanation};
use crate::scenario::{self, Loaded, Scenario};
use crate::study::Stories;
use anyhow::Context;
use clap::ValueEnum;
use question::{Moment, Question};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Arguments of `cache-budget explain`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct ExplainArgs {
    /// The scenario, a TOML file.
    file: PathBuf,
    /// Only runs of this job, with or without its leg.
    #[arg(long, value_name = "JOB")]
    job: Option<String>,
    /// Only runs on main, pull_request, other, or one ref.
    ///
    /// A ref is written whole: refs/pull/7/merge.
    #[arg(long = "ref", value_name = "REF")]
    ref_name: Option<String>,
    /// Only where this cache client missed something.
    #[arg(long, value_name = "CLIENT")]
    client: Option<String>,
    /// Runs of a day, or the first from an instant on, in UTC.
    #[arg(long, value_name = "TIME", value_parser = Moment::parse)]
    at: Option<Moment>,
    /// Tell the N that lost most [default: 1; of a day 5].
    ///
    /// 1 to 100.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=100))]
    worst: Option<u8>,
    /// Do not try remedies.
    #[arg(long)]
    no_remedies: bool,
    /// Write the replication's journal here, as JSON lines.
    ///
    /// docs/journal.md documents every field.
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// The seed of all random draws.
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// Which replication, from 1.
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    replication: u32,
    /// Change a value of the scenario; may be repeated.
    #[arg(long, value_name = "PATH=VALUE", value_parser = assignment)]
    set: Vec<String>,
    /// Form: table, json or markdown.
    #[arg(long, value_enum, default_value_t = Form::Table, hide_possible_values = true, value_name = "FORM")]
    format: Form,
    /// How many threads, 1 to 256 [default: one per core].
    ///
    /// Their number does not change the answer.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
}

/// The forms a story can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    Table,
    Json,
    Markdown,
}

/// Plays the replication, picks the stories and tells them.
pub(super) fn run(args: &ExplainArgs, common: &Common) -> anyhow::Result<u8> {
    let style = Terminal::Stderr.diagnostics(common.color);
    let read = scenario::read(&args.file, &args.set);
    let loaded = read.and_then(|scenario| Ok((scenario::build(&args.file, scenario.clone())?, scenario)));
    let (loaded, scenario) = match loaded {
        Ok(loaded) => loaded,
        Err(report) => {
            say(report.render(&style));
            return Ok(EXIT_INVALID);
        }
    };
    introduce(&loaded, common);
    let question = Question::of(args);
    let (outcome, stories) = match &args.journal {
        Some(path) => journaled(&loaded, args, path, common.quiet)?,
        None => play(&loaded, args, |_| Ok(()))?,
    };
    if let Err(problem) = question.check(&outcome.names, &stories) {
        say(format!("error: {problem}\n"));
        return Ok(EXIT_USAGE);
    }
    let explained = explain(&loaded, &scenario, &question, (&outcome, &stories), args, common.quiet)?;
    print(shown(&explained, args, common))?;
    Ok(EXIT_FINE)
}

/// Plays the replication; every line of its journal is handed to `also` and to the stories.
fn play(
    loaded: &Loaded,
    args: &ExplainArgs,
    mut also: impl FnMut(&Line) -> anyhow::Result<()>,
) -> anyhow::Result<(Outcome, Stories)> {
    let (mut stories, mut failed) = (Stories::default(), None);
    let tell = |line: Line| {
        if failed.is_none() {
            failed = also(&line).err();
        }
        stories.hear(line);
    };
    let outcome = simulate_journaled(&loaded.model, draws(args), tell)?;
    match failed {
        Some(problem) => Err(problem),
        None => Ok((outcome, stories)),
    }
}

fn draws(args: &ExplainArgs) -> Draws {
    Draws::new(args.seed, args.replication - 1)
}

/// The same, and the journal is written to a file.
fn journaled(
    loaded: &Loaded,
    args: &ExplainArgs,
    path: &Path,
    quiet: bool,
) -> anyhow::Result<(Outcome, Stories)> {
    let mut draft = Draft::at(path)?;
    let cannot = || format!("cannot write {}", path.display());
    let played = play(loaded, args, |line| {
        let text = serde_json::to_string(line).context("a line of the journal is no JSON")?;
        writeln!(draft, "{text}").with_context(cannot)
    })?;
    let path = draft.publish()?;
    if !quiet {
        say(format!("Wrote {}\n", printable(&path.display().to_string())));
    }
    Ok(played)
}

fn explain(
    loaded: &Loaded,
    scenario: &Scenario,
    question: &Question,
    (outcome, stories): (&Outcome, &Stories),
    args: &ExplainArgs,
    quiet: bool,
) -> anyhow::Result<Explanation> {
    let (chosen, more) = question.pick(stories);
    let remedies = match args.no_remedies || chosen.is_empty() {
        true => vec![vec![]; chosen.len()],
        false => remedies::Trial { loaded, scenario, outcome, args, quiet }.of(&chosen)?,
    };
    let told = chosen.into_iter().zip(remedies).map(|(story, remedies)| ExplainedRun { story, remedies });
    Ok(Explanation {
        name: loaded.name.clone(),
        file: args.file.display().to_string(),
        hash: loaded.hash.clone(),
        seed: args.seed,
        replication: args.replication - 1,
        limit: outcome.limit,
        reproduce: reproduce(args),
        stories: told.collect(),
        runs: stories.runs(&question.wanted).len(),
        more,
    })
}

fn shown(explained: &Explanation, args: &ExplainArgs, common: &Common) -> String {
    match args.format {
        Form::Table => table(explained, Terminal::Stdout.style(common.color)),
        Form::Json => json(explained),
        Form::Markdown => markdown(explained),
    }
}

/// The command line that tells the same again, on any number of threads.
fn reproduce(args: &ExplainArgs) -> String {
    let mut words = vec!["cache-budget explain".to_owned(), shell(&args.file.display().to_string())];
    let named = [("--job", &args.job), ("--ref", &args.ref_name), ("--client", &args.client)];
    words.extend(named.iter().filter_map(|(name, value)| Some(format!("{name} {}", shell(value.as_ref()?)))));
    words.extend(args.at.as_ref().map(|at| format!("--at {at}")));
    words.extend(args.worst.map(|worst| format!("--worst {worst}")));
    words.extend(args.no_remedies.then(|| "--no-remedies".to_owned()));
    words.extend(args.set.iter().map(|set| format!("--set {}", shell(set))));
    words.push(format!("--seed {} --replication {}", args.seed, args.replication));
    words.join(" ")
}

const EXAMPLES: &str = "\
Examples:
  cache-budget explain ci.toml
  cache-budget explain ci.toml --job test --ref main --at 2026-06-30
  cache-budget explain ci.toml --client rust-cache --worst 5 --no-remedies
  cache-budget explain ci.toml --journal journal.jsonl";

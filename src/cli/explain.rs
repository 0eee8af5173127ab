//! `explain`: the arguments, the output and the exit code. The explanation itself is in
//! [`experiment`](crate::experiment::explain).

use super::attended::Attended;
use super::output::{Draft, print};
use super::room::pool;
use super::run::assignment;
use super::{Common, EXIT_FINE, Terminal, failed, introduce, refused, stopped, wrote};
use crate::experiment::explain::{JournaledReplication, Moment, PreparedExplanation};
use crate::experiment::{Ended, ExplainRequest, Failure};
use crate::observe::journal::Line;
use crate::report::explain::{json, markdown, table};
use crate::result::Explanation;
use crate::strategy::STRATEGIES;
use anyhow::Context;
use clap::ValueEnum;
use std::io::Write;
use std::path::PathBuf;

/// Arguments of `cache-budget explain`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct ExplainArgs {
    /// Scenario file (TOML).
    pub file: PathBuf,
    /// Only this job; a matrix leg goes in brackets.
    #[arg(long, value_name = "JOB")]
    job: Option<String>,
    /// Only runs on main, pull_request, other, or one ref.
    ///
    /// Write a ref in full: refs/pull/7/merge.
    #[arg(long = "ref", value_name = "REF")]
    ref_name: Option<String>,
    /// Only runs where this cache client had a miss.
    #[arg(long, value_name = "CLIENT")]
    client: Option<String>,
    /// Runs on a day, or the first one from a time on (UTC).
    #[arg(long, value_name = "TIME", value_parser = Moment::parse)]
    at: Option<Moment>,
    /// Show the N worst job runs [default: 1; for a day, 5].
    ///
    /// From 1 to 100.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=100))]
    worst: Option<u8>,
    /// Do not try strategies.
    #[arg(long)]
    no_remedies: bool,
    /// Write the replication's journal here as JSON lines.
    ///
    /// docs/journal.md describes every field.
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// Seed for all random draws.
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// Number of the replication, from 1.
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    replication: u32,
    /// Override a value in the scenario; may be repeated.
    #[arg(long, value_name = "PATH=VALUE", value_parser = assignment)]
    set: Vec<String>,
    /// table, json or markdown.
    #[arg(long, value_enum, default_value_t = ExplainFormat::Table, hide_possible_values = true, value_name = "FORMAT")]
    format: ExplainFormat,
    /// Number of threads, 1 to 256 [default: one per core].
    ///
    /// The number of threads does not change the result.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
}

/// The forms a story can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ExplainFormat {
    Table,
    Json,
    Markdown,
}

impl ExplainArgs {
    fn request(&self) -> ExplainRequest {
        ExplainRequest {
            file: self.file.clone(),
            job: self.job.clone(),
            ref_name: self.ref_name.clone(),
            client: self.client.clone(),
            at: self.at,
            worst: self.worst,
            remedies: !self.no_remedies,
            set: self.set.clone(),
            seed: self.seed,
            replication: self.replication,
        }
    }
}

/// Simulates the replication, and prints the explanations of the selected job runs.
pub(super) fn run(args: &ExplainArgs, common: &Common) -> anyhow::Result<u8> {
    let control = Attended::listen(common.quiet)?;
    let prepared = match PreparedExplanation::prepare(args.request()) {
        Ok(prepared) => prepared,
        Err(refusal) => return Ok(refused(&refusal, common)),
    };
    introduce(prepared.scenario(), common);
    let replications = if args.no_remedies { 1 } else { 1 + STRATEGIES.len() as u64 };
    let pool = pool(args.threads, &prepared.scenario().model, replications, common)?;
    let explained = pool.install(|| journaled(prepared, args, &control, common)?.explain(&control));
    let Ended { result, cancelled } = match explained {
        Ok(ended) => ended,
        Err(failure) => return failed(failure, &control, common),
    };
    print(shown(&result, args, common))?;
    Ok(cancelled.map_or(EXIT_FINE, |what| stopped(&what, &control)))
}

/// Simulates the replication. Its journal is written to a file if that was requested.
fn journaled(
    prepared: PreparedExplanation,
    args: &ExplainArgs,
    control: &Attended,
    common: &Common,
) -> Result<JournaledReplication, Failure> {
    let Some(path) = &args.journal else { return prepared.play(control) };
    let mut draft = Draft::at(path)?;
    let cannot = || format!("cannot write {}", path.display());
    let write = |line: &Line| {
        let text = serde_json::to_string(line).context("a line of the journal is not JSON")?;
        writeln!(draft, "{text}").with_context(cannot)
    };
    let played = prepared.play_with_journal(write, control)?;
    wrote(&draft.publish()?, common);
    Ok(played)
}

fn shown(explained: &Explanation, args: &ExplainArgs, common: &Common) -> String {
    match args.format {
        ExplainFormat::Table => table(explained, Terminal::Stdout.style(common.color)),
        ExplainFormat::Json => json(explained),
        ExplainFormat::Markdown => markdown(explained),
    }
}

const EXAMPLES: &str = "\
Examples:
  cache-budget explain ci.toml
  cache-budget explain ci.toml --job test --ref main --at 2026-06-30
  cache-budget explain ci.toml --client rust-cache --worst 5 --no-remedies
  cache-budget explain ci.toml --journal journal.jsonl";

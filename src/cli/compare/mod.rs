//! `compare`: the arguments, the output and the exit code. The comparison itself is in
//! [`experiment`](crate::experiment::compare).

mod commits;

use super::attended::Attended;
use super::output::result_file::{PlannedResult, ResultFile};
use super::output::{print, say};
use super::precision::PrecisionArgs;
use super::room::pool;
use super::run::assignment;
use super::uncertain::UncertainArgs;
use super::{Common, EXIT_USAGE, Format, Terminal, failed, introduce, refused, stopped};
use crate::experiment::compare::PreparedComparison;
use crate::experiment::{CompareRequest, Ended};
use crate::observe::Measure;
use crate::report::compare;
use crate::result::ComparisonResult;
use crate::strategy::StrategySet;
use commits::{CommitArgs, ComparedCommits};
use std::path::PathBuf;

/// Arguments of `cache-budget compare`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES, override_usage = "cache-budget compare <BASE> [OTHER]... [--strategy <NAME>]... [--all]\n       cache-budget compare --repo <DIR> --from <REF> --to <REF>")]
pub(super) struct CompareArgs {
    /// Baseline scenario file (TOML).
    #[arg(required_unless_present = "repo")]
    pub base: Option<PathBuf>,
    /// Other scenarios.
    #[arg(value_name = "OTHER")]
    pub others: Vec<PathBuf>,
    #[command(flatten)]
    commits: CommitArgs,
    /// Strategy to apply to BASE; may be repeated.
    ///
    /// `strategies` lists them. Some take a value: `raise-limit=50GB`. Join several with `+` to apply
    /// them together.
    #[arg(long, value_name = "NAME", value_parser = StrategySet::asked)]
    strategy: Vec<StrategySet>,
    /// Try all strategies that apply, and the best together.
    ///
    /// Strategies with a value are tried with a few. Then the best two and the best three are applied together.
    #[arg(long, conflicts_with = "attribute")]
    all: bool,
    /// Rank by this metric first [default: push.green].
    ///
    /// By default, the best is the one with which pushes get green soonest, then the one with the fewest runner
    /// minutes, then the cheapest.
    #[arg(long, value_name = "METRIC")]
    by: Option<Measure>,
    /// Print each metric's difference with its interval.
    #[arg(long)]
    details: bool,
    /// Compare at the present limit.
    ///
    /// By default, the best three are also compared at half, twice and four times the limit.
    #[arg(long, visible_alias = "no-advice")]
    no_limits: bool,
    /// Apply all together and attribute the effect to each.
    ///
    /// Takes at most 8 strategies and simulates every subset of them. Shares are exact Shapley values.
    #[arg(long, requires = "strategy", conflicts_with = "others")]
    attribute: bool,
    /// Seed for all random draws.
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// Replications per scenario, 1 to 10000.
    ///
    /// Each replication simulates all scenarios with the same random draws. Intervals are taken over the
    /// paired differences.
    #[arg(long, default_value_t = 10, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    replications: u32,
    /// Override a value in every scenario; may be repeated.
    #[arg(long, value_name = "PATH=VALUE", value_parser = assignment)]
    set: Vec<String>,
    /// table, json, csv or markdown.
    #[arg(long, value_enum, default_value_t = Format::Table, hide_possible_values = true, value_name = "FORMAT")]
    format: Format,
    /// Result folder [default: output/<scenario>/compare].
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
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

impl CompareArgs {
    /// The files that it reads.
    pub fn inputs(&self) -> Vec<&PathBuf> {
        self.base.iter().chain(&self.others).chain(self.commits.inputs()).collect()
    }

    /// True if there is something to compare the baseline with.
    fn has_other(&self) -> bool {
        !self.others.is_empty() || !self.strategy.is_empty() || self.all || self.commits.repo.is_some()
    }

    fn request(&self, commits: Option<&ComparedCommits>) -> CompareRequest {
        let others = self.others.iter().chain(commits.map(|commits| &commits.to));
        CompareRequest {
            base: commits.map(|commits| &commits.from).or(self.base.as_ref()).cloned().unwrap_or_default(),
            others: others.cloned().collect(),
            revisions: self.commits.asked(),
            strategies: self.strategy.clone(),
            all: self.all,
            by: self.by.clone(),
            limits: !self.no_limits,
            attribute: self.attribute,
            set: self.set.clone(),
            seed: self.seed,
            replications: self.precision.first(self.replications),
            precision: self.precision.precision(),
            uncertainty: self.uncertain.uncertainty(),
        }
    }
}

/// Runs a comparison and prints it. Everything that can be wrong is reported before anything is simulated.
pub(super) fn run(args: &CompareArgs, common: &Common) -> anyhow::Result<u8> {
    if !args.has_other() {
        say(
            "error: there is nothing to compare with: name another scenario, give --strategy NAME (`cache-budget strategies` \
             lists them), or try every strategy that applies with --all\n",
        );
        return Ok(EXIT_USAGE);
    }
    let control = Attended::listen(common.quiet)?;
    let mut commits = None;
    if args.commits.repo.is_some() {
        match ComparedCommits::write(&args.commits, args.output.as_deref(), common)? {
            Ok(written) => commits = Some(written),
            Err(code) => return Ok(code),
        }
    }
    let prepared = match PreparedComparison::prepare(args.request(commits.as_ref())) {
        Ok(prepared) => prepared,
        Err(refusal) => return Ok(refused(&refusal, common)),
    };
    introduce(prepared.base(), common);
    if !common.quiet {
        let style = Terminal::Stderr.style(common.color);
        prepared.remarks().for_each(|report| say(report.render(&style)));
    }
    let base = prepared.base();
    let (name, base) = (base.name.clone(), base.file.clone());
    let planned = PlannedResult { command: "compare", name: &name, file: Some(&base) };
    let beside = commits.as_ref().map(|commits| commits.folder.as_path());
    let file = ResultFile::of(args.output.as_deref().or(beside), &planned);
    let each = 1 + args.others.len() as u64 + args.strategy.len() as u64;
    let replications = each * u64::from(args.precision.first(args.replications));
    let pool = pool(args.threads, &prepared.base().model, replications, common)?;
    let Ended { result: compared, cancelled } = match pool.install(|| prepared.play(&control)) {
        Ok(ended) => ended,
        Err(failure) => return failed(failure, &control, common),
    };
    let saved = file.save(&compare::json(&compared));
    print(shown(&compared, args, common))?;
    saved.announce(common);
    Ok(cancelled.map_or(saved.code, |what| stopped(&what, &control)))
}

fn shown(compared: &ComparisonResult, args: &CompareArgs, common: &Common) -> String {
    match args.format {
        Format::Table => compare::table(compared, args.details, Terminal::Stdout.style(common.color)),
        Format::Json => compare::json(compared),
        Format::Csv => compare::csv(compared),
        Format::Markdown => compare::markdown(compared),
    }
}

const EXAMPLES: &str = "\
Examples:
  cache-budget compare ci.toml --all
  cache-budget compare ci.toml --strategy save-on-main-only --strategy drop-sccache
  cache-budget compare ci.toml --strategy drop-sccache+raise-limit=20GB
  cache-budget compare before.toml after.toml --format markdown
  cache-budget compare --repo . --from main --to HEAD --format markdown
  cache-budget compare --repo . --from main --to HEAD --jobs jobs.json --caches caches.json
  cache-budget compare ci.toml --attribute --strategy drop-sccache --strategy mode-min

`compare` does not check the expectations of the scenarios; `run` does.";

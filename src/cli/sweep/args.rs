//! The arguments of `sweep`.

use crate::cli::Format;
use crate::cli::run::assignment;
use crate::experiment::sweep::Sensitivity;
use crate::experiment::{HEADLINE, SweepRequest};
use crate::observe::Measure;
use crate::strategy::Treatment;
use crate::study::sweep::{PARTS_MAX, ROWS_MAX, Shard};
use clap::ValueEnum;
use std::path::PathBuf;

/// Arguments of `cache-budget sweep`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES, override_usage = "cache-budget sweep <FILE> --vary <PATH=VALUES>... [OPTIONS]")]
pub(in crate::cli) struct SweepArgs {
    /// The scenario, a TOML file.
    pub file: PathBuf,
    /// Vary a value of the scenario; may be repeated.
    ///
    /// A list (`1,5,20`), a range in steps (`5GB..50GB:5GB`), by a factor (`1GB..64GB:x2`), or of so
    /// many values (`0..1:lin5`, `1..100:log7`). From all between two ends (`2..10`, `1..100:log`)
    /// only --sample and --sensitivity can choose. PATH alone takes the range that the scenario gives
    /// under `[assumed]`. The path `strategy` takes remedies: `strategy=none,mode-min,raise-limit=20GB`.
    #[arg(long, value_name = "PATH=VALUES")]
    pub vary: Vec<String>,
    /// Vary a remedy: off and on; may be repeated.
    ///
    /// `strategies` lists them. Joined by `+`, several are switched together.
    #[arg(long, value_name = "NAME", value_parser = Treatment::parse)]
    pub strategy: Vec<Treatment>,
    /// Play N points of a Sobol sequence, not the grid.
    ///
    /// With --sensitivity, so many rows (Sobol) or paths (Morris); there, 128 and 20 unless told.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(ROWS_MAX)))]
    pub sample: Option<u32>,
    /// Which input matters: sobol or morris.
    ///
    /// `morris` is cheap and says how far each input moves the metric; `sobol` says which share of its
    /// variance each explains, alone and with the others. Without --vary, over all inputs that the
    /// scenario has under `[assumed]`.
    #[arg(long, value_enum, value_name = "HOW", hide_possible_values = true)]
    pub sensitivity: Option<Analysis>,
    /// What to answer about [default: waiting per push].
    ///
    /// A metric, with labels in braces: `push.waiting{stat=mean}` or `restore.hit_ratio{ref=main}`.
    #[arg(long, value_name = "METRIC", default_value = HEADLINE, hide_default_value = true)]
    pub metric: Measure,
    /// Keep every metric, not a summary.
    ///
    /// The summary leaves out those of single jobs, workflows and steps.
    #[arg(long)]
    pub all_metrics: bool,
    /// The seed of all random draws.
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
    /// Replications of each point, 1 to 10000.
    ///
    /// Each plays all points with the same draws; intervals of changes are over the pairs.
    #[arg(long, default_value_t = 10, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub replications: u32,
    /// Change a value everywhere; may be repeated.
    #[arg(long, value_name = "PATH=VALUE", value_parser = assignment)]
    pub set: Vec<String>,
    /// Form: table, json, csv or markdown.
    #[arg(long, value_enum, default_value_t = Format::Table, hide_possible_values = true, value_name = "FORM")]
    pub format: Format,
    /// Folder for the results [default: output/<scenario>].
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Go on with the sweep in the folder, if there is one.
    #[arg(long)]
    pub resume: bool,
    /// Begin anew where an unfinished sweep lies.
    #[arg(long, conflicts_with = "resume", hide_short_help = true)]
    pub restart: bool,
    /// Play one part of several: 3/16.
    ///
    /// `merge` joins them. The default folder is then a folder of its own, output/<scenario>/3-of-16.
    #[arg(long, value_name = "K/N", value_parser = shard)]
    pub shard: Option<Shard>,
    /// How many threads, 1 to 256 [default: one per core].
    ///
    /// Their number does not change the result.
    #[arg(long, value_name = "N", hide_short_help = true, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: Option<u16>,
}

/// How to tell which input matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Analysis {
    /// Shares of the variance.
    Sobol,
    /// Effects along paths.
    Morris,
}

impl SweepArgs {
    /// The request that these arguments make.
    pub fn request(&self) -> SweepRequest {
        SweepRequest {
            file: self.file.clone(),
            vary: self.vary.clone(),
            strategies: self.strategy.clone(),
            sample: self.sample,
            sensitivity: self.sensitivity.map(|how| match how {
                Analysis::Sobol => Sensitivity::Sobol,
                Analysis::Morris => Sensitivity::Morris,
            }),
            metric: self.metric.clone(),
            all_metrics: self.all_metrics,
            set: self.set.clone(),
            seed: self.seed,
            replications: self.replications,
            shard: self.shard,
        }
    }
}

/// Parses `3/16`.
fn shard(text: &str) -> Result<Shard, String> {
    let parts = text.split_once('/').and_then(|(index, of)| Some((index.parse().ok()?, of.parse().ok()?)));
    match parts {
        Some((index, of)) if (1..=of).contains(&index) && of <= PARTS_MAX => Ok(Shard { index, of }),
        _ => Err(format!("write K/N, from 1/N to N/N, N at most {PARTS_MAX}: for example 3/16")),
    }
}

const EXAMPLES: &str = "\
Examples:
  How large should the cache be?
    cache-budget sweep ci.toml --vary cache.limit=5GB..50GB:5GB

  And if there are more pushes, with and without a remedy?
    cache-budget sweep ci.toml --vary cache.limit=5GB..50GB:5GB \\
      --vary workload.pushes-per-day=1,5,20 --strategy save-on-main-only

  Which unknown is worth measuring?
    cache-budget sweep ci.toml --sensitivity morris

  On four machines (docs/scaling.md has ready-made workflows):
    cache-budget sweep ci.toml --vary cache.limit=1GB..64GB:x2 --shard 3/4
    cache-budget merge output/ci/*-of-4 --output output/ci

A sweep that was stopped or killed goes on with --resume. Files in the folder:
points.csv (a line for each point, replication and metric, written as they come),
summary.csv (means with intervals), result.json, sweep.json (what is played).";

//! The arguments of `sweep`.

use crate::cli::Format;
use crate::cli::run::assignment;
use crate::experiment::SweepRequest;
use crate::experiment::sweep::SensitivityMethod;
use crate::observe::Measure;
use crate::statistics::sweep::{PARTS_MAX, ROWS_MAX, Shard};
use crate::strategy::StrategySet;
use clap::ValueEnum;
use std::path::PathBuf;

/// Arguments of `cache-budget sweep`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES, override_usage = "cache-budget sweep <FILE> --vary <PATH=VALUES>... [OPTIONS]")]
pub(in crate::cli) struct SweepArgs {
    /// Scenario file (TOML).
    #[arg(required_unless_present = "verify")]
    pub file: Option<PathBuf>,
    /// Vary a value of the scenario; may be repeated.
    ///
    /// VALUES is a list (`1,5,20`), a range in steps (`5GB..50GB:5GB`), a range by a factor
    /// (`1GB..64GB:x2`), or a number of values in a range (`0..1:lin5`, `1..100:log7`). A range without a
    /// step (`2..10`, `1..100:log`) needs --sample or --sensitivity. PATH alone takes the range that the
    /// scenario gives under `[assumed]`. The path `strategy` takes strategies:
    /// `strategy=none,mode-min,raise-limit=20GB`.
    #[arg(long, value_name = "PATH=VALUES")]
    pub vary: Vec<String>,
    /// Vary a strategy: off and on; may be repeated.
    ///
    /// `strategies` lists them. Join several with `+` to switch them together.
    #[arg(long, value_name = "NAME", value_parser = StrategySet::asked)]
    pub strategy: Vec<StrategySet>,
    /// Simulate N points of a Sobol sequence, not the grid.
    ///
    /// With --sensitivity, N is the number of rows (Sobol) or paths (Morris) (defaults 128 and 20).
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(ROWS_MAX)))]
    pub sample: Option<u32>,
    /// Find which input matters: sobol or morris.
    ///
    /// `morris` is cheap and shows how far each input moves the metric. `sobol` shows what share of the
    /// metric's variance each input explains, alone and with the others. Without --vary, the inputs are
    /// those under `[assumed]` in the scenario.
    #[arg(long, value_enum, value_name = "HOW", hide_possible_values = true)]
    pub sensitivity: Option<Analysis>,
    /// Metric to report [default: time to green].
    ///
    /// Write labels in braces: `push.green{stat=mean}` or `restore.hit_ratio{ref=main}`. Where nothing that is pushed
    /// can get green, as with tags or schedules alone, the default is `runner.minutes`.
    #[arg(long, value_name = "METRIC")]
    pub metric: Option<Measure>,
    /// Keep every metric, not just a summary.
    ///
    /// The summary leaves out metrics of single jobs, workflows and steps.
    #[arg(long)]
    pub all_metrics: bool,
    /// Seed for all random draws.
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
    /// Replications per point, 1 to 10000.
    ///
    /// Each replication simulates all points with the same random draws. Intervals of changes are taken
    /// over the pairs.
    #[arg(long, default_value_t = 10, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub replications: u32,
    /// Override a value at every point; may be repeated.
    #[arg(long, value_name = "PATH=VALUE", value_parser = assignment)]
    pub set: Vec<String>,
    /// table, json, csv or markdown.
    #[arg(long, value_enum, default_value_t = Format::Table, hide_possible_values = true, value_name = "FORMAT")]
    pub format: Format,
    /// Result folder [default: output/<scenario>/sweep].
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Resume the sweep in the output folder, if any.
    #[arg(long)]
    pub resume: bool,
    /// Discard the unfinished sweep in the output folder and start over.
    #[arg(long, conflicts_with = "resume", hide_short_help = true)]
    pub restart: bool,
    /// Check the sweep in the output folder, and simulate nothing.
    ///
    /// Every replication in points.csv is compared with its hash in points.sum, and the other files with what
    /// follows from it. Without FILE, give the folder as --output. Exit code 3 if something is damaged.
    #[arg(long, conflicts_with_all = ["resume", "restart"], hide_short_help = true)]
    pub verify: bool,
    /// Run one part of several: 3/16.
    ///
    /// `merge` joins the parts. Each part has its own default folder, such as output/<scenario>/sweep/3-of-16.
    #[arg(long, value_name = "K/N", value_parser = shard)]
    pub shard: Option<Shard>,
    /// Number of threads, 1 to 256 [default: one per core].
    ///
    /// The number of threads does not change the result.
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
            file: self.file.clone().unwrap_or_default(),
            vary: self.vary.clone(),
            strategies: self.strategy.clone(),
            sample: self.sample,
            sensitivity: self.sensitivity.map(|how| match how {
                Analysis::Sobol => SensitivityMethod::Sobol,
                Analysis::Morris => SensitivityMethod::Morris,
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

  And with more pushes, with and without a strategy?
    cache-budget sweep ci.toml --vary cache.limit=5GB..50GB:5GB \\
      --vary workload.pushes-per-day=1,5,20 --strategy save-on-main-only

  Which unknown is worth measuring?
    cache-budget sweep ci.toml --sensitivity morris

  On four machines (docs/scaling.md has ready-made workflows):
    cache-budget sweep ci.toml --vary cache.limit=1GB..64GB:x2 --shard 3/4
    cache-budget merge output/ci/sweep/*-of-4

Use --resume to continue a sweep that was stopped or killed. Files in the folder:
points.csv (a line for each point, replication and metric, appended as they finish),
points.sum (the number of lines and a hash of each replication of a point),
summary.csv (means with intervals; sizes and times of a setting as numbers, too),
result.json, sweep.json (the plan).";

//! `trace`: generates access traces for `replay` and for comparisons with other simulators. The generator
//! is in [`replay`](crate::replay).

use super::output::{print_with, say, write_with};
use super::{Common, EXIT_FINE, EXIT_USAGE};
use crate::diagnostic::printable;
use crate::random::Distribution;
use crate::replay::trace::{Recipe, TraceKind, Zipf};
use crate::units::Bytes;
use clap::ValueEnum;
use std::path::PathBuf;

/// Arguments of `cache-budget trace`.
#[derive(Debug, clap::Args)]
pub(super) struct TraceArgs {
    #[command(subcommand)]
    model: TraceModel,
}

#[derive(Debug, clap::Subcommand)]
enum TraceModel {
    /// Independent requests, the k-th most popular key at a rate of k^-alpha.
    Zipf(ZipfArgs),
}

/// Arguments of `cache-budget trace zipf`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
struct ZipfArgs {
    /// Requests, up to 200 million.
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    requests: u64,
    /// Keys, up to 20 million.
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    objects: u32,
    /// Skew, 0 (all keys alike) to 10.
    #[arg(long, value_name = "A", default_value_t = 0.9)]
    alpha: f64,
    /// lognormal, constant or uniform.
    ///
    /// Parameters follow a colon; each one has a default:
    /// `lognormal:median=16KiB,sigma=1.5`, `constant:size=16KiB`, `uniform:low=1KiB,high=1MiB`.
    #[arg(long, value_name = "KIND", default_value = "lognormal", value_parser = sizes)]
    sizes: Distribution,
    /// Requests per second.
    #[arg(long, value_name = "N", default_value_t = 1000.0)]
    rate: f64,
    /// Seed for all random draws.
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// csv or oracle-general.
    #[arg(long, value_enum, default_value_t = TraceFormat::Csv, hide_possible_values = true, value_name = "FORMAT")]
    format: TraceFormat,
    /// File to write [default: stdout].
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// The forms of a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum TraceFormat {
    /// CSV with the header `time,key,size`.
    Csv,
    /// libCacheSim's oracleGeneral: 24-byte records.
    #[value(alias = "oracleGeneral")]
    OracleGeneral,
}

impl From<TraceFormat> for TraceKind {
    fn from(format: TraceFormat) -> TraceKind {
        match format {
            TraceFormat::Csv => TraceKind::Csv,
            TraceFormat::OracleGeneral => TraceKind::OracleGeneral,
        }
    }
}

/// Generates a trace and writes it.
pub(super) fn run(args: &TraceArgs, common: &Common) -> anyhow::Result<u8> {
    let TraceModel::Zipf(args) = &args.model;
    let recipe = Recipe {
        requests: args.requests,
        objects: args.objects,
        alpha: args.alpha,
        sizes: args.sizes,
        rate: args.rate,
    };
    let zipf = match Zipf::new(recipe, args.seed) {
        Ok(zipf) => zipf,
        Err(problem) => {
            say(format!("error: {problem}\n"));
            return Ok(EXIT_USAGE);
        }
    };
    let Some(file) = &args.output else {
        print_with(|out| zipf.write(args.format.into(), out))?;
        return Ok(EXIT_FINE);
    };
    write_with(file, |out| zipf.write(args.format.into(), out))?;
    if !common.quiet {
        say(format!("Wrote {}\n", printable(&file.display().to_string())));
    }
    Ok(EXIT_FINE)
}

/// Parses `name` or `name:parameter=value,…`.
fn sizes(text: &str) -> Result<Distribution, String> {
    let (name, parameters) = text.split_once(':').unwrap_or((text, ""));
    let mut given: Vec<(&str, &str)> = Vec::new();
    for part in parameters.split(',').filter(|part| !part.is_empty()) {
        given.push(part.split_once('=').ok_or(format!("`{part}` is not parameter=value"))?);
    }
    let mut size = |name: &str, default: u64| match take(&mut given, name) {
        None => Ok(default as f64),
        Some(text) => text.parse::<Bytes>().map(Bytes::as_f64).map_err(|problem| problem.to_string()),
    };
    let distribution = match name {
        "lognormal" => {
            let median = size("median", 16 * 1024)?;
            Distribution::LogNormal { median, sigma: sigma(take(&mut given, "sigma"))? }
        }
        "constant" => Distribution::Constant(size("size", 16 * 1024)?),
        "uniform" => Distribution::Uniform { low: size("low", 1024)?, high: size("high", 1024 * 1024)? },
        _ => return Err("use lognormal, constant or uniform".into()),
    };
    match given.first() {
        Some((unknown, _)) => Err(format!("{name} has no parameter `{unknown}`")),
        None if matches!(distribution, Distribution::Uniform { low, high } if low > high) => {
            Err("low must not be larger than high".into())
        }
        None => Ok(distribution),
    }
}

fn take<'a>(given: &mut Vec<(&str, &'a str)>, name: &str) -> Option<&'a str> {
    let at = given.iter().position(|(given, _)| *given == name)?;
    Some(given.remove(at).1)
}

fn sigma(text: Option<&str>) -> Result<f64, String> {
    let sigma = text.map_or(Ok(1.5), str::parse::<f64>).ok().filter(|sigma| (0.0..=5.0).contains(sigma));
    sigma.ok_or_else(|| "sigma must be a number from 0 to 5".into())
}

const EXAMPLES: &str = "\
Examples:
  cache-budget trace zipf --requests 10000000 --objects 1000000 --alpha 0.9 \\
    --sizes lognormal:median=16KiB,sigma=1.5 --format oracle-general --output zipf.oracleGeneral
  cache-budget trace zipf --requests 10000 --objects 1000 | head";

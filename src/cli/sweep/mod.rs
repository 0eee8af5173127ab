//! `sweep`: a scenario under many settings; `merge`: what several machines played of one.

mod axis;
mod blocks;
mod conclusion;
mod ledger;
mod merge;
mod play;
mod space;
mod stop;

pub(super) use merge::{MergeArgs, run as merge};

use super::output::{folder, print, say};
use super::progress::bar_of;
use super::run::{assignment, shell};
use super::{Common, EXIT_FAILED, EXIT_FINE, EXIT_INVALID, EXIT_USAGE, Format, Terminal};
use crate::diagnostic::{nearest, printable};
use crate::engine::{self, Model};
use crate::outcome::Measure;
use crate::random::Draws;
use crate::report::sweep::{self as report, Swept};
use crate::scenario::{self, Loaded};
use crate::strategy::Treatment;
use crate::study::sweep::{Axis as Described, Design, Plan, Point, ROWS_MAX, Rows, Shard, Tool};
use crate::units::SimTime;
use anyhow::Context;
use axis::Axis;
use blocks::{Blocks, POINTS};
use clap::ValueEnum;
use ledger::{Found, Ledger};
use play::Halt;
use space::Space;
use std::path::{Path, PathBuf};

/// Arguments of `cache-budget sweep`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES, override_usage = "cache-budget sweep <FILE> --vary <PATH=VALUES>... [OPTIONS]")]
pub(super) struct SweepArgs {
    /// The scenario, a TOML file.
    file: PathBuf,
    /// Vary a value of the scenario; may be repeated.
    ///
    /// A list (`1,5,20`), a range in steps (`5GB..50GB:5GB`), by a factor (`1GB..64GB:x2`), or of so
    /// many values (`0..1:lin5`, `1..100:log7`). From all between two ends (`2..10`, `1..100:log`)
    /// only --sample and --sensitivity can choose. PATH alone takes the range that the scenario gives
    /// under `[assumed]`. The path `strategy` takes remedies: `strategy=none,mode-min,raise-limit=20GB`.
    #[arg(long, value_name = "PATH=VALUES")]
    vary: Vec<String>,
    /// Vary a remedy: off and on; may be repeated.
    ///
    /// `strategies` lists them. Joined by `+`, several are switched together.
    #[arg(long, value_name = "NAME", value_parser = Treatment::parse)]
    strategy: Vec<Treatment>,
    /// Play N points of a Sobol sequence, not the grid.
    ///
    /// With --sensitivity, so many rows (Sobol) or paths (Morris); there, 128 and 20 unless told.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(ROWS_MAX)))]
    sample: Option<u32>,
    /// Which input matters: sobol or morris.
    ///
    /// `morris` is cheap and says how far each input moves the metric; `sobol` says which share of its
    /// variance each explains, alone and with the others. Without --vary, over all inputs that the
    /// scenario has under `[assumed]`.
    #[arg(long, value_enum, value_name = "HOW", hide_possible_values = true)]
    sensitivity: Option<Sensitivity>,
    /// What to answer about [default: waiting per push].
    ///
    /// A metric, with labels in braces: `push.waiting{stat=mean}` or `restore.hit_ratio{ref=main}`.
    #[arg(long, value_name = "METRIC", default_value = METRIC, hide_default_value = true)]
    metric: Measure,
    /// Keep every metric, not a summary.
    ///
    /// The summary leaves out those of single jobs, workflows and steps.
    #[arg(long)]
    all_metrics: bool,
    /// The seed of all random draws.
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// Replications of each point, 1 to 10000.
    ///
    /// Each plays all points with the same draws; intervals of changes are over the pairs.
    #[arg(long, default_value_t = 10, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    replications: u32,
    /// Change a value everywhere; may be repeated.
    #[arg(long, value_name = "PATH=VALUE", value_parser = assignment)]
    set: Vec<String>,
    /// Form: table, json, csv or markdown.
    #[arg(long, value_enum, default_value_t = Format::Table, hide_possible_values = true, value_name = "FORM")]
    format: Format,
    /// Folder for the results [default: output/<scenario>].
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Go on with the sweep in the folder, if there is one.
    #[arg(long)]
    resume: bool,
    /// Begin anew where an unfinished sweep lies.
    #[arg(long, conflicts_with = "resume", hide_short_help = true)]
    restart: bool,
    /// Play one part of several: 3/16.
    ///
    /// `merge` joins them. The default folder is then a folder of its own, output/<scenario>/3-of-16.
    #[arg(long, value_name = "K/N", value_parser = shard)]
    shard: Option<Shard>,
    /// How many threads, 1 to 256 [default: one per core].
    ///
    /// Their number does not change the result.
    #[arg(long, value_name = "N", hide_short_help = true, value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
}

/// How to tell which input matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Sensitivity {
    /// Shares of the variance.
    Sobol,
    /// Effects along paths.
    Morris,
}

const METRIC: &str = "push.waiting{stat=mean}";
/// The most points of a sweep.
const POINTS_MAX: u64 = 20_000;
/// The most replications of all points together.
const SIMULATIONS_MAX: u64 = 1_000_000;
/// The fewest rows or paths from which intervals can be taken.
const ROWS_MIN: u32 = 4;

/// Sweeps and answers. Everything that can be wrong is said before anything is simulated.
pub(super) fn run(args: &SweepArgs, common: &Common) -> anyhow::Result<u8> {
    let threads = args.threads.map_or(0, usize::from);
    let pool =
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().context("cannot start threads")?;
    let (space, plan) = match pool.install(|| planned(args, common)) {
        Ok(planned) => planned,
        Err(Refused { code, problems }) => {
            problems.iter().for_each(say);
            return Ok(code);
        }
    };
    let folder = folder(args.output.as_deref(), &default_folder(&plan))?;
    let ledger = match opened(args, &folder, &plan)? {
        Ok(ledger) => ledger,
        Err(Refused { code, problems }) => {
            problems.iter().for_each(say);
            return Ok(code);
        }
    };
    let swept = pool.install(|| -> Result<Swept, Halt> {
        let ledger = play::play(&space, &plan, &args.metric, ledger, common.quiet)?;
        drop(ledger);
        let blocks = Blocks::read(&folder.join(POINTS), &plan, false)?;
        Ok(conclusion::conclude(&folder, &plan, &[blocks])?)
    });
    match swept {
        Ok(swept) => answered(&swept, args.format, &folder, common),
        Err(halt) => halted(halt, args, &folder, &plan),
    }
}

/// Why nothing is simulated.
struct Refused {
    code: u8,
    problems: Vec<String>,
}

/// Everything that is to be played, checked.
fn planned<'a>(args: &'a SweepArgs, common: &Common) -> Result<(Space<'a>, Plan), Refused> {
    let style = Terminal::Stderr.diagnostics(common.color);
    let invalid = |report: crate::diagnostic::Report| Refused {
        code: EXIT_INVALID,
        problems: vec![report.render(&style)],
    };
    let document = scenario::open(&args.file).map_err(invalid)?;
    let own = document.scenario(&[("--set", args.set.as_slice())]).map_err(invalid)?;
    let base = scenario::build(&args.file, own.clone()).map_err(invalid)?;
    let axes =
        Axis::all(args, &base.assumed).map_err(|report| Refused { code: EXIT_USAGE, ..invalid(report) })?;
    let counts: Vec<Option<usize>> = axes.iter().map(|axis| axis.values.count()).collect();
    let design = designed(args, &axes, &counts).map_err(usage)?;
    known(&args.metric, &base.model).map_err(usage)?;
    let space = Space::new(args, document, axes);
    let warnings =
        space.try_values(&base, &style).map_err(|problems| Refused { code: EXIT_INVALID, problems })?;
    let place =
        |place: &Vec<f64>| space.axes.iter().zip(place).map(|(axis, place)| axis.at(*place)).collect();
    let settings: Vec<Vec<String>> = design.places(&counts, args.seed).iter().map(place).collect();
    let bar = bar_of(settings.len() as u64, "points checked", common.quiet);
    let hashes = space.check(&settings, &style, || bar.inc(1));
    bar.finish_and_clear();
    let hashes = hashes.map_err(|problems| Refused { code: EXIT_INVALID, problems })?;
    if !common.quiet {
        say(base.report.render(&style));
        warnings.iter().for_each(say);
    }
    let described =
        |axis: &Axis| axis.described(if axis.is_path() { own.value_at(&axis.name) } else { None });
    let described = space.axes.iter().map(described).collect();
    let points = settings.into_iter().zip(hashes).map(|(settings, hash)| Point { settings, hash }).collect();
    let plan = plan(args, &base, design, described, points);
    Ok((space, plan))
}

/// Refuses a metric whose labels name nothing of the scenario.
fn known(measure: &Measure, model: &Model) -> Result<(), String> {
    // A replication in which nobody pushes has all the names.
    let nothing = Model { from: Some(SimTime(0)), until: Some(SimTime(0)), ..model.clone() };
    let Ok(outcome) = engine::simulate(&nothing, Draws::new(0, 0)) else { return Ok(()) };
    let Some(((label, text), known)) = measure.stranger(&outcome.names) else { return Ok(()) };
    let near = nearest(text, known.iter().copied());
    let help = near
        .map_or_else(|| format!("there is {}", known.join(", ")), |near| format!("did you mean `{near}`?"));
    Err(format!("`{text}` is no {label} of the scenario: {help}"))
}

fn usage(problem: String) -> Refused {
    Refused { code: EXIT_USAGE, problems: vec![format!("error: {problem}\n")] }
}

/// The design, if it is within the limits.
fn designed(args: &SweepArgs, axes: &[Axis], counts: &[Option<usize>]) -> Result<Design, String> {
    if axes.is_empty() {
        return Err("nothing is varied: name it with --vary PATH=VALUES or --strategy NAME, or give the \
                    scenario's unknowns their ranges under `[assumed]`"
            .into());
    }
    let design = match (args.sensitivity, args.sample) {
        (None, None) => Design::Grid,
        (None, Some(points)) => Design::Sample(points),
        (Some(Sensitivity::Sobol), rows) => Design::Sobol(rows.unwrap_or(128)),
        (Some(Sensitivity::Morris), paths) => Design::Morris(paths.unwrap_or(20)),
    };
    if args.sensitivity.is_some() && args.sample.is_some_and(|rows| rows < ROWS_MIN) {
        return Err(format!("--sensitivity takes at least --sample {ROWS_MIN}: fewer have no interval"));
    }
    // A Sobol row has twice as many dimensions as inputs, and the sequence has 256.
    if axes.len() > 128 {
        return Err(format!("{} axes are more than 128", axes.len()));
    }
    let Some(points) = design.count(counts) else {
        let between = axes.iter().find(|axis| axis.values.count().is_none());
        let name = between.map_or("", |axis| axis.name.as_str());
        return Err(format!(
            "a grid takes no range without a step: write `--vary {name}=LOW..HIGH:STEP`, or choose points with \
             --sample N or --sensitivity"
        ));
    };
    if points > POINTS_MAX {
        return Err(format!(
            "{points} points are more than {POINTS_MAX}: vary less, or choose some with --sample N"
        ));
    }
    let simulations = points * u64::from(args.replications);
    if simulations > SIMULATIONS_MAX {
        return Err(format!(
            "{points} points with {} replications each are {simulations} simulations, more than {SIMULATIONS_MAX}",
            args.replications
        ));
    }
    Ok(design)
}

fn plan(args: &SweepArgs, base: &Loaded, design: Design, axes: Vec<Described>, points: Vec<Point>) -> Plan {
    Plan {
        schema_version: 1,
        tool: Tool { name: env!("CARGO_PKG_NAME").into(), version: env!("CARGO_PKG_VERSION").into() },
        name: base.name.clone(),
        file: args.file.display().to_string(),
        hash: base.hash.clone(),
        seed: args.seed,
        replications: args.replications,
        simulated_days: base.simulated.as_days_f64(),
        warmup_days: base.model.warmup.as_days_f64(),
        design,
        axes,
        metric: args.metric.to_string(),
        rows: if args.all_metrics { Rows::All } else { Rows::Summary },
        reproduce: reproduce(args),
        points,
        shard: args.shard,
        finished: false,
    }
}

/// `output/<scenario>`, and a folder of its own in it for a part.
fn default_folder(plan: &Plan) -> String {
    match plan.shard {
        None => plan.name.clone(),
        Some(Shard { index, of }) => format!("{}/{index}-of-{of}", plan.name),
    }
}

/// The ledger of the folder: a new one, or the one to go on with.
fn opened(args: &SweepArgs, folder: &Path, plan: &Plan) -> anyhow::Result<Result<Ledger, Refused>> {
    let found = ledger::found(folder)?;
    let (there, finished) = match &found {
        Found::Nothing => return Ledger::begin(folder, plan).map(Ok),
        Found::Unfinished(there) => (there, false),
        Found::Finished(there) => (there, true),
    };
    let shown = printable(&folder.display().to_string()).into_owned();
    if args.resume {
        let differences = merge::differences(there, plan);
        if !differences.is_empty() || there.shard != plan.shard {
            let shards = (there.shard != plan.shard).then(|| "the part".to_owned());
            let what: Vec<String> = shards.into_iter().chain(differences).collect();
            let problem = format!("error: {shown} holds another sweep. They differ in {}\n", what.join("; "));
            return Ok(Err(Refused { code: EXIT_INVALID, problems: vec![problem] }));
        }
        return Ledger::resume(folder, plan, finished).map(Ok);
    }
    let kept = Blocks::read(&folder.join(POINTS), there, true).map_or(0, |blocks| blocks.end);
    if !finished && !args.restart && kept > report::head(there).len() as u64 {
        return Ok(Err(usage(format!(
            "{shown} holds an unfinished sweep: go on with --resume, or begin anew with --restart"
        ))));
    }
    Ledger::begin(folder, plan).map(Ok)
}

/// Says what came out.
fn answered(swept: &Swept, format: Format, folder: &Path, common: &Common) -> anyhow::Result<u8> {
    match format {
        Format::Table => print(report::table(swept, Terminal::Stdout.style(common.color)))?,
        Format::Json => print(report::json(swept))?,
        Format::Markdown => print(report::markdown(swept))?,
        Format::Csv => {
            let path = folder.join("summary.csv");
            let text = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            print(text)?;
        }
    }
    if !common.quiet {
        let folder = folder.display().to_string();
        say(format!("Wrote {POINTS}, summary.csv and result.json to {}\n", printable(&folder)));
    }
    Ok(EXIT_FINE)
}

/// Says what is kept and how to go on.
fn halted(halt: Halt, args: &SweepArgs, folder: &Path, plan: &Plan) -> anyhow::Result<u8> {
    let kept = Blocks::read(&folder.join(POINTS), plan, true).map_or(0, |blocks| blocks.count());
    let all = plan.simulations();
    let output = args
        .output
        .as_ref()
        .map_or_else(String::new, |output| format!(" --output {}", shell(&output.display().to_string())));
    let shard = plan.shard.map_or_else(String::new, |shard| format!(" --shard {}/{}", shard.index, shard.of));
    let again = format!("{}{shard}{output} --resume", plan.reproduce);
    match halt {
        Halt::Stopped => say("Stopped. "),
        Halt::Failed(problem) => say(format!("error: {problem:#}\n")),
    }
    say(format!("{kept} of {all} replications are kept. To go on:\n{}\n", printable(&again)));
    Ok(EXIT_FAILED)
}

/// The command line that gives the same numbers again, on any number of threads.
fn reproduce(args: &SweepArgs) -> String {
    let mut words = vec!["cache-budget sweep".to_owned(), shell(&args.file.display().to_string())];
    words.extend(args.vary.iter().map(|vary| format!("--vary {}", shell(vary))));
    words.extend(args.strategy.iter().map(|strategy| format!("--strategy {}", shell(&strategy.to_string()))));
    words.extend(args.sample.map(|rows| format!("--sample {rows}")));
    words.extend(
        args.sensitivity
            .and_then(|how| Some(format!("--sensitivity {}", how.to_possible_value()?.get_name()))),
    );
    let metric = args.metric.to_string().replace(" {", "{").replace(", ", ",");
    words.extend((metric != METRIC).then(|| format!("--metric {}", shell(&metric))));
    words.extend(args.all_metrics.then(|| "--all-metrics".to_owned()));
    words.extend(args.set.iter().map(|set| format!("--set {}", shell(set))));
    words.push(format!("--seed {} --replications {}", args.seed, args.replications));
    words.join(" ")
}

/// Reads `3/16`.
fn shard(text: &str) -> Result<Shard, String> {
    const PARTS_MAX: u32 = 10_000;
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

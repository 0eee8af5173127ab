use super::output::{print, say, write_result};
use super::output_folder::OutputFolder;
use super::precision::{PrecisionArgs, gather};
use super::progress::bar;
use super::threads::pool;
use super::warm_up::{detect, undetected};
use super::{
    Common, EXIT_FINE, EXIT_INVALID, EXIT_UNDECIDED, EXIT_UNEXPECTED, EXIT_USAGE, Format, Terminal, introduce,
};
use crate::diagnostic::printable;
use crate::engine::{self, Model};
use crate::outcome::{Judgement, Outcome};
use crate::random::Draws;
use crate::report::{self};
use crate::result::RunResult;
use crate::scenario::WarmUpRule;
use crate::strategy::{self, Contest};
use crate::study::{BATCHES_MIN, Gathering, Reached, Study, WarmUp, differences};
use anyhow::Context;
use rayon::ThreadPool;
use rayon::prelude::*;
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
    /// One replication, intervals over N parts of its time.
    ///
    /// For a long recorded log whose sizes and times are known: batch means, 8 to 200 of them.
    #[arg(long, value_name = "N", conflicts_with_all = ["replications", "precision", "with_screen"],
          value_parser = clap::value_parser!(u32).range(i64::from(BATCHES_MIN)..=200))]
    batches: Option<u32>,
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
    /// Exit code 11 if an expectation cannot be decided.
    ///
    /// That is so where the interval lies on both sides of what is expected. Without this, it is stated and
    /// counts as fine.
    #[arg(long)]
    strict: bool,
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
    let mut contest = match strategy::load(&args.file, &args.set) {
        Ok(contest) => contest,
        Err(reports) => {
            let style = Terminal::Stderr.diagnostics(common.color);
            reports.iter().for_each(|report| say(report.render(&style)));
            return Ok(EXIT_INVALID);
        }
    };
    let loaded = &contest.own;
    introduce(loaded, common);
    if let Some(problem) = args.precision.problem(&loaded.model.names()) {
        say(format!("error: {problem}\n"));
        return Ok(EXIT_USAGE);
    }
    let result = OutputFolder::of(args.output.as_deref(), &loaded.name)?.file("result.json")?;
    let pool = pool(args.threads)?;
    let warm_up = pool.install(|| warmed_up(&mut contest, args.seed))?;
    let (studies, reached) = match args.batches {
        Some(batches) => (in_batches(&contest, args.seed, batches, &pool, common.quiet)?, None),
        None => simulate(&contest, args, &pool, common.quiet)?,
    };
    let answer = RunResult { reached, warm_up, ..answer(contest, studies, args)? };
    write_result(&result, &report::json(&answer))?;
    print(shown(&answer, args, common))?;
    if !common.quiet {
        say(format!("Wrote {}\n", printable(&result.display().to_string())));
    }
    Ok(match answer.judgement() {
        Judgement::NotHeld => EXIT_UNEXPECTED,
        Judgement::Undecided if args.strict => EXIT_UNDECIDED,
        Judgement::Undecided | Judgement::Held => EXIT_FINE,
    })
}

/// One warm-up for all that is compared, detected if the scenario leaves that to us.
fn warmed_up(contest: &mut Contest, seed: u64) -> anyhow::Result<WarmUp> {
    let own = &contest.own;
    let (span, warm_up) = match own.warm_up {
        WarmUpRule::Detected => detect(&models(contest).cloned().collect::<Vec<_>>(), seed)?,
        rule => (own.model.warmup, undetected(rule)),
    };
    contest.own.model.warmup = span;
    contest.rivals.iter_mut().for_each(|(_, rival)| rival.model.warmup = span);
    Ok(warm_up)
}

/// The scenario's, then that of each strategy its expectations are held against.
fn models(contest: &Contest) -> impl Iterator<Item = &Model> {
    std::iter::once(&contest.own).chain(contest.rivals.iter().map(|(_, rival)| rival)).map(|l| &l.model)
}

/// Plays them all, with as many replications as the scenario's own metric needs.
fn simulate(
    contest: &Contest,
    args: &RunArgs,
    pool: &ThreadPool,
    quiet: bool,
) -> anyhow::Result<(Vec<Study>, Option<Reached>)> {
    let bar = bar(args.replications, quiet);
    let play = |model: &Model, replication| {
        let draws = Draws::new(args.seed, replication);
        match (replication, args.with_screen) {
            // The timeline is that of the first one.
            (0, screened) => engine::simulate_told(model, draws, screened),
            (_, true) => engine::simulate_screened(model, draws),
            (_, false) => engine::simulate(model, draws),
        }
    };
    let grow = |gathering: &mut Gathering, models: &[&Model], replications: u32| {
        bar.set_length(u64::from(replications) * (1 + contest.rivals.len() as u64));
        let play = |case: usize, replication| play(models[case], replication);
        pool.install(|| gathering.grow(replications, play, || bar.inc(1)))
    };
    let models: Vec<&Model> = models(contest).collect();
    let (own, rivals) = models.split_at(1);
    let mut first = Gathering::of(1);
    let precision = args.precision.precision(args.replications);
    let reached = gather(&mut first, args.replications, precision.as_ref(), |gathering, replications| {
        grow(gathering, own, replications)
    })?;
    let mut studies = Vec::new();
    if !rivals.is_empty() {
        let mut second = Gathering::of(rivals.len());
        grow(&mut second, rivals, first.replications())?;
        studies = second.studies();
    }
    bar.finish_and_clear();
    studies.splice(..0, first.studies());
    Ok((studies, reached))
}

/// Plays replication 0 of each once whole and once for each batch: what a part measures is no sum of
/// counters, but quantiles and levels of its own.
fn in_batches(
    contest: &Contest,
    seed: u64,
    batches: u32,
    pool: &ThreadPool,
    quiet: bool,
) -> anyhow::Result<Vec<Study>> {
    let models: Vec<&Model> = models(contest).collect();
    let each = batches + 1;
    let bar = bar(each * models.len() as u32, quiet);
    let play = |index: u32| {
        let (model, draws) = (models[(index / each) as usize], Draws::new(seed, 0));
        let outcome = match (index % each).checked_sub(1) {
            None => engine::simulate_told(model, draws, false),
            Some(part) => engine::simulate_part(model, draws, part, batches),
        };
        bar.inc(1);
        outcome
    };
    let all = 0..each * models.len() as u32;
    let played = pool.install(|| all.into_par_iter().map(play).collect::<Vec<_>>());
    bar.finish_and_clear();
    let mut played = played.into_iter().collect::<Result<Vec<Outcome>, _>>()?.into_iter();
    let mut study = |_| {
        let whole = played.next().context("nothing was simulated")?;
        let parts: Vec<_> = played.by_ref().take(batches as usize).map(|part| part.values).collect();
        Ok(Study::in_batches(whole, &parts))
    };
    (0..models.len()).map(&mut study).collect()
}

/// `studies` are that of the scenario, then of its rivals.
fn answer(contest: Contest, studies: Vec<Study>, args: &RunArgs) -> anyhow::Result<RunResult> {
    let mut studies = studies.into_iter();
    let study = studies.next().context("nothing was simulated")?;
    let Contest { own, rivals } = contest;
    let names = rivals.into_iter().map(|(name, _)| name);
    let rivals = names.zip(studies).map(|(name, rival)| (name, differences(&study, &rival))).collect();
    Ok(RunResult {
        command: "run",
        reproduce: reproduce(args, study.replications),
        name: own.name,
        file: args.file.display().to_string(),
        hash: own.hash,
        seed: args.seed,
        study,
        reached: None,
        warm_up: WarmUp::Fixed,
        expectations: own.expectations,
        rivals,
    })
}

fn shown(answer: &RunResult, args: &RunArgs, common: &Common) -> String {
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
    words.push(match args.batches {
        Some(batches) => format!("--seed {} --batches {batches}", args.seed),
        None => format!("--seed {} --replications {replications}", args.seed),
    });
    words.join(" ")
}

/// A word as a shell reads it back. Control characters are escaped: a line with them in it would act on
/// the terminal it is pasted into.
pub(super) fn shell(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "_-./=,:+@%".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    if !word.contains(char::is_control) {
        return format!("'{}'", word.replace('\'', r"'\''"));
    }
    let escaped = |letter: char| match letter {
        '\'' | '\\' => format!("\\{letter}"),
        letter if letter.is_control() => format!("\\u{:04x}", u32::from(letter)),
        letter => letter.into(),
    };
    format!("$'{}'", word.chars().map(escaped).collect::<String>())
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

Exit code 10 if an [[expect]] of the scenario does not hold; with --strict 11 if one
cannot be decided with these replications.";

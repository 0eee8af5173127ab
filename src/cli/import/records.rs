//! The records that `import` calibrates with, and what a back-test of it needs. They are read in
//! [`recorded`](crate::cli::recorded).

use crate::cli::recorded::{GivenRecords, RecordPaths, loaded_with};
use crate::diagnostic::printable;
use crate::engine::Model;
use crate::experiment::{Failure, replicate};
use crate::import::calibration::{Calibration, ListedFigures, ListingSampler, Predicted, back_test};
use crate::import::expression::Decider;
use crate::import::{FoundWorkflow, NO_FILE, RepositoryPast, RepositorySources, draft};
use crate::observe::{Outcome, measure_with};
use crate::random::Draws;
use crate::result::BackTest;
use crate::statistics::Study;
use anyhow::anyhow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Records of the repository's cache and runs. Each replaces assumptions by data.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::cli) struct RecordArgs {
    /// Fetch listing, runs and jobs with your `gh`.
    ///
    /// The pages are kept beside the scenario, in a folder `NAME.gh`. A fetch that was stopped goes on there. The
    /// repository is the one of the remote `origin`, or that of GH_REPO=owner/name.
    #[arg(long, conflicts_with_all = ["inventory", "caches", "runs", "jobs"])]
    pub gh: bool,
    /// Cache listings: sizes of entries.
    ///
    /// The output of `gh cache list`, or pages of GitHub's REST API: whatever `diagnose` reads.
    #[arg(long, value_name = "LISTING", num_args = 1.., conflicts_with = "inventory")]
    pub caches: Vec<PathBuf>,
    /// Runs: failures, re-runs, late crons.
    ///
    /// The output of `gh run list --json`.
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with = "inventory")]
    pub runs: Vec<PathBuf>,
    /// Jobs: times with and without the cache.
    ///
    /// The output of `gh run view --json jobs`, or pages of jobs of GitHub's REST API.
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with = "inventory")]
    pub jobs: Vec<PathBuf>,
    /// `cargo build --timings`: what a miss costs.
    ///
    /// The page that cargo writes to `target/cargo-timings`, of a build from nothing. The time of its external crates is
    /// what a job with rust-cache or sccache takes longer without its cache, where no jobs tell.
    #[arg(long, value_name = "PAGE", num_args = 1.., conflicts_with = "inventory")]
    timings: Vec<PathBuf>,
    /// A folder of job logs: sizes, hits.
    ///
    /// Logs of jobs, what `gh run view --log` prints, unpacked archives of logs, or what `serve --record` wrote.
    #[arg(long, value_name = "DIR", conflicts_with = "inventory")]
    logs: Option<PathBuf>,
    /// Back-test: hold out the last jobs, and predict them.
    ///
    /// The scenario is calibrated with the jobs before, simulated, and compared with this share of the jobs, such as
    /// 30%, and with the listing. The table takes the place of the scenario on stdout.
    #[arg(long, value_name = "SHARE", value_parser = holdout, conflicts_with = "inventory")]
    pub holdout: Option<f64>,
}

impl RecordArgs {
    /// The files among them.
    pub fn inputs(&self) -> Vec<&PathBuf> {
        self.caches.iter().chain(&self.runs).chain(&self.jobs).chain(&self.timings).collect()
    }

    /// All that is read of them.
    fn read(&self) -> Result<GivenRecords, Failure> {
        let RecordArgs { caches, runs, jobs, timings, logs, .. } = self;
        GivenRecords::read(RecordPaths { caches, runs, jobs, timings, logs: logs.as_deref() })
    }
}

/// A share such as `30%` or `0.3`.
fn holdout(text: &str) -> Result<f64, String> {
    let (number, unit) = text.strip_suffix('%').map_or((text, 1.0), |number| (number, 100.0));
    let share = number.trim().parse::<f64>().map(|number| number / unit);
    share
        .ok()
        .filter(|share| (0.05..=0.9).contains(share))
        .ok_or_else(|| format!("`{}` is no share from 5% to 90%: write for example 30%", printable(text)))
}

/// How often the scenario of a back-test is simulated.
const REPLICATIONS: u32 = 5;

/// Simulates what the first part of the records and of the history says, and compares it with the rest.
///
/// # Errors
/// As of [`calibration`]; or if the scenario cannot be simulated.
pub(super) fn tested(
    args: &RecordArgs,
    repo: &Path,
    (sources, decider, found): (&RepositorySources, &Decider, &[FoundWorkflow]),
) -> Result<BackTest, Failure> {
    let mut records = args.read()?;
    let (first, last) = records.recorded.split(args.holdout.unwrap_or(0.3));
    records.recorded = first;
    let mut known = records.matched(sources, decider, found)?;
    let listed = records.listing.as_ref().map(|(listing, _)| ListedFigures::recorded(listing));
    records.hand_over(&mut known, sources.own_crates.as_ref())?;
    let past = RepositoryPast::read(repo);
    let past = match last.begins() {
        Some(at) => past.before(at),
        None => past,
    };
    let Some(plain) = draft(sources, decider, found, (&known, &past, Err(NO_FILE))) else {
        return Ok(back_test_of_nothing());
    };
    let under = |rule: &[String]| {
        let (study, listings) = played(&loaded_with(&plain, rule)?.model)?;
        let predicted = Predicted { study: &study, listings: &listings };
        Ok::<BackTest, Failure>(back_test(predicted, &plain.jobs, &last, listed.as_ref()))
    };
    let mut test = under(&[])?;
    // No rule of the cache makes a job slow that hits as often as predicted.
    if test.rows.iter().any(|row| row.is_off() && row.unit != "min") {
        let fitting = fitting_rules(under)?;
        test.verdict += &fitting;
    }
    if !past.is_known() {
        test.verdict += " (how often is pushed is guessed, since no history is known)";
    }
    Ok(test)
}

/// Plays the scenario of a back-test, and lists its cache day by day.
fn played(model: &Model) -> Result<(Study, Vec<ListedFigures>), Failure> {
    let listings = Mutex::new(BTreeMap::new());
    let play = |replication| {
        let mut sampler = ListingSampler::new(model);
        let outcome = measure_with(model, Draws::new(1, replication), &mut sampler)
            .map_err(|limit| anyhow!("{limit}"))?;
        listings.lock().expect("no thread panics with it").insert(replication, sampler.seen);
        Ok::<Outcome, anyhow::Error>(outcome)
    };
    let study = replicate(REPLICATIONS, play)?;
    let listings = listings.into_inner().expect("no thread panics with it");
    Ok((study, listings.into_values().flatten().collect()))
}

/// Other rules that the service may follow. They decide what is evicted, GitHub documents none of them, and the model
/// assumes the opposite of each.
const OTHER_RULES: [&str; 3] =
    ["cache.order=oldest-created", "cache.over-quota=reject", "cache.touch=download"];

/// Under which other rules the records would be what is predicted: words for a verdict.
fn fitting_rules(under: impl Fn(&[String]) -> Result<BackTest, Failure>) -> Result<String, Failure> {
    let mut fitting = Vec::new();
    for rule in OTHER_RULES {
        if under(&[rule.to_owned()])?.trusted {
            fitting.push(format!("`{}`", rule.replace('=', " = ")));
        }
    }
    Ok(match fitting.is_empty() {
        true => String::new(),
        false => format!("; with {}, nothing would speak against it", fitting.join(" or ")),
    })
}

fn back_test_of_nothing() -> BackTest {
    let verdict = "do not trust: no workflow is simulated".to_owned();
    BackTest { rows: vec![], trusted: false, verdict }
}

/// What the records say.
///
/// # Errors
/// If a file cannot be read, or is not what it should be.
pub(super) fn calibration(
    args: &RecordArgs,
    sources: &RepositorySources,
    decider: &Decider,
    found: &[FoundWorkflow],
) -> Result<Calibration, Failure> {
    let records = args.read()?;
    let mut known = records.matched(sources, decider, found)?;
    records.hand_over(&mut known, sources.own_crates.as_ref())?;
    Ok(known)
}

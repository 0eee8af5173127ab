//! The records that `import` calibrates with: their arguments, their reading, and what to ask GitHub for next. What
//! they say is in [`calibration`](crate::import::calibration).

use crate::diagnostic::printable;
use crate::engine::Model;
use crate::experiment::{Failure, invalid, read, replicate};
use crate::import::calibration::{
    Calibration, ListedFigures, ListingSampler, Logs, Predicted, Recorded, back_test,
};
use crate::import::expression::Decider;
use crate::import::{FoundWorkflow, RepositoryPast, RepositorySources, ScenarioDraft, draft};
use crate::observe::{Outcome, measure_with};
use crate::random::Draws;
use crate::replay::listing::{Snapshot, read_snapshot};
use crate::result::BackTest;
use crate::scenario::{Loaded, load};
use crate::statistics::Study;
use anyhow::{Context, anyhow};
use std::collections::BTreeMap;
use std::io::Write;
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
        self.caches.iter().chain(&self.runs).chain(&self.jobs).collect()
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
    let share = args.holdout.unwrap_or(0.3);
    let (known, last) = first_part(args, sources, decider, found, Some(share))?;
    let past = RepositoryPast::read(repo);
    let past = match last.begins() {
        Some(at) => past.before(at),
        None => past,
    };
    let Some(plain) = draft(sources, decider, found, (&known, &past, None)) else {
        return Ok(back_test_of_nothing());
    };
    let listed = if args.caches.is_empty() { None } else { Some(listing(&args.caches)?) };
    let listed = listed.as_ref().map(ListedFigures::recorded);
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

/// The largest file of records that is read.
const RECORD_BYTES_MAX: u64 = 200_000_000;

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
    first_part(args, sources, decider, found, None).map(|(known, _)| known)
}

/// What the records say without the last jobs, which are this share, and those jobs.
fn first_part(
    args: &RecordArgs,
    sources: &RepositorySources,
    decider: &Decider,
    found: &[FoundWorkflow],
    holdout: Option<f64>,
) -> Result<(Calibration, Recorded), Failure> {
    let mut last = Recorded::default();
    let mut known = Calibration::default();
    let listed = if args.caches.is_empty() { None } else { Some(listing(&args.caches)?) };
    let logs = args.logs.as_deref().map(logs).transpose()?;
    let is_matched = listed.is_some() || logs.is_some();
    let guessed = (&known, &RepositoryPast::unread(), None);
    if let Some(plain) = draft(sources, decider, found, guessed).filter(|_| is_matched) {
        let loaded = loaded(&plain)?;
        if let Some(listing) = &listed {
            known.read_listing(
                &loaded.model,
                listing,
                &named(&args.caches),
                &sources.own_name.default_branch,
            );
        }
        if let Some(logs) = &logs {
            known.read_logs(&loaded.model, logs, &named(args.logs.as_slice()));
        }
    }
    let files: Vec<PathBuf> = args.runs.iter().chain(&args.jobs).cloned().collect();
    if !files.is_empty() {
        let mut recorded = Recorded::default();
        for file in &files {
            let bytes = read(file, RECORD_BYTES_MAX)?;
            recorded.read(&bytes).map_err(|problems| invalid(file, &problems))?;
        }
        if let Some(share) = holdout {
            (recorded, last) = recorded.split(share);
        }
        known.read_runs(recorded, &named(if args.jobs.is_empty() { &args.runs } else { &args.jobs }));
    }
    Ok((known, last))
}

/// All pages of a listing. Of several listings, entries count once.
fn listing(files: &[PathBuf]) -> Result<Snapshot, Failure> {
    let mut all: Option<Snapshot> = None;
    for file in files {
        let bytes = read(file, RECORD_BYTES_MAX)?;
        let own = read_snapshot(&bytes).map_err(|problems| invalid(file, &problems))?;
        all = Some(match all {
            Some(before) => before.joined(own),
            None => own,
        });
    }
    all.ok_or_else(|| anyhow!("no listing").into())
}

/// The most files of logs.
const LOGS_MAX: usize = 20_000;
/// The deepest folder of logs: that of an archive's job, in a folder of its run, in the folder that is named.
const DEPTH_MAX: usize = 3;

/// All logs of a folder, in the order of their paths. Links are not followed.
fn logs(folder: &Path) -> Result<Logs, Failure> {
    let mut files = Vec::new();
    let problem = || format!("cannot read {}", printable(&folder.display().to_string()));
    below(folder, String::new(), DEPTH_MAX, &mut files).with_context(problem)?;
    files.sort();
    let mut logs = Logs::default();
    for (name, path) in &files {
        logs.read(name, &read(path, RECORD_BYTES_MAX)?);
    }
    Ok(logs)
}

/// The files below a folder, each with its path below the first one.
fn below(
    folder: &Path,
    prefix: String,
    depth: usize,
    files: &mut Vec<(String, PathBuf)>,
) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let (kind, name) = (entry.file_type()?, format!("{prefix}{}", entry.file_name().to_string_lossy()));
        if kind.is_dir() && depth > 0 {
            below(&entry.path(), format!("{name}/"), depth - 1, files)?;
        } else if kind.is_file() && files.len() < LOGS_MAX {
            files.push((name, entry.path()));
        }
    }
    Ok(())
}

/// The drafted scenario as a model, to match keys with.
fn loaded(plain: &ScenarioDraft) -> Result<Loaded, Failure> {
    loaded_with(plain, &[])
}

/// The drafted scenario with some settings, each `PATH=VALUE`.
fn loaded_with(plain: &ScenarioDraft, settings: &[String]) -> Result<Loaded, Failure> {
    let mut file =
        tempfile::Builder::new().suffix(".toml").tempfile().context("cannot write a temporary file")?;
    file.write_all(plain.text.as_bytes()).context("cannot write a temporary file")?;
    load(file.path(), settings).map_err(|_| {
        anyhow!(
            "the scenario of these workflows does not pass `check`, so entries cannot be matched: import it \
                 without --caches and look at it with `cache-budget check`"
        )
        .into()
    })
}

/// The files as comments name them: without their folders.
fn named(files: &[PathBuf]) -> String {
    let name = |file: &Path| file.file_name().map(|name| printable(&name.to_string_lossy()).into_owned());
    let first = files.first().and_then(|file| name(file)).unwrap_or_else(|| "stdin".to_owned());
    match files.len() {
        0 | 1 => first,
        more => format!("{first} and {} more", more - 1),
    }
}

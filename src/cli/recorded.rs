//! Records of a repository's cache and runs: the files that `import` and `compare --repo` are given, and their reading.
//! What they say is in [`calibration`](crate::import::calibration).

use crate::diagnostic::printable;
use crate::experiment::{Failure, invalid, read};
use crate::import::calibration::{Calibration, Logs, Recorded, TimedBuild};
use crate::import::expression::Decider;
use crate::import::{
    CommitSources, FoundWorkflow, NO_FILE, RepositoryPast, RepositorySources, ScenarioDraft, draft,
};
use crate::replay::listing::{Snapshot, read_snapshot};
use crate::replay::{InputProblem, InputProblems};
use crate::scenario::{Loaded, load};
use anyhow::{Context, anyhow};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The files of records.
#[derive(Debug, Clone, Copy)]
pub(super) struct RecordPaths<'a> {
    /// Listings of the cache.
    pub caches: &'a [PathBuf],
    /// Runs.
    pub runs: &'a [PathBuf],
    /// Jobs.
    pub jobs: &'a [PathBuf],
    /// Pages of `cargo build --timings`.
    pub timings: &'a [PathBuf],
    /// A folder of logs.
    pub logs: Option<&'a Path>,
}

/// What is in these files, each with the name that comments call them by.
pub(super) struct GivenRecords {
    /// The listing, if there is one.
    pub listing: Option<(Snapshot, String)>,
    /// The logs, if there are any.
    logs: Option<(Logs, String)>,
    /// Runs and jobs.
    pub recorded: Recorded,
    /// What their files are called; empty if there are none.
    runs: String,
    /// Timed builds.
    builds: Vec<TimedBuild>,
    /// Their files.
    timings: Vec<PathBuf>,
}

/// The largest file of records that is read.
const RECORD_BYTES_MAX: u64 = 200_000_000;

impl GivenRecords {
    /// Reads all of them.
    ///
    /// # Errors
    /// If a file cannot be read, or is not what it should be.
    pub fn read(paths: RecordPaths) -> Result<GivenRecords, Failure> {
        let RecordPaths { caches, runs, jobs, timings, logs } = paths;
        let listing = match caches {
            [] => None,
            files => Some((listing(files)?, named(files))),
        };
        let logs = match logs {
            None => None,
            Some(folder) => Some((read_logs(folder)?, named(&[folder.to_owned()]))),
        };
        let mut recorded = Recorded::default();
        for file in runs.iter().chain(jobs) {
            let bytes = read(file, RECORD_BYTES_MAX)?;
            recorded.read(&bytes).map_err(|problems| invalid(file, &problems))?;
        }
        let names = match (runs, jobs) {
            ([], []) => String::new(),
            (runs, []) => named(runs),
            (_, jobs) => named(jobs),
        };
        let builds = timings.iter().map(|page| timed(page)).collect::<Result<_, Failure>>()?;
        Ok(GivenRecords { listing, logs, recorded, runs: names, builds, timings: timings.to_vec() })
    }

    /// What the listing and the logs say of the clients of these workflows.
    ///
    /// # Errors
    /// If the scenario of the workflows cannot be read back, so that no key can be matched.
    pub fn matched(
        &self,
        sources: &RepositorySources,
        decider: &Decider,
        found: &[FoundWorkflow],
    ) -> Result<Calibration, Failure> {
        let mut known = Calibration::default();
        if self.listing.is_none() && self.logs.is_none() {
            return Ok(known);
        }
        let guessed = (&Calibration::default(), &RepositoryPast::unread(), Err(NO_FILE));
        let Some(plain) = draft(sources, decider, found, guessed) else { return Ok(known) };
        let loaded = loaded_with(&plain, &[])?;
        if let Some((listing, name)) = &self.listing {
            known.read_listing(&loaded.model, listing, name, &sources.own_name.default_branch);
        }
        if let Some((logs, name)) = &self.logs {
            known.read_logs(&loaded.model, logs, name);
        }
        Ok(known)
    }

    /// Hands the runs, the jobs and the timed builds over. `own` are the crates of the workspace.
    ///
    /// # Errors
    /// If a timed build cannot tell what a miss costs.
    pub fn hand_over(self, known: &mut Calibration, own: Option<&BTreeSet<String>>) -> Result<(), Failure> {
        let told = known.read_timings(&self.builds, own, &named(&self.timings));
        told.map_err(|(number, problem)| invalid_page(&self.timings[number], problem))?;
        if !self.runs.is_empty() {
            known.read_runs(self.recorded, &self.runs);
        }
        Ok(())
    }

    /// What the records say of the workflows of two commits: of both, or of either.
    ///
    /// # Errors
    /// As of [`GivenRecords::matched`].
    pub fn of_both(self, change: &CommitSources) -> Result<Calibration, Failure> {
        let decider = Decider::default();
        let of = |side| self.matched(side, &decider, &FoundWorkflow::all(side, &decider));
        let [from, to] = change.sides();
        let mut known = of(from)?.joined(of(to)?);
        self.hand_over(&mut known, from.own_crates.as_ref().or(to.own_crates.as_ref()))?;
        Ok(known)
    }
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

/// A page of `cargo build --timings`.
fn timed(page: &Path) -> Result<TimedBuild, Failure> {
    let bytes = read(page, RECORD_BYTES_MAX)?;
    let text = String::from_utf8_lossy(&bytes);
    TimedBuild::read(&text).map_err(|problem| invalid_page(page, problem))
}

fn invalid_page(page: &Path, problem: String) -> Failure {
    let mut problems = InputProblems::default();
    problems.add(InputProblem::new(0, problem));
    invalid(page, &problems)
}

/// The most files of logs.
const LOGS_MAX: usize = 20_000;
/// The deepest folder of logs: that of an archive's job, in a folder of its run, in the folder that is named.
const DEPTH_MAX: usize = 3;

/// All logs of a folder, in the order of their paths. Links are not followed.
fn read_logs(folder: &Path) -> Result<Logs, Failure> {
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

/// The drafted scenario with some settings, each `PATH=VALUE`.
pub(super) fn loaded_with(plain: &ScenarioDraft, settings: &[String]) -> Result<Loaded, Failure> {
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

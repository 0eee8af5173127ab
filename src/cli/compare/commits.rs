//! The scenarios of `compare --repo`: those of two commits, written where the user can read and edit them. Reading them
//! from git is in [`import`](crate::import).

use crate::cli::output::folder::OutputFolder;
use crate::cli::output::{say, write};
use crate::cli::recorded::{GivenRecords, RecordPaths};
use crate::cli::{Common, EXIT_INVALID, refused};
use crate::diagnostic::printable;
use crate::experiment::{ComparedRevisions, Failure};
use crate::import::calibration::Calibration;
use crate::import::{CommitSources, ComparedCommit, WorkflowChange};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The repository and its two commits.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::cli) struct CommitArgs {
    /// Compare the workflows of two commits of this folder.
    ///
    /// The files are read from git, and nothing is checked out. Both scenarios have the pushes of the history.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["base", "others"], requires_all = ["from", "to"])]
    pub repo: Option<PathBuf>,
    /// The commit, branch or tag before the change.
    #[arg(long, value_name = "REF", requires = "repo")]
    from: Option<String>,
    /// The commit, branch or tag after it.
    #[arg(long, value_name = "REF", requires = "repo")]
    to: Option<String>,
    /// Cache listings, for both commits: sizes of entries.
    ///
    /// They are read as `import` reads them. Jobs and clients that both commits have get the same values. If only one commit
    /// has a job and no record mentions it, a note names the job.
    #[arg(long, value_name = "LISTING", num_args = 1.., requires = "repo", hide_short_help = true)]
    caches: Vec<PathBuf>,
    /// Runs, for both commits: failures, re-runs, late crons.
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "repo", hide_short_help = true)]
    runs: Vec<PathBuf>,
    /// Jobs, for both commits: times with and without the cache.
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "repo", hide_short_help = true)]
    jobs: Vec<PathBuf>,
    /// `cargo build --timings`, for both commits: what a miss costs.
    #[arg(long, value_name = "PAGE", num_args = 1.., requires = "repo", hide_short_help = true)]
    timings: Vec<PathBuf>,
    /// A folder of job logs, for both commits: sizes, hits.
    #[arg(long, value_name = "DIR", requires = "repo", hide_short_help = true)]
    logs: Option<PathBuf>,
}

impl CommitArgs {
    /// The files of records among them.
    pub fn inputs(&self) -> Vec<&PathBuf> {
        self.caches.iter().chain(&self.runs).chain(&self.jobs).chain(&self.timings).collect()
    }

    /// The repository and the commits as they were asked for.
    pub fn asked(&self) -> Option<ComparedRevisions> {
        let name = |name: &Option<String>| name.clone().unwrap_or_else(|| "HEAD".to_owned());
        let CommitArgs { caches, runs, jobs, timings, .. } = self;
        let records = [("--caches", caches), ("--runs", runs), ("--jobs", jobs), ("--timings", timings)];
        let files =
            records.into_iter().flat_map(|(option, files)| files.iter().map(move |file| (option, file)));
        let logs = self.logs.iter().map(|folder| ("--logs", folder));
        Some(ComparedRevisions {
            repo: self.repo.clone()?,
            from: name(&self.from),
            to: name(&self.to),
            records: files.chain(logs).map(|(option, file)| (option, file.clone())).collect(),
        })
    }

    fn records(&self) -> Result<GivenRecords, Failure> {
        let CommitArgs { caches, runs, jobs, timings, logs, .. } = self;
        GivenRecords::read(RecordPaths { caches, runs, jobs, timings, logs: logs.as_deref() })
    }
}

/// Two scenarios that were written.
pub(in crate::cli) struct ComparedCommits {
    /// The folder that they are in.
    pub folder: PathBuf,
    /// The one before the change.
    pub from: PathBuf,
    /// The one after it.
    pub to: PathBuf,
    /// The folder, if the usual one could not be written.
    _own: Option<TempDir>,
}

impl ComparedCommits {
    /// Reads and writes the scenarios.
    ///
    /// # Errors
    /// The exit code, once the problem with the repository or the records has been printed.
    pub fn write(
        args: &CommitArgs,
        output: Option<&Path>,
        common: &Common,
    ) -> anyhow::Result<Result<ComparedCommits, u8>> {
        let repo = args.repo.as_deref().unwrap_or(Path::new("."));
        let [from, to] = [&args.from, &args.to].map(|name| name.as_deref().unwrap_or("HEAD"));
        // One commit may be compared with itself.
        let names =
            if from == to { [from.to_owned(), format!("{to}-again")] } else { [from, to].map(str::to_owned) };
        let (folder, own) = folder(repo, output)?;
        let files =
            [folder.file(&format!("{}.toml", names[0]))?, folder.file(&format!("{}.toml", names[1]))?];
        let events = files.clone().map(|file| file.with_extension("events.csv"));
        let events =
            events.each_ref().map(|file| file.file_name().and_then(|name| name.to_str()).unwrap_or_default());
        let commits = [
            ComparedCommit { revision: from, events: events[0] },
            ComparedCommit { revision: to, events: events[1] },
        ];
        let known = |sources: &CommitSources| args.records()?.of_both(sources);
        let change = match drafted(repo, commits, known) {
            Ok(change) => change,
            Err(NoChange::Unreadable(problem)) => {
                say(format!("error: {}\n", printable(&problem)));
                return Ok(Err(EXIT_INVALID));
            }
            Err(NoChange::Records(Failure::Refused(refusal))) => {
                return Ok(Err(refused(&refusal, common)));
            }
            Err(NoChange::Records(Failure::Failed(problem))) => return Err(problem),
            Err(NoChange::Records(Failure::Cancelled)) => unreachable!("reading is not cancelled"),
        };
        if !common.quiet {
            tell(&change);
        }
        for (file, draft) in files.iter().zip([&change.from, &change.to]) {
            if let Some(events) = &draft.events {
                write(&file.with_extension("events.csv"), events)?;
            }
            write(file, &draft.text)?;
        }
        let [from, to] = files;
        Ok(Ok(ComparedCommits { folder: folder.path().to_owned(), from, to, _own: own }))
    }
}

/// Why there are no two scenarios.
enum NoChange {
    /// The repository, in a sentence without a full stop.
    Unreadable(String),
    /// The records.
    Records(Failure),
}

fn drafted(
    repo: &Path,
    commits: [ComparedCommit; 2],
    known: impl Fn(&CommitSources) -> Result<Calibration, Failure>,
) -> Result<WorkflowChange, NoChange> {
    let sources = CommitSources::read(repo, commits).map_err(NoChange::Unreadable)?;
    let known = known(&sources).map_err(NoChange::Records)?;
    sources.drafted(&known).map_err(NoChange::Unreadable)
}

/// The folder that the scenarios are written to: one of its own, if the usual one cannot be made.
fn folder(repo: &Path, output: Option<&Path>) -> anyhow::Result<(OutputFolder, Option<TempDir>)> {
    match OutputFolder::of(output, &name_of(repo), "compare") {
        Ok(folder) => Ok((folder, None)),
        Err(problem) => {
            say(format!("warning: {}; the scenarios are not kept\n", printable(&format!("{problem:#}"))));
            let own = tempfile::tempdir()?;
            Ok((OutputFolder::named(own.path())?, Some(own)))
        }
    }
}

/// The name of the repository's folder.
fn name_of(repo: &Path) -> String {
    let path = repo.canonicalize().ok();
    let name = path.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| "repository".to_owned())
}

/// Says what was not read, what the records say, and what the history is worth.
fn tell(change: &WorkflowChange) {
    let history = change.history().into_iter().map(|remark| format!("History: {}.\n", printable(remark)));
    let problems =
        change.remarks.iter().map(|remark| format!("warning: not imported: {}\n", printable(remark)));
    let notes = change.notes.iter().map(|note| format!("note: {}\n", printable(note)));
    say(problems.chain(notes).chain(history).collect::<String>());
}

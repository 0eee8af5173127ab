//! The scenarios of `compare --repo`: those of two commits, written where the user can read and edit them. Reading them
//! from git is in [`import`](crate::import).

use crate::cli::Common;
use crate::cli::output::folder::OutputFolder;
use crate::cli::output::{say, write};
use crate::diagnostic::printable;
use crate::import::{ComparedCommit, ScenarioDraft, WorkflowChange};
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
    /// Reads and writes the scenarios. `Ok(Err(…))` says what is wrong with the repository.
    pub fn write(
        args: &CommitArgs,
        output: Option<&Path>,
        common: &Common,
    ) -> anyhow::Result<Result<ComparedCommits, String>> {
        let repo = args.repo.as_deref().unwrap_or(Path::new("."));
        let [from, to] = [&args.from, &args.to].map(|name| name.as_deref().unwrap_or("HEAD"));
        // One commit may be compared with itself.
        let names =
            if from == to { [from.to_owned(), format!("{to}-again")] } else { [from, to].map(str::to_owned) };
        let (folder, own) = match OutputFolder::of(output, &name_of(repo), "compare") {
            Ok(folder) => (folder, None),
            Err(problem) => {
                say(format!("warning: {}; the scenarios are not kept\n", printable(&format!("{problem:#}"))));
                let own = tempfile::tempdir()?;
                (OutputFolder::named(own.path())?, Some(own))
            }
        };
        let files =
            [folder.file(&format!("{}.toml", names[0]))?, folder.file(&format!("{}.toml", names[1]))?];
        let events = files.clone().map(|file| file.with_extension("events.csv"));
        let events =
            events.each_ref().map(|file| file.file_name().and_then(|name| name.to_str()).unwrap_or_default());
        let commits = [(from, events[0]), (to, events[1])];
        let change = match WorkflowChange::read(
            repo,
            commits.map(|(revision, events)| ComparedCommit { revision, events }),
        ) {
            Ok(change) => change,
            Err(problem) => return Ok(Err(problem)),
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

/// The name of the repository's folder.
fn name_of(repo: &Path) -> String {
    let path = repo.canonicalize().ok();
    let name = path.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| "repository".to_owned())
}

/// Says what was not read, and what the history is worth.
fn tell(change: &WorkflowChange) {
    let ScenarioDraft { remarks, .. } = &change.from;
    let history = remarks.iter().map(|remark| format!("History: {}.\n", printable(remark)));
    let problems =
        change.remarks.iter().map(|remark| format!("warning: not imported: {}\n", printable(remark)));
    say(problems.chain(history).collect::<String>());
}

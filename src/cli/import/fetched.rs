//! `import --gh` and `diagnose --gh`: fetch GitHub's records page by page, keep each page as a file, and go on where a stopped fetch was.

use super::records::RecordArgs;
use crate::cli::output::{say, write};
use crate::diagnostic::printable;
use crate::experiment::{Control, Failure};
use crate::import::github::{GitHubCli, GitHubFailure, RecordPage, RecordPlan, RemoteName};
use anyhow::{Context, anyhow};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// The file that says that the fetch of a folder was finished.
const FINISHED: &str = "finished";
/// The most bytes of a page that was kept.
const PAGE_BYTES_MAX: u64 = 64_000_000;

/// The arguments with the pages that were fetched, kept in this folder.
///
/// # Errors
/// If `gh` fails, or the pages cannot be kept; what was fetched stays.
pub(super) fn fetched(
    args: &RecordArgs,
    repo: &Path,
    folder: &Path,
    (control, quiet): (&dyn Control, bool),
) -> Result<RecordArgs, Failure> {
    let (name, pages) = fetched_pages(RecordPlan::default(), repo, folder, control)?;
    let mut all = args.clone();
    for page in pages {
        let file = folder.join(page.file());
        match page {
            RecordPage::Caches(_) => all.caches.push(file),
            RecordPage::Runs(_) => all.runs.push(file),
            RecordPage::Jobs(..) => all.jobs.push(file),
            RecordPage::Pulls(_) => {}
        }
    }
    if !quiet {
        let (caches, runs, jobs) = (all.caches.len(), all.runs.len(), all.jobs.len());
        let shown = printable(&folder.display().to_string()).into_owned();
        say(format!(
            "Pages of {}, in {shown}: {caches} of the cache, {runs} of runs, {jobs} of jobs\n",
            name.text()
        ));
    }
    Ok(all)
}

/// Fetches the pages of a plan into this folder, and returns whose they are and which.
///
/// # Errors
/// If `gh` fails, or the pages cannot be kept; what was fetched stays.
pub(in crate::cli) fn fetched_pages(
    plan: RecordPlan,
    repo: &Path,
    folder: &Path,
    control: &dyn Control,
) -> Result<(RemoteName, Vec<RecordPage>), Failure> {
    let (said, host) = (env::var("GH_REPO").ok(), env::var("GH_HOST").ok());
    let name =
        RemoteName::find(repo, said.as_deref(), host.as_deref()).map_err(|failure| anyhow!("{failure}"))?;
    let fetch =
        Fetch { gh: GitHubCli::new(name.clone()).map_err(|failure| anyhow!("{failure}"))?, name, folder };
    let kept = fetch.all(plan, control);
    control.end();
    Ok((fetch.name, kept?))
}

/// A fetch into a folder.
struct Fetch<'a> {
    gh: GitHubCli,
    name: RemoteName,
    folder: &'a Path,
}

impl Fetch<'_> {
    /// Fetches what is not there, and returns all pages.
    fn all(&self, mut plan: RecordPlan, control: &dyn Control) -> Result<Vec<RecordPage>, Failure> {
        if self.file(FINISHED).exists() {
            self.begin_anew().context("cannot begin a new fetch")?;
        }
        let mut pages = Vec::new();
        while let Some(page) = plan.next_page() {
            if control.is_cancelled() {
                return Err(Failure::Cancelled);
            }
            control.begin("pages", plan.known(), pages.len() as u64);
            let text = match self.kept(&page) {
                Some(text) => text,
                None => self.fetch(&page)?,
            };
            plan.learn(&page, &text, &self.name).map_err(|failure| anyhow!("{failure}"))?;
            pages.push(page);
        }
        write(&self.file(FINISHED), "")?;
        Ok(pages)
    }

    /// Removes the pages of a finished fetch that may be out of date. Jobs of runs that have ended stay as they are. The mark
    /// of the finished fetch is removed last: if this is interrupted, the next call starts it again.
    fn begin_anew(&self) -> std::io::Result<()> {
        for entry in fs::read_dir(self.folder)? {
            let entry = entry?;
            if RecordPage::ages(&entry.file_name().to_string_lossy()) {
                fs::remove_file(entry.path())?;
            }
        }
        fs::remove_file(self.file(FINISHED))
    }

    fn fetch(&self, page: &RecordPage) -> Result<String, Failure> {
        let text = self.gh.page(page).map_err(|failure| self.stopped(&failure))?;
        write(&self.file(&page.file()), &text)?;
        Ok(text)
    }

    /// The page, if it was kept before.
    fn kept(&self, page: &RecordPage) -> Option<String> {
        let file = self.file(&page.file());
        let size = fs::metadata(&file).ok()?.len();
        fs::read_to_string(&file).ok().filter(|_| size <= PAGE_BYTES_MAX)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn stopped(&self, failure: &GitHubFailure) -> anyhow::Error {
        let folder = self.folder.display().to_string();
        anyhow!(
            "{failure}. What was fetched is kept in {}: the same command goes on there",
            printable(&folder)
        )
    }
}

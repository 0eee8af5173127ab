//! The pages of GitHub's REST API that are asked for, and which page leads to which.

use super::{GitHubFailure, RemoteName};
use serde_json::Value;
use std::collections::VecDeque;

/// A page of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordPage {
    /// Entries of the cache: the number of the page, from 1.
    Caches(u64),
    /// Runs, the newest first: the number of the page, from 1.
    Runs(u64),
    /// Jobs of a run's latest attempt: the run, and the number of the page.
    Jobs(u64, u64),
    /// Open pull requests: the number of the page, from 1.
    Pulls(u64),
}

/// Which pages are still to be read.
#[derive(Debug)]
pub struct RecordPlan {
    left: VecDeque<RecordPage>,
    /// How many pages are known of.
    known: u64,
    /// Of how many further runs the jobs are asked for.
    runs_left: usize,
}

/// Records on a page: GitHub's limit.
const PAGE: u64 = 100;
/// The most pages of entries and of runs, and of jobs of one run.
const CACHE_PAGES_MAX: u64 = 100;
const RUN_PAGES_MAX: u64 = 10;
const JOB_PAGES_MAX: u64 = 5;
/// The most pages of open pull requests.
const PULL_PAGES_MAX: u64 = 50;
/// The most runs whose jobs are asked for: one request each, of 1,000 to 5,000 an hour.
const JOB_RUNS_MAX: usize = 200;

impl RecordPage {
    /// The name of the file that keeps it.
    pub fn file(&self) -> String {
        match self {
            RecordPage::Caches(page) => format!("caches-{page}.json"),
            RecordPage::Runs(page) => format!("runs-{page}.json"),
            RecordPage::Jobs(run, page) => format!("jobs-{run}-{page}.json"),
            RecordPage::Pulls(page) => format!("pulls-{page}.json"),
        }
    }

    /// True if a file of this name keeps a page that changes; the jobs of a run that has ended do not.
    pub fn ages(file: &str) -> bool {
        ["caches-", "runs-", "pulls-"].iter().any(|start| file.starts_with(start)) && file.ends_with(".json")
    }

    /// Its address in GitHub's REST API.
    pub(super) fn address(&self, name: &RemoteName) -> String {
        let name = name.text();
        match self {
            RecordPage::Caches(page) => format!("repos/{name}/actions/caches?per_page={PAGE}&page={page}"),
            RecordPage::Runs(page) => {
                format!("repos/{name}/actions/runs?status=completed&per_page={PAGE}&page={page}")
            }
            RecordPage::Jobs(run, page) => {
                format!("repos/{name}/actions/runs/{run}/jobs?filter=latest&per_page={PAGE}&page={page}")
            }
            RecordPage::Pulls(page) => format!("repos/{name}/pulls?state=open&per_page={PAGE}&page={page}"),
        }
    }

    /// The key of the list on the page; `None` if the page is the list.
    fn list(&self) -> Option<&'static str> {
        match self {
            RecordPage::Caches(_) => Some("actions_caches"),
            RecordPage::Runs(_) => Some("workflow_runs"),
            RecordPage::Jobs(..) => Some("jobs"),
            RecordPage::Pulls(_) => None,
        }
    }
}

impl Default for RecordPlan {
    fn default() -> RecordPlan {
        let left = VecDeque::from([RecordPage::Caches(1), RecordPage::Runs(1)]);
        RecordPlan { left, known: 2, runs_left: JOB_RUNS_MAX }
    }
}

impl RecordPlan {
    /// What tells what is in the cache now: its entries, and which pull requests are open.
    pub fn of_listing() -> RecordPlan {
        let left = VecDeque::from([RecordPage::Caches(1), RecordPage::Pulls(1)]);
        RecordPlan { left, known: 2, runs_left: 0 }
    }

    /// The next page.
    pub fn next_page(&mut self) -> Option<RecordPage> {
        self.left.pop_front()
    }

    /// How many pages are known of, those before included.
    pub fn known(&self) -> u64 {
        self.known
    }

    /// Notes the pages that a page leads to.
    ///
    /// # Errors
    /// If it is no such page.
    pub fn learn(&mut self, page: &RecordPage, text: &str, name: &RemoteName) -> Result<(), GitHubFailure> {
        let malformed = |why: String| GitHubFailure::Malformed { address: page.address(name), why };
        let json: Value = serde_json::from_str(text).map_err(|error| malformed(error.to_string()))?;
        let (list, named) = match page.list() {
            Some(key) => (json.get(key), format!("`{key}`")),
            None => (Some(&json), "list".to_owned()),
        };
        let items =
            list.and_then(Value::as_array).ok_or_else(|| malformed(format!("there is no {named}")))?;
        let total = json.get("total_count").and_then(Value::as_u64).unwrap_or(items.len() as u64);
        let pages = total.div_ceil(PAGE);
        match *page {
            RecordPage::Caches(1) => {
                (2..=pages.min(CACHE_PAGES_MAX)).for_each(|page| self.add(RecordPage::Caches(page)))
            }
            RecordPage::Runs(1) => {
                (2..=pages.min(RUN_PAGES_MAX)).for_each(|page| self.add(RecordPage::Runs(page)))
            }
            RecordPage::Jobs(run, 1) => {
                (2..=pages.min(JOB_PAGES_MAX)).for_each(|page| self.add(RecordPage::Jobs(run, page)));
            }
            // Such a page does not say how many there are.
            RecordPage::Pulls(number) if items.len() as u64 == PAGE && number < PULL_PAGES_MAX => {
                self.add(RecordPage::Pulls(number + 1));
            }
            _ => {}
        }
        if let RecordPage::Runs(_) = page {
            let ids = items.iter().filter_map(|run| run.get("id")?.as_u64());
            for id in ids.take(self.runs_left).collect::<Vec<u64>>() {
                self.runs_left -= 1;
                self.add(RecordPage::Jobs(id, 1));
            }
        }
        Ok(())
    }

    fn add(&mut self, page: RecordPage) {
        self.known += 1;
        self.left.push_back(page);
    }
}

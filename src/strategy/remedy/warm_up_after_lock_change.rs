//! `warm-up-after-lock-change`: the workflow that saves also runs on the default branch when a file changes that its keys
//! hash.

use crate::ci::is_meant;
use crate::scenario::{Change, View};
use crate::strategy::Strategy;
use crate::strategy::hashed::{HashedEntry, hashed_entries};
use crate::strategy::job::{JobSettings, jobs, quoted};

/// A pull request finds what a run on the default branch has saved under the key that its files give.
pub static WARM_UP_AFTER_LOCK_CHANGE: Strategy = Strategy {
    name: "warm-up-after-lock-change",
    title: "Warm up after a change of the lock file",
    summary: "Where no run on the default branch saves a key when the files change that it hashes, the jobs with that \
        key also run there after each such change, so pull requests on top of it find a warm entry.",
    edit: "`on: push: branches: [main]` with `paths: ['**/Cargo.lock', …]`, the files that the keys hash, in the workflow that \
        saves; where it has a filter, add the files to it. If it did not run on main before, \
        `if: github.event_name != 'push'` on its jobs that fill no cache.",
    evidence: "A pull request reads its own scope, its base's and the default branch's (dependency caching reference), so \
        what another one has saved is lost to it: reported by ivov/lisette#734 and TheGreenCedar/CodeStory#438, which warm \
        main. Costs more: each run is billed, and its saves evict other entries if the limit is tight. Changes nothing \
        where `paths` already let the lock file pass under another name.",
    applies_to: &[],
    parameter: None,
    not_applicable_because: "a run on main already saves each key that a pull request looks for and that hashes a file, \
        whenever this file changes, or no workflow that saves one may run there",
    changes,
};

fn changes(scenario: View, _: &str) -> Vec<Change> {
    let all = jobs(scenario);
    let entries: Vec<HashedEntry> = all.iter().flat_map(hashed_entries).collect();
    let mut changes = Vec::new();
    for (workflow, around) in scenario.map("workflow") {
        let own: Vec<&JobSettings> = all.iter().filter(|job| job.workflow == workflow).collect();
        let elected =
            entries.iter().filter(|entry| entry.job.workflow == workflow && is_elected(entry, &entries));
        let elected: Vec<&HashedEntry> = elected.collect();
        if !elected.is_empty() {
            changes.extend(MainRuns::of(workflow, around, &elected, &own).changes());
        }
    }
    changes
}

const PUSH_MAIN: &str = "push main";

/// True if the job of this entry is the one that shall save the key on main: pull requests look for the key, no job saves it
/// on main when its inputs change, and this job is the first that may.
fn is_elected(entry: &HashedEntry, all: &[HashedEntry]) -> bool {
    let same = || all.iter().filter(|other| other.name == entry.name);
    let is_read = same().any(|other| other.reads && other.job.is_started_by(&["pull_request"]));
    let is_warm = same().any(|other| other.saves && follows(other.job, &entry.inputs));
    // A job that runs on main at times is there already.
    let savers = same().filter(|other| other.saves && may_run_on_main(other.job.around));
    let best = savers.min_by_key(|other| !other.job.runs_on_main());
    is_read && !is_warm && best.is_some_and(|best| std::ptr::eq(best, entry))
}

/// True if the job runs after each push to main that changes these inputs.
fn follows(job: &JobSettings, inputs: &[&str]) -> bool {
    let passes = |filter: Vec<&str>| filter.is_empty() || inputs.iter().all(|input| filter.contains(input));
    let own = events(job.view);
    is_pushed_to_main(&events(job.around))
        && (own.is_empty() || is_pushed_to_main(&own))
        && passes(filter(job.around))
        && passes(texts(job.view, "paths"))
}

/// True if the workflow runs on pushes to main, or `push main` may be added to its events. It may not where the workflow runs
/// on pushes to other branches, because the filter by paths would hold for these as well.
fn may_run_on_main(workflow: View) -> bool {
    let events = events(workflow);
    let is_other = |event: &&str| event.starts_with("push ") && **event != *"push tags";
    is_pushed_to_main(&events) || !events.iter().any(is_other)
}

fn is_pushed_to_main(events: &[&str]) -> bool {
    events.contains(&"push")
        || is_meant(events.iter().filter_map(|event| event.strip_prefix("push ")), "main")
}

fn events(of: View<'_>) -> Vec<&str> {
    texts(of, "on")
}

/// The filter by paths of a workflow's pushes; empty if it has none.
fn filter(workflow: View<'_>) -> Vec<&str> {
    match workflow.table_or_none("paths") {
        Some(table) => texts(table, "push"),
        None => texts(workflow, "paths"),
    }
}

fn texts<'a>(of: View<'a>, key: &str) -> Vec<&'a str> {
    if of.has(key) { of.texts(key).into_iter().map(|(text, _)| text).collect() } else { Vec::new() }
}

/// What is changed in one workflow.
struct MainRuns<'a> {
    workflow: &'a str,
    around: View<'a>,
    /// All its jobs.
    jobs: &'a [&'a JobSettings<'a>],
    /// The names of the jobs that have to run on main.
    warming: Vec<&'a str>,
    /// The inputs after whose changes they run.
    inputs: Vec<&'a str>,
    /// True if the workflow does not run on pushes to main yet.
    is_new: bool,
}

impl<'a> MainRuns<'a> {
    fn of(
        workflow: &'a str,
        around: View<'a>,
        elected: &[&'a HashedEntry<'a>],
        jobs: &'a [&'a JobSettings<'a>],
    ) -> MainRuns<'a> {
        let mut warming: Vec<&str> = elected.iter().map(|entry| entry.job.name).collect();
        let mut seen = 0;
        while let Some(name) = warming.get(seen).copied() {
            let needed = jobs.iter().filter(|job| job.name == name).flat_map(|job| texts(job.view, "needs"));
            warming.extend(needed.filter(|name| !warming.contains(name)).collect::<Vec<_>>());
            seen += 1;
        }
        let mut inputs: Vec<&str> = Vec::new();
        for input in elected.iter().flat_map(|entry| &entry.inputs) {
            if !inputs.contains(input) {
                inputs.push(input);
            }
        }
        let is_new = !is_pushed_to_main(&events(around));
        MainRuns { workflow, around, jobs, warming, inputs, is_new }
    }

    fn changes(&self) -> Vec<Change> {
        let on = self.is_new.then(|| self.set("on", list(with(events(self.around), &[PUSH_MAIN]))));
        on.into_iter()
            .chain(self.paths())
            .chain(self.jobs.iter().filter_map(|job| self.on_of(job)))
            .chain(self.jobs.iter().filter_map(|job| self.paths_of(job)))
            .collect()
    }

    fn set(&self, key: &str, value: String) -> Change {
        Change::new(["workflow", self.workflow, key], value)
    }

    /// The filter of the workflow's pushes.
    fn paths(&self) -> Option<Change> {
        let own = filter(self.around);
        if !self.is_new && own.is_empty() {
            return None;
        }
        let push = list(with(if self.is_new { Vec::new() } else { own }, &self.inputs));
        if self.around.table_or_none("paths").is_some() {
            return Some(Change::new(["workflow", self.workflow, "paths", "push"], push));
        }
        let others = texts(self.around, "paths");
        let starts = |event: &str| events(self.around).iter().any(|own| own.split(' ').next() == Some(event));
        let others =
            ["pull_request", "pull_request_target"].map(|event| match others.is_empty() || !starts(event) {
                true => String::new(),
                false => format!(", {event} = {}", list(others.clone())),
            });
        Some(self.set("paths", format!("{{ push = {push}{} }}", others.concat())))
    }

    /// The events of a job: those that warm nothing do not run on main either.
    fn on_of(&self, job: &JobSettings) -> Option<Change> {
        let own = events(job.view);
        let value = match self.warming.contains(&job.name) {
            true if own.is_empty() || is_pushed_to_main(&own) => return None,
            true => with(own, &[PUSH_MAIN]),
            false if self.is_new && own.is_empty() => events(self.around),
            false => return None,
        };
        Some(Change::new(["workflow", self.workflow, "job", job.name, "on"], list(value)))
    }

    /// The filter of a job.
    fn paths_of(&self, job: &JobSettings) -> Option<Change> {
        let own = texts(job.view, "paths");
        let is_filtered = self.warming.contains(&job.name) && !own.is_empty();
        let path = ["workflow", self.workflow, "job", job.name, "paths"];
        is_filtered.then(|| Change::new(path, list(with(own, &self.inputs))))
    }
}

/// These texts and the others that are not among them.
fn with<'a>(mut texts: Vec<&'a str>, others: &[&'a str]) -> Vec<&'a str> {
    texts.extend(others.iter().filter(|other| !texts.contains(other)).collect::<Vec<_>>());
    texts
}

fn list(texts: Vec<&str>) -> String {
    format!("[{}]", texts.into_iter().map(quoted).collect::<Vec<_>>().join(", "))
}

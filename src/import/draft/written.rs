//! The workflows of a draft, one after the other, and what is learned of them from the records.

use super::WorkflowDraft;
use super::expand::plain;
use super::ledger::Ledger;
use crate::import::calibration::{Calibration, WorkflowCrons};
use crate::import::expression::Decider;
use crate::import::inventory::FoundWorkflow;
use crate::import::janitor::FoundJanitors;
use crate::import::past::RepositoryPast;
use crate::import::sources::RepositorySources;
use crate::import::toml_text::TomlLines;
use std::collections::{BTreeMap, BTreeSet};

/// The most workflows of a scenario.
const WORKFLOWS_MAX: usize = 100;

/// What the records tell of the jobs of these workflows, so that a draft of other workflows can use it.
pub fn learned(
    sources: &RepositorySources,
    decider: &Decider,
    found: &[FoundWorkflow],
    (calibration, past): (&Calibration, &RepositoryPast),
) -> Calibration {
    written(sources, decider, found, (calibration, past)).0.calibration
}

/// The workflows of a draft, and everything that is noted of them.
pub(super) fn written(
    sources: &RepositorySources,
    decider: &Decider,
    found: &[FoundWorkflow],
    (calibration, past): (&Calibration, &RepositoryPast),
) -> (Ledger, Written) {
    let names = names(found);
    let mut ledger = Ledger::new(&sources.files.paths);
    ledger.calibration = calibration.clone();
    ledger.calibration.learn_workload(&crons(found));
    ledger.known_branches = past.branches().cloned();
    ledger.takes_stable_rust = sources.files.has_file(&["Cargo.toml"])
        && !sources.files.has_file(&["rust-toolchain", "rust-toolchain.toml"]);
    let mut whole = Written::default();
    for is_cached in [true, false] {
        for workflow in found {
            let own = WorkflowDraft { sources, decider, workflow, names: &names, is_cached };
            whole.add(&workflow.file.path, own, &mut ledger);
        }
        if whole.count > 0 {
            break;
        }
        // A repository without a cache is written as it is: what a cache would do can be tried.
        whole = Written { is_without_cache: true, ..Written::default() };
    }
    if !whole.is_without_cache {
        whole.add_janitors(
            FoundJanitors::of((sources, decider), found, &names, &|path| whole.files.contains(path)),
            &mut ledger,
        );
    }
    (ledger, whole)
}

/// The workflows that are written.
#[derive(Default)]
pub(super) struct Written {
    pub body: TomlLines,
    pub left_out: Vec<(String, &'static str)>,
    pub count: usize,
    pub is_without_cache: bool,
    /// The paths of their files.
    files: BTreeSet<String>,
}

impl Written {
    /// Adds what deletes entries.
    fn add_janitors(&mut self, janitors: FoundJanitors, ledger: &mut Ledger) {
        self.body.append(&janitors.tables);
        janitors.blanks.into_iter().for_each(|(place, what)| ledger.blank(&place, what));
        self.left_out.retain(|(file, _)| !janitors.files.contains(file));
    }

    fn add(&mut self, path: &str, workflow: WorkflowDraft, ledger: &mut Ledger) {
        if self.count == WORKFLOWS_MAX {
            // Nothing that it would assume is noted.
            let why = workflow.write(&mut ledger.clone()).err().unwrap_or("a scenario has at most 100");
            return self.left_out.push((path.to_owned(), why));
        }
        match workflow.write(ledger) {
            Ok(lines) => {
                self.body.append(&lines);
                self.count += 1;
                self.files.insert(path.to_owned());
            }
            Err(why) => self.left_out.push((path.to_owned(), why)),
        }
    }
}

/// The schedules of all workflows.
fn crons(found: &[FoundWorkflow]) -> Vec<WorkflowCrons> {
    let of = |workflow: &FoundWorkflow| WorkflowCrons {
        workflow: workflow.file.name.clone(),
        crons: workflow.file.triggers.iter().flat_map(|on| on.crons.clone()).collect(),
    };
    found.iter().map(of).collect()
}

/// The names of workflows in the scenario, by path: those of their files.
fn names(found: &[FoundWorkflow]) -> BTreeMap<String, String> {
    let name = |workflow: &FoundWorkflow| {
        let file = workflow.file.path.rsplit('/').next().unwrap_or_default();
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        (workflow.file.path.clone(), plain(stem))
    };
    let mut names: BTreeMap<String, String> = found.iter().map(name).collect();
    // `ci.yml` and `ci.yaml` may stand beside each other.
    let taken: Vec<String> = names.values().cloned().collect();
    for (path, name) in &mut names {
        if taken.iter().filter(|own| *own == name).count() > 1 {
            *name = plain(path.rsplit('/').next().unwrap_or_default());
        }
    }
    names
}

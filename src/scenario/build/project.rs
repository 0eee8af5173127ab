//! Builds the project: the crate graph and the flavours in which it is compiled.

use super::Builder;
use crate::project::{CrateGraph, Flavour, crate_table};
use crate::scenario::view::View;

/// The most crates in a graph.
const CRATES_MAX: usize = 200_000;

impl Builder {
    /// The crate graph: from the scenario's table, or a substitute of independent crates.
    pub(super) fn graph(&mut self, project: View) -> Option<CrateGraph> {
        if !project.has("crates") {
            return Some(CrateGraph::synthetic(project.integer("external-crates") as u32));
        }
        let data = self.data(project, "crates")?;
        let problems = match crate_table::read(&data.text, CRATES_MAX) {
            Ok(graph) => return Some(graph),
            Err(problems) => problems,
        };
        for problem in problems {
            self.wrong_row(&data, problem.line, None, problem.message);
        }
        None
    }
}

/// The flavours of the scenario: the ways in which the project is compiled.
pub(super) fn flavours(project: View) -> Vec<Flavour> {
    project.map("flavour").into_iter().map(|(name, view)| flavour(name, view)).collect()
}

fn flavour(name: &str, view: View) -> Flavour {
    let archive = view.bytes("dependency-archive");
    let objects = view.has("dependency-objects").then(|| view.bytes("dependency-objects"));
    Flavour {
        name: name.to_owned(),
        profile: if view.has("profile") { view.text("profile") } else { name }.to_owned(),
        dependency_work: view.duration("dependency-work"),
        workspace_work: view.duration("workspace-work"),
        tail: view.duration("tail"),
        work_sigma: view.number("work-sigma"),
        work_slope: view.number("work-slope"),
        dependency_objects: objects.unwrap_or(archive),
        workspace_objects: view.bytes("workspace-objects"),
        object_sigma: view.number("object-sigma"),
        dependency_archive: archive,
        unpacked_ratio: view.number("unpacked-ratio"),
        workspace_archive: view.bytes("workspace-archive"),
        workspace_cacheable: view.flag("workspace-cacheable"),
        native_cacheable: view.flag("native-cacheable"),
        cacheable_share: view.number("cacheable-share"),
        objects: None,
        checks_only: view.flag("checks-only"),
    }
}

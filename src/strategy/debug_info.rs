//! Less debug info in development builds: what the two strategies that trim it have in common.

use super::job::{jobs, quoted};
use crate::scenario::{Change, View};
use crate::units::{Bytes, Duration};

/// What less debug info leaves of a development build, each 0–1.
pub(super) struct Factors {
    /// Of the work.
    pub work: f64,
    /// Of sccache's objects.
    pub objects: f64,
    /// Of rust-cache's entry.
    pub archive: f64,
}

/// Trims every flavour that carries full debug info, and the environment in rust-cache's keys.
/// Nothing, where the environment says that it was trimmed before.
pub(super) fn changes(scenario: View, factors: &Factors, level: &str) -> Vec<Change> {
    let jobs = jobs(scenario);
    let environments =
        || jobs.iter().filter_map(|job| Some((job, job.client("rust-cache")?.text("environment"))));
    if environments().any(|(_, text)| TRIMMED.iter().any(|trimmed| text.contains(trimmed))) {
        return Vec::new();
    }
    let flavours = scenario.table("project").map("flavour").into_iter();
    let mut changes: Vec<Change> = flavours
        .filter(|(name, view)| is_full(name, view))
        .flat_map(|(name, view)| trimmed(name, view, factors))
        .collect();
    if !changes.is_empty() {
        let keyed = environments().filter(|(_, text)| text.contains(FULL));
        let renamed = |text: &str| quoted(&text.replace(FULL, &format!("debug={level}")));
        changes.extend(keyed.map(|(job, text)| job.set("rust-cache", "environment", renamed(text))));
    }
    changes
}

const FULL: &str = "debug=2";
const TRIMMED: [&str; 3] = ["debug=line-tables-only", "debug=1", "debug=0"];

/// A check writes metadata, which debug info hardly touches; a release build has none.
fn is_full(name: &str, flavour: &View) -> bool {
    let profile = if flavour.has("profile") { flavour.text("profile") } else { name };
    ["dev", "test"].contains(&profile) && !flavour.flag("checks-only")
}

fn trimmed(name: &str, flavour: View, factors: &Factors) -> Vec<Change> {
    let change = |key, value: String| Change::new(["project", "flavour", name, key], quoted(&value));
    let time = |time: Duration| format!("{} ms", time.scaled(factors.work).0);
    let size = |size: Bytes, factor: f64| format!("{} B", size.scaled(factor).0);
    let mut changes = vec![
        change("dependency-work", time(flavour.duration("dependency-work"))),
        change("workspace-work", time(flavour.duration("workspace-work"))),
        change("workspace-objects", size(flavour.bytes("workspace-objects"), factors.objects)),
        change("dependency-archive", size(flavour.bytes("dependency-archive"), factors.archive)),
        change("workspace-archive", size(flavour.bytes("workspace-archive"), factors.archive)),
    ];
    if flavour.has("dependency-objects") {
        changes
            .push(change("dependency-objects", size(flavour.bytes("dependency-objects"), factors.objects)));
    }
    changes
}

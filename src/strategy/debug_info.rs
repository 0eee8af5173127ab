//! The common part of the two strategies that reduce debug info in development builds: which flavours they
//! change, and how. The factors were measured or are assumed, as `docs/model.md` says ("What is compared").

use super::job::{jobs, quoted};
use super::place::set_where;
use crate::scenario::{Change, View};
use crate::units::{Bytes, Duration};

/// The share of a development build that is left with less debug info, each 0–1.
pub(super) struct Factors {
    /// Share of the work.
    pub work: f64,
    /// Share of the size of sccache's objects.
    pub objects: f64,
    /// Share of the size of rust-cache's entry.
    pub archive: f64,
}

/// Reduces every flavour with full debug info, and adapts the environment in rust-cache's keys. Returns
/// nothing if the environment says that debug info was reduced before.
pub(super) fn changes(scenario: View, factors: &Factors, level: &str) -> Vec<Change> {
    let jobs = jobs(scenario);
    let clients: Vec<_> = jobs.iter().map(|job| job.clients("rust-cache")).collect();
    let is_trimmed = |text: &str| TRIMMED.iter().any(|trimmed| text.contains(trimmed));
    if clients.iter().flatten().any(|client| is_trimmed(client.view.text("environment"))) {
        return Vec::new();
    }
    let flavours = scenario.table("project").map("flavour").into_iter();
    let mut changes: Vec<Change> = flavours
        .filter(|(name, view)| is_full(name, view))
        .flat_map(|(name, view)| trimmed(name, view, factors))
        .collect();
    if !changes.is_empty() {
        let renamed = |text: &str| quoted(&text.replace(FULL, &format!("debug={level}")));
        let keyed = |text: &str| text.contains(FULL).then(|| renamed(text));
        let of_job = |all| set_where(all, "environment", |client| keyed(client.view.text("environment")));
        changes.extend(clients.iter().flat_map(|all| of_job(all)));
    }
    changes
}

const FULL: &str = "debug=2";
const TRIMMED: [&str; 3] = ["debug=line-tables-only", "debug=1", "debug=0"];

/// True if the flavour has full debug info that matters. A check writes metadata, which debug info hardly
/// affects, and a release build has none.
fn is_full(name: &str, flavour: &View) -> bool {
    let profile = if flavour.has("profile") { flavour.text("profile") } else { name };
    ["dev", "test"].contains(&profile) && !flavour.flag("checks-only")
}

fn trimmed(name: &str, flavour: View, factors: &Factors) -> Vec<Change> {
    let change = |key, value: String| Change::new(["project", "flavour", name, key], quoted(&value));
    let time = |time: Duration| format!("{} ms", time.scaled(factors.work).0);
    let size = |size: Bytes, factor: f64| format!("{} B", size.scaled(factor).0);
    // Objects whose size is not written have that of the archive, and shrink less than it.
    let own = ["dependency-objects", "dependency-archive"].into_iter().find(|key| flavour.has(key));
    let objects = flavour.bytes(own.unwrap_or("dependency-archive"));
    vec![
        change("dependency-work", time(flavour.duration("dependency-work"))),
        change("workspace-work", time(flavour.duration("workspace-work"))),
        change("workspace-objects", size(flavour.bytes("workspace-objects"), factors.objects)),
        change("dependency-archive", size(flavour.bytes("dependency-archive"), factors.archive)),
        change("workspace-archive", size(flavour.bytes("workspace-archive"), factors.archive)),
        change("dependency-objects", size(objects, factors.objects)),
    ]
}

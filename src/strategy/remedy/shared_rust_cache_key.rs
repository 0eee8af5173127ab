use crate::scenario::{Change, View};
use crate::strategy::Strategy;
use crate::strategy::job::{Job, jobs, quoted};

/// One entry for all jobs instead of one each.
pub static SHARED_RUST_CACHE_KEY: Strategy = Strategy {
    name: "shared-rust-cache-key",
    title: "One shared rust-cache key with one writer",
    summary: "All jobs with rust-cache restore one entry; the first that compiles the whole workspace writes it, the others only read.",
    edit: "Give every rust-cache step the same `shared-key` and the same environment variables, and all but one `save-if: false`.",
    evidence: "Helps where jobs compile the same crates in the same way: one entry takes the room of all. Hurts jobs that compile otherwise than the writer: cargo's objects of a check, a test and a release build are not each other's.",
    applies_to: &["rust-cache"],
    parameter: None,
    otherwise: "fewer than two jobs use rust-cache under keys of their own",
    changes,
};

fn changes(scenario: View, _: &str) -> Vec<Change> {
    let own = |job: &Job| job.client("rust-cache").is_some_and(|client| client.text("shared-key").is_empty());
    let jobs: Vec<Job> = jobs(scenario).into_iter().filter(own).collect();
    if jobs.len() < 2 {
        return Vec::new();
    }
    // Of equals the first: the whole workspace holds what a part of it needs.
    let writer = (0..jobs.len()).rev().max_by_key(|index| breadth(&jobs[*index])).unwrap_or(0);
    let environment = jobs[writer].client("rust-cache").map_or("", |client| client.text("environment"));
    let each = jobs.iter().enumerate().flat_map(|(index, job)| {
        let shared = job.set("rust-cache", "shared-key", "\"shared\"");
        let same = job.set("rust-cache", "environment", quoted(environment));
        let reads = (index != writer).then(|| job.set("rust-cache", "save-if", "\"never\""));
        [shared, same].into_iter().chain(reads)
    });
    each.collect()
}

/// How much of the project a job compiles: nothing, some packages, or all.
fn breadth(job: &Job) -> u8 {
    match job.view.table_or_none("compile") {
        Some(compile) if compile.texts("packages").is_empty() => 2,
        Some(_) => 1,
        None => 2 * u8::from(job.view.has("cold")),
    }
}

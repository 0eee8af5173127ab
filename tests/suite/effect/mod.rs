//! Nothing accepted is without effect: where another value of a key moves no metric, `check` has said so.

mod scenario;
mod survey;

use rayon::prelude::*;
use std::collections::BTreeMap;
use survey::{idle, play};

/// Every key of this many scenarios.
fn all_have_an_effect(cases: std::ops::Range<u64>) {
    let tried: Vec<_> = cases
        .into_par_iter()
        .filter_map(|case| {
            let lines = scenario::draw(case);
            idle(&lines).map(|idle| (case, lines, idle))
        })
        .collect();
    let mut found: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for (case, _, idle) in &tried {
        for line in idle {
            let key = line.split(": ").nth(1).expect("a line").to_owned();
            found.entry(key).or_default().push(*case);
        }
    }
    assert!(tried.len() > 3, "{} scenarios are accepted", tried.len());
    let first = tried.iter().find(|(.., idle)| !idle.is_empty()).map(|(_, lines, idle)| (lines.text(), idle));
    assert!(found.is_empty(), "{} accepted\n{found:#?}\n{first:?}", tried.len());
}

#[test]
fn a_changed_value_moves_a_metric_or_is_warned_of() {
    all_have_an_effect(0..40);
}

/// As many as take about two minutes of CPU time.
#[test]
#[ignore = "slow: the same for 200 more seeds"]
fn a_changed_value_of_more_scenarios_moves_a_metric_or_is_warned_of() {
    all_have_an_effect(40..240);
}

/// What is said of `lines` beside a job that runs on pushes to the default branch.
fn said_of(job: &str) -> String {
    let head = "[project.flavour.dev]\ndependency-work = \"40 min\"\ndependency-archive = \"300 MB\"\n\
                workspace-cacheable = false\n\
                [workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\n";
    play(&format!("{head}{job}\n"), &[]).expect("a scenario").remarks
}

#[test]
fn a_value_without_effect_is_told_with_its_reason() {
    let cases = [
        (
            "finish = \"2 min\"\ncache.sccache = { read = \"1 s\" }",
            "`workflow.ci.job.test.cache.sccache` has no effect: the job compiles nothing",
        ),
        (
            "compile = { flavour = \"dev\", workspace-archive = \"1 GB\" }\ncache.rust-cache = {}",
            "`workspace-archive` has no effect: the job does not archive the workspace's own crates",
        ),
        (
            "compile = { flavour = \"dev\" }\ncache.sccache = { deterministic = 0.3 }",
            "`deterministic` has no effect: no crate that sccache caches depends on another",
        ),
        (
            "compile = { flavour = \"dev\" }\ncache.sccache = { store = \"external\", releases = [\"2026-01-08T00:00:00Z\"] }",
            "`releases` has no effect: an external store",
        ),
        (
            "cache.actions-cache = { key = \"k-{sha}\", size = \"1 MB\", lookup-only = true }",
            "`lookup-only` has no effect: its key contains `{sha}`",
        ),
        (
            "compile = { flavour = \"dev\" }\nfails = 0\nfails-on-main = 0\ncache.rust-cache = { on-failure = true }",
            "`on-failure` has no effect: the job never fails",
        ),
        (
            "compile = { flavour = \"dev\" }\ncache.rust-cache = { save-if = \"not-queue\" }",
            "`save-if` has no effect: the workflow runs neither on `merge_group` nor on `release`",
        ),
        ("timeout = \"1 h\"", "`timeout` has no effect: the job does nothing that takes time"),
    ];
    for (job, reason) in cases {
        let said = said_of(job);
        assert!(said.contains(reason), "{reason}\n{said}");
    }
}

#[test]
fn a_key_of_one_push_is_found_where_two_legs_share_it() {
    let step = "cache.actions-cache = { key = \"k-{sha}\", size = \"1 MB\", lookup-only = true }";
    assert!(!said_of(&format!("{step}\nmatrix = {{ leg = [\"a\", \"b\"] }}")).contains("`lookup-only`"));
}

#[test]
fn a_runner_that_exists_unwritten_is_no_remark() {
    let job = "[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\nrunner = \"big\"\ncold = \"9 min\"\nwarm = \"2 min\"\n\
               cache.rust-cache = { size = \"1 GB\" }\n";
    let remarks = |runners: &str| play(&format!("{runners}\n{job}"), &[]).expect("a scenario").remarks;
    assert_eq!(remarks("[runner.big]\ncores = 16"), "");
    let said = remarks("[runner.big]\ncores = 16\n[runner.small]\ncores = 2");
    assert!(said.contains("`runner.small` has no effect: no job runs on it"), "{said}");
    assert_eq!(said.matches("warning[").count(), 1, "{said}");
}

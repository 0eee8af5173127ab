//! One rust-cache entry for all jobs of a system, written by one of them.

use super::treated;
use cache_budget::scenario::Change;
use cache_budget::strategy::CannotApply;
use std::collections::BTreeMap;

const SYSTEMS: &str = "os = [\"ubuntu-latest\", \"macos-latest\", \"windows-latest\"]";

/// What the remedy changes in a workflow with these jobs, or why it does not apply.
fn changed(jobs: &str) -> Result<Vec<Change>, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ci.toml");
    let text = format!(
        "[workload]\npushes-per-day = 4\ndays = 20\n[workflow.ci]\non = [\"push main\", \"pull_request\"]\n\
         [workflow.nightly]\non = [\"schedule\"]\n[workflow.nightly.job.audit]\nprepare = \"1 min\"\n\
         [runner.macos-latest]\n[runner.windows-latest]\n{jobs}"
    );
    std::fs::write(&file, text).expect("a file");
    match treated(&file, "shared-rust-cache-key") {
        Ok((_, changes)) => Ok(changes),
        Err(CannotApply::DoesNotApply { reason, .. }) => Err(reason.to_owned()),
        Err(refusal) => panic!("{refusal}"),
    }
}

/// Whether each job that is changed still writes.
fn writes(jobs: &str) -> BTreeMap<String, bool> {
    let mut writes = BTreeMap::new();
    for Change { path, .. } in changed(jobs).expect("it applies") {
        let writer = writes.entry(path[3].clone()).or_insert(true);
        *writer &= path.last().is_none_or(|key| key != "save-if");
    }
    writes
}

fn job(workflow: &str, name: &str, cold: u32, more: &str) -> String {
    format!(
        "[workflow.{workflow}.job.{name}]\ncold = \"{cold} min\"\nwarm = \"3 min\"\n{more}\n\
         cache.rust-cache.size = \"0.5 GB\"\n"
    )
}

fn map(pairs: &[(&str, bool)]) -> BTreeMap<String, bool> {
    pairs.iter().map(|(name, writes)| ((*name).to_owned(), *writes)).collect()
}

#[test]
fn jobs_on_different_systems_have_nothing_to_share() {
    let split = ["ubuntu-latest", "macos-latest", "windows-latest"]
        .map(|runner| job("ci", &format!("on-{runner}"), 10, &format!("runner = \"{runner}\"")));
    let matrix = job("ci", "test", 10, &format!("matrix = {{ {SYSTEMS} }}\nrunner = \"{{os}}\""));
    let refused =
        [changed(&split.concat()), changed(&matrix)].map(|answer| answer.expect_err("nothing to share"));
    assert!(
        refused[0].starts_with("no two jobs on the same operating system and architecture"),
        "{}",
        refused[0]
    );
    assert_eq!(refused[0], refused[1]);
}

#[test]
fn each_system_has_a_writer_whether_as_jobs_or_as_a_matrix() {
    let lint = job("ci", "lint", 8, "");
    let split = ["ubuntu-latest", "macos-latest", "windows-latest"]
        .map(|runner| job("ci", &format!("test-{runner}"), 10, &format!("runner = \"{runner}\"")));
    // The longer build holds what the shorter one needs; the other systems' jobs have nobody to share with.
    let split = writes(&format!("{lint}{}", split.concat()));
    assert_eq!(split, map(&[("lint", false), ("test-ubuntu-latest", true)]));
    let matrix = job("ci", "test", 10, &format!("matrix = {{ {SYSTEMS} }}\nrunner = \"{{os}}\""));
    assert_eq!(writes(&format!("{lint}{matrix}")), map(&[("lint", false), ("test", true)]));
    // Two on every system: one writer each.
    let two = |name: &str, cold| {
        ["ubuntu-latest", "windows-latest"]
            .map(|runner| job("ci", &format!("{name}-{runner}"), cold, &format!("runner = \"{runner}\"")))
            .concat()
    };
    let both = writes(&format!("{}{}", two("lint", 8), two("test", 10)));
    let writers: Vec<&str> = both.iter().filter(|(_, writes)| **writes).map(|(name, _)| &**name).collect();
    assert_eq!((both.len(), &writers[..]), (4, &["test-ubuntu-latest", "test-windows-latest"][..]));
}

#[test]
fn a_shared_key_that_nobody_shares_is_a_key_of_ones_own() {
    let keyed = |name: &str, key: &str| {
        job("ci", name, 10, "").replace(
            "cache.rust-cache.size",
            &format!("cache.rust-cache.shared-key = \"{key}\"\ncache.rust-cache.size"),
        )
    };
    assert_eq!(writes(&(keyed("a", "a") + &keyed("b", "b"))), map(&[("a", true), ("b", false)]));
    assert!(changed(&(keyed("a", "x") + &keyed("b", "x"))).is_err());
}

#[test]
fn the_writer_runs_on_pushes_to_main() {
    let jobs = job("nightly", "coverage", 60, "") + &job("ci", "test", 10, "");
    assert_eq!(writes(&jobs), map(&[("coverage", false), ("test", true)]));
}

#[test]
fn a_release_build_is_not_warmed_from_a_test_builds_entry() {
    let two = job("ci", "test", 10, "") + &job("ci", "lint", 8, "");
    let shared = map(&[("lint", false), ("test", true)]);
    // By its name, by what starts it, by what the scenario says.
    assert_eq!(writes(&(job("ci", "release-build", 30, "") + &two)), shared);
    let tagged =
        "[workflow.ship]\non = [\"push tags\", \"release\"]\n".to_owned() + &job("ship", "binary", 30, "");
    assert_eq!(writes(&(tagged + &two)), shared);
    assert_eq!(writes(&(job("ci", "size", 30, "profile = \"min-size\"") + &two)), shared);
    // Of one profile, whatever it is called.
    let both = job("ci", "release", 9, "profile = \"dev\"") + &job("ci", "test", 10, "profile = \"dev\"");
    assert_eq!(writes(&both), map(&[("release", false), ("test", true)]));
    let alone = job("ci", "release", 9, "") + &job("ci", "test", 10, "");
    assert!(changed(&alone).expect_err("two profiles").contains("the same profile"));
}

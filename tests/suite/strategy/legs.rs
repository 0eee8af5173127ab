//! Strategies where only some legs of a job have a cache, or have another one than the job.

use super::{model, treated};
use cache_budget::client::Cache;
use cache_budget::scenario::{Change, read};
use cache_budget::strategy::{CannotApply, STRATEGIES};
use std::path::{Path, PathBuf};

/// Caches that every strategy about a client has something to change in.
const RUST: &str = r#"
cache.rust-cache = { size = "200 MB", environment = "debug=2" }
cache.sccache = true
cache.actions-cache = [
    { key = "deps-{lock}", size = "100 MB", miss = "4 min" },
    { key = "{lock}-log-{sha}", size = "100 MB" },
]
"#;
const IMAGE: &str = "cache.buildkit-gha = { scope = \"all\", mode = \"max\" }\n";
const REGISTRY: &str = "cache.buildkit-registry = { tag = \"all\", mode = \"max\" }\n";

/// Jobs whose caches are their own, or those of their only leg.
fn scenario(in_leg: bool) -> String {
    let job = |workflow: &str, name: &str, settings: &str, caches: &str| {
        let table = format!("workflow.{workflow}.job.{name}");
        let leg = format!("[[{table}.leg]]\nwhen = {{ n = \"1\" }}\n");
        let leg = if in_leg { leg } else { String::new() };
        format!("[{table}]\nmatrix.n = [\"1\"]\n{settings}\n{leg}{caches}")
    };
    let compiles = "compile = { flavour = \"dev\" }";
    let jobs = [
        job("ci", "test", compiles, RUST),
        job("ci", "lint", compiles, RUST),
        job("ci", "image", "image = \"api\"", IMAGE),
        job("ci", "other-image", "image = \"api\"", REGISTRY),
        job("pulls", "check", compiles, RUST),
    ];
    format!(
        "[workload]\npushes-per-day = 9\ndays = 20\nmerge-queue = true\n[project]\nexternal-crates = 40\n\
         [project.flavour.dev]\ndependency-work = \"20 min\"\ndependency-archive = \"600 MB\"\nworkspace-work = \"4 min\"\n\
         [[image.api.step]]\nname = \"crates\"\ncontent = \"lock\"\nwork = \"9 min\"\nlayer = \"1 GB\"\n\
         dependencies = true\nlink = \"1 min\"\n\
         [workflow.ci]\non = [\"push main\", \"pull_request\", \"merge_group\"]\n\
         [workflow.pulls]\non = [\"pull_request\"]\n{}",
        jobs.concat()
    )
}

fn written(text: &str) -> (PathBuf, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ci.toml");
    std::fs::write(&file, text).expect("a file");
    (file, folder)
}

/// What a strategy changes, or why it does not apply.
fn changes(file: &Path, strategy: &str) -> Result<Vec<Change>, String> {
    match treated(file, strategy) {
        Ok((_, changes)) => Ok(changes),
        Err(CannotApply::DoesNotApply { reason, .. }) => Err(reason.to_owned()),
        Err(CannotApply::Invalid(report)) => panic!("{strategy}: {}", report.render(&Default::default())),
    }
}

/// The same change, where the job's caches are those of its first leg.
fn moved(mut change: Change) -> Change {
    if change.path.get(4).is_some_and(|key| key == "cache") {
        change.path.splice(4..4, ["leg".to_owned(), "0".to_owned()]);
    }
    change
}

/// Of every strategy: each of its changes goes to the leg, and it applies there just if it does to a job.
#[test]
fn every_strategy_changes_the_caches_of_a_leg_as_it_changes_those_of_a_job() {
    let (own, _kept) = written(&scenario(false));
    let (of_leg, _kept_too) = written(&scenario(true));
    let mut of_caches = 0;
    for strategy in STRATEGIES {
        let expected = changes(&own, strategy.name).map(|all| all.into_iter().map(moved).collect::<Vec<_>>());
        of_caches +=
            usize::from(expected.iter().flatten().any(|change| change.path.contains(&"leg".to_owned())));
        assert_eq!(changes(&of_leg, strategy.name), expected, "{}", strategy.name);
    }
    // The other nine change the service, workflows, jobs and images.
    assert_eq!(of_caches, 16);
}

const AUDITED: &str = r#"
[workload]
days = 20
[input.x]
[workflow.ci]
on = ["push main", "pull_request"]
[workflow.ci.job.t]
matrix.os = ["ubuntu-latest", "windows-latest"]
runner = "{os}"
cold = "12 min"
warm = "4 min"
cache.rust-cache = { size = "200 MB" }
[[workflow.ci.job.t.leg]]
when = { os = "windows-latest" }
cache.rust-cache = { size = "900 MB", key = "win", save-if = "always" }
cache.sccache = { object-bytes = "100 MB" }
[workflow.ci.job.u]
matrix.os = ["ubuntu-latest", "windows-latest"]
runner = "{os}"
cache.actions-cache = { key = "u-{hash:x}", size = "100 MB", miss = "1 min" }
[workflow.ci.job.u.leg]
when = { os = "windows-latest" }
cache.actions-cache = { key = "uw-{hash:x}-{sha}", size = "300 MB", miss = "5 min" }
[workflow.ci.job.v]
matrix.n = ["1", "2", "3"]
cache.actions-cache = { key = "v-{hash:x}", size = "100 MB", miss = "1 min" }
[[workflow.ci.job.v.leg]]
when = { n = "2" }
cache.actions-cache = { miss = "2 min" }
[[workflow.ci.job.v.leg]]
when = { n = "3" }
cache.actions-cache = { save-if = "never" }
"#;

fn audited(strategy: &str) -> Vec<String> {
    let (file, _kept) = written(AUDITED);
    let all = changes(&file, strategy).unwrap_or_else(|reason| panic!("{strategy}: {reason}"));
    let sets: Vec<String> = all.iter().map(ToString::to_string).collect();
    // It can be set by hand, also in a single table that stands for a list.
    let by_hand =
        read(&file, &sets).unwrap_or_else(|report| panic!("{}", report.render(&Default::default())));
    let played = model(&file, treated(&file, strategy).expect("it applies").0);
    if strategy != "save-on-main-only" {
        assert!(cache_budget::scenario::build(&file, by_hand).expect("valid").model == played, "{strategy}");
    }
    sets.into_iter().map(|set| set.replace("workflow.ci.job.", "")).collect()
}

#[test]
fn a_leg_with_another_client_or_key_is_changed_by_itself() {
    assert_eq!(audited("drop-sccache"), ["t.leg.0.cache.sccache=false"]);
    assert_eq!(audited("sccache-external-store"), ["t.leg.0.cache.sccache.store=\"external\""]);
    let key = "u.leg.0.cache.actions-cache.0.key=\"uw-{hash:x}\"";
    assert_eq!(audited("key-without-commit"), [key]);
}

/// The job's change reaches a leg that says nothing of the setting (`v`, n = 2), and rust-cache's in any case.
#[test]
fn a_leg_is_changed_only_where_it_says_something_else_than_the_job() {
    let set = |place: &str| format!("{place}.save-if=\"default-branch\"");
    let expected = [
        set("t.cache.rust-cache"),
        set("u.cache.actions-cache.0"),
        set("u.leg.0.cache.actions-cache.0"),
        set("v.cache.actions-cache.0"),
    ];
    assert_eq!(audited("save-on-main-only"), expected);
    let (file, _kept) = written(AUDITED);
    let (scenario, _) = treated(&file, "save-on-main-only").expect("it applies");
    let model = model(&file, scenario);
    let rules: Vec<String> = (model.workflows[0].jobs.iter())
        .flat_map(|job| {
            job.caches.iter().map(|cache| match cache {
                Cache::RustCache(client) => format!("{:?}", client.saves.refs),
                Cache::ActionsCache(step) => format!("{:?}", step.saves.refs),
                _ => "-".to_owned(),
            })
        })
        .collect();
    let main = "DefaultBranch";
    assert_eq!(rules, [main, main, "-", main, main, main, main, "Never"]);
}

/// Quarters of 1 min, of the leg's own 5 min, of the job's 1 min and of the other leg's 2 min.
#[test]
fn a_prefix_hit_costs_a_leg_a_quarter_of_its_own_miss() {
    let keys =
        |place: &str, prefix: &str| format!("{place}.cache.actions-cache.0.restore-keys=[\"{prefix}\"]");
    let cost = |place: &str, ms: u32| format!("{place}.cache.actions-cache.0.partial=\"{ms} ms\"");
    let expected = [
        keys("u", "u-"),
        keys("u.leg.0", "uw-"),
        cost("u", 15_000),
        cost("u.leg.0", 75_000),
        keys("v", "v-"),
        cost("v", 15_000),
        cost("v.leg.0", 30_000),
    ];
    assert_eq!(audited("restore-keys"), expected);
}

//! Strategies that change what a workflow says of its jobs and keys.

use super::{model, treated};
use cache_budget::client::{ArchiveStep, Cache};
use cache_budget::engine::Model;
use cache_budget::service::CacheMode;

const SCENARIO: &str = r#"
[workload]
days = 30
[workflow.main]
on = ["push main"]
job.build = { cache.actions-cache = { key = "deps-{lock}", size = "0.1 GB" } }
[workflow.pulls]
on = ["pull_request"]
[workflow.pulls.job.lint]
cache.actions-cache = [
    { key = "deps-{lock}", size = "0.1 GB" },
    { key = "{os}-{web-lock}-{sha}", restore-keys = ["{os}-"], size = "0.1 GB" },
    { key = "log-{sha}", size = "0.1 GB" },
]
[workflow.pulls.job.test]
matrix.n = ["1", "2"]
cache.actions-cache = { key = "{job}-{lock}", size = "0.1 GB" }
[workflow.both]
on = ["push main", "pull_request"]
job.docs = { cache.actions-cache = { key = "docs", size = "0.1 GB" } }
"#;

fn with(strategy: &str) -> Result<(Model, Vec<String>), String> {
    of(SCENARIO, strategy)
}

fn of(scenario: &str, strategy: &str) -> Result<(Model, Vec<String>), String> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ci.toml");
    std::fs::write(&file, scenario).expect("a file");
    let (scenario, changes) = treated(&file, strategy).map_err(|refusal| refusal.to_string())?;
    Ok((model(&file, scenario), changes.iter().map(ToString::to_string).collect()))
}

#[test]
fn legs_with_a_cache_finish_after_one_has_failed() {
    let (model, changes) = with("fail-fast-off").expect("`test` has a matrix");
    assert_eq!(changes, ["workflow.pulls.job.test.fail-fast=false"]);
    assert!(model.workflows[1].jobs.iter().filter(|job| job.group == "test").all(|job| !job.fail_fast));
}

#[test]
fn a_key_keeps_what_it_hashes_and_loses_the_commit() {
    let (_, changes) = with("key-without-commit").expect("one key has both");
    // `log-{sha}` would be one key for ever.
    assert_eq!(changes, ["workflow.pulls.job.lint.cache.actions-cache.1.key=\"{os}-{web-lock}\""]);
}

#[test]
fn the_job_on_main_writes_a_key_that_several_jobs_have() {
    let (model, changes) = with("one-writer-per-key").expect("two jobs have one key");
    assert_eq!(changes, ["workflow.pulls.job.lint.cache.actions-cache.0.action=\"restore\""]);
    let Cache::ActionsCache(step) = &model.workflows[1].jobs[0].caches[0] else { panic!("actions/cache") };
    assert_eq!(step.step, ArchiveStep::Restore);
}

#[test]
fn workflows_that_never_run_on_main_only_read() {
    let (model, changes) = with("read-only-pull-requests").expect("one workflow is of pull requests alone");
    assert_eq!(changes, ["workflow.pulls.cache-mode=\"read\""]);
    assert!(model.workflows[1].jobs.iter().all(|job| job.cache_mode == Some(CacheMode::Read)));
    let again = with("read-only-pull-requests+read-only-pull-requests").expect_err("it is done");
    assert!(again.contains("also runs on the default branch"), "{again}");
}

#[test]
fn keys_that_change_get_their_constant_beginning_as_a_restore_key() {
    let (model, changes) = with("restore-keys").expect("several keys have none");
    let of = |job: &str, index: u32, key: &str| {
        format!("workflow.{job}.cache.actions-cache.{index}.restore-keys=[\"{key}\"]")
    };
    // The second step of `lint` has one; the key of `docs` never changes.
    let expected = [
        of("main.job.build", 0, "deps-"),
        of("pulls.job.lint", 0, "deps-"),
        of("pulls.job.lint", 2, "log-"),
        of("pulls.job.test", 0, "{job}-"),
    ];
    assert_eq!(changes, expected);
    let Cache::ActionsCache(step) = &model.workflows[0].jobs[0].caches[0] else { panic!("actions/cache") };
    assert_eq!(step.restore_keys.len(), 1);
    let bare = "[workflow.ci]\non = [\"push main\"]\njob.a.cache.actions-cache = { key = \"{sha}\", size = \"1 MB\" }";
    assert!(of_error(bare).contains("nothing stands before what changes"));
    assert!(of_error("[workflow.ci]\non = [\"push main\"]\njob.a = {}").contains("has restore keys"));
}

/// Two runs a day are half a day apart, and not at the beginning of an hour; seven are a seventh of a day, 205.7 minutes.
#[test]
fn a_warm_up_beside_other_schedules_has_its_own_times() {
    let scenario = "[workload]\ndays = 14\nschedules-per-day = 1\n[workflow.ci]\non = [\"push main\"]\n\
                    job.a.cache.actions-cache = { key = \"k-{lock}\", size = \"2 GB\" }\n\
                    job.b.cache.rust-cache = true\n\
                    [workflow.nightly]\non = [\"schedule\"]\njob.n.prepare = \"100 min\"";
    let (model, changes) = of(scenario, "scheduled-warm-up=2").expect("`ci` runs on main");
    let on = "workflow.ci.on=[\"push main\", \"schedule\"]";
    assert_eq!(changes, [on, "workflow.ci.cron=[\"17 0,12 * * *\"]"]);
    assert!(model.workflows[0].has_cron && !model.workflows[1].has_cron);
    let (_, changes) = of(scenario, "scheduled-warm-up=7").expect("`ci` runs on main");
    // 00:17, 03:42, 07:08, 10:34, 13:59, 17:25, 20:51.
    let times =
        ["8 7", "17 0", "25 17", "34 10", "42 3", "51 20", "59 13"].map(|time| format!("\"{time} * * *\""));
    assert_eq!(changes[1], format!("workflow.ci.cron=[{}]", times.join(", ")));
    of(scenario, "scheduled-warm-up=1440").expect("60 crons, each of 24 hours");
    let plain = scenario.replace("schedules-per-day = 1\n", "");
    let (_, changes) = of(&plain, "scheduled-warm-up=3").expect("`ci` runs on main");
    assert_eq!(changes, [on, "workload.schedules-per-day=3"]);
}

/// 600 MB of objects of dependencies and 100 MB of the workspace: without debug info 0.72 of both, 432 + 72 = 504 MB, with
/// line tables 0.85, 510 + 85 = 595 MB. The archive shrinks to 0.63 or 0.82 of 600 MB.
#[test]
fn objects_shrink_as_objects_where_only_the_archive_is_written() {
    let scenario = "[project]\nexternal-crates = 40\n\
                    [project.flavour.dev]\ndependency-work = \"20 min\"\nworkspace-work = \"4 min\"\n\
                    dependency-archive = \"600 MB\"\nworkspace-objects = \"100 MB\"\n\
                    [workflow.ci]\non = [\"push main\"]\n\
                    job.t = { compile = { flavour = \"dev\" }, cache = { sccache = true } }";
    for (strategy, [archive, dependencies, workspace]) in
        [("no-debug-info", [378, 432, 72]), ("line-tables-only", [492, 510, 85])]
    {
        let (model, _) = of(scenario, strategy).expect("`dev` has debug info");
        let flavour = model.flavours.iter().find(|flavour| flavour.name == "dev").expect("the flavour");
        let sizes = [flavour.dependency_archive, flavour.dependency_objects, flavour.workspace_objects];
        assert_eq!(sizes.map(|size| size.0), [archive, dependencies, workspace].map(|size| size * 1_000_000));
    }
}

fn of_error(scenario: &str) -> String {
    of(scenario, "restore-keys").expect_err("it does not apply")
}

/// A workflow that never runs on main keeps saving, unless a run on main saves what it asks for.
#[test]
fn where_main_saves_nothing_pull_requests_go_on_saving() {
    let (_, changes) =
        with("save-on-main-only").expect("`docs` runs on main, and `build` saves what `lint` asks for");
    let changed: Vec<&str> =
        changes.iter().map(|change| change.split(".cache").next().expect("a job")).collect();
    let lint = "workflow.pulls.job.lint";
    assert_eq!(changed, [lint, lint, lint, "workflow.both.job.docs"]);
    let pulls = "[workflow.ci]\non = [\"pull_request\"]\njob.a.cache.actions-cache = { key = \"{lock}\", size = \"1 MB\" }";
    let refused = of(pulls, "save-on-main-only").expect_err("nobody would save");
    assert!(refused.contains("what a run on main saves, too"), "{refused}");
    let image = "[image.api]\ncold = \"9 min\"\nwarm = \"2 min\"\nsize = \"1 GB\"\n[workflow.ci]\non = [\"pull_request\"]\n\
                 job.a = { image = \"api\", cache.buildkit-gha = {} }";
    let (_, changes) = of(image, "registry-per-image").expect("it applies");
    assert!(changes[1].ends_with("save-if = \"always\" }"), "{changes:?}");
}

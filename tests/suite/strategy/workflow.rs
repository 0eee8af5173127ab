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
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ci.toml");
    std::fs::write(&file, SCENARIO).expect("a file");
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

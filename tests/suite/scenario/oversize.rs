//! What is too large: one entry that is larger than the limit is foreseen from its stated size, more jobs than a
//! model has are refused, and as many as it may have are read in time that grows with them.

use super::folder::ScenarioFolder;
use crate::case::Case;
use std::time::{Duration, Instant};

fn warnings(cache: &str, steps: &str) -> Vec<String> {
    let case = Case::with(&format!(
        "[cache]\n{cache}\n[workload]\npushes-per-day = 1\ndays = 30\n[runner.ubuntu-latest]\ndisk = \"100 GB\"\n\
         [workflow.ci]\non = \"push main\"\n[workflow.ci.job.cpu]\n{steps}\n"
    ));
    let output = case.run(&["check", "ci.toml"]);
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    said.lines().filter(|line| line.contains("larger than `cache.limit`")).map(str::to_owned).collect()
}

#[test]
fn the_figure_is_told() {
    let warned = warnings("", "cache.actions-cache = { key = \"k\", size = \"16.5 GB\" }");
    assert_eq!(warned.len(), 1, "{warned:?}");
    assert!(
        warned[0].contains("one entry of 16.50 GB is larger than `cache.limit` (10.74 GB)"),
        "{warned:?}"
    );
}

#[test]
fn only_an_entry_that_is_larger_by_itself_counts() {
    let two = "cache.actions-cache = [{ key = \"a\", size = \"6 GB\" }, { key = \"b\", size = \"6 GB\" }]";
    assert_eq!(warnings("", two), [""; 0]);
    assert_eq!(warnings("limit = \"5 GB\"", two).len(), 2);
    assert_eq!(warnings("limit = \"5 GB\"\nsweep = \"none\"", two), [""; 0], "nothing is evicted");
    assert_eq!(warnings("limit = \"1 GB\"", "cache.setup-node = { size = \"2 GB\" }").len(), 1);
    assert_eq!(
        warnings(
            "limit = \"1 GB\"",
            "cold = \"9 min\"\nwarm = \"1 min\"\ncache.rust-cache = { size = \"2 GB\" }"
        )
        .len(),
        1
    );
    let drawn =
        "cache.actions-cache = { key = \"a\", size = { lognormal = { median = \"2 GB\", sigma = 1 } } }";
    assert_eq!(warnings("limit = \"1.9 GB\"", drawn).len(), 1);
    assert_eq!(warnings("limit = \"2.1 GB\"", drawn), [""; 0], "half of the entries fit");
}

#[test]
fn too_many_jobs_are_refused() {
    let remarks = |text: &str| ScenarioFolder::new(text).remarks();
    let jobs: String = (0..10_000).map(|n| format!("j{n} = {{ needs = \"j{}\" }}\n", n + 1)).collect();
    let said =
        remarks(&format!("[workflow.ci]\non = \"push main\"\n[workflow.ci.job]\n{jobs}j10000 = {{}}\n"));
    assert!(said.contains("error[limit-exceeded]") && said.contains("more than 10000"), "{said}");
    let legs = format!("matrix = {{ n = [{}] }}", "\"1\",".repeat(256));
    let jobs: String = (0..40).map(|n| format!("job.j{n} = {{ {legs} }}\n")).collect();
    let said = remarks(&format!("[workflow.ci]\non = \"push main\"\n{jobs}"));
    // 40 × 256 = 10,240 legs.
    assert!(said.contains("10240 jobs are more than 10000"), "{said}");
}

/// Eight times as many jobs take about eight times as long, not 64 times: each needs the one before it in the
/// order of the file or behind it, and has two caches with keys of its own.
#[test]
fn reading_takes_time_that_grows_with_the_jobs() {
    let text = |count: usize| {
        let job = |n: usize| {
            format!(
                "[workflow.ci.job.j{n}]\nneeds = [\"j{}\"]\ncold = \"5 min\"\nwarm = \"1 min\"\n\
                 cache.rust-cache = {{ size = \"1 GB\" }}\n\
                 cache.actions-cache = {{ key = \"{{job}}-{{lock}}\", restore-keys = [\"{{job}}-\"], size = \"1 MB\" }}\n",
                n + 1
            )
        };
        let jobs: String = (0..count).map(job).collect();
        format!("[workflow.ci]\non = [\"push main\", \"pull_request\"]\n{jobs}[workflow.ci.job.j{count}]\n")
    };
    let took = |count: usize| {
        let folder = ScenarioFolder::new(&text(count));
        let once = || {
            let start = Instant::now();
            assert_eq!(folder.load(&[]).model.workflows[0].jobs.len(), count + 1);
            start.elapsed()
        };
        (0..3).map(|_| once()).min().unwrap_or(Duration::MAX).as_secs_f64()
    };
    let (few, many) = (took(200), took(1_600));
    assert!(many < 24.0 * few, "{few} s for 200 jobs, {many} s for 1,600");
}

//! When the verdict calls a limit too small: if evictions cost time, on whatever refs.

use crate::case::Case;

fn told(case: &Case) -> String {
    let text = case.stdout(&["run", "ci.toml", "--replications", "3", "--quiet", "--no-advice"]);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Main is always warm. Pull requests live long, and find their own entries evicted.
#[test]
fn what_only_pull_requests_lose_counts() {
    let case = Case::with(
        r#"
[workload]
days = 21
warmup = "7 d"
pushes-per-day = 24
pull-requests = { share = 0.8, pushes-each = 5, hours-between = 30 }
[workflow.ci]
on = ["push main", "pull_request"]
[workflow.ci.job.test]
setup = "3 min"
cache.actions-cache = { key = "deps", size = "900 MB", miss = "4 min" }
[workflow.pr]
on = ["pull_request"]
[workflow.pr.job.preview]
setup = "2 min"
cache.actions-cache = { key = "preview-{number}", size = "1.6 GB", miss = "15 min" }
"#,
    );
    let text = told(&case);
    assert!(text.starts_with("10 GiB is too small for this CI: "), "{text}");
    assert!(!text.contains("no restore misses"), "{text}");
}

/// rust-cache has nearly everything. sccache is asked for the few crates that change with each push, and never finds
/// them, evicted or not.
#[test]
fn what_costs_nothing_does_not_make_a_limit_too_small() {
    let case = Case::with(
        r#"
[workload]
days = 14
warmup = "5 d"
pushes-per-day = 8
pull-requests = { share = 0.7, pushes-each = 2 }
[project]
external-crates = 200
[workflow.ci]
on = ["push main", "pull_request"]
[workflow.ci.job.test]
cold = "16 min"
warm = "5 min"
cache.rust-cache = { size = "1.5 GB" }
cache.sccache = {}
[workflow.ci.job.clippy]
cold = "8 min"
warm = "2 min"
cache.rust-cache = { size = "0.8 GB" }
cache.sccache = {}
"#,
    );
    let text = told(&case);
    assert!(text.starts_with("10 GiB is nearly enough for this CI: "), "{text}");
    assert!(text.contains("a day are evicted for size, which costs "), "{text}");
}

/// Of some 1,660 runner minutes a day, 31 are lost to evictions: 1.9 %, behind two larger causes that the verdict names.
#[test]
fn evictions_that_cost_more_than_a_hundredth_are_not_called_harmless() {
    let case = Case::with(
        "[cache]\nlimit = \"10 GB\"\n[workload]\npushes-per-day = 60\ndays = 20\nwarmup = \"4 d\"\n\
         pull-requests = { share = 0.1 }\n[workflow.ci]\non = \"push main\"\n\
         job.fill = { cache.actions-cache = { key = \"f-{sha}\", size = \"0.6 GB\", miss = \"20 min\" } }\n\
         job.kept = { setup = \"3 min\", cache.actions-cache = { key = \"stays\", size = \"0.5 GB\", miss = \"20 min\" } }\n\
         job.never = { cache.actions-cache = { key = \"absent\", size = \"0.5 GB\", miss = \"8 min\", save-if = \"never\" } }\n\
         [workflow.night]\non = \"schedule\"\ncron = \"0 3 * * *\"\n\
         job.n = { cache.actions-cache = { key = \"night\", size = \"0.5 GB\", miss = \"40 min\" } }\n",
    );
    let text = case.stdout(&["run", "ci.toml", "--no-advice", "--replications", "4", "--quiet"]);
    let verdict = text.split("Hint:").next().expect("a verdict");
    assert!(verdict.contains("a day are evicted for size") && !verdict.contains("no harm"), "{text}");
}

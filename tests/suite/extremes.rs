//! The ends of what is accepted: nothing wraps, hangs or takes all memory.

use crate::case::Case;
use serde_json::Value;

const HEAD: &str = "[workload]\ndays = 1\nwarmup = \"0 s\"\npushes-per-day = 40\n[workflow.ci]\non = [\"push main\", \"pull_request\"]\n";

/// The value of a metric of the whole, in one replication of this.
fn value(text: &str, metric: &str) -> f64 {
    let case = Case::with(&format!("{HEAD}{text}"));
    let output = case.run(&["run", "ci.toml", "--replications", "1", "--format", "json", "--quiet"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let result: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let metrics = result["metrics"].as_array().expect("metrics");
    let whole =
        |row: &&Value| row["name"] == metric && row["labels"].as_object().is_some_and(|l| l.is_empty());
    metrics.iter().find(whole).expect("the metric")["mean"].as_f64().expect("a number")
}

#[test]
fn the_highest_price_is_no_gain() {
    let cost = value(
        "[runner.ubuntu-latest]\nprice = \"1000000000 USD\"\nboot = \"0 s\"\n[ci]\njob-concurrency = \"unlimited\"\n\
         [workflow.ci.job.test]\nsetup = \"350 min\"\n",
        "runner.cost",
    );
    // About 40 runs of some 350 minutes at 10⁹ USD, times 30 days.
    assert!(cost > 1e14, "{cost}");
}

#[test]
fn a_job_of_ten_thousand_years_ends() {
    let job = "[workflow.ci.job.test]\ncold = \"3650000 d\"\nwarm = \"1 s\"\ntimeout = \"3650000 d\"\n\
               cache.rust-cache = { size = \"1 GB\" }\n";
    assert!(value(job, "runner.minutes") > 0.0);
}

#[test]
fn a_drawn_time_beyond_the_end_of_time_does_not_turn_it_back() {
    let boot = "[runner.ubuntu-latest]\nboot = { lognormal = { median = \"3650000 d\", sigma = 5 } }\n\
                [workflow.ci.job.test]\ncold = \"2 min\"\nwarm = \"1 min\"\ncache.rust-cache = { size = \"1 GB\" }\n";
    assert!(value(boot, "runner.minutes") >= 0.0);
}

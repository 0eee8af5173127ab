//! The back-test: a world that goes on as before is trusted, one that has changed is not.

use super::{WORKFLOW, entry, run};
use crate::import::Repository;

/// Jobs of `lint` of these lengths in seconds, one an hour, without steps.
fn history(lengths: impl Iterator<Item = u32>) -> String {
    let job = |(number, seconds): (u32, u32)| {
        let (day, hour) = (1 + number / 24, number % 24);
        let at = |second: u32| format!("2026-11-{day:02}T{hour:02}:{:02}:{:02}Z", second / 60, second % 60);
        format!(
            "{{\"name\":\"lint\",\"status\":\"completed\",\"conclusion\":\"success\",\"workflow_name\":\"CI\",\"run_id\":\
             {number},\"head_branch\":\"main\",\"steps\":[],\"started_at\":\"{}\",\"completed_at\":\"{}\"}}",
            at(0),
            at(seconds)
        )
    };
    format!("{{\"jobs\":[{}]}}", (0..).zip(lengths).map(job).collect::<Vec<_>>().join(","))
}

fn tested(jobs: &str, more: &[&str]) -> serde_json::Value {
    let repository = Repository::with(WORKFLOW);
    repository.write("jobs.json", jobs);
    let entries: Vec<String> = (1..4)
        .map(|id| entry(id, &format!("fixtures-0123456789abcde{id}"), "refs/heads/main", 90_000_000_000, 1))
        .collect();
    repository.write("caches.json", &format!("[{}]", entries.join(",")));
    let arguments = [&["--jobs", "jobs.json", "--holdout", "30%", "--format", "json"][..], more].concat();
    let output = run(&repository, &arguments);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn a_world_that_goes_on_is_trusted() {
    // All of 600 to 640 s: one group, so `warm` is 10.3 min; and hardly any run of the simulation may be cold.
    let lengths = (0..60).map(|number| 600 + number % 5 * 10);
    // The last 18 of 60 are held out: 30 %.
    let test = tested(&history(lengths), &[]);
    assert_eq!(test["rows"][0]["records"], 18, "{test}");
    assert_eq!(test["rows"][0]["what"], "ci / lint", "{test}");
    // Sums over 18 runs: numbers 42 to 59 modulo 5 are 2, 3, 4, then 0 to 4 three times: (2 + 3 + 4 + 3 × 10) × 10 = 390 s;
    // 600 + 390 / 18 = 621.7 s = 10.36 min.
    let observed = test["rows"][0]["observed"].as_f64().expect("a number");
    assert!((observed - 10.361).abs() < 0.001, "{test}");
    assert_eq!(test["trusted"], true, "{test}");
    assert!(test["verdict"].as_str().expect("a text").starts_with("trust: "), "{test}");
}

#[test]
fn a_world_that_has_changed_is_not_trusted() {
    // After 42 of 60 jobs, all take three times as long.
    let test = tested(&history((0..60).map(|number| if number < 42 { 300 } else { 900 })), &[]);
    assert_eq!(test["trusted"], false, "{test}");
    let verdict = test["verdict"].as_str().expect("a text");
    assert!(verdict.starts_with("do not trust: ci / lint is off by -"), "{verdict}");
    assert!(test["rows"][0]["error"].as_f64().expect("a number") < -0.25, "{test}");
}

#[test]
fn a_listing_that_no_simulation_has_is_not_trusted() {
    // 270 GB under a limit of 10 GB.
    let test = tested(&history((0..60).map(|_| 300)), &["--caches", "caches.json"]);
    let verdict = test["verdict"].as_str().expect("a text");
    assert!(verdict.contains("entries of actions-cache is off by -"), "{verdict}");
}

#[test]
fn a_share_is_checked_and_nothing_held_out_is_said() {
    let repository = Repository::with(WORKFLOW);
    for wrong in ["0", "100%", "x", "NaN"] {
        assert_eq!(run(&repository, &["--holdout", wrong]).status.code(), Some(2), "{wrong}");
    }
    let output = run(&repository, &["--holdout", "0.3"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("do not trust: no job has"), "{output:?}");
}

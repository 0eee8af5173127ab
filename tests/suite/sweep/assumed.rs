//! `[assumed]`: what a scenario's author does not know.

use super::{Case, SCENARIO};
use cache_budget::scenario;
use serde_json::Value;
use std::path::Path;

const ASSUMED: &str = r#"
[assumed]
"workload.pushes-per-day" = { range = "4..12", basis = "the last two months" }
"cache.limit" = { range = "2GB..5GB:log" }
"workflow.ci.job.test.cache.sccache.release" = { range = "1..2" }
"#;

fn check(assumed: &str) -> String {
    let case = Case::with(&format!("{SCENARIO}\n[assumed]\n{assumed}\n"));
    let output = case.run(&["check", "ci.toml"]);
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    if output.status.success() { said } else { format!("refused: {said}") }
}

#[test]
fn ranges_are_checked_with_the_scenario() {
    assert_eq!(check(r#""workload.pushes-per-day" = { range = "4..12" }"#), "");
    let said = check(r#""workload.pushs-per-day" = { range = "4..12" }"#);
    assert!(said.contains("refused") && said.contains("did you mean `pushes-per-day`?"), "{said}");
    let said = check(r#""workflow.ci.job.tests.cold" = { range = "4 min..12 min" }"#);
    assert!(said.contains("there is no `tests`") && said.contains("did you mean `test`?"), "{said}");
    let said = check(r#""cache.limit" = { range = "4 min..12 min" }"#);
    assert!(said.contains("refused") && said.contains("not a unit of size"), "{said}");
    let said = check(r#""cache.limit" = { range = "4 GB.." }"#);
    assert!(said.contains("refused") && said.contains("is not an end of a range"), "{said}");
    let said = check(r#""cache.limit" = { range = "1 GB..2 GB" }"#);
    assert!(said.starts_with("warning") && said.contains("3 GB, outside its own range"), "{said}");
    let said = check(r#""cache.limit" = { range = "1 GB..4 GB", also = ["cache.budgt"] }"#);
    assert!(said.contains("refused") && said.contains("did you mean `budget`?"), "{said}");
    let said = check(r#""cache.limit" = "1 GB..4 GB""#);
    assert!(said.contains("refused") && said.contains("expected a table"), "{said}");
}

#[test]
fn a_setting_without_anything_in_between_has_alternatives() {
    assert_eq!(check(r#""cache.over-quota" = { range = ["evict", "reject"] }"#), "");
    // One text is a range or a value, a list has nothing but values; a switch is written in quotes, too.
    assert_eq!(check(r#""cache.touch" = { range = "look-up,download" }"#), "");
    assert_eq!(check(r#""cache.forks-write" = { range = ["true", "false"] }"#), "");
    assert_eq!(check(r#""cache.uploads-per-minute" = { range = ["200", "unlimited"] }"#), "");
    let said = check(r#""cache.over-quota" = { range = ["evict", "rejct"] }"#);
    assert!(said.contains("refused") && said.contains(r#"did you mean `"reject"`?"#), "{said}");
    assert!(said.contains(r#"= { range = ["evict", "reject"] }"#), "the whole list is proposed: {said}");
    let said = check(r#""cache.over-quota" = { range = "evict,rejct" }"#);
    assert!(said.contains("refused") && said.contains("did you mean \"reject\"?"), "{said}");
    assert!(!said.contains("+ \"cache"), "no line without `evict` is proposed: {said}");
    let said = check(r#""cache.touch" = { range = ["look-up", "never at all"] }"#);
    assert!(said.contains("refused") && said.contains("`download`"), "all that it may be: {said}");
    let said = check(r#""cache.forks-write" = { range = ["true", "maybe"] }"#);
    assert!(said.contains("refused") && said.contains("`true` or `false`"), "{said}");
    let said = check(r#""cache.limit" = { range = ["1 GB..2 GB", "3 GB"] }"#);
    assert!(said.contains("refused"), "no range among values: {said}");
    let said = check(r#""cache.over-quota" = { range = ["evict", "evict"] }"#);
    assert!(said.contains("refused") && said.contains("`evict` is listed twice"), "{said}");
    let said = check(r#""cache.over-quota" = { range = [] }"#);
    assert!(said.contains("refused") && said.contains("without any value"), "{said}");
}

#[test]
fn a_setting_that_is_none_of_its_alternatives_is_warned_of() {
    let scenario = SCENARIO.replacen("[cache]", "[cache]\ntouch = \"look-up\"", 1);
    assert_ne!(scenario, SCENARIO, "the scenario has a cache");
    let case =
        Case::with(&format!("{scenario}\n[assumed]\n\"cache.touch\" = {{ range = [\"download\"] }}\n"));
    let said = String::from_utf8(case.run(&["check", "ci.toml"]).stderr).expect("UTF-8");
    assert!(said.starts_with("warning") && said.contains("look-up, outside its own range"), "{said}");
}

#[test]
fn each_alternative_is_a_level_of_a_design() {
    let case = Case::with(&format!(
        "{SCENARIO}\n[assumed]\n\"cache.over-quota\" = {{ range = [\"evict\", \"reject\"] }}\n\
         \"cache.limit\" = {{ range = \"2GB..5GB\" }}\n"
    ));
    for sensitivity in ["morris", "sobol"] {
        let arguments = [
            "sweep",
            "ci.toml",
            "--sensitivity",
            sensitivity,
            "--sample",
            "4",
            "--replications",
            "1",
            "--quiet",
        ];
        let swept: Value =
            serde_json::from_str(&case.stdout(&[&arguments[..], &["--format", "json"]].concat()))
                .expect("JSON");
        assert_eq!(swept["axes"][0]["values"], "evict,reject");
        let points = swept["points"].as_array().expect("points");
        let played = |word: &str| {
            points
                .iter()
                .filter(|point| point["settings"].to_string().contains(&format!("\"{word}\"")))
                .count()
        };
        assert!(played("evict") > 0 && played("evict") + played("reject") == points.len(), "{swept}");
        // A step of Morris's design always crosses from one word to the other.
        assert!(sensitivity != "morris" || played("reject") >= 4, "{swept}");
    }
}

#[test]
fn a_value_that_is_switched_off_is_not_varied() {
    let case = Case::with(&SCENARIO.replace("cache.sccache = {}", ""));
    let more = "\n[assumed]\n\"workflow.ci.job.test.cache.sccache.object-sigma\" = { range = \"1..2\" }\n";
    std::fs::write(case.path("ci.toml"), SCENARIO.replace("cache.sccache = {}", "") + more).expect("a file");
    match scenario::load(&case.path("ci.toml"), &[]) {
        Ok(loaded) => assert!(loaded.assumed.is_empty()),
        // Whatever sccache's keys are, an unknown one is told.
        Err(report) => assert!(report.diagnostics().iter().all(|d| d.message.contains("object-sigma"))),
    }
}

#[test]
fn a_sweep_takes_the_scenarios_ranges() {
    let known = ASSUMED.lines().filter(|line| !line.contains("sccache")).collect::<Vec<_>>().join("\n");
    let case = Case::with(&format!("{SCENARIO}{known}\n"));
    let json = |arguments: &[&str]| -> Value {
        let all =
            [&["sweep", "ci.toml", "--replications", "2", "--quiet", "--format", "json"], arguments].concat();
        serde_json::from_str(&case.stdout(&all)).expect("JSON")
    };
    let all = json(&["--sensitivity", "morris", "--sample", "4"]);
    let names: Vec<&str> = all["axes"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|axis| axis["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(names, ["workload.pushes-per-day", "cache.limit"]);
    assert_eq!(all["sensitivity"].as_array().map(Vec::len), Some(2));
    // One of them, by its path alone.
    let one = json(&["--vary", "cache.limit", "--sample", "4"]);
    assert_eq!(one["axes"][0]["values"], "2 GB..5 GB:log");
    assert_eq!(one["points"].as_array().map(Vec::len), Some(4));
}

#[test]
fn paths_that_are_one_thing_are_varied_as_one() {
    let case = Case::with(&format!(
        "{SCENARIO}\n[assumed]\n\"workflow.ci.job.test.cold\" = {{ range = \"17 min,20 min\", also = [\"workflow.ci.job.test.warm\"] }}\n"
    ));
    let swept = case.stdout(&[
        "sweep",
        "ci.toml",
        "--vary",
        "workflow.ci.job.test.cold",
        "--replications",
        "2",
        "--quiet",
        "--format",
        "json",
    ]);
    let swept: Value = serde_json::from_str(&swept).expect("JSON");
    // The second point is what both settings make of the scenario.
    let sets = ["workflow.ci.job.test.cold=20 min", "workflow.ci.job.test.warm=20 min"].map(String::from);
    let both = scenario::load(&case.path("ci.toml"), &sets).expect("a scenario");
    assert_eq!(swept["points"][1]["hash"], both.hash);
}

#[test]
fn the_founding_scenario_says_what_it_does_not_know() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/meteroid/before.toml");
    let loaded = scenario::load(&file, &[]).expect("it is valid");
    assert!(loaded.report.is_empty() && loaded.assumed.len() >= 30, "{}", loaded.assumed.len());
    let scenario = scenario::read(&file, &[]).expect("it is valid");
    for assumed in &loaded.assumed {
        let own = scenario.value_at(&assumed.path).expect("it stands there");
        assert_eq!(assumed.values.holds(&own), Some(true), "{} is {own}", assumed.path);
        for other in &assumed.also {
            assert_eq!(scenario.value_at(other), Some(own.clone()), "{other} is as {}", assumed.path);
        }
    }
}

//! `compare` and `strategies` on the command line.

use crate::case::{CROWDED, Case};
use assert_cmd::Command;
use cache_budget::strategy::STRATEGIES;
use serde_json::Value;
use std::process::Output;

/// A crowded cache, compared.
struct Base(Case);

impl Base {
    /// With a scenario that it can be compared with.
    fn new() -> Base {
        let case = Case::with(CROWDED);
        case.write("larger.toml", "extends = \"ci.toml\"\n[cache]\nlimit = \"12 GB\"\n");
        Base(case)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.0.run(&against(arguments))
    }

    fn stdout(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.stdout(&[arguments, &["--format", "json"]].concat())).expect("JSON")
    }

    fn refused(&self, arguments: &[&str], code: i32) -> String {
        self.0.refused(&against(arguments), code)
    }
}

fn against<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    [&["compare", "ci.toml", "--quiet"], arguments].concat()
}

fn difference<'a>(comparison: &'a Value, list: &str, name: &str, labels: &Value) -> &'a Value {
    let rows = comparison[list].as_array().expect("a list");
    rows.iter().find(|row| row["name"] == name && row["labels"] == *labels).expect(name)
}

#[test]
fn json_is_as_the_contract_has_it_and_stands_in_the_folder() {
    let case = Base::new();
    let arguments = ["--strategy", "save-on-main-only", "--replications", "3"];
    let result = case.json(&arguments);
    let written = std::fs::read(case.0.path("output/ci/compare/result.json")).expect("a result");
    assert_eq!(serde_json::from_slice::<Value>(&written).expect("JSON"), result);
    assert_eq!((&result["command"], &result["schema_version"]), (&"compare".into(), &1.into()));
    let comparison = &result["comparisons"][0];
    assert_eq!((&comparison["base"], &comparison["other"]), (&"ci".into(), &"save-on-main-only".into()));
    for row in comparison["metrics"].as_array().expect("a list") {
        let number = |key: &str| row[key].as_f64().unwrap_or_else(|| panic!("{key} in {row}"));
        assert!(
            (number("other") - number("base") - number("difference")).abs()
                < 1e-6 * number("base").abs().max(1.0)
        );
        assert!(number("low") <= number("difference") && number("difference") <= number("high"), "{row}");
        assert!(["better", "worse", "not distinguishable"].iter().any(|verdict| row["verdict"] == *verdict));
    }
    let minutes = difference(comparison, "metrics", "push.runner_minutes", &serde_json::json!({}));
    assert_eq!(minutes["unit"], "minutes");
    let held = difference(comparison, "described", "cache.bytes", &serde_json::json!({"stat": "peak"}));
    assert!(held.get("verdict").is_none() && held["difference"].as_f64().expect("a number") < 0.0);
    let factors: Vec<_> =
        comparison["strip"].as_array().expect("a list").iter().map(|s| s["limit_factor"].as_f64()).collect();
    assert_eq!(factors, [0.5, 1.0, 2.0, 4.0].map(Some));
}

#[test]
fn the_base_is_what_run_makes_of_it() {
    let case = Base::new();
    let result = case.json(&["larger.toml", "--replications", "2"]);
    let alone = case.0.json(&["run", "ci.toml", "--replications", "2"]);
    assert_eq!(result["metrics"], alone["metrics"]);
    assert_eq!(result["scenario"], alone["scenario"]);
    // The other is simulated as by itself, too.
    let larger = &result["comparisons"][0];
    assert_eq!(larger["limit_cost_max"]["base"], 0.0);
    let cost = larger["limit_cost_max"]["other"].as_f64().expect("a number");
    assert!((cost - (12.0 - 10.737_418_24) * 0.07).abs() < 1e-9, "{cost}");
}

#[test]
fn shares_sum_to_the_difference_of_all_together() {
    let case = Base::new();
    let strategies = ["save-on-main-only", "drop-sccache", "raise-limit=5GB"];
    let mut arguments = vec!["--attribute", "--replications", "3"];
    strategies.iter().for_each(|strategy| arguments.extend(["--strategy", strategy]));
    let result = case.json(&arguments);
    assert_eq!(result["comparisons"].as_array().expect("a list").len(), 1);
    for (name, labels) in
        [("runner.minutes", serde_json::json!({})), ("push.green", serde_json::json!({"stat": "mean"}))]
    {
        let rows = result["attribution"].as_array().expect("a list");
        let shares: Vec<f64> = strategies
            .iter()
            .map(|strategy| {
                let row = rows.iter().find(|row| row["strategy"] == *strategy && row["metric"] == name);
                row.expect("a share")["share"].as_f64().expect("a number")
            })
            .collect();
        let whole = difference(&result["comparisons"][0], "metrics", name, &labels)["difference"].as_f64();
        assert!(
            (shares.iter().sum::<f64>() - whole.expect("a number")).abs() < 1e-9,
            "{shares:?}, {whole:?}"
        );
        assert!(shares[0] < 0.0, "saving on main only helps: {shares:?}");
    }
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let case = Base::new();
    let on = |threads: &str, format: &str| {
        let strategies = ["--strategy", "drop-sccache", "--strategy", "save-on-main-only", "--attribute"];
        case.stdout(
            &[&strategies[..], &["--replications", "3", "--threads", threads, "--format", format]].concat(),
        )
    };
    // The other formats are made of the same result.
    for format in ["json", "table"] {
        assert_eq!(on("1", format), on("2", format));
    }
}

#[test]
fn csv_has_a_row_for_every_difference() {
    let case = Base::new();
    let text = case.stdout(&["larger.toml", "--replications", "2", "--format", "csv"]);
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let records: Vec<csv::StringRecord> = rows.records().map(|row| row.expect("a row")).collect();
    let result = case.json(&["larger.toml", "--replications", "2"]);
    let count = |list: &str| result["comparisons"][0][list].as_array().expect("a list").len();
    assert_eq!(records.len(), count("metrics") + count("described"));
}

#[test]
fn every_table_fits_its_terminal() {
    let case = Base::new();
    let mut all = vec!["--replications", "2"];
    for strategy in
        ["save-on-main-only", "drop-sccache", "sccache-external-store", "raise-limit=20GB+drop-sccache"]
    {
        all.extend(["--strategy", strategy]);
        let text = case.stdout(&all);
        let prose = text.lines().filter(|line| !line.starts_with("cache-budget compare"));
        assert!(prose.clone().all(|line| line.chars().count() <= 80), "{text}");
        assert!(text.contains("Sensitivity to the limit: half, one, two and four times"), "{text}");
        assert!(text.contains("Compared with ci, best first"), "the same for one and for many: {text}");
    }
}

#[test]
fn what_cannot_be_compared_is_said_at_once_before_anything_is_simulated() {
    let case = Base::new();
    let both = case.refused(&["--strategy", "mode-min", "nope.toml", "--strategy", "no-cancel-on-main"], 3);
    assert!(
        both.contains(
            "`mode-min` does not apply: no image build exports more than its final image (mode=max)"
        ),
        "{both}"
    );
    assert!(both.contains("`no-cancel-on-main` does not apply") && both.contains("nope.toml"), "{both}");
    let unknown = case.refused(&["--strategy", "drop-sccahe"], 2);
    assert!(unknown.contains("did you mean `drop-sccache`?"), "{unknown}");
    assert!(
        case.refused(&[], 2).contains("nothing to compare with: name another scenario, give --strategy NAME")
    );
    assert!(case.refused(&["larger.toml", "--attribute"], 2).contains("--strategy"));
    let nine = ["--strategy", "drop-sccache"].repeat(9);
    let many = case.refused(&[&["--attribute"][..], &nine].concat(), 2);
    assert!(many.contains("at most 8 strategies, not 9, because it simulates all 512 subsets"), "{many}");
    let too_few_events = case.run(&["larger.toml", "--set", "workload.event-limit=1000"]);
    assert_ne!(too_few_events.status.code(), Some(0));
}

#[test]
fn that_more_pushes_succeed_is_said_and_waiting_compared_over_the_same_ones() {
    let case = Base::new();
    let busy = ["--set", "workflow.ci.concurrency=cancel", "--set", "workload.pushes-per-day=60"];
    let asked = [&busy[..], &["--strategy", "no-cancel-on-main", "--replications", "2"]].concat();
    let text = case.stdout(&[&asked[..], &["--details"]].concat()).replace('\n', " ");
    assert!(text.contains("pushes succeed, not "), "{text}");
    assert!(text.contains("of the pushes get green instead of"), "{text}");
    assert!(
        text.contains("Times are compared over the") && text.contains("pushes that succeed on both"),
        "{text}"
    );
    let result = case.json(&asked);
    let pushes = &result["comparisons"][0]["waited_pushes"];
    let number = |key: &str| pushes[key].as_f64().unwrap_or_else(|| panic!("{key} in {pushes}"));
    assert!(number("other") > number("base") && number("both") <= number("base"), "{pushes}");
}

#[test]
fn a_job_that_runs_out_of_disk_is_named() {
    let case = Base::new();
    let other = "extends = \"ci.toml\"\n[runner.ubuntu-latest]\ndisk = \"2 GB\"\n";
    case.0.write("small.toml", other);
    let text = case.stdout(&["small.toml", "--replications", "2"]).replace('\n', " ");
    assert!(text.contains(" pushes per replication still succeed."), "{text}");
    assert!(
        text.contains(
            "small is worse than ci: none of the pushes get green instead of all, test runs out of disk in "
        ) && text.contains(" of its runs instead of none"),
        "{text}"
    );
    assert!(!case.stdout(&["larger.toml", "--replications", "2"]).contains("out of disk"));
}

#[test]
fn a_remedy_made_pointless_by_another_adds_nothing() {
    let case = Base::new();
    let strategies = ["--strategy", "drop-sccache", "--strategy", "sccache-external-store"];
    let result = case.json(&[&strategies[..], &["--attribute", "--replications", "2"]].concat());
    assert_eq!(result["attribution"].as_array().expect("a list").len(), 6);
    let asked = case.refused_after_run(&["--strategy", "drop-sccache+sccache-external-store"]);
    assert!(asked.contains("`sccache-external-store` does not apply"), "{asked}");
}

impl Base {
    /// Refused as input, where an earlier comparison has left its folder.
    fn refused_after_run(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(3), "{output:?}");
        String::from_utf8(output.stderr).expect("UTF-8")
    }
}

#[test]
fn strategies_are_listed_in_every_format() {
    let list = |format: &str| {
        let mut command = Command::cargo_bin("cache-budget").expect("the program");
        let output =
            command.args(["strategies", "--format", format]).env_remove("COLUMNS").output().expect("it runs");
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    for format in ["table", "json", "csv", "markdown"] {
        let text = list(format);
        assert!(STRATEGIES.iter().all(|strategy| text.contains(strategy.name)), "{text}");
    }
    assert!(list("table").lines().all(|line| line.chars().count() <= 80));
}

/// Nothing changes but two bills of USD 1,000 in 30 days: that of runners, and that of the limit. Their sum counts from half
/// a per cent of both on, which is 10 USD: 0.08 − 2.20 is nothing, 0.08 − 22 a gain, and 40 − 22 a loss.
#[test]
fn the_bills_of_runners_and_limit_are_judged_as_one_sum() {
    let case = Case::with(
        "[workload]\npushes-per-day = 4\ndays = 10\n[workflow.ci]\non = \"push main\"\n\
                           job.t = { cache.actions-cache = { key = \"k\", size = \"1 MB\", miss = \"1 min\" } }\n",
    );
    let text = case.stdout(&[
        "compare",
        "ci.toml",
        "--strategy",
        "raise-limit=20GB",
        "--replications",
        "4",
        "--quiet",
        "--format",
        "json",
    ]);
    let judged = |bills: [f64; 2]| {
        let mut result: Value = serde_json::from_str(&text).expect("JSON");
        for (name, bill) in ["cache.cost", "runner.cost"].into_iter().zip(bills) {
            let rows = result["comparisons"][0]["metrics"].as_array_mut().expect("a list");
            let row = rows.iter_mut().find(|row| row["name"] == name).expect(name);
            let ends = [("base", 1_000.0), ("other", 1_000.0 + bill), ("difference", bill)];
            let interval = [("low", bill - 0.01), ("high", bill + 0.01)];
            ends.into_iter().chain(interval).for_each(|(key, value)| row[key] = value.into());
        }
        case.write("bills.json", &result.to_string());
        case.stdout(&["report", "bills.json"])
    };
    assert!(judged([0.08, -2.2]).contains("raise-limit=20GB is not distinguishable from ci"));
    assert!(judged([0.08, -22.0]).contains("raise-limit=20GB is better than ci"));
    assert!(judged([40.0, -22.0]).contains("raise-limit=20GB is worse than ci"));
}

/// 8 pushes a day are not 40: these are two repositories.
#[test]
fn scenarios_with_other_pushes_are_no_alternatives() {
    let case = Base::new();
    case.0.write("busy.toml", "extends = \"ci.toml\"\n[workload]\npushes-per-day = 40\n");
    let said = |other: &str| {
        let text = case.stdout(&[other, "--replications", "2"]);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(said("busy.toml").contains("It has other pushes"), "{}", said("busy.toml"));
    assert!(!said("larger.toml").contains("It has other pushes"));
}

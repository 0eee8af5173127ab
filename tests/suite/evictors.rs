//! The true effect of the clients that evict most: the same draws, played without their saves.

use crate::case::Case;
use serde_json::Value;

/// Two clients share a limit that holds neither beside the other's pull requests.
pub const SHARED: &str = r#"
[cache]
limit = "3 GB"
[workload]
pushes-per-day = 8
days = 24
[workflow.ci]
on = ["push main", "pull_request"]
[workflow.ci.job.test]
cold = "17 min"
warm = "4 min"
cache.rust-cache = { size = "1.2 GB" }
[workflow.ci.job.lint]
cold = "6 min"
warm = "2 min"
cache.actions-cache = { key = "lint-{sha}", restore-keys = ["lint-"], paths = "target", size = "0.6 GB" }
"#;

fn number(row: &Value, path: &str) -> f64 {
    row.pointer(path).and_then(Value::as_f64).unwrap_or_else(|| panic!("{path} in {row}"))
}

/// Of 16 replications, a quarter of the events suffices for one client with the least number of replications, 4.
#[test]
fn what_the_others_lose_without_an_evictor_is_what_the_scenario_without_its_saves_loses() {
    let case = Case::with(SHARED);
    let result = case.json(&["run", "ci.toml", "--replications", "16"]);
    let evictors = result["evictors"].as_array().expect("a list");
    let left = result["evictors_not_played"].as_array().expect("a list");
    assert_eq!((evictors.len(), left.len()), (1, 1), "{evictors:?} {left:?}");
    let row = &evictors[0];
    assert_eq!(number(row, "/others/n"), 4.0);
    // The larger evictor of the two by the accounting, without what it evicts of its own.
    assert_eq!((&row["client"], &left[0]), (&"rust-cache".into(), &"actions-cache".into()));
    let blamed = |labels: &Value| {
        let rows = result["metrics"].as_array().expect("a list");
        let row = rows.iter().find(|row| row["name"] == "blame.evicted_bytes" && row["labels"] == *labels);
        number(row.expect("blamed"), "/mean")
    };
    let of = |evictor: &str, victim: &str| blamed(&serde_json::json!({"evictor": evictor, "victim": victim}));
    let bytes = number(row, "/evicted_of_others_bytes_per_day");
    assert!((bytes - of("rust-cache", "actions-cache")).abs() < 1.0, "{row}");
    assert!(bytes > of("actions-cache", "rust-cache"));
    // The scenario in which nobody saves with it, with the same draws.
    case.write("ci.toml", &SHARED.replace("\"1.2 GB\"", "\"1.2 GB\", save-if = \"never\""));
    let without = case.json(&["run", "ci.toml", "--replications", "4", "--no-advice"]);
    let lost = |labels: Value| {
        let rows = without["metrics"].as_array().expect("a list").iter();
        let found = rows.clone().find(|row| row["name"] == "lost.minutes" && row["labels"] == labels);
        found.map_or(0.0, |row| number(row, "/mean"))
    };
    let (all, own) = (lost(serde_json::json!({})), lost(serde_json::json!({"client": "rust-cache"})));
    assert!(own > 0.0 && (number(row, "/all/other") - all).abs() < 1e-6, "{row} {all}");
    assert!((number(row, "/others/other") - (all - own)).abs() < 1e-6, "{row} {all} {own}");
    assert!(number(row, "/others/difference") < 0.0 && number(row, "/all/difference") > 0.0, "{row}");
}

#[test]
fn the_effect_stands_beside_the_accounting_and_a_saved_run_keeps_it() {
    let case = Case::with(SHARED);
    let run = ["run", "ci.toml", "--replications", "16", "--quiet", "--details"];
    let text = case.stdout(&run);
    let table = text.split("Lost time without an evictor's saves").nth(1).expect("a table");
    let row = table.lines().find(|line| line.starts_with("rust-cache")).expect("a row");
    assert!(row.contains(" GB") && row.contains('−') && row.contains('+'), "{row}");
    let words = table.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("No budget was left to play without actions-cache."), "{table}");
    assert_eq!(case.stdout(&["report", "output/ci", "--details"]), text);
    let page = case.path("page.html");
    case.stdout(&["report", "output/ci", "--format", "html", "--output", page.to_str().expect("UTF-8")]);
    let page = std::fs::read_to_string(page).expect("a page");
    assert!(page.contains("Lost time without an evictor's saves") || page.contains("evictor&#39;s saves"));
}

#[test]
fn threads_change_nothing_and_the_budget_is_kept() {
    let case = Case::with(SHARED);
    let run = |more: &[&str]| case.json(&[&["run", "ci.toml", "--replications", "16"], more].concat());
    let result = run(&["--threads", "1"]);
    assert_eq!(result, run(&["--threads", "2"]));
    // 12 of 16 replications are left for remedies; half of them try one each.
    let tried = ["advice", "without_effect"].map(|list| result[list].as_array().map_or(0, Vec::len));
    assert!((5..=7).contains(&tried.iter().sum::<usize>()), "{tried:?}");
    assert_eq!(run(&["--no-advice"]).get("evictors"), None);
    let few = case.json(&["run", "ci.toml", "--replications", "15"]);
    assert_eq!(few["evictors"], serde_json::json!([]));
    assert_eq!(few["evictors_not_played"], serde_json::json!(["rust-cache", "actions-cache"]));
}

#[test]
fn nobody_is_played_without_where_evictions_cost_nothing() {
    let case = Case::with(&SHARED.replace("3 GB", "100 GB"));
    let result = case.json(&["run", "ci.toml", "--replications", "16"]);
    assert_eq!(
        (&result["evictors"], &result["evictors_not_played"]),
        (&serde_json::json!([]), &serde_json::json!([]))
    );
}

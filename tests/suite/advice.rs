//! The advice of `run`: remedies that were tried within a budget of simulated events.

use crate::case::{CROWDED, Case};
use serde_json::Value;

fn strategies(list: &Value) -> Vec<String> {
    let rows = list.as_array().expect("a list").iter();
    rows.map(|row| row["strategies"][0].as_str().expect("a name").to_owned()).collect()
}

fn names(list: &Value) -> Vec<String> {
    list.as_array().expect("a list").iter().map(|name| name.as_str().expect("a name").to_owned()).collect()
}

/// Pull requests push main's entry out.
fn thin() -> Case {
    let scenario = CROWDED.replace("limit = \"3 GB\"", "limit = \"2 GB\"").replace("cache.sccache = {}", "");
    Case::with(&scenario.replace("pushes-per-day = 8", "pushes-per-day = 12"))
}

#[test]
fn a_run_names_the_remedy_that_was_tried_and_helps_most() {
    let case = thin();
    let result = case.json(&["run", "ci.toml", "--replications", "12"]);
    let advice = &result["advice"];
    assert_eq!(advice[0]["verdict"], "better", "{advice}");
    assert!(
        ["save-on-main-only", "raise-limit=10GiB", "raise-limit=20GB"]
            .contains(&strategies(advice)[0].as_str()),
        "{advice}"
    );
    let number = |key: &str| advice[0][key].as_f64().unwrap_or_else(|| panic!("{key} in {advice}"));
    assert!(number("low") <= number("difference") && number("high") < 0.0);
    assert!(number("n") > 1.0 && advice[0]["name"] == "push.green", "{advice}");
    let text = case.stdout(&["run", "ci.toml", "--replications", "12", "--quiet"]).replace('\n', " ");
    let said = format!("Hint: With `{}`, a push is green", strategies(advice)[0]);
    assert!(text.contains(&said), "{text}");
    // What the comparison of the same replications says.
    let strategy = strategies(advice)[0].clone();
    let replications = number("n").to_string();
    let asked =
        ["compare", "ci.toml", "--no-limits", "--strategy", &strategy, "--replications", &replications];
    let compared = case.json(&asked);
    let rows = compared["comparisons"][0]["metrics"].as_array().expect("a list");
    let green = rows.iter().find(|row| row["name"] == "push.green" && row["labels"] == advice[0]["labels"]);
    assert_eq!(green.expect("compared")["difference"], advice[0]["difference"]);
}

#[test]
fn every_strategy_is_tried_or_listed_and_threads_change_nothing() {
    let case = thin();
    let run = |threads: &str| case.json(&["run", "ci.toml", "--replications", "4", "--threads", threads]);
    let result = run("1");
    assert_eq!(result, run("2"));
    let (tried, idle) = (strategies(&result["advice"]), names(&result["without_effect"]));
    let left: Vec<String> = names(&result["not_tried"]);
    // Of four replications, two are for one trial each of two remedies.
    assert_eq!(tried.len() + idle.len(), 2, "{tried:?} {idle:?}");
    for strategy in ["save-on-main-only", "keep-newest", "raise-limit=20GB", "scheduled-warm-up"] {
        let listed = [&tried, &idle, &left].into_iter().flatten().filter(|name| *name == strategy).count();
        assert_eq!(listed, 1, "{strategy}: {tried:?} {idle:?} {left:?}");
    }
    assert!(!left.contains(&"mode-min".to_owned()), "it does not apply");
    // The better one got the other two replications. One trial proves nothing, and the hint says of which there was one.
    let once = names(&result["tried_once"]);
    assert_eq!((once.len(), &result["tried_replications"]), (1, &2.into()), "{once:?}");
    assert!(tried.contains(&once[0]) && tried[0] != once[0], "{once:?}");
    let hint = case.stdout(&["run", "ci.toml", "--replications", "4", "--quiet"]).replace('\n', " ");
    assert!(hint.contains(" Tried in 2 replications, 1 other in one only."), "{hint}");
    // Of an edit that tells clients apart, only what concerns those that the scenario has.
    assert!(hint.contains("rust-cache: `save-if: ") && !hint.contains("BuildKit"), "{hint}");
}

#[test]
fn no_advice_is_given_where_none_is_wanted_or_nothing_can_be_told() {
    let case = thin();
    for more in [&["--replications", "3", "--no-advice"][..], &["--replications", "1"], &["--batches", "8"]] {
        let result = case.json(&[&["run", "ci.toml"], more].concat());
        assert_eq!(result.get("advice"), None, "{more:?}");
    }
    let text = case.stdout(&["run", "ci.toml", "--replications", "2", "--no-advice", "--quiet"]);
    assert!(text.contains("Hint: No remedy was tried") && text.contains(" --no-advice --seed 1"), "{text}");
}

#[test]
fn a_remedy_that_only_frees_space_is_a_clause_with_what_it_costs() {
    let case = Case::with(include_str!("compare/cases/keep-newest.toml"));
    let run = ["run", "ci.toml", "--quiet", "--replications", "20"];
    let text = case.stdout(&run).replace('\n', " ");
    let hint = text.split("Hint: ").nth(1).and_then(|rest| rest.split("lost to").next()).expect("a hint");
    assert!(
        hint.starts_with("None of the ") && hint.contains(" remedies that were tried saves time"),
        "{hint}"
    );
    let freed = hint.split("that can never be restored, `keep-newest` frees ").nth(1).expect("what it frees");
    assert!(freed.contains("but runners work ") && freed.contains(" a day more."), "{freed}");
    // It is no advice: nothing is to be edited.
    assert!(!hint.contains("gh cache delete") && !hint.contains("The edit"), "{hint}");
    // The verdict and the hint name one number for what is dead.
    let dead = hint.split("Of the ").nth(1).and_then(|rest| rest.split(" that can").next()).expect("a size");
    assert!(text.contains(&format!("can never be restored ({dead})")), "{text}");
    let details = case.stdout(&[&run[..], &["--details"]].concat());
    let table = details.split("What frees space, and what it costs").nth(1).expect("a table");
    let row = table.lines().find(|line| line.starts_with("keep-newest")).expect("a row");
    assert!(row.contains(" GB") && row.contains("runner minutes a day") && row.contains('+'), "{row}");
    // A saved result has it, too.
    let shown = case.stdout(&["report", "output/ci", "--details"]);
    assert!(shown.contains("What frees space, and what it costs"), "{shown}");
    let result = case.json(&["run", "ci.toml", "--replications", "20"]);
    let freed = result["advice"].as_array().expect("a list").iter().find(|row| !row["freed"].is_null());
    let freed = freed.expect("a remedy that frees space");
    assert_eq!(freed["verdict"], "worse", "{freed}");
    assert!(freed["freed"]["difference"].as_f64().is_some_and(|freed| freed < -1e9), "{freed}");
}

#[test]
fn a_saved_run_keeps_its_advice() {
    let case = thin();
    let now = case.stdout(&["run", "ci.toml", "--replications", "4", "--quiet"]);
    assert_eq!(case.stdout(&["report", "output/ci"]), now);
}

#[test]
fn every_strategy_has_a_relevance() {
    let table = include_str!("../../src/experiment/advice/relevance.rs");
    let rows: Vec<&str> =
        table.lines().filter_map(|line| line.trim().strip_prefix("(\"")?.split('"').next()).collect();
    let all: Vec<&str> = cache_budget::strategy::STRATEGIES.iter().map(|strategy| strategy.name).collect();
    assert_eq!(rows, all, "in the order of the catalogue");
}

/// As `import` writes it: a comment names the file and the line.
#[test]
fn a_remedy_names_the_lines_of_the_workflow_that_it_changes() {
    let case = Case::with(
        "[workload]\npushes-per-day = 9\ndays = 24\n[workflow.ci] # .github/workflows/ci.yml\n\
         on = [\"push main\", \"pull_request\"] # line 4\n[workflow.ci.job.test] # .github/workflows/ci.yml:19\n\
         cold = \"15 min\"\nwarm = \"4 min\"\n\
         [[workflow.ci.job.test.cache.actions-cache]] # .github/workflows/ci.yml:31\n\
         key = \"build-{sha}\"\npaths = \"target\"\nsize = \"0.5 GB\" # assumed\n",
    );
    let asked = ["compare", "ci.toml", "--strategy", "restore-keys", "--strategy", "scheduled-warm-up"];
    let compared = case.json(&[&asked[..], &["--replications", "2", "--no-limits"]].concat());
    let places = |strategy: &str| {
        let all = compared["comparisons"].as_array().expect("a list").iter();
        let edits = all.map(|other| other["edits"][0].clone()).find(|edit| edit["strategy"] == strategy);
        edits.expect("an edit")["places"].clone()
    };
    assert_eq!(places("restore-keys"), serde_json::json!([".github/workflows/ci.yml:31"]));
    assert_eq!(places("scheduled-warm-up"), serde_json::json!([".github/workflows/ci.yml:4"]));
    let text = case.stdout(&[&asked[..], &["--replications", "6", "--no-limits", "--details"]].concat());
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("In .github/workflows/ci.yml:31."), "{text}");
}

fn hint(case: &Case, replications: &str) -> String {
    let text = case.stdout(&["run", "ci.toml", "--quiet", "--replications", replications]);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.split_once("Hint: ").expect("a hint").1.to_owned()
}

/// Saved on main alone, what a pull request builds would not reach its own tests: they would fail, and space would be
/// freed.
#[test]
fn what_breaks_pushes_is_no_remedy() {
    let case = Case::with(
        r#"
[workload]
days = 14
warmup = "4 d"
pushes-per-day = 10
[workflow.ci]
on = ["push main", "pull_request"]
[workflow.ci.job.build]
setup = "5 min"
cache.actions-cache = [{ action = "save", key = "out-{sha}", size = "1.2 GB" }]
[workflow.ci.job.test]
needs = ["build"]
setup = "6 min"
cache.actions-cache = [{ action = "restore", key = "out-{sha}", size = "1.2 GB", fail-on-cache-miss = true }]
"#,
    );
    let hint = hint(&case, "8");
    assert!(!hint.contains("`save-on-main-only` frees"), "{hint}");
    assert!(!hint.contains("With `save-on-main-only`"), "{hint}");
    let result = case.json(&["run", "ci.toml", "--replications", "8"]);
    let rows = result["advice"].as_array().expect("a list").iter();
    let tried: Vec<&Value> = rows.filter(|row| row["strategies"][0] == "save-on-main-only").collect();
    assert!(tried.iter().all(|row| row["name"] == "push.green_share"), "{tried:?}");
}

/// Most lost time is due to new keys. That the cache is full of dead entries hurts nobody.
#[test]
fn what_saves_much_time_goes_before_what_only_frees_space() {
    let case = Case::with(
        r#"
[cache]
forks-write = false
[workload]
days = 14
warmup = "4 d"
pushes-per-day = 12
pull-requests = { share = 0.8, forks = 0.9, pushes-each = 4 }
changes = { lock = 0.5 }
[workflow.ci]
on = ["push main", "pull_request"]
[workflow.ci.job.test]
cold = "20 min"
warm = "3 min"
cache.actions-cache = { key = "d-{lock}", size = "700 MB", paths = "target" }
"#,
    );
    let hint = hint(&case, "12");
    assert!(hint.starts_with("With `restore-keys`, a push is green"), "{hint}");
}

#[test]
fn legs_that_fail_alike_get_the_hint_too() {
    let case = Case::with(
        "[workload]\ndays = 9\nwarmup = \"0 s\"\n[workflow.ci]\non = [\"push main\", \"pull_request\"]\n\
         [workflow.ci.job.test]\nmatrix.part = [\"1\", \"2\", \"3\", \"4\", \"5\", \"6\", \"7\", \"8\"]\n\
         finish = \"5 min\"\nfails = 0.2\ncache.actions-cache = { key = \"{part}\", size = \"1 GB\", miss = \"9 min\" }\n",
    );
    let text = hint(&case, "3");
    assert!(
        text.contains("Each time one leg of test does not succeed, `fail-fast` cancels the others"),
        "{text}"
    );
    assert!(!text.contains("Newer runs cancel"), "{text}");
}

//! The difference view of two saved runs.

use crate::case::Case;
use crate::evictors::SHARED;
use serde_json::Value;

/// `before` and `after` are saved; the second one plays another text with these arguments.
fn runs(after: &str, arguments: &[&str]) -> Case {
    let case = Case::with(SHARED);
    let run = ["run", "ci.toml", "--no-advice", "--quiet"];
    case.stdout(&[&run[..], &["--replications", "6", "--output", "before"]].concat());
    case.write("ci.toml", after);
    case.stdout(&[&run[..], arguments, &["--output", "after"]].concat());
    case
}

fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn mean(case: &Case, side: &str, name: &str) -> f64 {
    let text = std::fs::read_to_string(case.path(side).join("result.json")).expect("a result");
    let result: Value = serde_json::from_str(&text).expect("JSON");
    let rows = result["metrics"].as_array().expect("a list");
    let row = rows.iter().find(|row| row["name"] == name && row["labels"] == serde_json::json!({}));
    row.and_then(|row| row["mean"].as_f64()).unwrap_or_else(|| panic!("{name} in {side}"))
}

#[test]
fn two_runs_of_the_same_pushes_show_what_a_larger_limit_changes() {
    let case = runs(&SHARED.replace("3 GB", "60 GB"), &["--replications", "6"]);
    let text = case.stdout(&["report", "before", "after"]);
    let words = in_one_line(&text);
    assert!(
        words.starts_with("The limit was 3 GB and is now 60 GB. From the first run to the second, "),
        "{text}"
    );
    assert!(
        words.contains("runners work ") && words.contains("Both runs have the same pushes (seed 1)"),
        "{text}"
    );
    let row = text.lines().find(|line| line.starts_with("runner minutes a day")).expect("a row");
    assert!(row.ends_with("better"), "{text}");
    let change = mean(&case, "after", "runner.minutes") - mean(&case, "before", "runner.minutes");
    assert!(change < -1.0 && row.contains(&format!("−{:.0} ", -change)), "{change}: {row}");
    // Evictions are the lost time that a larger limit brings back.
    assert!(words.contains("Of the lost time, \"evicted\" of "), "{text}");
    let order = ["What changed", "Lost time by cause", "Mean time of jobs", "What the cache holds"];
    let in_order = |text: &str, titles: &[&str]| {
        let place = |title: &&str| text.find(title).unwrap_or_else(|| panic!("{title}: {text}"));
        titles.iter().map(place).is_sorted()
    };
    // One screen; what the cache holds and every interval are details.
    assert!(in_order(&text, &order[..3]) && !text.contains(order[3]), "{text}");
    assert!(text.lines().count() <= 34, "{text}");
    assert!(!text.contains("Hint:") && text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert!(
        text.contains("before: cache-budget run ci.toml") && text.contains("after: cache-budget run"),
        "{text}"
    );
    let details = case.stdout(&["report", "before", "after", "--details"]);
    assert!(in_order(&details, &order) && details.matches("Hint:").count() == 2, "{details}");
}

/// What both runs measured in each replication is compared in pairs, as `compare` does it. Without that, the intervals are
/// those of both means, which are wider, and that is said.
#[test]
fn replications_with_the_same_draws_are_paired_where_both_results_have_them() {
    let case = runs(&SHARED.replace("3 GB", "60 GB"), &["--replications", "6"]);
    case.write("before.toml", SHARED);
    let compared = case.json(&["compare", "before.toml", "ci.toml", "--replications", "6", "--no-limits"]);
    let rows = compared["comparisons"][0]["metrics"].as_array().expect("a list");
    let minutes =
        rows.iter().find(|row| row["name"] == "runner.minutes" && row["labels"] == serde_json::json!({}));
    let ends = ["low", "high"].map(|end| minutes.expect("a row")[end].as_f64().expect("a number"));
    let interval = |text: &str| {
        let markdown = text.lines().find(|line| line.starts_with("| runner minutes a day |")).expect("a row");
        let ends = markdown.split(['(', ')']).nth(1).expect("an interval").replace('−', "-");
        ends.split(" to ").map(|end| end.parse::<f64>().expect("a number")).collect::<Vec<_>>()
    };
    let paired = case.stdout(&["report", "before", "after", "--format", "markdown"]);
    assert!(paired.contains("so their replications are compared in pairs"), "{paired}");
    assert!(paired.contains("of the differences between replications with the same draws"), "{paired}");
    for (shown, own) in interval(&paired).into_iter().zip(ends) {
        assert!((shown - own).abs() <= 0.51, "{shown} and {own}: {paired}");
    }
    // A result of an earlier version.
    let file = case.path("before").join("result.json");
    let text = std::fs::read_to_string(&file).expect("a result");
    let mut result: Value = serde_json::from_str(&text).expect("JSON");
    let kept = result.as_object_mut().expect("an object").remove("by_replication").expect("it is there");
    let rows = kept.as_array().expect("a list");
    assert!(
        rows.iter().all(|row| row["values"].as_array().is_some_and(|values| values.len() == 6)),
        "{kept}"
    );
    std::fs::write(&file, result.to_string()).expect("a file");
    let unpaired = case.stdout(&["report", "before", "after", "--format", "markdown"]);
    assert!(unpaired.contains("not both results have what each replication measured"), "{unpaired}");
    let [narrow, wide] = [&paired, &unpaired].map(|text| interval(text)[1] - interval(text)[0]);
    assert!(narrow < wide, "{narrow} and {wide}");
}

#[test]
fn other_pushes_are_named_and_chance_is_not_taken_for_a_change() {
    let case = runs(SHARED, &["--replications", "5", "--seed", "2"]);
    let text = in_one_line(&case.stdout(&["report", "before", "after"]));
    assert!(text.contains("These are not the same pushes (seeds 1 and 2; 6 and 5 replications)"), "{text}");
    assert!(text.starts_with("No change of the time until a push is green"), "{text}");
    let case = runs(&SHARED.replace("days = 24", "days = 30"), &["--replications", "6"]);
    let text = in_one_line(&case.stdout(&["report", "before", "after"]));
    assert!(text.contains("days of warm-up; 24.0 and 30.0 simulated days)"), "{text}");
    let case = runs(&SHARED.replace("per-day = 8", "per-day = 9"), &["--replications", "6"]);
    let text = in_one_line(&case.stdout(&["report", "before", "after"]));
    assert!(text.contains("not the same pushes (") && text.contains(" a day)"), "{text}");
}

#[test]
fn a_run_beside_itself_changes_nothing() {
    let case = runs(SHARED, &["--replications", "6"]);
    let text = in_one_line(&case.stdout(&["report", "before", "after"]));
    assert!(
        text.starts_with("Nothing changed: all metrics are equal. Both runs have the same pushes"),
        "{text}"
    );
    assert!(!text.contains("Lost time by cause"), "{text}");
}

#[test]
fn a_job_of_one_run_only_has_no_difference() {
    let more = format!("{SHARED}[workflow.ci.job.docs]\nwarm = \"2 min\"\ncold = \"2 min\"\n");
    let case = runs(&more, &["--replications", "6"]);
    let text = case.stdout(&["report", "before", "after"]);
    let row = text.lines().find(|line| line.starts_with("docs ")).expect("a row");
    let cells: Vec<&str> = row.split_whitespace().collect();
    // It takes 2 min on a runner of mean speed, and waits for its start.
    assert!(cells[2].parse::<f64>().is_ok_and(|minutes| (1.5..3.0).contains(&minutes)), "{text}");
    assert_eq!((&cells[..2], &cells[3..]), (&["docs", "-"][..], &["min", "-", "-"][..]), "{text}");
}

#[test]
fn the_comment_and_the_page_say_the_same() {
    let case = runs(&SHARED.replace("3 GB", "60 GB"), &["--replications", "6"]);
    let comment = case.stdout(&["report", "before", "after", "--format", "markdown"]);
    assert!(comment.starts_with("### Cache budget: what changed in ci\n\n**The limit was 3 GB"), "{comment}");
    let folded = comment.find("<details>").expect("folded");
    assert!(
        comment[..folded].contains("| runner minutes a day |")
            && comment[folded..].contains("Lost time by cause")
    );
    case.stdout(&["report", "before", "after", "--format", "html", "--output", "page.html", "--quiet"]);
    let page = std::fs::read_to_string(case.path("page.html")).expect("a page");
    let (difference, first) =
        (page.find("<section id=\"difference\">"), page.find("<section id=\"result-0\">"));
    assert!(difference.expect("a difference") < first.expect("the first run"));
    assert!(page.contains("<a href=\"#difference\">What changed</a>"));
    // Three results have no difference.
    case.stdout(&[
        "report",
        "before",
        "after",
        "after",
        "--format",
        "html",
        "--output",
        "three.html",
        "--quiet",
    ]);
    assert!(!std::fs::read_to_string(case.path("three.html")).expect("a page").contains("id=\"difference\""));
    let three = case.stdout(&["report", "before", "after", "after"]);
    assert!(three.matches("Hint:").count() == 3 && !three.contains("What changed"), "{three}");
}

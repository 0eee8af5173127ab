//! `compare --all`: what is tried, in which order it comes out, and how it is shown.

use crate::case::{CROWDED, Case};
use serde_json::Value;
use std::sync::OnceLock;

/// Pull requests push main's entry out; every remedy that leaves it there helps.
fn thin() -> Case {
    let scenario = CROWDED.replace("limit = \"3 GB\"", "limit = \"2 GB\"").replace("cache.sccache = {}", "");
    Case::with(&scenario.replace("pushes-per-day = 8", "pushes-per-day = 12"))
}

fn names(result: &Value) -> Vec<String> {
    let rows = result["comparisons"].as_array().expect("a list");
    rows.iter().map(|row| row["other"].as_str().expect("a name").to_owned()).collect()
}

fn all(case: &Case, more: &[&str]) -> Value {
    case.json(&[&["compare", "ci.toml", "--all", "--no-limits", "--replications", "4"], more].concat())
}

/// What `--all` comes to for the thin case, played once for all tests that ask about it.
fn tried() -> &'static Value {
    static TRIED: OnceLock<Value> = OnceLock::new();
    TRIED.get_or_init(|| all(&thin(), &[]))
}

#[test]
fn all_remedies_are_tried_and_those_that_do_not_apply_are_listed() {
    let result = tried();
    let names = names(result);
    for tried in ["save-on-main-only", "raise-limit=20GB", "raise-limit=10GiB", "keep-newest=2"] {
        assert!(names.iter().any(|name| name == tried), "{names:?}");
    }
    assert!(names.iter().any(|name| name.contains('+')), "the best together: {names:?}");
    let left_out = result["not_applicable"].as_array().expect("a list");
    let of = |row: &Value| {
        row["strategy"] == "mode-min" && row["reason"].as_str().is_some_and(|why| why.len() > 10)
    };
    assert!(left_out.iter().any(of), "{left_out:?}");
    assert_eq!(&all(&thin(), &["--threads", "1"]), result, "the order does not depend on threads");
}

/// Only what is better than the base is held against the assumptions, and no more than six of those.
#[test]
fn assumptions_are_drawn_for_the_best() {
    let case = thin();
    let scenario = std::fs::read_to_string(case.path("ci.toml")).expect("a scenario");
    let assumed = "\n[assumed]\n\"workload.pushes-per-day\" = { range = \"10..14\" }\n";
    case.write("ci.toml", &(scenario + assumed));
    let result = all(&case, &[]);
    let ahead = result["before_base"].as_u64().expect("a number") as usize;
    let drawn = |row: &Value| {
        let metrics = row["metrics"].as_array().expect("a list");
        metrics.iter().any(|metric| metric["verdict_under_assumptions"].is_string())
    };
    let rows: Vec<bool> = result["comparisons"].as_array().expect("a list").iter().map(drawn).collect();
    assert!(ahead > 0 && rows[0] && rows[ahead..].iter().all(|drawn| !drawn), "{ahead}: {rows:?}");
    assert!(rows.iter().filter(|drawn| **drawn).count() <= 6, "{rows:?}");
}

#[test]
fn ranks_are_in_order_and_what_changes_nothing_is_the_same_as_the_base() {
    let result = tried();
    let rows = result["comparisons"].as_array().expect("a list");
    let ranks: Vec<_> = rows.iter().map(|row| row["rank"].as_u64()).collect();
    assert_eq!(ranks, (1..=rows.len() as u64).map(Some).collect::<Vec<_>>());
    let before = result["before_base"].as_u64().expect("a number") as usize;
    assert!(before > 0 && rows[..before].iter().all(|row| row["same_as"] != "ci"), "{before}");
    for row in rows {
        let edits = row["edits"].as_array().expect("a list");
        assert!(edits.iter().all(|edit| edit["edit"].as_str().is_some_and(|text| text.len() > 10)), "{row}");
        assert_eq!(edits.len(), row["other"].as_str().expect("a name").split('+').count());
    }
}

#[test]
fn the_screen_has_one_row_a_remedy_and_fits() {
    let case = thin();
    case.stdout(&["compare", "ci.toml", "--all", "--quiet", "--replications", "2"]);
    let shown = |columns: &str| {
        let report =
            case.command(&["report", "output/ci/compare", "--quiet"]).env("COLUMNS", columns).output();
        let output = report.expect("it runs");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    for columns in [60, 80] {
        let text = shown(&columns.to_string());
        let prose = text.lines().filter(|line| !line.starts_with("cache-budget compare"));
        assert!(prose.clone().all(|line| line.chars().count() <= columns), "{text}");
        assert!(text.contains("What to edit") && text.contains("(as it is)"), "{text}");
        assert!(text.replace('\n', " ").contains("chance alone would mark about"), "{text}");
        assert!(!text.contains('✓') && !text.contains('✗'), "{text}");
    }
    let asked = ["compare", "ci.toml", "--all", "--no-limits", "--quiet", "--replications", "1", "--details"];
    let details = case.stdout(&asked).replace('\n', " ");
    assert!(
        details.contains("save-on-main-only versus ci") && details.contains("What does not apply"),
        "{details}"
    );
}

#[test]
fn a_comment_has_at_most_twenty_lines_before_it_is_unfolded() {
    let case = thin();
    let text = case.stdout(&[
        "compare",
        "ci.toml",
        "--all",
        "--quiet",
        "--replications",
        "2",
        "--format",
        "markdown",
    ]);
    let (before, rest) = text.split_once("<details>").expect("something is folded");
    let (_, after) = rest.split_once("</details>").expect("it ends");
    let lines = before.lines().chain(after.lines()).count();
    assert!(lines <= 20, "{lines}: {before}…{after}");
    assert!(text.contains("| remedy |"), "{text}");
}

/// Scenarios are no remedies, and a table that is shown whole is shown once.
#[test]
fn a_comment_on_two_scenarios_has_their_table_once() {
    let case = thin();
    std::fs::copy(case.path("ci.toml"), case.path("other.toml")).expect("copied");
    let text = case.stdout(&[
        "compare",
        "ci.toml",
        "other.toml",
        "--quiet",
        "--replications",
        "2",
        "--format",
        "markdown",
    ]);
    assert!(text.contains("| scenario | min to green |"), "{text}");
    assert_eq!(text.matches("best first").count(), 1, "{text}");
}

#[test]
fn another_metric_can_rank() {
    let case = thin();
    let by = ["--by", "cache.unreachable_bytes{stat=mean}"];
    let result = all(&case, &by);
    let rows = result["comparisons"].as_array().expect("a list");
    let dead = |row: &Value| {
        let of = |list: &Value| {
            let rows = list.as_array().expect("a list").iter();
            let mut rows = rows.filter(|row| row["name"] == "cache.unreachable_bytes");
            rows.find(|row| row["labels"]["stat"] == "mean").expect("measured")["other"]
                .as_f64()
                .expect("a number")
        };
        of(&row["metrics"])
    };
    // The first holds less that nobody can reach than any of the others, up to half a per cent.
    let least = rows.iter().map(dead).fold(f64::INFINITY, f64::min);
    assert!(dead(&rows[0]) <= 1.01 * least + 1.0, "{} of {least}", dead(&rows[0]));
    assert_eq!(result["ranked_by"]["name"], "cache.unreachable_bytes");
}

#[test]
fn what_cannot_rank_is_refused() {
    let case = thin();
    let refused = |by: &str| case.refused(&["compare", "ci.toml", "--all", "--by", by], 2);
    assert!(refused("cache.bytes{stat=mean}").contains("neither more nor less of cache.bytes is better"));
    assert!(refused("restore.hit_ratio{client=rust-cahe}").contains("did you mean `rust-cache`?"));
    let size = case.refused(&["compare", "ci.toml", "--strategy", "raise-limit"], 2);
    assert!(size.contains("`raise-limit` needs a size: write for example `raise-limit=20GB`"), "{size}");
}

#[test]
fn a_paid_limit_is_lowered_too() {
    // 3 entries of 1.2 GB fit into the included 10 GiB: what is paid for is never used.
    let case = Case::with(
        &CROWDED.replace("limit = \"3 GB\"", "limit = \"60 GB\"").replace("cache.sccache = {}", ""),
    );
    let result = all(&case, &[]);
    let names = names(&result);
    assert!(names.contains(&"raise-limit=10GiB".to_owned()), "{names:?}");
    let peak =
        result["metrics"].as_array().expect("a list").iter().find(|row| {
            row["name"] == "cache.bytes" && row["labels"] == serde_json::json!({ "stat": "peak" })
        });
    let peak = peak.expect("a peak")["high"].as_f64().expect("a number");
    let lower = if peak > 20e9 { "raise-limit=50GB" } else { "raise-limit=20GB" };
    assert!(names.contains(&lower.to_owned()), "{peak}: {names:?}");
}

/// A case with this file of `cases` as `ci.toml`.
fn of(text: &str) -> Case {
    Case::with(text)
}

#[test]
fn a_matrix_and_the_same_jobs_one_by_one_rank_their_remedies_alike() {
    let ranked = |text: &str| {
        let remedies =
            ["registry-per-image", "save-on-main-only", "raise-limit=20GB", "mode-min", "scope-per-image"];
        let asked = remedies.iter().flat_map(|remedy| ["--strategy", remedy]);
        let set = ["compare", "ci.toml", "--no-limits", "--replications", "8", "--set", "workload.days=30"];
        names(&of(text).json(&set.into_iter().chain(asked).collect::<Vec<_>>()))
    };
    let [matrix, split] =
        [include_str!("cases/acme-matrix.toml"), include_str!("cases/acme-split.toml")].map(ranked);
    assert_eq!(matrix, split);
}

#[test]
fn a_shared_key_is_better_and_what_exists_already_is_told_apart() {
    let case = of(include_str!("cases/shared-modules-before.toml"));
    case.write("after.toml", include_str!("cases/shared-modules-after.toml"));
    let asked = ["compare", "ci.toml", "after.toml", "--no-limits", "--replications", "4"];
    let text = case.stdout(&[&asked[..], &["--quiet", "--details"]].concat());
    assert!(text.starts_with("after is better than ci"), "{text}");
    let failed = "actions-cache, failed writes";
    assert!(text.contains("actions-cache, exists") && !text.contains(&format!("\n{failed}")), "{text}");
}

/// The scenario is named after the remedy that it is about.
#[test]
fn a_base_with_the_name_of_a_strategy_is_called_after_its_file() {
    let case = Case::with("");
    case.write("keep-newest.toml", include_str!("cases/keep-newest.toml"));
    let asked =
        ["compare", "keep-newest.toml", "--strategy", "keep-newest", "--replications", "2", "--no-limits"];
    let text = case.stdout(&[&asked[..], &["--details", "--quiet"]].concat());
    assert!(text.contains("keep-newest versus keep-newest.toml"), "{text}");
    assert!(text.contains("keep-newest.toml (as it is)"), "{text}");
    assert!(!text.split_whitespace().collect::<Vec<_>>().join(" ").contains("than keep-newest:"), "{text}");
    let result = case.json(&asked);
    assert_eq!(result["comparisons"][0]["base"], "keep-newest.toml");
    assert_eq!(result["scenario"]["name"], "keep-newest", "its folder keeps the name");
    assert!(case.path("output/keep-newest/compare/result.json").is_file());
}

/// No runner here has a price.
#[test]
fn runners_without_a_price_are_not_called_free() {
    let case = Case::with(&CROWDED.replace("price = \"0.006 USD\"", ""));
    let text =
        case.stdout(&["compare", "ci.toml", "--strategy", "raise-limit=20GB", "--no-limits", "--quiet"]);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains(" (no price set)."), "{text}");
    assert!(!text.contains("cost nothing"), "{text}");
}

/// A result in which the second comes out like the first, and the third is no better than the base and cannot be told
/// apart from the best: places in the table are not places in the ranking.
#[test]
fn what_is_no_better_than_the_base_is_not_as_good_as_the_best() {
    let case = Case::with(CROWDED);
    let strategies =
        ["raise-limit=20GB", "raise-limit=30GB", "raise-limit=50GB", "keep-newest", "shorter-retention"];
    let named = strategies.iter().flat_map(|name| ["--strategy", name]);
    let asked: Vec<&str> =
        ["compare", "ci.toml", "--no-limits", "--replications", "2"].into_iter().chain(named).collect();
    let mut result = case.json(&asked);
    let first = result["comparisons"][0]["other"].clone();
    result["before_base"] = 2.into();
    let rows = result["comparisons"].as_array_mut().expect("a list");
    for (place, row) in rows.iter_mut().enumerate() {
        row["same_as"] = if place == 1 { first.clone() } else { serde_json::Value::Null };
        row["ties_with_best"] = (place == 2).into();
    }
    let third = rows[2]["other"].as_str().expect("a name").to_owned();
    case.write("result.json", &result.to_string());
    let text = case.stdout(&["report", "result.json"]).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(!text.contains("as good"), "{third}: {text}");
    assert!(text.contains(&format!("Like {}: ", first.as_str().expect("a name"))), "{text}");
}

//! What the hint of a run says: the remedy that was tried and helps most, in time or money, or that none does; and what
//! was not tried.

use crate::case::{CROWDED, Case};
use serde_json::Value;

/// The whole answer on one line, and its hint.
fn told(case: &Case, more: &[&str]) -> (String, String) {
    let text = case.stdout(&[&["run", "ci.toml", "--quiet"], more].concat());
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let hint = text.split_once("Hint: ").expect("a hint").1.to_owned();
    (text, hint)
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().map(|name| name.as_str().expect("a name")).collect()
}

/// With four replications, two of the strategies are tried.
#[test]
fn what_was_not_tried_is_counted_with_how_to_try_it_and_listed_in_the_details() {
    let case = Case::with(CROWDED);
    let few = ["--replications", "4"];
    let result = case.json(&[&["run", "ci.toml"][..], &few].concat());
    let left = names(&result["not_tried"]);
    assert!(left.len() > 3, "{left:?}");
    let (_, hint) = told(&case, &few);
    let said =
        format!("{} remedies were not tried: `cache-budget compare ci.toml --all` tries them.", left.len());
    assert!(hint.contains(&said), "{hint}");
    let (details, _) = told(&case, &[&few[..], &["--details"]].concat());
    assert!(details.contains(&format!("Not tried: {}.", left.join(", "))), "{details}");
    // Another scenario than the file alone.
    let (_, hint) = told(&case, &[&few[..], &["--set", "workload.pushes-per-day=9"]].concat());
    assert!(hint.contains("--all` with the same `--set` tries them."), "{hint}");
}

/// The space above 10 GiB is paid for and holds what nobody can restore.
const PAID: &str = r#"
[cache]
limit = "25 GB"
[workload]
pushes-per-day = 10
days = 40
pull-requests.share = 0.0
[workflow.ci]
on = ["push main"]
[workflow.ci.job.build]
setup = "8 min"
cache.actions-cache = [{ key = "k-{sha}", restore-keys = ["k-"], size = "1 GB", miss = "10 min", partial = "30 s" }]
"#;

#[test]
fn money_is_a_gain_where_no_time_is_lost() {
    let case = Case::with(PAID);
    let result = case.json(&["run", "ci.toml"]);
    let best = &result["advice"][0];
    assert_eq!((&best["strategies"][0], &best["name"]), (&"raise-limit=10GiB".into(), &"cache.cost".into()));
    assert_eq!(best["verdict"], "better");
    let saved = -best["difference"].as_f64().expect("USD");
    let (text, hint) = told(&case, &[]);
    assert!(
        hint.starts_with(&format!("With `raise-limit=10GiB`, the cache costs {saved:.2} USD less")),
        "{hint}"
    );
    // Nothing is left to pay for: that is all it costs.
    assert!(text.contains(&format!("costs {saved:.2} USD per 30 days, billed")), "{text}");
    // What deletes what is dead has a price in time, and the hint names both.
    assert!(
        hint.contains("`keep-newest` frees ") && hint.contains(" USD in 30 days, but runners work "),
        "{hint}"
    );
}

/// As lesson 11, with more pushes than the job can follow.
const CANCELLED: &str = r#"
[workload]
pushes-per-day = 150
days = 10
pull-requests = { share = 0.0 }
[workflow.ci]
on = ["push main"]
concurrency = "cancel"
[workflow.ci.job.build]
cold = "70 min"
warm = "50 min"
cache.rust-cache = { size = "1.2 GB" }
"#;

#[test]
fn a_trial_goes_before_a_rule_of_thumb() {
    let case = Case::with(CANCELLED);
    let (text, hint) = told(&case, &[]);
    assert!(
        hint.starts_with("Newer runs cancel build before it can save. With `no-cancel-on-main`, "),
        "{hint}"
    );
    assert!(hint.contains(" of the pushes get green instead of "), "{hint}");
    assert!(!hint.contains("try letting it finish"), "{hint}");
    assert!(text.contains("Cancelled runs, ") && text.contains(" a day, take about "), "{text}");
    // Without a trial, the rule is all there is.
    let (_, hint) = told(&case, &["--no-advice"]);
    assert!(hint.starts_with("Newer runs cancel build before it can save: try letting it finish"), "{hint}");
}

/// Lesson 11: eleven of twelve runs are cancelled after 10 min, the last takes 15: 110 of 125.
#[test]
fn the_verdict_says_what_cancelled_runs_cost() {
    let case = Case::with("");
    let lesson = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/lessons/11-cancelled.toml");
    let text = case.stdout(&["run", lesson, "--quiet"]).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("Cancelled runs, 11 a day, take about 110 of 125 runner minutes a day."), "{text}");
    assert!(
        text.contains("With `no-cancel-on-main`, all of the pushes get green instead of 8.3 %"),
        "{text}"
    );
    let lesson = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/lessons/16-fail-fast.toml");
    let text = case.stdout(&["run", lesson, "--quiet"]).split_whitespace().collect::<Vec<_>>().join(" ");
    // Eight pushes of three legs that are stopped after 9 min: 216 min, and none of them succeeds.
    assert!(text.contains("Runs that do not succeed take about 216 of 216 runner minutes a day"), "{text}");
    assert!(text.contains("With `fail-fast-off`, runners work 33 % less"), "{text}");
}

#[test]
fn a_free_remedy_is_named_beside_a_paid_one() {
    let case = Case::with("");
    let lesson = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/lessons/19-keep-newest.toml");
    let text = case.stdout(&["run", lesson, "--quiet"]).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        text.contains("With `raise-limit=20GB`, ") && text.contains("`keep-newest` costs nothing: "),
        "{text}"
    );
}

#[test]
fn a_trial_under_assumptions_says_what_it_holds_for() {
    // Pull requests push main's entry out.
    let small = CROWDED.replace("limit = \"3 GB\"", "limit = \"2 GB\"").replace("cache.sccache = {}", "");
    let busy = small.replace("pushes-per-day = 8", "pushes-per-day = 12");
    let case = Case::with(&format!("{busy}[assumed.\"workload.pushes-per-day\"]\nrange = \"9..15\"\n"));
    let (_, hint) = told(&case, &["--replications", "12"]);
    assert!(
        hint.starts_with("With `") && hint.contains("This is under the scenario's own values;"),
        "{hint}"
    );
    let (_, hint) = told(&case, &["--replications", "12", "--no-uncertain"]);
    assert!(hint.starts_with("With `") && !hint.contains("own values"), "{hint}");
}

/// More pushes get green, later and for more minutes: that is not simply the best.
#[test]
fn what_is_better_and_worse_is_not_the_best() {
    let case = Case::with(CANCELLED);
    let asked = ["no-cancel-on-main", "raise-limit=20GB", "keep-newest", "shorter-retention"];
    let mut command = vec!["compare", "ci.toml", "--replications", "5", "--quiet", "--no-limits"];
    asked.iter().for_each(|name| command.extend(["--strategy", name]));
    let text = case.stdout(&command);
    let row = text.lines().find(|line| line.starts_with("no-cancel-on-main ")).expect("a row");
    assert!(row.ends_with(" mixed"), "{text}");
    assert!(!text.lines().any(|line| line.ends_with(" best") || line.contains("Best of")), "{text}");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.starts_with("In ci, build is cancelled in "), "{text}");
    assert!(
        text.contains("None of 4 remedies is better than ci, as far as 5 replications can tell, without"),
        "{text}"
    );
}

//! `[[expect]]`: labels that name something, and strategies a scenario is held against.

use crate::case::Case;
use cache_budget::diagnostic::Style;
use cache_budget::strategy::load;
use serde_json::Value;
use std::process::Output;

const SCENARIO: &str = r#"
[cache]
limit = "2 GB"
[workload]
pushes-per-day = 8
days = 24
[workflow.ci]
on = ["push main", "pull_request"]
[workflow.ci.job.test]
cold = "17 min"
warm = "4 min"
cache.rust-cache = { size = "1.2 GB" }
"#;

fn case(expect: &str) -> Case {
    Case::with(&format!("{SCENARIO}[[expect]]\n{expect}\n"))
}

/// Everything that is said about a scenario with this expectation; whether it is valid.
fn said(expect: &str) -> (bool, String) {
    match load(&case(expect).path("ci.toml"), &[]) {
        Ok(loaded) => (true, loaded.own.report.render(&Style::default())),
        Err(reports) => (false, reports.iter().map(|report| report.render(&Style::default())).collect()),
    }
}

fn refused(expect: &str) -> String {
    let (valid, text) = said(expect);
    assert!(!valid, "{expect}");
    text
}

#[test]
fn bounds_that_nothing_can_meet_are_refused() {
    let share = refused("metric = \"restore.hit_ratio\"\nmin = 5");
    assert!(share.contains("for 5 % write 0.05"), "{share}");
    let crossed = refused("metric = \"job.runs\"\nmin = 3\nmax = 2");
    assert!(crossed.contains("nothing is at least 3 and at most 2"), "{crossed}");
    assert!(said("metric = \"job.runs\"\nmin = 3\nmax = 3").0);
}

#[test]
fn a_step_that_is_not_recorded_is_told() {
    let image = |more: &str| {
        let text = format!(
            "[[image.api.step]]\nname = \"deps\"\ncontent = \"lock\"\nwork = \"1 min\"\nlayer = \"1 MB\"\n{more}\n\
             [workflow.ci]\non = \"push main\"\njob.i = {{ image = \"api\", cache.buildkit-gha = {{}} }}\n\
             [[expect]]\nmetric = \"step.cached_ratio\"\nstep = \"api deps\"\nmin = 0.5\n"
        );
        let case = Case::with(&text);
        load(&case.path("ci.toml"), &[]).expect("it is sound").own.report.render(&Style::default())
    };
    assert!(image("").contains("write `dependencies = true`"), "{}", image(""));
    assert!(!image("dependencies = true").contains("never measured"));
}

#[test]
fn labels_that_name_nothing_are_said_before_anything_is_simulated() {
    let client = refused("metric = \"restore.hit_ratio\"\nclient = \"rust_cache\"\nmin = 0.9");
    assert!(
        client.contains("there is no client `rust_cache`") && client.contains("\"rust-cache\""),
        "{client}"
    );
    let job = refused("metric = \"job.duration\"\njob = \"tests\"\nstat = \"mean\"\nmax = 9");
    assert!(job.contains("there is no job `tests`") && job.contains("\"test\""), "{job}");
    let many = refused(
        "metric = \"job.runs\"\nref = \"master\"\nworkflow = \"cd\"\nconclusion = \"ended\"\nmin = 1",
    );
    for wrong in ["no ref `master`", "no workflow `cd`", "no conclusion `ended`"] {
        assert!(many.contains(wrong), "{many}");
    }
    // What a `stat` or a `reason` can be depends on the metric.
    assert!(
        refused("metric = \"cache.bytes\"\nstat = \"p90\"\nmax = 1")
            .contains("known: `mean`, `peak`, `final`")
    );
    assert!(refused("metric = \"save.failed\"\nreason = \"size\"\nmax = 1").contains("no reason `size`"));
    let (valid, text) = said("metric = \"cache.evicted_bytes\"\nreason = \"size\"\nmax = 1");
    assert!(valid && text.is_empty(), "{text}");
}

#[test]
fn a_client_that_no_job_uses_is_remarked_on_where_nothing_is_measured() {
    let (valid, text) = said("metric = \"restore.hit_ratio\"\nclient = \"sccache\"\nmin = 0.5");
    assert!(valid && text.contains("no job uses sccache, so restore.hit_ratio is never measured"), "{text}");
    // A count of nothing is 0, and may be expected to be.
    let (valid, text) = said("metric = \"save.failed\"\nclient = \"sccache\"\nmax = 0");
    assert!(valid && text.is_empty(), "{text}");
}

#[test]
fn a_strategy_that_is_not_there_or_does_not_apply_is_said_with_its_place() {
    let below = |strategy: &str| {
        format!("metric = \"push.waiting\"\nstat = \"mean\"\nbelow = {{ strategy = \"{strategy}\" }}")
    };
    let typo = refused(&below("save-on-main-onyl"));
    assert!(typo.contains("error[wrong-strategy]: there is no strategy `save-on-main-onyl`"), "{typo}");
    assert!(typo.contains("did you mean `save-on-main-only`?") && typo.contains("ci.toml:16:"), "{typo}");
    assert!(
        refused(&below("mode-min")).contains("no image build exports more than its final image (mode=max)")
    );
    assert!(refused(&below("raise-limit=20")).contains("raise-limit"));
    assert!(refused("metric = \"push.count\"").contains("needs `min`, `max`, `below` or `above`"));
    assert!(refused("metric = \"push.count\"\nbelow = {}").contains("needs `strategy`"));
    // Problems of the scenario itself are said at the same time.
    let both = refused(&format!("{}\n[[expect]]\nmetric = \"no.metric\"\nmin = 1", below("nothing")));
    assert!(both.contains("no strategy `nothing`") && both.contains("no metric `no.metric`"), "{both}");
    // What is wrong with the scenario is not blamed on a strategy that is fine.
    let own = refused(&format!("{}\nref = \"master\"", below("save-on-main-only")));
    assert!(own.contains("no ref `master`") && !own.contains("wrong-strategy"), "{own}");
}

#[test]
fn a_size_is_told_with_its_unit() {
    let output = run("metric = \"cache.bytes\"\nstat = \"peak\"\nmin = 500000000\nmax = 90000000000", &[]);
    let text = String::from_utf8(output.stdout).expect("UTF-8").replace('\n', " ");
    assert!(text.contains("✓ cache.bytes {stat=peak} between 500.0 MB and 90.00 GB: is "), "{text}");
    assert!(text.contains(" GB") && !text.contains("0000"), "{text}");
}

/// Enough to tell the effect of saving on main only from chance.
const REPLICATIONS: &str = "12";

fn run(expect: &str, arguments: &[&str]) -> Output {
    case(expect).run(&[&["run", "ci.toml", "--quiet", "--replications", REPLICATIONS], arguments].concat())
}

#[test]
fn a_scenario_is_held_against_a_strategy_with_the_same_draws() {
    let waits = |side: &str, by: &str| {
        format!(
            "metric = \"push.waiting\"\nstat = \"mean\"\n{side} = {{ strategy = \"save-on-main-only\"{by} }}"
        )
    };
    // Main's entries are evicted by those of pull requests: saving on main only makes pushes faster.
    let held = run(&waits("above", ""), &[]);
    let text = String::from_utf8(held.stdout.clone()).expect("UTF-8");
    assert_eq!(held.status.code(), Some(0), "{text}");
    assert!(text.contains("✓ push.waiting {stat=mean} above `save-on-main-only`: is"), "{text}");
    let broken = run(&waits("below", ""), &[]);
    assert_eq!(broken.status.code(), Some(10), "{broken:?}");
    assert!(String::from_utf8_lossy(&broken.stdout).contains("✗ push.waiting {stat=mean} below"));
    let too_far = run(&waits("above", ", by = 500"), &["--format", "json"]);
    assert_eq!(too_far.status.code(), Some(10));
    let result: Value = serde_json::from_slice(&too_far.stdout).expect("JSON");
    let against = &result["expectations"][0]["against"][0];
    assert_eq!((&against["strategy"], &against["side"]), (&"save-on-main-only".into(), &"above".into()));
    // The pair is what `compare` makes of it.
    let compare = ["compare", "ci.toml", "--strategy", "save-on-main-only", "--replications", REPLICATIONS];
    let compared = case("metric = \"push.count\"\nmin = 0").json(&compare);
    let rows = compared["comparisons"][0]["metrics"].as_array().expect("a list");
    let is =
        |row: &&Value| row["name"] == "push.waiting" && row["labels"] == serde_json::json!({"stat": "mean"});
    let row = rows.iter().find(is).expect("compared");
    for (ours, theirs) in [("value", "other"), ("difference", "difference"), ("low", "low"), ("high", "high")]
    {
        assert_eq!(against[ours], row[theirs], "{ours}");
    }
}

#[test]
fn a_difference_that_may_be_chance_is_called_so() {
    // Raising a limit that nothing reaches changes nothing: neither below nor above.
    let same = "metric = \"push.waiting\"\nstat = \"mean\"\nabove = { strategy = \"raise-limit=2TB\" }";
    let output = run(same, &["--set", "cache.limit=1 TB"]);
    assert_eq!(output.status.code(), Some(10));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("a difference of 0"), "{text}");
}

/// The scenario's own waiting, and a bound in the middle of its interval.
fn straddled() -> f64 {
    let metrics =
        case("metric = \"push.count\"\nmin = 0").json(&["run", "ci.toml", "--replications", REPLICATIONS]);
    let rows = metrics["metrics"].as_array().expect("a list").clone();
    let waiting =
        |row: &&Value| row["name"] == "push.waiting" && row["labels"] == serde_json::json!({"stat": "mean"});
    let row = rows.iter().find(waiting).expect("measured");
    let [mean, high] = ["mean", "high"].map(|end| row[end].as_f64().expect("a number"));
    assert!(high > mean, "it varies");
    (mean + high) / 2.0
}

#[test]
fn what_an_interval_does_not_decide_is_said_and_fails_only_where_that_is_asked_for() {
    let open = format!("metric = \"push.waiting\"\nstat = \"mean\"\nmax = {}", straddled());
    let output = run(&open, &["--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let result: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let expectation = &result["expectations"][0];
    assert_eq!((&expectation["outcome"], &expectation["held"]), (&"undecided".into(), &Value::Null));
    let text = String::from_utf8(run(&open, &[]).stdout).expect("UTF-8").replace('\n', " ");
    assert!(text.contains("? push.waiting {stat=mean} <= "), "{text}");
    assert!(text.contains("undecided with 12 replications: try --replications "), "{text}");
    assert!(String::from_utf8_lossy(&run(&open, &["--format", "markdown"]).stdout).contains("❔"));
    assert_eq!(run(&open, &["--strict"]).status.code(), Some(11));
    // What does not hold comes before what is open, and what holds is no matter of strictness.
    let both = format!("{open}\n[[expect]]\nmetric = \"push.count\"\nmin = 1e6");
    assert_eq!(run(&both, &["--strict"]).status.code(), Some(10));
    assert_eq!(run("metric = \"push.count\"\nmin = 1", &["--strict"]).status.code(), Some(0));
}

#[test]
fn what_was_never_measured_is_said_to_be_so_and_can_be_reported() {
    let never = "metric = \"restore.hit_ratio\"\nref = \"other\"\nmin = 0.1\nabove = { strategy = \"raise-limit=20GB\" }";
    let case = case(never);
    let output = case.run(&["run", "ci.toml", "--quiet", "--replications", "2", "--output", "out"]);
    assert_eq!(output.status.code(), Some(10));
    let told = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(told.replace('\n', " ").contains("never measured, so it does not hold"), "{told}");
    assert_eq!(case.stdout(&["report", "out", "--format", "table"]), told);
}

#[test]
fn results_of_either_shape_are_reported() {
    let below =
        "metric = \"push.waiting\"\nstat = \"mean\"\nmin = 1\nabove = { strategy = \"save-on-main-only\" }";
    let case = case(below);
    case.stdout(&["run", "ci.toml", "--quiet", "--replications", REPLICATIONS, "--output", "out"]);
    let told = case.stdout(&["report", "out", "--format", "table"]);
    let path = case.path("out/result.json");
    let mut result: Value = serde_json::from_slice(&std::fs::read(&path).expect("a result")).expect("JSON");
    let expectation = result["expectations"][0].as_object_mut().expect("an object");
    assert_eq!(expectation["outcome"], "held");
    // Before expectations had an outcome, they had neither of these.
    for added in ["outcome", "low", "high"] {
        expectation.remove(added).expect("it is there");
    }
    let against = expectation["against"][0].as_object_mut().expect("an object");
    for added in ["outcome", "n"] {
        against.remove(added).expect("it is there");
    }
    std::fs::write(&path, result.to_string()).expect("a file");
    assert_eq!(case.stdout(&["report", "out", "--format", "table"]), told);
}

#[test]
fn a_failure_may_still_be_called_failed() {
    for word in ["failure", "failed"] {
        let output = run(&format!("metric = \"job.runs\"\nconclusion = \"{word}\"\nmax = 0"), &[]);
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        assert!(text.contains("✓ job.runs {conclusion=failure} <= 0 per day"), "{text}");
    }
}

/// The job is there; what is wrong with it is said once.
#[test]
fn a_job_that_cannot_be_built_is_no_unknown_name() {
    let broken = SCENARIO.replace("cold = ", "needs = [\"lint\"]\ncold = ");
    let expect = "[[expect]]\nmetric = \"job.duration\"\njob = \"NAME\"\nstat = \"mean\"\nmax = 9\n";
    let said = |name: &str| {
        Case::with(&format!("{broken}{}", expect.replace("NAME", name))).run(&["check", "ci.toml"])
    };
    let text = |name: &str| String::from_utf8(said(name).stderr).expect("UTF-8");
    assert!(text("test").contains("there is no job `lint` in this workflow"));
    assert!(text("test").contains("1 error\n"), "{}", text("test"));
    assert!(text("tset").contains("there is no job `tset`"), "{}", text("tset"));
}

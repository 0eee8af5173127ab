//! Worlds: what a result says if the assumed inputs are drawn, too.

use crate::case::{CROWDED, Case};
use cache_budget::scenario::{self, UNCONFIRMED, ValueRange};
use cache_budget::statistics::Prediction;
use serde_json::Value;

/// Nobody knows how long a cold build takes.
const ASSUMED: &str = r#"
[assumed]
"workflow.ci.job.test.cold" = { range = "10 min..30 min" }
"#;

fn assumed(inputs: &str) -> Case {
    // Only one of the pull requests' entries fits beside main's.
    Case::with(&format!("{}{inputs}", CROWDED.replace("3 GB", "1.5 GB")))
}

fn metric<'a>(result: &'a Value, name: &str) -> &'a Value {
    let own = |metric: &&Value| {
        metric["name"] == name && metric["labels"].as_object().is_some_and(|l| l.is_empty())
    };
    result["metrics"].as_array().expect("a list").iter().find(own).expect("measured")
}

fn difference<'a>(result: &'a Value, name: &str) -> &'a Value {
    let own = |metric: &&Value| metric["name"] == name;
    result["comparisons"][0]["metrics"].as_array().expect("a list").iter().find(own).expect("compared")
}

#[test]
fn a_prediction_is_the_one_computed_by_hand() {
    // Of 19 values, a further one is below the first or above the last with a probability of 1 ÷ 20 each.
    let values: Vec<f64> = (1..=19).map(f64::from).collect();
    let prediction = Prediction::of(&values).expect("enough");
    assert!((prediction.low - 1.0).abs() < 1e-9 && (prediction.high - 19.0).abs() < 1e-9, "{prediction:?}");
    // Of 39, below the second.
    let values: Vec<f64> = (1..=39).map(f64::from).collect();
    let prediction = Prediction::of(&values).expect("enough");
    assert!((prediction.low - 2.0).abs() < 1e-9 && (prediction.high - 38.0).abs() < 1e-9, "{prediction:?}");
    assert!(prediction.is_whole());
    // Of fewer than 19, the widest range is that of the values. A further value is in it with (n − 1) ÷ (n + 1): of 4,
    // 3 ÷ 5, of 18, 17 ÷ 19 = 0.895.
    let prediction = Prediction::of(&[30.0, 10.0, 40.0, 20.0]).expect("enough");
    assert_eq!((prediction.low, prediction.high, prediction.covers), (10.0, 40.0, 0.6));
    let values: Vec<f64> = (1..=18).map(f64::from).collect();
    let prediction = Prediction::of(&values).expect("enough");
    assert!((prediction.low, prediction.high) == (1.0, 18.0) && !prediction.is_whole(), "{prediction:?}");
    assert!((prediction.covers - 17.0 / 19.0).abs() < 1e-12);
    assert_eq!(Prediction::of(&[10.0, 20.0, 30.0]), None);
}

#[test]
fn what_is_assumed_is_drawn_beside_the_replications() {
    let case = assumed(ASSUMED);
    let run = ["run", "ci.toml", "--replications", "8"];
    let both = case.json(&run);
    assert_eq!(both["assumptions"]["worlds"], 8);
    assert_eq!(both["assumptions"]["inputs"], serde_json::json!(["workflow.ci.job.test.cold"]));
    // The interval is that of the scenario's own values, and the prediction is far wider.
    let alone = case.json(&[&run[..], &["--no-uncertain"]].concat());
    assert!(alone["assumptions"].is_null());
    let [with, without] = [&both, &alone].map(|result| metric(result, "push.runner_minutes"));
    assert!(without["prediction"].is_null());
    for field in ["mean", "low", "high", "n"] {
        assert_eq!(with[field], without[field], "{field}");
    }
    let number = |value: &Value| value.as_f64().expect("a number");
    let [low, high] = ["low", "high"].map(|end| number(&with[end]));
    let [from, to] = ["low", "high"].map(|end| number(&with["prediction"][end]));
    assert!(from < low && high < to && from >= 0.0, "{with}");
    // Everything is drawn alike on any number of threads.
    let threads =
        |count: &str| case.stdout(&[&run[..], &["--quiet", "--format", "json", "--threads", count]].concat());
    assert_eq!(threads("1"), threads("3"));
    // A value that is set is known.
    let set = case.json(&[&run[..], &["--set", "workflow.ci.job.test.cold=20 min"]].concat());
    assert!(set["assumptions"].is_null());
}

#[test]
fn few_worlds_have_no_range_of_ninety_per_cent() {
    let case = assumed(ASSUMED);
    let told = |replications: &str| {
        let text = case.stdout(&["run", "ci.toml", "--quiet", "--no-advice", "--replications", replications]);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let few = told("5");
    assert!(
        few.contains("in 5 worlds, too few for a range of 90 %, the lowest and the highest result are"),
        "{few}"
    );
    assert!(told("19").contains("in 19 worlds, 90 % of results are"));
    // The file says how much a range covers, and a report of it is the same.
    let result = case.json(&["run", "ci.toml", "--no-advice", "--replications", "5"]);
    let prediction = &metric(&result, "push.runner_minutes")["prediction"];
    assert!((prediction["covers"].as_f64().expect("a share") - 4.0 / 6.0).abs() < 1e-12, "{prediction}");
    let now = case.stdout(&["run", "ci.toml", "--quiet", "--no-advice", "--replications", "5"]);
    assert_eq!(case.stdout(&["report", "output/ci"]), now);
}

#[test]
fn worlds_in_which_nothing_gets_green_are_told() {
    // Where the job takes longer than its `timeout`, which is in two thirds of the worlds, no push gets green.
    let case = Case::with(
        "[workload]\npushes-per-day = 4\ndays = 6\n[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\n\
         timeout = \"20 min\"\nsetup = \"15 min\"\n\
         [assumed]\n\"workflow.ci.job.test.setup\" = { range = [\"10 min..40 min\"] }\n",
    );
    let text = case.stdout(&["run", "ci.toml", "--quiet", "--no-advice", "--replications", "20"]);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (_, told) = text.split_once("in 20 worlds, 90 % of results are ").expect("a range");
    assert!(told.contains("(runner min a day); push to green is 1"), "{told}");
    let (green, _) = told.split_once(" of them, and in the others no push gets green.").expect("the others");
    let green: u32 = green.rsplit(' ').next().and_then(|count| count.parse().ok()).expect("a number");
    assert!((4..=9).contains(&green), "{told}");
}

#[test]
fn without_assumptions_only_the_services_rules_can_be_drawn() {
    let case = Case::with(CROWDED);
    let run = ["run", "ci.toml", "--replications", "4"];
    assert!(case.json(&run)["assumptions"].is_null());
    let drawn = case.json(&[&run[..], &["--uncertain"]].concat());
    let paths: Vec<&str> = UNCONFIRMED.iter().map(|rule| rule.path).collect();
    assert_eq!(drawn["assumptions"]["inputs"], serde_json::json!(paths));
    assert!(drawn["reproduce"].as_str().is_some_and(|command| command.contains("--uncertain")), "{drawn}");
    // The scenario's own opinion counts for more.
    let case = assumed("[assumed]\n\"cache.touch\" = { range = [\"download\"] }\n");
    let drawn = case.json(&[&run[..], &["--uncertain"]].concat());
    assert_eq!(drawn["assumptions"]["inputs"].as_array().map(Vec::len), Some(UNCONFIRMED.len()));
    assert_eq!(drawn["assumptions"]["inputs"][0], "cache.touch");
}

#[test]
fn few_replications_have_no_worlds() {
    let case = assumed(ASSUMED);
    for replications in ["1", "3"] {
        let run = ["run", "ci.toml", "--replications", replications];
        assert!(case.json(&run)["assumptions"].is_null());
    }
    let case = Case::with(CROWDED);
    let said = case.refused(&["run", "ci.toml", "--replications", "1", "--uncertain"], 2);
    assert!(said.contains("--uncertain needs at least --replications 4"), "{said}");
    let said = case.refused(&["run", "ci.toml", "--batches", "8", "--uncertain"], 2);
    assert!(said.contains("--batches"), "{said}");
}

#[test]
fn every_unconfirmed_rule_is_one_of_the_grammar() {
    for rule in &UNCONFIRMED {
        let weights: f64 = rule.weights.iter().map(|(_, weight)| weight).sum();
        assert!((weights - 1.0).abs() < 1e-9, "{}", rule.path);
        let case = Case::with(CROWDED);
        for (value, _) in rule.weights {
            let set = [format!("{}={value}", rule.path)];
            assert!(scenario::load(&case.path("ci.toml"), &set).is_ok(), "{set:?}");
        }
        let page = include_str!("../../../docs/model.md");
        assert!(
            page.contains(&format!("| `{}` | {} |", rule.path, rule.values())),
            "{} in docs/model.md",
            rule.path
        );
    }
}

#[test]
fn a_remedy_that_depends_on_an_assumption_says_so_and_on_which() {
    // More space is only of use where the entries do not fit. In half of the worlds they are tiny.
    let case = assumed(
        "[assumed]\n\"workflow.ci.job.test.cache.rust-cache.size\" = { range = [\"1.2 GB\", \"1 MB\"] }\n",
    );
    let compare = ["compare", "ci.toml", "--strategy", "raise-limit=12GB", "--replications", "20"];
    let result = case.json(&compare);
    let minutes = difference(&result, "push.runner_minutes");
    assert_eq!(minutes["verdict"], "better", "{minutes}");
    assert_eq!(minutes["verdict_under_assumptions"], "not distinguishable", "{minutes}");
    let share = minutes["share_of_worlds_better"].as_f64().expect("a share");
    assert!((0.2..0.9).contains(&share), "{minutes}");
    assert_eq!(minutes["turned_by"], "workflow.ci.job.test.cache.rust-cache.size", "{minutes}");
    let verdict = result["verdict"].as_str().expect("a text");
    assert!(verdict.contains("if the assumptions hold (a green push sooner in"), "{verdict}");
    assert!(verdict.contains("`workflow.ci.job.test.cache.rust-cache.size` decides"), "{verdict}");
    // Read back, it says the same.
    case.write("saved.json", &case.stdout(&[&compare[..], &["--quiet", "--format", "json"]].concat()));
    let again = case.stdout(&["report", "saved.json"]);
    assert_eq!(again, case.stdout(&[&compare[..], &["--quiet"]].concat()));
}

#[test]
fn a_remedy_that_helps_in_all_worlds_is_better() {
    let case = assumed(ASSUMED);
    let result = case.json(&["compare", "ci.toml", "--strategy", "raise-limit=12GB", "--replications", "10"]);
    let minutes = difference(&result, "push.runner_minutes");
    assert_eq!(minutes["share_of_worlds_better"], 1.0, "{minutes}");
    assert_eq!(minutes["verdict_under_assumptions"], "better", "{minutes}");
    assert!(!result["verdict"].to_string().contains("assumptions"), "{}", result["verdict"]);
}

#[test]
fn weights_are_shares_of_the_worlds() {
    let range = ValueRange::weighted(&[("evict", 0.8), ("reject", 0.2)]).expect("positive");
    assert_eq!(range.to_string(), "evict (0.8),reject (0.2)");
    assert_eq!(ValueRange::parse(&range.to_string()), Ok(range.clone()));
    let drawn = |place: u32| range.at(f64::from(place) / 100.0, false);
    assert!((0..80).all(|place| drawn(place) == "evict") && (80..100).all(|place| drawn(place) == "reject"));
    let light = ValueRange::weighted(&[("evict", 0.8), ("reject", 0.0)]).expect_err("no weight");
    assert!(light.message.contains("`reject` has the weight 0"), "{light:?}");
}

#[test]
fn weights_are_checked_with_the_scenario() {
    let check = |inputs: &str| {
        let output = assumed(&format!("[assumed]\n{inputs}\n")).run(&["check", "ci.toml"]);
        (output.status.success(), String::from_utf8(output.stderr).expect("UTF-8"))
    };
    assert_eq!(
        check(r#""cache.over-quota" = { range = { evict = 0.8, reject = 0.2 } }"#),
        (true, String::new())
    );
    assert_eq!(
        check(r#""cache.visibility-lag" = { range = { "3 s" = 2, "4 min" = 1 } }"#),
        (true, String::new())
    );
    let (fine, said) = check(r#""cache.over-quota" = { range = { evict = 0.8, rejct = 0.2 } }"#);
    assert!(!fine && said.contains("did you mean \"reject\"?"), "{said}");
    let (fine, said) = check(r#""cache.over-quota" = { range = { evict = 0.8, reject = 0 } }"#);
    assert!(!fine && said.contains("has the weight 0"), "{said}");
    let (fine, said) = check(r#""cache.over-quota" = { range = { evict = "often" } }"#);
    assert!(!fine, "{said}");
}

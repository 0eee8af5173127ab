//! Replications until a metric is known well enough.

use super::day;
use crate::case::Case;
use cache_budget::experiment::{Replications, Unattended};
use cache_budget::observe::{Measure, metric};
use cache_budget::random::{Draws, Purpose};
use cache_budget::statistics::{Precision, PrecisionOutcome, Study};
use serde_json::Value;
use std::convert::Infallible;
use std::process::Output;

/// The sum of twelve uniform draws less 6: nearly normal, mean 0, standard deviation 1.
fn normal(seed: u64, replication: u32, what: u64) -> f64 {
    let draws = Draws::new(seed, replication);
    (0..12).map(|draw| draws.unit(Purpose::Step, 12 * what + draw)).sum::<f64>() - 6.0
}

fn asked(measure: &str, target: f64, replications_max: u32) -> Precision {
    Precision { measure: measure.parse().expect(measure), target, replications_max }
}

/// Starts with 10 replications of these runner minutes, by case and replication.
fn pursue(
    cases: usize,
    asked: &Precision,
    minutes: impl Fn(usize, u32) -> f64 + Sync,
) -> (PrecisionOutcome, Vec<Study>) {
    let mut played = Replications::of(cases);
    let play = |case, replication| Ok::<_, Infallible>(day(minutes(case, replication)));
    let Ok(()) = played.run_until(10, play, &Unattended);
    let Ok(reached) = played.pursue(asked, |played, n| played.run_until(n, play, &Unattended));
    (reached, played.studies())
}

#[test]
fn replications_are_added_until_the_half_width_is_reached() {
    // σ = 30 at a mean of 100: t · 30 ÷ √n ≤ 5 takes about (1.97 × 30 ÷ 5)² = 140 replications.
    let (reached, studies) =
        pursue(1, &asked("runner.minutes", 0.05, 1_000), |_, r| 100.0 + 30.0 * normal(1, r, 0));
    assert!(reached.holds() && (100..=200).contains(&reached.replications), "{reached:?}");
    assert_eq!(studies[0].replications, reached.replications);
    let minutes = studies[0].estimate(&metric::RUNNER_MINUTES, &[]).expect("measured");
    let half_width = (minutes.high - minutes.low) / 2.0 / minutes.mean;
    assert!((reached.half_width.expect("measured") - half_width).abs() < 1e-12);
    // What is sure at once is left alone.
    let (reached, _) = pursue(1, &asked("runner.minutes", 0.5, 1_000), |_, r| 100.0 + normal(1, r, 0));
    assert_eq!((reached.holds(), reached.replications), (true, 10));
}

#[test]
fn the_limit_is_hit_and_what_was_never_measured_is_not_waited_for() {
    let noisy = |_, replication| 100.0 + 30.0 * normal(1, replication, 0);
    let (reached, _) = pursue(1, &asked("runner.minutes", 0.01, 50), noisy);
    assert_eq!((reached.holds(), reached.replications), (false, 50));
    let (reached, _) = pursue(1, &asked("restore.hit_ratio", 0.01, 50), noisy);
    assert_eq!((reached.half_width, reached.replications, reached.holds()), (None, 10, false));
}

#[test]
fn added_replications_give_what_as_many_at_once_give() {
    let minutes = |case: usize, replication: u32| 100.0 + 30.0 * normal(3, replication, case as u64);
    let (reached, stepwise) = pursue(2, &asked("runner.minutes", 0.3, 300), minutes);
    assert!(reached.replications > 20);
    let mut played = Replications::of(2);
    let play = |case, replication| Ok::<_, Infallible>(day(minutes(case, replication)));
    let Ok(()) = played.run_until(reached.replications, play, &Unattended);
    assert_eq!(played.studies(), stepwise);
}

#[test]
fn a_difference_is_measured_against_itself_and_near_nothing_against_a_tenth_of_the_base() {
    let target = asked("runner.minutes", 0.1, 2_000);
    // The base swings by 30, which pairing takes out; the other takes 20 more, ± 5.
    let base = |replication| 100.0 + 30.0 * normal(5, replication, 0);
    let more = |case, replication| base(replication) + case as f64 * (20.0 + 5.0 * normal(5, replication, 1));
    let (reached, _) = pursue(2, &target, more);
    // t · 5 ÷ √n ≤ 2: about 26.
    assert!(reached.holds() && (15..=60).contains(&reached.replications), "{reached:?}");
    // No difference at all, ± 5: a tenth of the base is 10, so t · 5 ÷ √n ≤ 1: about 100.
    let same = |case, replication| base(replication) + case as f64 * 5.0 * normal(5, replication, 1);
    let (reached, _) = pursue(2, &target, same);
    assert!(reached.holds() && (60..=200).contains(&reached.replications), "{reached:?}");
    // Exactly nothing is known at once.
    let (reached, _) = pursue(2, &target, |_, replication| base(replication));
    assert_eq!((reached.half_width, reached.replications), (Some(0.0), 10));
}

#[test]
fn of_several_comparisons_the_least_sure_one_decides() {
    let minutes = |case: usize, replication: u32| match case {
        0 => 100.0,
        1 => 150.0,
        _ => 150.0 + 20.0 * normal(7, replication, 0),
    };
    let (reached, _) = pursue(3, &asked("runner.minutes", 0.05, 2_000), minutes);
    // t · 20 ÷ √n ≤ 2.5: about 250.
    assert!(reached.holds() && (150..=400).contains(&reached.replications), "{reached:?}");
}

#[test]
fn an_interval_covers_although_replications_stop_when_it_is_narrow() {
    // Stopping at a narrow interval favours those that are narrow by luck; few looks keep it small.
    let covered = (0..400).filter(|seed| {
        let minutes = |_, replication| 100.0 + 30.0 * normal(*seed, replication, 0);
        let (_, studies) = pursue(1, &asked("runner.minutes", 0.1, 1_000), minutes);
        let minutes = studies[0].estimate(&metric::RUNNER_MINUTES, &[]).expect("measured");
        minutes.low <= 100.0 && 100.0 <= minutes.high
    });
    let covered = covered.count();
    println!("{covered} of 400");
    assert!((360..=394).contains(&covered), "{covered} of 400");
}

#[test]
fn a_measure_is_read_as_it_is_written() {
    for text in [
        "push.waiting {stat=mean}",
        "restore.hit_ratio {client=rust-cache, ref=main}",
        "push.count",
        "job.duration {job=test (linux, 1.80), ref=main, stat=mean}",
    ] {
        assert_eq!(text.parse::<Measure>().expect(text).to_string(), text);
    }
    assert_eq!(
        r#"job.runs{job="test (amd64)"}"#.parse::<Measure>().expect("quoted").labels[0].1,
        "test (amd64)"
    );
    assert_eq!(r#"job.runs{job="a, b)"}"#.parse::<Measure>().expect("quoted").labels[0].1, "a, b)");
    let problem = |text: &str| text.parse::<Measure>().expect_err(text);
    assert_eq!(
        problem("push.waitin"),
        "there is no metric called `push.waitin`: did you mean `push.waiting`?"
    );
    assert!(problem("coffee").contains("`cache-budget metrics` lists them"));
    assert!(problem("push.waiting{stats=mean}").contains("did you mean `stat`?"));
    assert!(problem("push.count{stat=mean}").contains("it has none"));
    assert!(problem("push.waiting{mean}").contains("write for example `push.waiting{stat=mean}`"));
    assert!(problem("push.waiting{stat=mean").contains("never closed"));
}

const SCENARIO: &str = r#"
[workload]
pushes-per-day = 8
days = 21
warmup = "7 d"
[runner.ubuntu-latest]
stall = 0
[workflow.ci]
on = ["push main", "pull_request"]
[workflow.ci.job.test]
cold = "17 min"
warm = "4 min"
cache.rust-cache = { size = "1.2 GB" }
"#;

fn program(arguments: &[&str]) -> Output {
    Case::with(SCENARIO).run(&[arguments, &["--quiet"]].concat())
}

fn json(arguments: &[&str]) -> Value {
    Case::with(SCENARIO).json(arguments)
}

#[test]
fn run_and_compare_give_what_as_many_replications_at_once_give() {
    let commands: [(&[&str], &str); 2] =
        [(&["run", "ci.toml"], "1%"), (&["compare", "ci.toml", "--strategy", "save-on-main-only"], "2%")];
    for (command, share) in commands {
        let asked: &[&str] = &["--replications", "3", "--precision", share];
        let mut stepwise = json(&[command, asked].concat());
        let precision = stepwise.as_object_mut().expect("an object").remove("precision").expect("said");
        assert_eq!((&precision["metric"], &precision["reached"]), (&"push.green".into(), &true.into()));
        assert_eq!(precision["labels"], serde_json::json!({"stat": "mean"}));
        assert!(precision["half_width"].as_f64().is_some_and(|width| width <= 0.02), "{precision}");
        let replications = stepwise["replications"].as_u64().expect("a number");
        assert!(replications > 3, "{replications}");
        let mut at_once = json(&[command, &["--replications", &replications.to_string()][..]].concat());
        // Each names its own command.
        for result in [&mut stepwise, &mut at_once] {
            result["reproduce"].take();
        }
        assert_eq!(stepwise, at_once);
    }
}

#[test]
fn the_answer_says_whether_it_became_sure_enough() {
    let text = |arguments: &[&str]| {
        let output = program(&[&["run", "ci.toml", "--replications", "3"], arguments].concat());
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        String::from_utf8(output.stdout).expect("UTF-8").replace('\n', " ")
    };
    let reached = text(&["--precision", "10%"]);
    assert!(reached.contains("push.green {stat=mean} is known to ±"), "{reached}");
    assert!(reached.contains(" replications, within the target of 10 %."), "{reached}");
    let short = text(&[
        "--precision",
        "0.1%",
        "--precision-metric",
        "restore.hit_ratio{client=rust-cache}",
        "--replications-max",
        "5",
    ]);
    assert!(short.contains("after 5 replications, the maximum, and misses the target"), "{short}");
}

#[test]
fn what_cannot_be_asked_for_is_said_before_anything_is_simulated() {
    let refused = |arguments: &[&str]| {
        let output = program(&[&["run", "ci.toml"], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        String::from_utf8(output.stderr).expect("UTF-8")
    };
    assert!(refused(&["--precision", "0"]).contains("for example 5% or 0.05"));
    assert!(refused(&["--precision-metric", "push.count"]).contains("--precision"));
    let typo = refused(&["--precision", "5%", "--precision-metric", "push.waiting{stat=meen}"]);
    assert!(
        typo.contains("there is no stat called `meen`") && typo.contains("did you mean `mean`?"),
        "{typo}"
    );
    let job = refused(&["--precision", "5%", "--precision-metric", "job.runs{job=tests}"]);
    assert!(job.contains("did you mean `test`?"), "{job}");
}

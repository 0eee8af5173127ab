//! MSER-5 by hand, against the formula, on series with a known step, on a queue that starts empty,
//! and on scenarios whose caches fill in a known time.

use super::{Server, mean, uniform};
use crate::case::Case;
use cache_budget::observe::Levels;
use cache_budget::random::mix;
use cache_budget::statistics::Truncation::{After, NotReached};
use cache_budget::statistics::{Truncation, mser, mser5};
use cache_budget::units::{Bytes, SimTime};
use proptest::prelude::*;
use serde_json::Value;

#[test]
fn by_hand() {
    // Σ (x − x̄)² ÷ (n − d)²: with the 9, 71.077 ÷ 13² = 0.4206; without it 12 ÷ 12² = 0.0833; two
    // values less 10 ÷ 10² = 0.1; the last five 4.8 ÷ 5² = 0.192.
    let mut series = vec![9.0];
    series.extend([0.0, 2.0].repeat(6));
    assert_eq!(mser(&series), After(1));
    // The same in fives: a value stands for each of its batch.
    let fives: Vec<f64> = series.iter().flat_map(|value| [*value; 5]).collect();
    assert_eq!(mser5(&fives), After(5));
}

#[test]
fn what_is_steady_from_the_start_is_kept_whole() {
    assert_eq!(mser(&[4.0; 40]), After(0));
    assert_eq!(mser5(&[4.0; 200]), After(0));
}

/// A level of 100 for so long, then 10, with noise of ± 1.
fn step(at: usize, length: usize) -> Vec<f64> {
    let noise = |index: usize| 2.0 * uniform(3, index as u64) - 1.0;
    (0..length).map(|index| noise(index) + if index < at { 100.0 } else { 10.0 }).collect()
}

#[test]
fn a_known_step_is_found_to_the_batch() {
    assert_eq!(mser5(&step(100, 500)), After(100));
    // Inside a batch the whole batch goes.
    assert_eq!(mser5(&step(103, 500)), After(105));
    assert_eq!(mser5(&step(98, 500)), After(100));
    // An incomplete last batch changes nothing.
    assert_eq!(mser5(&step(100, 503)), After(100));
}

#[test]
fn what_settles_in_the_second_half_or_never_is_not_reached() {
    assert_eq!(mser5(&step(250, 500)), After(250));
    assert_eq!(mser5(&step(255, 500)), NotReached);
    let ramp: Vec<f64> = (0..500).map(f64::from).collect();
    assert_eq!(mser5(&ramp), NotReached);
    assert_eq!(mser5(&[1.0; 49]), NotReached, "nine batches are too few");
}

/// The formula as it is printed.
fn naive(series: &[f64]) -> Truncation {
    let n = series.len();
    let error = |cut: usize| {
        let rest = &series[cut..];
        rest.iter().map(|value| (value - mean(rest)).powi(2)).sum::<f64>() / (rest.len() as f64).powi(2)
    };
    let least = |last: usize| (0..=last).min_by(|a, b| error(*a).total_cmp(&error(*b))).expect("not empty");
    let (early, any) = (least(n / 2), least(n - 5.min(n / 4)));
    let largest = series.iter().map(|value| value.abs()).fold(0.0, f64::max);
    let known = error(any).max((largest / 100.0).powi(2) / (n - any) as f64);
    match any <= n / 2 || early < n / 2 && known >= error(early) / 4.0 {
        true => After(early),
        false => NotReached,
    }
}

proptest! {
    #[test]
    fn one_pass_gives_what_the_formula_gives(series in prop::collection::vec(-1e3..1e3_f64, 10..60)) {
        prop_assert_eq!(mser(&series), naive(&series));
    }
}

#[test]
fn a_series_that_is_steady_from_the_start_is_seldom_called_unsettled() {
    // Independent, and with neighbours that depend on each other with a correlation of 0.8.
    for (correlation, most) in [(0.0, 3), (0.8, 40)] {
        let unsettled = (0..400).filter(|stream| {
            let mut last = 0.0;
            let value = |index: u64| {
                last = correlation * last + uniform(*stream, index) - 0.5;
                last
            };
            mser(&(0..60).map(value).skip(10).collect::<Vec<_>>()) == NotReached
        });
        let unsettled = unsettled.count();
        println!("correlation {correlation}: {unsettled} of 400");
        assert!(unsettled <= most, "correlation {correlation}: {unsettled} of 400");
    }
}

#[test]
fn cutting_takes_bias_from_a_queue_that_starts_empty() {
    // Five pilots are averaged, as the program does; the cut is made in another replication. Started in
    // the steady state with the same arrivals and services, that replication has no bias.
    const SETS: u64 = 100;
    const CUSTOMERS: usize = 2_000;
    let (mut steady, mut whole, mut cut) = (vec![], vec![], vec![]);
    for set in 0..SETS {
        let waits = |replication| Server { load: 0.8, stream: mix(set, replication) }.waits(0, CUSTOMERS);
        let pilots: Vec<Vec<f64>> = (1..=5).map(waits).collect();
        let at = |customer: usize| mean(&pilots.iter().map(|waits| waits[customer]).collect::<Vec<_>>());
        let Truncation::After(first) = mser5(&(0..CUSTOMERS).map(at).collect::<Vec<_>>()) else { continue };
        let server = Server { load: 0.8, stream: mix(set, 0) };
        let (empty, unbiased) = (waits(0), server.waits(server.found_by_chance(), CUSTOMERS));
        steady.push(mean(&unbiased));
        whole.push(mean(&empty) - mean(&unbiased));
        cut.push(mean(&empty[first..]) - mean(&unbiased[first..]));
    }
    let (steady, whole, cut) = (mean(&steady), mean(&whole), mean(&cut));
    println!("steady {steady:.3}, bias {whole:.3}, after the cut {cut:.3}");
    // 4 services in theory; 100 such means have a standard error of about 0.15.
    assert!((steady - 4.0).abs() < 0.5, "{steady}");
    assert!(whole < -0.02 && cut.abs() < whole.abs() / 2.0, "{whole} {cut}");
}

#[test]
fn a_tail_of_equal_values_does_not_unsettle_what_is_settled() {
    // A share that is nearly always 1: of the last values all are.
    let mut series = vec![0.5, 0.98];
    series.extend([1.0; 38]);
    series[30] = 0.98;
    assert_eq!(mser(&series), After(2));
}

#[test]
fn levels_are_averaged_step_by_step() {
    let start = SimTime(7_000);
    let at = |steps: f64| start + Levels::STEP.scaled(steps);
    let mut levels = Levels::new(start, 3);
    // Empty for half a step, 100 for one step, then 40: 50, 70, 40.
    levels.level(at(0.5), Bytes(100));
    levels.level(at(1.5), Bytes(40));
    assert_eq!(levels.finish(), [50.0, 70.0, 40.0]);
}

/// Nothing is ever evicted: what the cache holds grows until the first entries expire after 7 days.
const FILLING: &str = r#"
[cache]
limit = "1 TB"
[workload]
pushes-per-day = 20
days = 40
warmup = "auto"
weekdays = [1, 1, 1, 1, 1, 1, 1]
[workflow.ci]
on = ["push main", "pull_request"]
[workflow.ci.job.test]
cold = "17 min"
warm = "4 min"
cache.rust-cache = { size = "0.5 GB" }
"#;

fn program(arguments: &[&str]) -> Value {
    Case::with(FILLING).json(arguments)
}

#[test]
fn a_cache_has_settled_when_its_first_entries_have_expired() {
    let result = program(&["run", "ci.toml", "--replications", "2"]);
    let days = result["warmup_days"].as_f64().expect("a number");
    assert_eq!(result["warmup_rule"], "MSER-5");
    assert!((5.0..=12.0).contains(&days) && days.fract() == 0.0, "{days}");
    // The number of replications and of threads changes no cut.
    for more in [["--replications", "4"], ["--threads", "1"]] {
        assert_eq!(program(&[&["run", "ci.toml"], &more[..]].concat())["warmup_days"].as_f64(), Some(days));
    }
}

#[test]
fn what_does_not_settle_in_time_falls_back_and_says_so() {
    // The cache fills for 7 of 10 days: half of 10 is less than twice the retention.
    let result = program(&["run", "ci.toml", "--replications", "2", "--set", "workload.days=10"]);
    assert_eq!(result["warmup_rule"], "MSER-5: not reached, twice the retention");
    assert_eq!(result["warmup_days"].as_f64(), Some(5.0));
    // A fixed warm-up says nothing.
    let fixed = program(&["run", "ci.toml", "--replications", "2", "--set", "workload.warmup=9 d"]);
    assert_eq!((fixed.get("warmup_rule"), fixed["warmup_days"].as_f64()), (None, Some(9.0)));
}

#[test]
fn a_warm_up_that_is_not_stated_leaves_half_of_a_short_simulation() {
    let unstated = FILLING.replace("warmup = \"auto\"\n", "");
    let played = |sets: &[&str]| {
        Case::with(&unstated).json(&[&["run", "ci.toml", "--replications", "2"], sets].concat())
    };
    // Twice the retention of 7 days; half of 14 days is less.
    let (whole, short) = (played(&[]), played(&["--set", "workload.days=14"]));
    assert_eq!((whole.get("warmup_rule"), whole["warmup_days"].as_f64()), (None, Some(14.0)));
    assert_eq!(
        (&short["warmup_rule"], short["warmup_days"].as_f64()),
        (&"half of the simulated time".into(), Some(7.0))
    );
    let other = played(&["--set", "cache.retention=3 d"]);
    assert_eq!((other.get("warmup_rule"), other["warmup_days"].as_f64()), (None, Some(6.0)));
}

#[test]
fn a_shortened_warm_up_is_said_on_the_first_screen() {
    let unstated = FILLING.replace("warmup = \"auto\"\n", "").replace("days = 40", "days = 14");
    let screen = Case::with(&unstated).stdout(&["run", "ci.toml", "--replications", "2"]);
    let said = "over 7.0 days after 7.0 days of warm-up, half of the simulated time";
    assert!(screen.split_whitespace().collect::<Vec<_>>().join(" ").contains(said), "{screen}");
}

#[test]
fn sides_that_state_no_warm_up_have_the_longest() {
    let unstated = Case::with(&FILLING.replace("warmup = \"auto\"\n", ""));
    let both =
        unstated.json(&["compare", "ci.toml", "--strategy", "shorter-retention=2d", "--replications", "2"]);
    // 14 days of the base, not 4 of the other side.
    assert_eq!((both.get("warmup_rule"), both["warmup_days"].as_f64()), (None, Some(14.0)));
}

#[test]
fn all_sides_of_a_comparison_have_the_latest_cut() {
    // With a shorter retention the other side alone settles earlier.
    let shorter = "cache.retention=2 d";
    let alone = program(&["run", "ci.toml", "--replications", "2", "--set", shorter]);
    let own = program(&["run", "ci.toml", "--replications", "2"]);
    let days = |result: &Value| result["warmup_days"].as_f64().expect("a number");
    assert!(days(&alone) < days(&own));
    let both = program(&["compare", "ci.toml", "--strategy", "shorter-retention=2d", "--replications", "2"]);
    assert_eq!((&both["warmup_rule"], days(&both)), (&"MSER-5".into(), days(&own)));
}

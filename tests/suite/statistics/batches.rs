//! Batch means: against processes whose answer and whose dependence are known, and on a scenario.

use super::{Server, day, mean, uniform};
use crate::case::Case;
use crate::miniature::{HOUR, Miniature};
use cache_budget::event::NoObserver;
use cache_budget::observe::{Outcome, Value, measure, measure_part, metric};
use cache_budget::random::{Draws, mix};
use cache_budget::statistics::{Study, neighbours};

/// A study of one long series in batches of equal length, as runner minutes.
fn in_batches(series: &[f64], batches: usize) -> Study {
    let parts: Vec<Vec<Value>> =
        series.chunks_exact(series.len() / batches).map(|part| day(mean(part)).values).collect();
    Study::in_batches(day(mean(series)), &parts)
}

fn holds(study: &Study, truth: f64) -> bool {
    let minutes = study.estimate(&metric::RUNNER_MINUTES, &[]).expect("measured");
    minutes.low <= truth && truth <= minutes.high
}

/// Whether the study warns of the only metric it has.
fn warns(study: &Study) -> bool {
    !study.batches.as_ref().expect("in batches").dependent.is_empty()
}

/// x(i + 1) = φ x(i) + e, around 1,000, from its steady state: the spread of x is 100 whatever φ is.
fn autoregressive(correlation: f64, stream: u64, length: usize) -> Vec<f64> {
    let normal =
        |index: usize| (0..12).map(|draw| uniform(mix(stream, draw), index as u64)).sum::<f64>() - 6.0;
    let mut x = normal(0);
    let step = (1.0 - correlation * correlation).sqrt();
    (1..=length)
        .map(|index| {
            x = correlation * x + step * normal(index);
            1_000.0 + 100.0 * x
        })
        .collect()
}

const SEEDS: u64 = 400;

#[test]
fn intervals_of_a_long_series_hold_its_mean_and_those_of_short_batches_do_not() {
    // φ = 0.8: the mean of n varies by (1 + φ) ÷ (1 − φ) = 9 times σ² ÷ n. Batches of 200 see nearly
    // all of it: of means of b values 1 − 2 φ ÷ (b (1 − φ²)) = 98 %. Batches of 5 see a third.
    let covered = |length: usize| {
        let studies = (0..SEEDS).map(|seed| in_batches(&autoregressive(0.8, seed, 20 * length), 20));
        let studies: Vec<Study> = studies.collect();
        let [held, warned] = [|s: &Study| holds(s, 1_000.0), warns]
            .map(|test: fn(&Study) -> bool| studies.iter().filter(|study| test(study)).count());
        println!("batches of {length}: {held} of {SEEDS} hold, {warned} warn");
        (held, warned)
    };
    let (held, warned) = covered(200);
    assert!((368..=392).contains(&held) && warned <= 40, "{held} {warned}");
    let (held, warned) = covered(5);
    assert!(held < 340 && warned > 180, "{held} {warned}");
}

#[test]
fn intervals_of_one_long_queue_hold_the_wait_that_theory_knows() {
    // M/M/1 at a load of 0.5 from its steady state: the mean wait is 1 service.
    let covered = (0..SEEDS).filter(|seed| {
        let server = Server { load: 0.5, stream: mix(*seed, 77) };
        let waits = server.waits(server.found_by_chance(), 8_000);
        // As minutes of a day: thousandths keep its milliseconds fine.
        holds(&in_batches(&waits.iter().map(|wait| 1_000.0 * wait).collect::<Vec<_>>(), 20), 1_000.0)
    });
    let covered = covered.count();
    println!("{covered} of {SEEDS}");
    assert!((368..=392).contains(&covered), "{covered} of {SEEDS}");
}

#[test]
fn neighbours_by_hand() {
    // 0 eight times, then 8 eight times: Σ (x − 4)² = 256, one step of 8: C = 1 − 64 ÷ 512 = 0.875.
    let mut series = vec![0.0; 8];
    series.extend([8.0; 8]);
    let found = neighbours(&series, 0.05).expect("dependent");
    assert!((found - 0.875).abs() < 1e-12, "{found}");
    // Up and down: C = 1 − 15 × 64 ÷ 512 < 0, which widens no interval.
    let alternating: Vec<f64> = (0..16).map(|index| f64::from(index % 2) * 8.0).collect();
    assert_eq!(neighbours(&alternating, 0.05), None);
    assert_eq!((neighbours(&[1.0; 16], 0.05), neighbours(&[0.0, 1.0, 2.0], 0.05)), (None, None));
}

#[test]
fn independent_batches_are_called_dependent_as_often_as_the_level_says() {
    // 5 % of 2,000 are 100 ± 3 × √(2000 × 0.05 × 0.95) = 100 ± 29.
    let found = (0..2_000).filter(|stream| {
        let values: Vec<f64> = autoregressive(0.0, mix(*stream, 5), 20);
        neighbours(&values, 0.05).is_some()
    });
    let found = found.count();
    assert!((71..=129).contains(&found), "{found} of 2000");
}

/// A push every five hours for eight days, each with a build that misses or hits.
fn recorded() -> Miniature {
    let scenario = "[workflow.ci]\non = [\"push main\", \"pull_request\"]\n[workflow.ci.job.test]\n\
                    compile = { flavour = \"dev\" }\ncache.rust-cache = true\n";
    (0..40).fold(Miniature::new(scenario), |scene, push| {
        let what = if push % 3 == 0 { "main_push" } else { "pr_push 7" };
        scene.event(push * 5 * HOUR, what, if push % 4 == 0 { "lock" } else { "source" })
    })
}

#[test]
fn the_batches_together_are_the_whole() {
    let model = recorded().model();
    let draws = Draws::new(1, 0);
    let whole = measure(&model, draws).expect("within its limits");
    let parts: Vec<Outcome> = (0..10)
        .map(|part| measure_part(&model, draws, (part, 10), &mut NoObserver).expect("within its limits"))
        .collect();
    // What is counted per day is, on average over parts of equal length, that of the whole.
    // A level is no count: its peak and its final value are those of one part.
    let is_level = |value: &&Value| value.labels.iter().any(|(label, _)| *label == "stat");
    let counts = whole.values.iter().filter(|value| value.metric.zero_when_absent && !is_level(value));
    let mut compared = 0;
    for value in counts {
        let of = |part: &Outcome| {
            let same = |v: &&Value| v.metric == value.metric && v.labels == value.labels;
            part.values.iter().find(same).map_or(0.0, |value| value.value)
        };
        let together = parts.iter().map(of).sum::<f64>() / parts.len() as f64;
        assert!((together - value.value).abs() < 1e-9 * value.value.abs().max(1.0), "{value:?}: {together}");
        compared += 1;
    }
    assert!(compared > 30, "{compared}");
    // What the cache holds on average, too; and the windows follow each other.
    let held = |outcome: &Outcome| {
        outcome.values.iter().find(|v| v.metric.name == "cache.bytes").expect("held").value
    };
    let together = parts.iter().map(held).sum::<f64>() / parts.len() as f64;
    assert!((together - held(&whole)).abs() < 1e-3, "{together} {}", held(&whole));
    assert_eq!(parts[0].window.measure_from, whole.window.measure_from);
    assert_eq!(parts[9].window.end, whole.window.end);
    assert!(parts.windows(2).all(|pair| pair[0].window.end == pair[1].window.measure_from));
}

#[test]
fn replications_that_are_alike_are_told_from_those_that_are_not() {
    let study = |minutes: [f64; 3]| {
        let play = |replication: u32| Ok::<_, std::convert::Infallible>(day(minutes[replication as usize]));
        let Ok(study) = cache_budget::experiment::replicate(3, play);
        study
    };
    assert!(study([5.0; 3]).is_certain() && !study([5.0, 5.0, 6.0]).is_certain());
}

#[test]
fn run_takes_intervals_from_parts_of_one_replication() {
    let scenario = "[workload]\npushes-per-day = 9\ndays = 54\n[workflow.ci]\non = [\"push main\"]\n\
                    [workflow.ci.job.test]\ncold = \"17 min\"\nwarm = \"4 min\"\ncache.rust-cache = { size = \"1 GB\" }\n";
    let case = Case::with(scenario);
    let run = |arguments: &[&str]| {
        let output = case.run(&[&["run", "ci.toml", "--quiet"], arguments].concat());
        (output.status.code(), String::from_utf8(output.stdout).expect("UTF-8"))
    };
    let json = |arguments: &[&str]| -> serde_json::Value {
        serde_json::from_str(&run(&[arguments, &["--format", "json"]].concat()).1).expect("JSON")
    };
    let (batched, alone) = (json(&["--batches", "10"]), json(&["--replications", "1"]));
    assert_eq!((&batched["replications"], &batched["batches"]["count"]), (&1.into(), &10.into()));
    assert_eq!(batched["batches"]["days"], 4.0);
    let rows = |result: &serde_json::Value| result["metrics"].as_array().expect("a list").clone();
    for (row, plain) in rows(&batched).iter().zip(rows(&alone)) {
        // The mean is that of the whole replication; only the interval comes from the parts.
        assert_eq!(
            (&row["name"], &row["labels"], &row["mean"]),
            (&plain["name"], &plain["labels"], &plain["mean"])
        );
        let once = ["peak", "final"].iter().any(|stat| row["labels"]["stat"] == *stat);
        assert!(!once || row["low"] == row["high"], "{row}");
    }
    let count = rows(&batched).into_iter().find(|row| row["name"] == "push.count").expect("counted");
    assert!(count["n"] == 10 && count["low"].as_f64() < count["high"].as_f64(), "{count}");
    let text = run(&["--batches", "10"]).1.replace('\n', " ");
    assert!(text.contains("One replication, with 95 % intervals over 10 batches of 4.0 days each"), "{text}");
    assert!(text.contains("--seed 1 --batches 10"), "{text}");
    assert!(run(&["--replications", "1"]).1.replace('\n', " ").contains("--batches 20"), "a hint");
    assert_eq!(run(&["--batches", "10", "--threads", "1"]), run(&["--batches", "10", "--threads", "2"]));
    assert_eq!(run(&["--batches", "7"]).0, Some(2));
    assert_eq!(run(&["--batches", "10", "--replications", "3"]).0, Some(2));
}

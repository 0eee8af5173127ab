//! Differences in pairs: by hand, and that pairing pays on the founding case.

use cache_budget::engine;
use cache_budget::outcome::*;
use cache_budget::random::Draws;
use cache_budget::scenario::load;
use cache_budget::study::{Study, Verdict, differences, replicate, replicate_each};
use cache_budget::units::{Bytes, Duration, Money, SimTime};
use std::convert::Infallible;
use std::path::Path;

/// One measured day in which runners work this many minutes, and rust-cache hits or misses.
fn day(minutes: f64, hit: Option<bool>) -> Outcome {
    let names = Names { clients: vec!["rust-cache".into()], ..Names::default() };
    let window = Window { start: SimTime(0), measure_from: SimTime(0), end: SimTime(Duration::DAY.0) };
    let names = Names {
        jobs: vec![JobName { workflow: WorkflowId(0), name: "test".into(), group: "test".into() }],
        ..names
    };
    let mut recorder = Recorder::new(names, window, Bytes(1_000));
    recorder.runner(SimTime(0), Duration::MINUTE.scaled(minutes), Money(0));
    let site = Site { client: ClientId(0), job: JobId(0), class: RefClass::Main };
    if let Some(hit) = hit {
        let outcome = if hit { RestoreOutcome::Exact } else { RestoreOutcome::Miss };
        recorder.restore(SimTime(0), site, outcome, Bytes(1));
    }
    recorder.finish()
}

fn study(days: &[(f64, Option<bool>)]) -> Study {
    let play = |replication: u32| {
        let (minutes, hit) = days[replication as usize];
        Ok::<_, Infallible>(day(minutes, hit))
    };
    let Ok(study) = replicate(days.len() as u32, play, || ());
    study
}

#[test]
fn a_difference_is_taken_replication_by_replication() {
    // 10, 50, 90 against 8, 47, 89: −2, −3, −1. Mean −2, s = 1, t(2) = 4.302653: ± 2.484138.
    let base = study(&[(10.0, None), (50.0, None), (90.0, None)]);
    let other = study(&[(8.0, None), (47.0, None), (89.0, None)]);
    let all = differences(&base, &other);
    let minutes = all.iter().find(|d| d.is("runner.minutes", &[])).expect("measured");
    assert_eq!((minutes.base, minutes.n), (50.0, 3));
    assert!((minutes.difference + 2.0).abs() < 1e-9);
    assert!((minutes.low + 4.484_138).abs() < 1e-5 && (minutes.high - 0.484_138).abs() < 1e-5);
    assert_eq!(minutes.verdict(), Some(Verdict::NotDistinguishable));
}

#[test]
fn the_verdict_knows_which_direction_is_good() {
    let (few, many) = ([(1.0, Some(true)), (2.0, Some(true))], [(11.0, Some(false)), (12.0, Some(false))]);
    let verdict = |base: &[_], other: &[_], name, labels: &[(&str, &str)]| {
        let all = differences(&study(base), &study(other));
        all.iter().find(|d| d.is(name, labels)).expect("measured").verdict()
    };
    assert_eq!(verdict(&few, &many, "runner.minutes", &[]), Some(Verdict::Worse));
    assert_eq!(verdict(&many, &few, "runner.minutes", &[]), Some(Verdict::Better));
    assert_eq!(verdict(&few, &many, "restore.hit_ratio", &[]), Some(Verdict::Worse));
    assert_eq!(verdict(&many, &few, "restore.hit_ratio", &[]), Some(Verdict::Better));
    assert_eq!(verdict(&few, &few, "restore.hit_ratio", &[]), Some(Verdict::NotDistinguishable));
    // More look-ups are neither good nor bad, and one replication proves nothing.
    assert_eq!(verdict(&few, &many, "restore.count", &[]), None);
    let alone = verdict(&few[..1], &many[..1], "runner.minutes", &[]);
    assert_eq!(alone, Some(Verdict::NotDistinguishable));
}

#[test]
fn what_was_never_measured_is_not_compared_but_a_count_of_nothing_is_zero() {
    let (with, without) = ([(1.0, Some(true)), (2.0, None)], [(1.0, None), (2.0, None)]);
    let all = differences(&study(&with), &study(&without));
    assert!(all.iter().all(|d| d.metric.name != "restore.hit_ratio"));
    let labels = [("client", "rust-cache")];
    let count = all.iter().find(|d| d.is("restore.count", &labels)).expect("counted");
    assert_eq!((count.base, count.other, count.difference, count.n), (0.5, 0.0, -0.5, 2));
}

#[test]
fn cases_played_together_are_those_played_alone() {
    let cases = [[(1.0, Some(true)), (5.0, None)], [(2.0, Some(false)), (3.0, Some(true))]];
    let play = |case: usize, replication: u32| {
        let (minutes, hit) = cases[case][replication as usize];
        Ok::<_, Infallible>(day(minutes, hit))
    };
    let Ok(together) = replicate_each(2, 2, play, || ());
    assert_eq!(together, [study(&cases[0]), study(&cases[1])]);
}

/// The sample variance.
fn variance(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (values.len() - 1) as f64
}

#[test]
#[ignore = "plays a year of pushes 32 times; run by .ci/run"]
fn pairing_pays_on_the_founding_case() {
    const REPLICATIONS: u32 = 16;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/meteroid");
    let models = ["before", "save-on-main-only"]
        .map(|name| load(&folder.join(format!("{name}.toml")), &[]).expect("a valid scenario").model);
    let play = |case: usize, replication| engine::simulate(&models[case], Draws::new(1, replication));
    let studies = replicate_each(2, REPLICATIONS, play, || ()).expect("within its limits");
    for (name, labels) in [("push.runner_minutes", &[][..]), ("push.waiting", &[("stat", "mean")])] {
        let values = |study: &Study| -> Vec<f64> {
            let place = study.estimates.iter().position(|e| e.is(name, labels)).expect("measured");
            study.series[place].values.iter().copied().flatten().collect()
        };
        let [base, other] = [values(&studies[0]), values(&studies[1])];
        let paired: Vec<f64> = base.iter().zip(&other).map(|(base, other)| other - base).collect();
        let (paired, unpaired) = (variance(&paired), variance(&base) + variance(&other));
        println!("{name}: paired {paired:.6}, unpaired {unpaired:.6}, {:.3}", paired / unpaired);
        assert!(paired <= unpaired / 3.0, "{name}: {paired} of {unpaired}");
    }
}

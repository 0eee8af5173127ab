//! Differences in pairs: by hand, and that pairing pays on the founding case.

use cache_budget::event::*;
use cache_budget::experiment::{replicate, replicate_each};
use cache_budget::observe::metric;
use cache_budget::observe::*;
use cache_budget::random::Draws;
use cache_budget::scenario::{build, read};
use cache_budget::statistics::{
    CommonPushes, Difference, HEADLINES, Study, Verdict, differences, differences_over, t_quantile,
};
use cache_budget::strategy::StrategySet;
use cache_budget::units::{Bytes, Duration, Money, SimTime};
use std::convert::Infallible;
use std::path::Path;

/// One measured day in which runners work this many minutes, and rust-cache hits or misses.
fn day(minutes: f64, hit: Option<bool>) -> Outcome {
    paid_day(minutes, hit, Money(0))
}

/// The same, with what the runners cost.
fn paid_day(minutes: f64, hit: Option<bool>, cost: Money) -> Outcome {
    let names = Names { clients: vec!["rust-cache".into()], ..Names::default() };
    let window = Window { start: SimTime(0), measure_from: SimTime(0), end: SimTime(Duration::DAY.0) };
    let names = Names {
        jobs: vec![JobName {
            workflow: WorkflowId(0),
            name: "test".into(),
            group: "test".into(),
            after_failure: false,
        }],
        ..names
    };
    let mut recorder = Metrics::new(names, window, Bytes(1_000));
    recorder.runner(SimTime(0), Duration::MINUTE.scaled(minutes), cost);
    let site = Site { client: ClientId(0), job: JobId(0), kind: RefKind::Main };
    if let Some(hit) = hit {
        let outcome = if hit { RestoreOutcome::Exact } else { RestoreOutcome::Miss };
        recorder.restore(SimTime(0), site, outcome, Bytes(1));
    }
    recorder.finish()
}

pub(super) fn study(days: &[(f64, Option<bool>)]) -> Study {
    let play = |replication: u32| {
        let (minutes, hit) = days[replication as usize];
        Ok::<_, Infallible>(day(minutes, hit))
    };
    let Ok(study) = replicate(days.len() as u32, play);
    study
}

/// A study of days that all cost the same.
pub(super) fn paid_study(days: &[f64], cost: Money) -> Study {
    let play = |replication: u32| Ok::<_, Infallible>(paid_day(days[replication as usize], None, cost));
    let Ok(study) = replicate(days.len() as u32, play);
    study
}

#[test]
fn a_difference_is_taken_replication_by_replication() {
    // 10, 50, 90 against 8, 47, 89: −2, −3, −1. Mean −2, s = 1, t(2) = 4.302653: ± 2.484138.
    let base = study(&[(10.0, None), (50.0, None), (90.0, None)]);
    let other = study(&[(8.0, None), (47.0, None), (89.0, None)]);
    let all = differences(&base, &other);
    let minutes = all.iter().find(|d| d.is(&metric::RUNNER_MINUTES, &[])).expect("measured");
    assert_eq!((minutes.base, minutes.n), (50.0, 3));
    assert!((minutes.difference + 2.0).abs() < 1e-9);
    assert!((minutes.low + 4.484_138).abs() < 1e-5 && (minutes.high - 0.484_138).abs() < 1e-5);
    assert_eq!(minutes.verdict(), Some(Verdict::NotDistinguishable));
}

#[test]
fn the_verdict_knows_which_direction_is_good() {
    let (few, many) = ([(1.0, Some(true)), (2.0, Some(true))], [(11.0, Some(false)), (12.0, Some(false))]);
    let verdict = |base: &[_], other: &[_], metric: &Metric, labels: &[(&str, &str)]| {
        let all = differences(&study(base), &study(other));
        all.iter().find(|d| d.is(metric, labels)).expect("measured").verdict()
    };
    assert_eq!(verdict(&few, &many, &metric::RUNNER_MINUTES, &[]), Some(Verdict::Worse));
    assert_eq!(verdict(&many, &few, &metric::RUNNER_MINUTES, &[]), Some(Verdict::Better));
    assert_eq!(verdict(&few, &many, &metric::RESTORE_HIT_RATIO, &[]), Some(Verdict::Worse));
    assert_eq!(verdict(&many, &few, &metric::RESTORE_HIT_RATIO, &[]), Some(Verdict::Better));
    assert_eq!(verdict(&few, &few, &metric::RESTORE_HIT_RATIO, &[]), Some(Verdict::NotDistinguishable));
    // More look-ups are neither good nor bad, and one replication proves nothing.
    assert_eq!(verdict(&few, &many, &metric::RESTORE_COUNT, &[]), None);
    let alone = verdict(&few[..1], &many[..1], &metric::RUNNER_MINUTES, &[]);
    assert_eq!(alone, Some(Verdict::NotDistinguishable));
}

#[test]
fn what_was_never_measured_is_not_compared_but_a_count_of_nothing_is_zero() {
    let (with, without) = ([(1.0, Some(true)), (2.0, None)], [(1.0, None), (2.0, None)]);
    let all = differences(&study(&with), &study(&without));
    assert!(all.iter().all(|d| d.metric.name != "restore.hit_ratio"));
    let labels = [("client", "rust-cache")];
    let count = all.iter().find(|d| d.is(&metric::RESTORE_COUNT, &labels)).expect("counted");
    assert_eq!((count.base, count.other, count.difference, count.n), (0.5, 0.0, -0.5, 2));
}

/// One measured day with a push for each of these waits in minutes; `None` is one whose run failed.
fn pushes(waits: &[Option<i64>]) -> Outcome {
    let names = Names { workflows: vec!["ci".into()], ..Names::default() };
    let window = Window { start: SimTime(0), measure_from: SimTime(0), end: SimTime(Duration::DAY.0) };
    let mut recorder = Metrics::new(names, window, Bytes(1_000));
    for (push, wait) in (0..).zip(waits) {
        recorder.push(SimTime(0), push);
        let (workflow, class, triggered) = (WorkflowId(0), RefClass::Main, SimTime(0));
        let ended = SimTime(0) + Duration(wait.unwrap_or(5) * Duration::MINUTE.0);
        let conclusion = if wait.is_some() { Conclusion::Success } else { Conclusion::Failed };
        let (number, attempt, required) = (push as u32, 1, true);
        let run =
            WorkflowRun { number, attempt, required, push, workflow, class, triggered, ended, conclusion };
        recorder.workflow(run);
    }
    recorder.finish()
}

#[test]
fn waiting_is_compared_over_the_pushes_that_both_finish() {
    // The other rescues the second push, which takes an hour, and loses the third. Of all pushes that
    // finish, its mean is (8 + 60 + 18) ÷ 3 = 28.7 against (10 + 30 + 20) ÷ 3 = 20; of those that finish
    // on both sides, 13 against 15.
    let base = [Some(10), None, Some(30), Some(20)];
    let other = [Some(8), Some(60), None, Some(18)];
    let studies = [base, other].map(|waits| {
        let Ok(study) = replicate(2, |_| Ok::<_, Infallible>(pushes(&waits)));
        study
    });
    let of_all = studies[1].estimate(&metric::PUSH_WAITING, &[("stat", "mean")]).expect("measured");
    assert!((of_all.mean - 86.0 / 3.0).abs() < 1e-9);
    let all = differences(&studies[0], &studies[1]);
    for metric in [&metric::PUSH_WAITING, &metric::PUSH_GREEN] {
        for labels in [&[("stat", "mean")][..], &[("ref", "main"), ("stat", "mean")]] {
            let waiting = all.iter().find(|d| d.is(metric, labels)).expect("compared");
            assert_eq!((waiting.base, waiting.other, waiting.difference), (15.0, 13.0, -2.0), "{metric:?}");
        }
    }
    assert_eq!(CommonPushes::completed_in_all(&studies).mean(), 2.0);
    // With a third that finishes the last push alone, shares are over that one.
    let Ok(third) = replicate(2, |_| Ok::<_, Infallible>(pushes(&[None, None, None, Some(19)])));
    let finished = CommonPushes::completed_in_all(studies.iter().chain([&third]));
    let over = differences_over(&studies[0], &studies[1], &finished);
    let waiting = over.iter().find(|d| d.is(&metric::PUSH_WAITING, &[("stat", "p50")])).expect("compared");
    assert_eq!((waiting.base, waiting.other), (20.0, 18.0));
}

#[test]
fn cases_played_together_are_those_played_alone() {
    let cases = [[(1.0, Some(true)), (5.0, None)], [(2.0, Some(false)), (3.0, Some(true))]];
    let play = |case: usize, replication: u32| {
        let (minutes, hit) = cases[case][replication as usize];
        Ok::<_, Infallible>(day(minutes, hit))
    };
    let Ok(together) = replicate_each(2, 2, play);
    assert_eq!(together, [study(&cases[0]), study(&cases[1])]);
}

/// The sample variance.
fn variance(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (values.len() - 1) as f64
}

/// What an interval of a mean over so many values says their variance is.
fn variance_of(difference: &Difference) -> f64 {
    let n = f64::from(difference.n);
    let margin = (difference.high - difference.low) / 2.0;
    (margin / t_quantile(0.975, n - 1.0)).powi(2) * n
}

#[test]
#[ignore = "plays months of pushes 40 times; run by .ci/run"]
fn pairing_pays_on_the_founding_case() {
    const REPLICATIONS: u32 = 8;
    let before = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/meteroid/before.toml");
    // Runners are free there: any price will do for the bill. A part of the year says it as well as the whole.
    let settings = ["runner.ubuntu-latest.price=0.006 USD", "workload.until=2026-01-15T00:00:00Z"];
    let priced = settings.map(str::to_owned);
    let scenario = read(&before, &priced).expect("a valid scenario");
    let treated = |text: &str| {
        let (scenario, _) = StrategySet::parse(text).expect(text).apply(&scenario).expect(text);
        build(&before, scenario).expect(text).model
    };
    let strategies = ["save-on-main-only", "drop-sccache", "scope-per-image-and-arch", "raise-limit=20GB"];
    let mut models = vec![build(&before, scenario.clone()).expect("valid").model];
    models.extend(strategies.map(treated));
    let play = |case: usize, replication| measure(&models[case], Draws::new(1, replication));
    let studies = replicate_each(models.len(), REPLICATIONS, play).expect("within its limits");
    for (place, strategy) in strategies.iter().enumerate() {
        let paired = differences(&studies[0], &studies[place + 1]);
        for (metric, labels) in HEADLINES {
            let values = |study: &Study| -> Vec<f64> {
                let line = study.series.iter().find(|series| series.is(metric, labels)).expect("measured");
                line.values().flatten().collect()
            };
            let unpaired = variance(&values(&studies[0])) + variance(&values(&studies[place + 1]));
            let paired = paired.iter().find(|d| d.is(metric, labels)).map(variance_of).expect("compared");
            println!("{strategy}, {}: {:.3} of {unpaired:.6}", metric.name, paired / unpaired);
            assert!(paired <= unpaired / 3.0, "{strategy}, {}: {paired} of {unpaired}", metric.name);
        }
    }
}

/// A change of a metric of 10, of which the interval is a tenth to both sides.
fn change(metric: &'static Metric, labels: &[(&'static str, &str)], difference: f64) -> Difference {
    Difference {
        metric,
        labels: labels.iter().map(|(label, text)| (*label, (*text).to_owned())).collect(),
        base: 10.0,
        other: 10.0 + difference,
        difference,
        low: difference - 0.1,
        high: difference + 0.1,
        n: 4,
        worlds: None,
    }
}

#[test]
fn less_time_is_no_gain_as_far_as_failing_runs_explain_it() {
    let minutes = |saved: f64, share: f64| {
        let minutes = change(&metric::PUSH_RUNNER_MINUTES, &[], -saved);
        let success = change(&metric::JOB_SUCCESS_SHARE, &[("job", "test")], share);
        minutes.verdict_among(&[success])
    };
    // Of 10 min at most 6 can go with 60 % of a job's runs.
    assert_eq!(minutes(6.0, -0.6), Some(Verdict::NotDistinguishable));
    assert_eq!(minutes(6.1, -0.6), Some(Verdict::Better));
    assert_eq!(minutes(6.0, 0.6), Some(Verdict::Better));
    // A table does not call it uncertain: it is not judged.
    let void = |saved: f64, share: f64| {
        let success = change(&metric::JOB_SUCCESS_SHARE, &[("job", "test")], share);
        change(&metric::PUSH_RUNNER_MINUTES, &[], -saved).is_void_among(&[success])
    };
    assert!(void(6.0, -0.6) && !void(6.1, -0.6) && !void(0.05, -0.6));
    // More time is worse whatever fails.
    assert_eq!(minutes(-1.0, -0.6), Some(Verdict::Worse));
}

#[test]
fn durations_of_other_runs_than_before_are_not_judged() {
    let judged = |job: &str, share: f64| {
        let minutes = change(&metric::JOB_DURATION, &[("job", "test"), ("stat", "mean")], -5.0);
        minutes.verdict_among(&[change(&metric::JOB_SUCCESS_SHARE, &[("job", job)], share)])
    };
    assert_eq!(judged("test", -0.01), Some(Verdict::NotDistinguishable));
    assert_eq!(judged("test", 0.01), Some(Verdict::NotDistinguishable));
    assert_eq!(judged("test", 0.009), Some(Verdict::Better));
    assert_eq!(judged("lint", -0.5), Some(Verdict::Better));
}

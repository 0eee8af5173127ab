//! Means, intervals and Student's t against published tables.

use cache_budget::event::RestoreOutcome;
use cache_budget::experiment::{Control, Replications, replicate, replicate_each};
use cache_budget::observe::{Outcome, metric};
use cache_budget::random::{Draws, Purpose};
use cache_budget::statistics::{Study, t_quantile};
use cache_budget::units::{Bytes, Duration, Money, SimTime};
use std::convert::Infallible;
use std::sync::atomic::{AtomicU32, Ordering};

/// One measured day in which runners work this many minutes and `misses` of ten look-ups miss.
fn day(minutes: f64, misses: Option<u32>) -> Outcome {
    let (mut recorder, site) = super::one_day();
    recorder.runner(SimTime(0), Duration::MINUTE.scaled(minutes), Money(0));
    for look_up in 0..misses.map_or(0, |_| 10) {
        let missed = misses.is_some_and(|misses| look_up < misses);
        let outcome = if missed { RestoreOutcome::Miss } else { RestoreOutcome::Exact };
        recorder.restore(SimTime(0), site, outcome, Bytes(10));
    }
    recorder.finish()
}

fn study(days: &[(f64, Option<u32>)]) -> Study {
    let play = |replication: u32| {
        let (minutes, misses) = days[replication as usize];
        Ok::<_, Infallible>(day(minutes, misses))
    };
    let Ok(study) = replicate(days.len() as u32, play);
    study
}

#[test]
fn t_quantiles_agree_with_the_tables() {
    // df 1 and 2 have closed forms: tan(π(p − 1/2)) and (2p − 1) √(2 ÷ (4p(1 − p))). The others are
    // tabulated to nine digits, which round to the three of NIST/SEMATECH e-Handbook 1.3.6.7.2.
    let closed_1 = (std::f64::consts::PI * 0.475).tan();
    let closed_2 = 0.95 * (2.0_f64 / (4.0 * 0.975 * 0.025)).sqrt();
    let table = [
        (0.975, 1.0, closed_1),
        (0.975, 2.0, closed_2),
        (0.975, 3.0, 3.182_446_305),
        (0.975, 4.0, 2.776_445_105),
        (0.975, 9.0, 2.262_157_163),
        (0.975, 19.0, 2.093_024_054),
        (0.975, 29.0, 2.045_229_642),
        (0.975, 99.0, 1.984_216_952),
        (0.975, 1e6, 1.959_966_36),
        (0.95, 10.0, 1.812_461_123),
        (0.995, 5.0, 4.032_142_984),
    ];
    for (p, df, expected) in table {
        let found = t_quantile(p, df);
        assert!((found - expected).abs() < 1e-6, "t({p}, {df}) = {found}, expected {expected}");
    }
}

#[test]
fn an_interval_of_minutes_is_above_zero_and_leans_upwards() {
    // 10, 20, 30: mean 20, s = 10, t(2) = 4.302653; the half-width of Student's interval is
    // 4.302653 × 10 ÷ √3 = 24.841377, more than the mean. Minutes are not negative. The ends are the means m for
    // which (20 − m)² = 24.841377² × m ÷ 20 = 30.854701 m: m = 20 + 15.427350 ± √(35.427350² − 20²)
    // = 35.427350 ± 29.242044.
    let study = study(&[(10.0, None), (20.0, None), (30.0, None)]);
    let minutes = study.estimate(&metric::RUNNER_MINUTES, &[]).expect("measured");
    assert_eq!((minutes.mean, minutes.n), (20.0, 3));
    assert!((minutes.low - 6.185_306).abs() < 1e-5, "{}", minutes.low);
    assert!((minutes.high - 64.669_394).abs() < 1e-5, "{}", minutes.high);
}

#[test]
fn a_few_far_values_count_as_fewer_replications() {
    // Seven times 0 and once 80: mean 10, s = √(8 × 700 ÷ 7) = 28.284271. The second moment is 700 and the fourth
    // (7 × 10⁴ + 70⁴) ÷ 8 = 3,010,000, so the excess kurtosis is 3,010,000 ÷ 490,000 − 3 = 22 ÷ 7. Of 7 degrees of
    // freedom 14 ÷ (2 + 22 ÷ 7) = 2.72 are left, in halves 2.5. With t(2.5) = 3.5746, the half-width
    // would be 3.5746 × 28.284271 ÷ √8 = 35.746; (10 − m)² = 35.746² m ÷ 10 gives m = 147.10 at most.
    let study = study(&[0.0, 0.0, 0.0, 80.0, 0.0, 0.0, 0.0, 0.0].map(|minutes| (minutes, None)));
    let minutes = study.estimate(&metric::RUNNER_MINUTES, &[]).expect("measured");
    let half = t_quantile(0.975, 2.5) * 10.0;
    let excess = half * half / 10.0;
    let high = 10.0 + excess / 2.0 + (excess * 10.0 + excess * excess / 4.0).sqrt();
    assert!((minutes.high - high).abs() < 1e-5 && (minutes.high - 147.1).abs() < 0.1, "{minutes:?}, {high}");
    assert!((minutes.low * minutes.high - 100.0).abs() < 1e-6, "{minutes:?}");
}

#[test]
fn one_replication_has_no_width() {
    let study = study(&[(10.0, Some(1))]);
    let minutes = study.estimate(&metric::RUNNER_MINUTES, &[]).expect("measured");
    assert_eq!((minutes.mean, minutes.low, minutes.high, minutes.n), (10.0, 10.0, 10.0, 1));
}

#[test]
fn an_absent_ratio_has_no_value_and_an_absent_count_is_zero() {
    let study = study(&[(1.0, Some(4)), (1.0, None), (1.0, Some(6))]);
    let hits = study.estimate(&metric::RESTORE_HIT_RATIO, &[]).expect("measured");
    assert_eq!((hits.mean, hits.n), (0.5, 2));
    // Misses per day: 4, 0, 6.
    let missed = study.estimate(&metric::RESTORE_COUNT, &[("outcome", "miss")]).expect("measured");
    assert_eq!((missed.mean, missed.n), (10.0 / 3.0, 3));
}

#[test]
fn a_ratio_stays_between_zero_and_one() {
    let study = study(&[(1.0, Some(0)), (1.0, Some(0)), (1.0, Some(1))]);
    let hits = study.estimate(&metric::RESTORE_HIT_RATIO, &[]).expect("measured");
    assert!(0.0 < hits.low && hits.low < hits.mean && hits.mean < hits.high && hits.high <= 1.0, "{hits:?}");
}

#[test]
fn intervals_cover_the_truth_nineteen_times_in_twenty() {
    // The sum of twelve uniform draws is nearly normal with mean 6. Of 1,000 intervals of 5 values
    // each, 950 ± 3 × √(1000 × 0.95 × 0.05) = 950 ± 21 should hold it.
    let covered = (0..1_000).filter(|trial| {
        let value = |replication: u32| {
            let draws = Draws::new(*trial, replication);
            (0..12).map(|draw| draws.unit(Purpose::Step, draw)).sum::<f64>()
        };
        let values: Vec<_> = (0..5).map(|replication| (value(replication), None)).collect();
        let study = study(&values);
        let minutes = study.estimate(&metric::RUNNER_MINUTES, &[]).expect("measured");
        minutes.low <= 6.0 && 6.0 <= minutes.high
    });
    let covered = covered.count();
    assert!((929..=971).contains(&covered), "{covered} of 1000");
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| study(&[(1.0, Some(3)), (2.5, Some(1)), (3.1, None), (0.7, Some(9)), (4.9, Some(2))]))
    };
    assert_eq!(on(1), on(4));
}

#[test]
fn the_first_failing_replication_is_the_error() {
    let play = |replication| if replication >= 2 { Err(replication) } else { Ok(day(1.0, None)) };
    assert_eq!(replicate(6, play), Err(2));
}

/// Cancels once so many replications are finished.
struct After(u32, AtomicU32);

impl Control for After {
    fn begin(&self, _: &'static str, _: u64, _: u64) {}

    fn advance(&self) {
        self.1.fetch_add(1, Ordering::Relaxed);
    }

    fn end(&self) {}

    fn is_cancelled(&self) -> bool {
        self.1.load(Ordering::Relaxed) >= self.0
    }
}

#[test]
fn what_was_finished_before_it_was_cancelled_is_as_if_no_more_had_been_asked_for() {
    let minutes = |case: usize, replication: u32| f64::from(replication) + case as f64 / 2.0;
    let play = |case, replication| Ok::<_, Infallible>(day(minutes(case, replication), None));
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        let mut played = Replications::of(2);
        let Ok(()) = pool.install(|| played.run_until(50, play, &After(20, AtomicU32::new(0))));
        // 20 of both cases together are finished, and of each thread at most one more that had begun.
        let count = played.count();
        assert!((10..=12).contains(&count), "{count}");
        let Ok(asked) = replicate_each(2, count, play);
        assert_eq!(played.studies(), asked);
    }
}

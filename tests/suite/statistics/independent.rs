//! Differences between two studies that were not played together.

use super::day;
use cache_budget::observe::{Metric, Waits, metric};
use cache_budget::statistics::{Difference, Estimate, SeriesTable, Study, independent_differences};

fn study(estimates: Vec<Estimate>) -> Study {
    let study =
        Study::new(SeriesTable::of(&[day(1.0).values, day(2.0).values]), vec![Waits::default(); 2], day(1.0));
    Study { estimates, ..study }
}

fn estimate(metric: &'static Metric, [mean, low, high]: [f64; 3], n: u32) -> Estimate {
    Estimate { metric, labels: vec![], mean, low, high, n, prediction: None }
}

fn only(before: Vec<Estimate>, after: Vec<Estimate>) -> Difference {
    let mut all = independent_differences(&study(before), &study(after));
    assert_eq!(all.len(), 1);
    all.remove(0)
}

/// The mean of before reaches 4 down and 3 up, that of after as well. The difference of 10 is lowest where after is low
/// (4) and before is high (3): √(4² + 3²) = 5 below; and 5 above where after is high (3) and before is low (4).
#[test]
fn the_interval_of_a_difference_is_made_of_both_intervals() {
    let minutes = &metric::RUNNER_MINUTES;
    let change =
        only(vec![estimate(minutes, [10.0, 6.0, 13.0], 4)], vec![estimate(minutes, [20.0, 16.0, 23.0], 8)]);
    assert_eq!((change.base, change.other, change.difference), (10.0, 20.0, 10.0));
    assert!((change.low - 5.0).abs() < 1e-9 && (change.high - 15.0).abs() < 1e-9, "{change:?}");
    assert_eq!(change.n, 4);
    assert!(change.is_distinguishable());
    let back =
        only(vec![estimate(minutes, [20.0, 16.0, 23.0], 8)], vec![estimate(minutes, [10.0, 6.0, 13.0], 4)]);
    assert_eq!((back.low, back.high), (-change.high, -change.low));
}

/// A one-sided interval counts only on its side: after cannot be lower than 2, so only the 3 by which before may be higher
/// counts below.
#[test]
fn an_interval_that_is_lopsided_stays_so() {
    let minutes = &metric::RUNNER_MINUTES;
    let change =
        only(vec![estimate(minutes, [1.0, 1.0, 4.0], 4)], vec![estimate(minutes, [2.0, 2.0, 2.0], 4)]);
    assert_eq!((change.low, change.difference, change.high), (-2.0, 1.0, 1.0));
    assert!(!change.is_distinguishable());
}

#[test]
fn a_count_that_one_side_lacks_is_zero_there_and_a_ratio_is_left_out() {
    let lost = only(vec![], vec![estimate(&metric::LOST_MINUTES, [5.0, 4.0, 6.0], 2)]);
    assert_eq!((lost.base, lost.other, lost.low, lost.high), (0.0, 5.0, 4.0, 6.0));
    let (none, ratio) =
        (study(vec![]), study(vec![estimate(&metric::RESTORE_HIT_RATIO, [0.5, 0.4, 0.6], 2)]));
    assert_eq!(independent_differences(&none, &ratio), []);
}

#[test]
fn one_replication_on_either_side_proves_nothing() {
    let minutes = &metric::RUNNER_MINUTES;
    let change =
        only(vec![estimate(minutes, [1.0, 1.0, 1.0], 1)], vec![estimate(minutes, [9.0, 9.0, 9.0], 20)]);
    assert!(!change.is_distinguishable() && change.n == 1);
}

//! Where a curve bends, and when it is better to say that it does not.

use cache_budget::random::{Distribution, Draws, Purpose};
use cache_budget::statistics::sweep::{Curve, Finding, Shape};

/// The function at the places, with noise that a replication has everywhere and noise of each point.
fn curve(of: impl Fn(f64) -> f64, common: f64, own: f64, replications: u32) -> Curve {
    let x: Vec<f64> = (1..=10).map(|n| f64::from(n) * 5.0).collect();
    let values = |replication: u32| {
        let draws = Draws::new(7, replication);
        let noise = |index: u64| draws.unit(Purpose::Work, index) - 0.5;
        let at = |(index, x): (usize, &f64)| of(*x) + common * noise(0) + own * noise(1 + index as u64);
        x.iter().enumerate().map(at).collect()
    };
    let y = (0..replications).map(values).collect();
    Curve { x, y }
}

/// Falls by 2 for each unit up to 20, then by 0.1.
fn kinked(x: f64) -> f64 {
    if x < 20.0 { 100.0 - 2.0 * x } else { 60.0 - 0.1 * (x - 20.0) }
}

#[test]
fn a_kink_is_found_where_it_is_with_the_slopes_on_both_sides() {
    // Noise that all points share falls out of the differences.
    let Some(Finding::Elbow(elbow)) = curve(kinked, 50.0, 0.0, 10).finding() else { panic!("it bends") };
    assert_eq!((elbow.at, elbow.first, elbow.last, elbow.shape), (3, 3, 3, Shape::Flattens));
    assert!((elbow.before.value + 2.0).abs() < 1e-9 && (elbow.after.value + 0.1).abs() < 1e-9, "{elbow:?}");
    assert!((elbow.flat_at_most - 0.1).abs() < 1e-9, "{elbow:?}");
}

#[test]
fn noise_shows_in_the_range_of_the_elbow_and_the_slopes() {
    let Some(Finding::Elbow(elbow)) = curve(kinked, 50.0, 12.0, 10).finding() else { panic!("it bends") };
    assert!(elbow.first <= elbow.at && elbow.at <= elbow.last, "{elbow:?}");
    assert!(elbow.before.low < -2.0 && -2.0 < elbow.before.high, "{elbow:?}");
    assert!(elbow.flat_at_most > 0.1, "a step may be steeper than its mean: {elbow:?}");
}

#[test]
fn what_begins_to_hurt_steepens() {
    let of = |x: f64| if x < 30.0 { 10.0 } else { 10.0 + 3.0 * (x - 30.0) };
    let Some(Finding::Elbow(elbow)) = curve(of, 5.0, 0.0, 5).finding() else { panic!("it bends") };
    assert_eq!((elbow.at, elbow.shape), (5, Shape::Steepens));
    assert!(elbow.before.value.abs() < 1e-9 && (elbow.after.value - 3.0).abs() < 1e-9);
}

#[test]
fn a_straight_line_has_no_elbow() {
    let Some(Finding::Even(slope)) = curve(|x| 100.0 - x, 10.0, 0.5, 8).finding() else { panic!("even") };
    assert!(slope.low <= -1.0 && -1.0 <= slope.high, "{slope:?}");
}

#[test]
fn noise_alone_makes_neither_a_difference_nor_an_elbow() {
    // What all points share falls out.
    assert_eq!(curve(|_| 50.0, 10.0, 0.0, 6).finding(), Some(Finding::Flat));
    // Of noise at every point for itself, the extremes of ten differ by a lot: 200 curves, of which
    // at most 5 % may be said to differ (13 or fewer with 96 % probability), and fewer to bend.
    let noisy = |number: u64| {
        let value = |replication: u32, point: u64| {
            Draws::new(number, replication).sample(
                Purpose::Work,
                point,
                &Distribution::LogNormal { median: 1.0, sigma: 0.3 },
            )
        };
        let y = (0..6).map(|replication| (0..10).map(|point| value(replication, point)).collect()).collect();
        Curve { x: (1..=10).map(f64::from).collect(), y }.finding()
    };
    let found: Vec<_> = (0..200).map(noisy).collect();
    let different = found.iter().filter(|finding| **finding != Some(Finding::Flat)).count();
    let bent = found.iter().filter(|finding| matches!(finding, Some(Finding::Elbow(_)))).count();
    assert!(different <= 13 && bent <= 4, "{different} of 200 differ, {bent} bend");
}

#[test]
fn a_curve_that_turns_around_is_not_given_one_elbow() {
    let of = |x: f64| (x - 27.0) * (x - 27.0) / 10.0;
    assert_eq!(curve(of, 5.0, 0.0, 5).finding(), Some(Finding::Turning));
}

#[test]
fn an_elbow_that_depends_on_the_replication_is_told_as_a_range() {
    let mut curve = curve(kinked, 0.0, 0.0, 6);
    for (replication, values) in curve.y.iter_mut().enumerate() {
        let kink = if replication % 2 == 0 { 15.0 } else { 30.0 };
        *values = curve.x.iter().map(|x| (100.0 - 2.0 * x).max(100.0 - 2.0 * kink)).collect();
    }
    let Some(Finding::Elbow(elbow)) = curve.finding() else { panic!("it bends") };
    assert_eq!((elbow.first, elbow.last), (2, 5), "15 to 30: {elbow:?}");
}

#[test]
fn two_places_are_no_curve_and_one_replication_is_believed() {
    let short = Curve { x: vec![1.0, 2.0], y: vec![vec![5.0, 3.0]] };
    assert_eq!(short.finding(), None);
    let Some(Finding::Elbow(elbow)) = curve(kinked, 0.0, 0.0, 1).finding() else { panic!("it bends") };
    assert_eq!((elbow.at, elbow.before.low), (3, elbow.before.value));
}

//! What is expected is held against an interval: it holds, does not, or is not decided.

use super::day;
use cache_budget::experiment::replicate;
use cache_budget::observe::{Expectation, Judgement, Measure, Rival, Side};
use cache_budget::random::{Draws, Purpose};
use cache_budget::statistics::{Study, replications_to_tell};
use std::convert::Infallible;

fn study(minutes: &[f64]) -> Study {
    let play = |replication: u32| Ok::<_, Infallible>(day(minutes[replication as usize]));
    let Ok(study) = replicate(minutes.len() as u32, play);
    study
}

fn between(measure: &str, min: impl Into<Option<f64>>, max: impl Into<Option<f64>>) -> Expectation {
    let measure: Measure = measure.parse().expect(measure);
    Expectation { measure, min: min.into(), max: max.into(), rivals: vec![] }
}

fn judged(minutes: &[f64], min: impl Into<Option<f64>>, max: impl Into<Option<f64>>) -> Judgement {
    study(minutes).judge(&between("runner.minutes", min, max))
}

#[test]
fn an_interval_is_on_one_side_of_a_bound_or_decides_nothing() {
    // 90, 100, 110: mean 100, s = 10, t(2) = 4.303, half-width 24.84; of minutes, which are never negative,
    // 100 + 3.09 ± 25.03: 78.05 to 128.12.
    let minutes = [90.0, 100.0, 110.0];
    let cases = [
        (Some(78.0), None, Judgement::Held),
        (Some(79.0), None, Judgement::Undecided),
        (Some(128.0), None, Judgement::Undecided),
        (Some(129.0), None, Judgement::NotHeld),
        (None, Some(129.0), Judgement::Held),
        (None, Some(128.0), Judgement::Undecided),
        (None, Some(78.0), Judgement::NotHeld),
        (Some(78.0), Some(129.0), Judgement::Held),
        // One bound is enough to fail, and to leave open what the other would let pass.
        (Some(78.0), Some(79.0), Judgement::Undecided),
        (Some(100.0), Some(78.0), Judgement::NotHeld),
    ];
    for (min, max, expected) in cases {
        assert_eq!(judged(&minutes, min, max), expected, "{min:?} to {max:?}");
    }
}

#[test]
fn equal_numbers_are_equal_whatever_their_last_digits() {
    // Seven times 0.1 summed up is 0.7 less one unit in the last place; their mean need not be 0.1.
    let alike = [0.1; 7];
    assert_eq!(judged(&alike, 0.1, 0.1), Judgement::Held);
    let (more, less) = (100.0 * (1.0 + 1e-12), 100.0 * (1.0 - 1e-12));
    let expected = |low, high| between("runner.minutes", 100.0, 100.0).judge(low, high);
    assert_eq!((expected(more, more), expected(less, less)), (Judgement::Held, Judgement::Held));
    assert_eq!(expected(100.0, 100.0 * (1.0 + 1e-6)), Judgement::Undecided);
    assert_eq!(expected(100.0 * (1.0 + 1e-6), 101.0), Judgement::NotHeld);
    // Nothing is nothing exactly.
    assert_eq!(between("save.failed", None, 0.0).judge(0.0, 0.0), Judgement::Held);
    assert_eq!(between("save.failed", None, 0.0).judge(1e-12, 1e-12), Judgement::NotHeld);
}

#[test]
fn a_larger_interval_never_decides_more_and_a_truth_inside_is_never_contradicted() {
    for case in 0..2_000 {
        let draws = Draws::new(3, case);
        let draw = |index: u64| 10.0 * draws.unit(Purpose::Step, index);
        let (low, width, bound) = (draw(0), draw(1), draw(2));
        let (high, truth) = (low + width, low + width * draws.unit(Purpose::Step, 3));
        let expected = if case % 2 == 0 {
            between("runner.minutes", bound, None)
        } else {
            between("runner.minutes", None, bound)
        };
        let wide = expected.judge(low, high);
        let exact = expected.judge(truth, truth);
        assert_ne!(exact, Judgement::Undecided);
        assert!(
            wide == exact || wide == Judgement::Undecided,
            "{low}..{high} against {bound}, truth {truth}"
        );
    }
}

#[test]
fn a_strategy_is_beaten_by_a_whole_interval() {
    let below = |by: f64| Rival { strategy: "raise-limit".into(), side: Side::Below, by };
    let above = |by: f64| Rival { side: Side::Above, ..below(by) };
    // The metric is smaller than with the strategy, which adds 1 to 3 to some 100.
    assert_eq!(below(0.0).judge(1.0, 3.0, 100.0), Judgement::Held);
    assert_eq!(below(2.0).judge(1.0, 3.0, 100.0), Judgement::Undecided);
    assert_eq!(below(4.0).judge(1.0, 3.0, 100.0), Judgement::NotHeld);
    assert_eq!(above(0.0).judge(1.0, 3.0, 100.0), Judgement::NotHeld);
    assert_eq!(above(0.0).judge(-3.0, 1.0, 100.0), Judgement::Undecided);
    assert_eq!(above(1.0).judge(-3.0, -1.0, 100.0), Judgement::Held);
    // No difference is neither below nor above, and what is left of sums in another order is none.
    for nothing in [0.0, 1e-12] {
        assert_eq!(below(0.0).judge(nothing, nothing, 100.0), Judgement::NotHeld);
        assert_eq!(above(0.0).judge(-nothing, -nothing, 100.0), Judgement::NotHeld);
    }
}

#[test]
fn what_was_never_measured_does_not_hold_and_a_count_of_nothing_is_zero() {
    let study = study(&[1.0, 2.0]);
    assert_eq!(study.judge(&between("restore.hit_ratio", 0.0, None)), Judgement::NotHeld);
    assert_eq!(study.judge(&between("save.failed", None, 0.0)), Judgement::Held);
    // But a name the scenario does not have is a mistake, not a 0.
    assert_eq!(study.judge(&between("save.failed{client=sccache}", None, 0.0)), Judgement::NotHeld);
}

#[test]
fn one_replication_is_believed_and_one_value_of_many_is_not() {
    assert_eq!(judged(&[100.0], 100.0, 100.0), Judgement::Held);
    assert_eq!(judged(&[100.0], 101.0, None), Judgement::NotHeld);
    let several = study(&[1.0, 2.0]);
    assert!(several.has_no_interval(1) && !several.has_no_interval(2));
    assert!(!study(&[1.0]).has_no_interval(1));
}

#[test]
fn the_proposal_follows_the_square_root_of_replications() {
    // Twice as narrow takes four times as many, and a fifth more.
    assert_eq!(replications_to_tell(20, 2.0, 1.0, 10_000), Some(96));
    assert_eq!(replications_to_tell(20, 6.0, 1.0, 10_000), Some(870), "864, in two digits");
    assert_eq!(replications_to_tell(20, 1.0, 1.0, 10_000), Some(24));
    assert_eq!(replications_to_tell(20, 1.0, 0.0, 10_000), None, "on the bound");
    assert_eq!(replications_to_tell(20, 100.0, 1.0, 10_000), None);
}

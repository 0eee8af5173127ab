//! Ratios: put together over replications by what they are ratios of, and sure only as far as they can be.

use super::look_ups;
use cache_budget::experiment::replicate;
use cache_budget::observe::metric;
use cache_budget::random::{Draws, Purpose};
use cache_budget::statistics::{Estimate, Study, differences};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::convert::Infallible;

/// Replications with so many look-ups, of which so many miss.
fn study(days: &[(u32, u32)]) -> Study {
    let play = |replication: u32| {
        let (asked, missed) = days[replication as usize];
        Ok::<_, Infallible>(look_ups(asked, missed))
    };
    let Ok(study) = replicate(days.len() as u32, play);
    study
}

fn hits(days: &[(u32, u32)]) -> Estimate {
    study(days).estimate(&metric::RESTORE_HIT_RATIO, &[]).expect("measured").clone()
}

#[test]
fn a_look_up_counts_the_same_in_whichever_replication_it_is() {
    // One miss of 100, in a replication of its own: 99 %, and not the mean of 0 and 100 %.
    let one = hits(&[(1, 1), (99, 0)]);
    assert!((one.mean - 0.99).abs() < 1e-12 && one.n == 2, "{one:?}");
    assert!(one.low < 0.99 && 0.99 < one.high && one.high <= 1.0, "{one:?}");
    // A replication without look-ups has no part in it.
    let none = hits(&[(10, 1), (0, 0), (30, 3)]);
    assert!((none.mean - 0.9).abs() < 1e-12 && none.n == 2, "{none:?}");
}

#[test]
fn without_a_miss_some_may_still_miss_unless_nothing_is_drawn() {
    // 400 look-ups, half of them independent: Wilson's low end is 1 ÷ (1 + 1.96² ÷ 200) = 0.98115. That is, "no
    // miss in 200: below 3.8 ÷ 200".
    let all = hits(&[(90, 0), (110, 0), (100, 0), (100, 0)]);
    assert!((all.low - 0.981_15).abs() < 5e-5 && (all.mean, all.high) == (1.0, 1.0), "{all:?}");
    let never = hits(&[(90, 90), (110, 110), (100, 100), (100, 100)]);
    assert!((never.high - 0.018_85).abs() < 5e-5 && (never.mean, never.low) == (0.0, 0.0), "{never:?}");
    for missed in [0, 40, 100] {
        let same = hits(&[(100, missed); 4]);
        assert_eq!((same.low, same.high), (same.mean, same.mean), "all are the same to the last look-up");
    }
    let single = hits(&[(100, 0)]);
    assert_eq!((single.low, single.high), (1.0, 1.0), "one replication has no interval");
}

#[test]
fn an_interval_lies_around_its_ratio_and_narrows_with_more_look_ups() {
    for missed in [0_u32, 1, 5, 20, 60, 99, 100] {
        let at = |times: usize| {
            hits(&[(100, missed), (102, missed), (98, missed.saturating_sub(2))].repeat(times))
        };
        let (few, many) = (at(2), at(20));
        for hits in [&few, &many] {
            assert!(0.0 <= hits.low && hits.low <= hits.mean, "{hits:?}");
            assert!(hits.mean <= hits.high && hits.high <= 1.0 && hits.low < hits.high, "{hits:?}");
        }
        assert!(many.high - many.low < few.high - few.low, "{few:?}, {many:?}");
    }
}

#[test]
fn a_difference_is_that_of_the_two_ratios() {
    // 35 of 40 and 39 of 40.
    let [base, other] = [study(&[(10, 2), (30, 3)]), study(&[(10, 1), (30, 0)])];
    let all = differences(&base, &other);
    let hits = all.iter().find(|change| change.is(&metric::RESTORE_HIT_RATIO, &[])).expect("compared");
    for (found, expected) in [(hits.base, 0.875), (hits.other, 0.975), (hits.difference, 0.1)] {
        assert!((found - expected).abs() < 1e-12, "{hits:?}");
    }
    // What the same look-ups find does not differ, however many each replication has.
    let none = differences(&base, &base);
    let hits = none.iter().find(|change| change.is(&metric::RESTORE_HIT_RATIO, &[])).expect("compared");
    assert_eq!((hits.difference, hits.low, hits.high), (0.0, 0.0, 0.0));
}

const SEEDS: u64 = 400;

#[test]
fn wilsons_interval_is_the_one_computed_by_hand() {
    // 60, 70, 80 and 90 of 100: p = 0.75, s = √(500 ÷ 3) % = 12.909945 %, t(3) = 3.182446, half-width
    // 3.182446 × 0.12909945 ÷ √4 = 0.205426. Student's and Wilson's are equally wide with
    // w = t² ÷ n' = 0.205426² ÷ (0.75 × 0.25) = 0.225065. Centre: (0.75 + w ÷ 2) ÷ (1 + w) = 0.704072. Reach:
    // √(w × (0.1875 + w ÷ 4)) ÷ (1 + w) = √(0.225065 × 0.243766) ÷ 1.225065 = 0.191197.
    let hits = hits(&[(100, 40), (100, 30), (100, 20), (100, 10)]);
    assert!((hits.low - 0.512_875).abs() < 1e-5 && (hits.high - 0.895_269).abs() < 1e-5, "{hits:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is asked and missed: the interval holds the ratio, lies within 0–1, and is a point only if
    /// nothing differs between replications or there is one.
    #[test]
    fn an_interval_never_collapses_where_something_is_drawn(
        days in prop::collection::vec((1_u32..300, 0.0_f64..1.5), 1..12)
    ) {
        // Above 1, nothing misses.
        let missed = |(asked, share): &(u32, f64)| if *share > 1.0 { 0 } else { (f64::from(*asked) * share * share * share) as u32 };
        let days: Vec<(u32, u32)> = days.iter().map(|day| (day.0, missed(day))).collect();
        let hits = hits(&days);
        prop_assert!(0.0 <= hits.low && hits.low <= hits.mean, "{:?}", hits);
        prop_assert!(hits.mean <= hits.high && hits.high <= 1.0, "{:?}", hits);
        let alike = days.iter().all(|day| *day == days[0]);
        let edge = hits.mean.min(1.0 - hits.mean) < 0.05;
        prop_assert!(!edge || alike == (hits.low == hits.high), "{:?} of {:?}", hits, days);
    }
}

/// In a share of the replications a burst of up to `most` look-ups misses, of 50 to 150; how many studies of so
/// many replications hold the truth.
fn covered(share: f64, most: u32, replications: u32) -> usize {
    let truth = 1.0 - share * f64::from(1 + most) / 2.0 / 100.0;
    let holds = |seed: &u64| {
        let day = |replication: u32| {
            let draws = Draws::new(*seed, replication);
            let draw = |what: u64, most: u32| (draws.unit(Purpose::Step, what) * f64::from(most)) as u32;
            let burst = draws.unit(Purpose::Step, 0) < share;
            (50 + draw(1, 101), if burst { 1 + draw(2, most) } else { 0 })
        };
        let hits = hits(&(0..replications).map(day).collect::<Vec<_>>());
        hits.low <= truth && truth <= hits.high
    };
    (0..SEEDS).filter(holds).count()
}

#[test]
fn intervals_of_ratios_near_one_hold_the_truth() {
    for (share, most) in [(0.08, 3), (0.15, 4), (0.3, 4), (0.6, 6)] {
        for (replications, least) in [(4, 352), (8, 352), (20, 372)] {
            let covered = covered(share, most, replications);
            println!(
                "bursts of up to {most} in {share} of {replications} replications: {covered} of {SEEDS}"
            );
            assert!(covered >= least, "bursts of up to {most} in {share} of {replications}: {covered}");
        }
    }
}

#[test]
fn intervals_of_ratios_in_the_middle_are_no_wider_than_they_have_to_be() {
    for replications in [4, 8, 20] {
        let covered = covered(1.0, 40, replications);
        println!("{replications} replications: {covered} of {SEEDS}");
        assert!((368..=392).contains(&covered), "{replications} replications: {covered} of {SEEDS}");
    }
}

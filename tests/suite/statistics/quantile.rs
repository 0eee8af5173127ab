//! Quantiles of few samples in each replication, which are those of all samples together.

use super::uniform;
use cache_budget::event::RefClass;
use cache_budget::observe::{Measure, Samples, Wait, Waits};
use cache_budget::random::mix;
use cache_budget::statistics::Estimate;
use cache_budget::statistics::sweep::estimated;

/// The p90 of waits in several replications.
fn p90(replications: &[Vec<f64>]) -> Estimate {
    let measure: Measure = "push.waiting{stat=p90}".parse().expect("a measure");
    let values = |minutes: &Vec<f64>| {
        let wait = |(push, minutes): (usize, &f64)| Wait {
            push: push as u64,
            class: RefClass::Main,
            minutes: *minutes,
        };
        let at_once = minutes.iter().enumerate().map(wait).collect();
        Waits { at_once, green: vec![] }.values()
    };
    let (_, estimates) = estimated(replications.iter().map(values).collect());
    estimates.into_iter().find(|e| measure.is(e.metric, &e.labels)).expect("measured")
}

#[test]
fn few_samples_of_several_replications_have_one_quantile() {
    // Of 1, 2, 3, 4 and 5, 0.9 × 4 = 3.6 samples after the first: 4.6. The quantiles of {1, 2, 3} and {4, 5} by
    // themselves are 2.8 and 4.9, whose mean is 3.85.
    let both = p90(&[vec![3.0, 1.0, 2.0], vec![5.0, 4.0]]);
    assert!((both.mean - 4.6).abs() < 1e-12 && both.n == 2, "{both:?}");
    assert!(0.0 < both.low && both.low < 4.6 && 4.6 < both.high, "{both:?}");
    // A replication without samples has no part in it.
    let with_none = p90(&[vec![3.0, 1.0, 2.0], vec![], vec![5.0, 4.0]]);
    assert_eq!((with_none.mean, with_none.n), (both.mean, 2));
    // One alone has no interval, and replications with the same samples have nothing that is drawn.
    let alone = p90(&[vec![3.0, 1.0, 2.0]]);
    assert_eq!((alone.mean, alone.low, alone.high), (2.8, 2.8, 2.8));
    let same = p90(&[vec![1.0, 2.0, 3.0], vec![3.0, 2.0, 1.0]]);
    assert!(same.low == same.mean && same.mean == same.high, "{same:?}");
}

#[test]
fn replications_with_many_samples_keep_their_own_quantiles() {
    // 0 to 50 and 0 to 100 have p90s of 45 and 90.
    let samples = |most: u32| (0..=most).map(f64::from).collect::<Vec<_>>();
    assert!(samples(50).len() > Samples::MAX);
    let both = p90(&[samples(50), samples(100)]);
    assert!((both.mean - 67.5).abs() < 1e-12, "{both:?}");
}

#[test]
fn intervals_of_quantiles_hold_the_truth() {
    // Five exponential waits in each replication. Nine of ten are at most ln 10 = 2.303; the mean of the
    // replications' own p90s would tend to 1.88.
    let truth = std::f64::consts::LN_10;
    for (replications, least) in [(8, 352), (20, 372)] {
        let mut sum = 0.0;
        let holds = |study: &u64| {
            let wait = |stream: u64| -> Vec<f64> {
                (0..5).map(|index| -libm::log(uniform(mix(*study, stream), index))).collect()
            };
            let found = p90(&(0..replications).map(wait).collect::<Vec<_>>());
            sum += found.mean;
            found.low <= truth && truth <= found.high
        };
        let covered = (0..400).filter(holds).count();
        println!("{replications} replications: {covered} of 400, mean {:.3}", sum / 400.0);
        assert!(covered >= least, "{replications} replications: {covered} of 400");
        assert!((sum / 400.0 - truth).abs() < 0.15, "{}", sum / 400.0);
    }
}

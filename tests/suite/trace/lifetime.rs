//! How long an entry lives.

use cache_budget::mrc::{KeyAccess, MrcBuilder, Rules};
use cache_budget::units::{Bytes, Duration, SimTime};

fn lifetimes(requests: &[KeyAccess], limits: &[Bytes]) -> Vec<Option<Duration>> {
    let mut screen = MrcBuilder::new(limits, Rules::default());
    screen.record(requests).expect("few keys");
    screen.finish(0).results.iter().map(|result| result.lifetime).collect()
}

#[test]
fn a_stream_of_keys_used_once_fills_the_limit_at_its_rate() {
    // 1 MB a second: an entry under 20 MB lives 20 s.
    let once = (0..=100).map(|s| KeyAccess { time: SimTime(s * 1000), id: s as u64, size: Bytes(1_000_000) });
    let requests: Vec<_> = once.collect();
    let lives = lifetimes(&requests, &[Bytes(20_200_000), Bytes(50_500_000), Bytes(101_000_000)]);
    assert_eq!(lives, [Some(Duration(20_000)), Some(Duration(50_000)), None]);
}

#[test]
fn keys_in_steady_use_leave_less_to_the_stream() {
    // Ten keys used a hundred times each hold 10 MB nearly always; the stream brings 1 MB a second.
    let mut requests = Vec::new();
    for s in 0..=1000 {
        requests.push(KeyAccess { time: SimTime(s * 1000), id: 1000 + s as u64, size: Bytes(1_000_000) });
        requests.push(KeyAccess { time: SimTime(s * 1000), id: s as u64 % 10, size: Bytes(1_000_000) });
    }
    let lives = lifetimes(&requests, &[Bytes(60_000_000)])[0].expect("not all fits");
    // 10 MB × (1 − e^−0.1 T) + 1 MB × T = 60 MB at T = 50.07 s; T enters with 1001 rows in 1000 s.
    assert!((lives.as_secs_f64() - 50.0).abs() < 0.2, "{lives}");
}

#[test]
fn a_trace_that_takes_no_time_has_no_lifetime() {
    let requests = [1, 2, 3].map(|id| KeyAccess { time: SimTime(0), id, size: Bytes(1) });
    assert_eq!(lifetimes(&requests, &[Bytes(1)]), [None]);
}

#[test]
fn ches_approximation_holds_for_zipf_popularity() {
    use cache_budget::random::Distribution;
    use cache_budget::replay::trace::{Recipe, Zipf};
    let sizes = Distribution::Constant(1.0);
    let recipe = Recipe { requests: 400_000, objects: 2_000, alpha: 0.9, sizes, rate: 1000.0 };
    let zipf = Zipf::new(recipe, 3).expect("in range");
    let requests: Vec<_> = (0..recipe.requests).map(|row| zipf.request(row)).collect();
    let (warm, measured) = requests.split_at(100_000);
    let limit = Bytes(400);
    let hits = |requests: &[KeyAccess]| {
        let mut screen = MrcBuilder::new(&[limit], Rules::default());
        screen.record(requests).expect("few keys");
        screen.finish(0).results[0].hits
    };
    let simulated = (hits(&requests) - hits(warm)) as f64 / measured.len() as f64;
    assert!((simulated - che(&recipe, limit.as_f64())).abs() < 0.005, "{simulated}");
    // And the characteristic time that is reported is Che's, within 1 %.
    let expected = characteristic_time(&recipe, limit.as_f64()) / recipe.rate;
    let lives = lifetimes(&requests, &[limit])[0].expect("not all fits").as_secs_f64();
    assert!((lives / expected - 1.0).abs() < 0.01, "{lives} s, not {expected} s");
}

/// The popularity of each key.
fn popularity(recipe: &cache_budget::replay::trace::Recipe) -> Vec<f64> {
    let weights: Vec<f64> = (1..=recipe.objects).map(|k| f64::from(k).powf(-recipe.alpha)).collect();
    let total: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / total).collect()
}

/// Requests until as many distinct keys as fit were asked for.
fn characteristic_time(recipe: &cache_budget::replay::trace::Recipe, fit: f64) -> f64 {
    let popularity = popularity(recipe);
    let distinct = |time: f64| popularity.iter().map(|p| 1.0 - (-p * time).exp()).sum::<f64>();
    let (mut low, mut high) = (0.0, 1e9);
    for _ in 0..100 {
        let middle = (low + high) / 2.0;
        if distinct(middle) < fit { low = middle } else { high = middle }
    }
    high
}

/// The hit ratio by Che's approximation.
fn che(recipe: &cache_budget::replay::trace::Recipe, fit: f64) -> f64 {
    let time = characteristic_time(recipe, fit);
    popularity(recipe).iter().map(|p| p * (1.0 - (-p * time).exp())).sum()
}

//! Mattson, Gecsei, Slutz and Traiger, "Evaluation techniques for storage hierarchies" (1970): of
//! two LRU caches of equal pages the larger holds all that the smaller does; and the cycle that
//! defeats LRU.

use crate::service::store::{Store, lenient};
use cache_budget::service::{Limits, LookUp};
use cache_budget::units::Bytes;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// A cache of exactly `entries` entries of 2 bytes: one more is over the limit, and without one it
/// is below.
fn cache(entries: u64) -> Store {
    Store::new(Limits { limit: Bytes(2 * entries + 1), ..lenient() })
}

/// Reads a key and stores it on a miss, sweeping at once; true if it was there.
fn read(store: &mut Store, at: i64, key: usize) -> bool {
    let key = format!("k{key}.");
    let hit = matches!(store.look_up(at, &["main"], &key, &[]), LookUp::Exact(_));
    if !hit {
        store.save(at, "main", &key, 2);
        store.sweep(at);
    }
    hit
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 60,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(3),
        ..Default::default()
    })]
    #[test]
    fn a_larger_cache_holds_all_that_a_smaller_one_does(
        small in 1..8u64,
        more in 0..4u64,
        keys in proptest::collection::vec(0..16usize, 1..200),
    ) {
        let (mut small, mut large) = (cache(small), cache(small + more));
        for (at, key) in keys.into_iter().enumerate() {
            let hits = (read(&mut small, at as i64, key), read(&mut large, at as i64, key));
            prop_assert!(hits.1 || !hits.0, "the larger missed what the smaller hit");
            let large = large.keys();
            prop_assert!(small.keys().iter().all(|key| large.contains(key)));
        }
    }
}

#[test]
fn a_cycle_of_one_too_many_never_hits_and_one_that_fits_always_does() {
    const KEYS: usize = 50;
    let hits = |entries: u64| {
        let mut store = cache(entries);
        (0..20 * KEYS).filter(|at| read(&mut store, *at as i64, at % KEYS)).count()
    };
    assert_eq!(hits(KEYS as u64 - 1), 0);
    assert_eq!(hits(KEYS as u64), 19 * KEYS, "all but the first round");
}

//! One pass under all limits, one limit alone and the naive cache give the same numbers.

use super::naive;
use cache_budget::mrc::{KeyAccess, MrcBuilder, MrcPoint, Rules};
use cache_budget::replay::trace::{TraceKind, curve, open, simulate};
use cache_budget::service::Sweep;
use cache_budget::units::{Bytes, Duration, SimTime};
use proptest::prelude::*;

/// Requests with gaps between them, for few keys, of which some are larger than most limits.
fn requests(rows: usize) -> impl Strategy<Value = Vec<KeyAccess>> {
    let size = prop_oneof![4 => 0..30u64, 1 => 0..300u64];
    let sizes = prop::collection::vec(size, 1..40);
    let row = (0..4000usize, prop_oneof![6 => 0..3i64, 1 => 0..60i64], 0..50u64);
    (sizes, prop::collection::vec(row, 0..rows)).prop_map(|(sizes, rows)| {
        let mut now = -50;
        let request = |(key, gap, other): (usize, i64, u64)| {
            now += gap;
            let id = (key * key / 4000) % sizes.len();
            // Now and then a row gives its key another size: the first one counts.
            let size = if other == 0 { 7 } else { sizes[id] };
            KeyAccess { time: SimTime(now), id: id as u64, size: Bytes(size) }
        };
        rows.into_iter().map(request).collect()
    })
}

fn limits() -> impl Strategy<Value = Vec<Bytes>> {
    prop::collection::vec((0..1500u64).prop_map(Bytes), 1..8)
}

fn rules() -> impl Strategy<Value = Rules> {
    let every = (1..40i64, prop::option::of(-30..60i64))
        .prop_map(|(period, phase)| Sweep::Every { period: Duration(period), phase: phase.map(Duration) });
    let sweep = prop_oneof![Just(Sweep::Instant), every, Just(Sweep::Never)];
    let retention = prop::option::of((0..80i64).prop_map(Duration));
    (retention, sweep).prop_map(|(retention, sweep)| Rules { retention, sweep })
}

fn screened(requests: &[KeyAccess], limits: &[Bytes], rules: Rules) -> Vec<MrcPoint> {
    let mut screen = MrcBuilder::new(limits, rules);
    // Batches of uneven length: where one ends must not matter.
    for batch in requests.chunks(7) {
        screen.record(batch).expect("few keys");
    }
    screen.finish(0).results
}

/// The requests as oracleGeneral, in whole seconds.
fn records(requests: &[KeyAccess]) -> Vec<u8> {
    let record = |request: &KeyAccess| {
        let mut bytes = ((request.time.0 + 50) as u32).to_le_bytes().to_vec();
        bytes.extend(request.id.to_le_bytes());
        bytes.extend((request.size.0 as u32).to_le_bytes());
        bytes.extend((-1i64).to_le_bytes());
        bytes
    };
    requests.iter().flat_map(record).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn the_screen_agrees_with_brute_force(requests in requests(400), limits in limits(), rules in rules()) {
        let results = screened(&requests, &limits, rules);
        for (result, limit) in results.iter().zip(&limits) {
            let expected = naive::play(&requests, *limit, rules);
            prop_assert_eq!((result.hits, result.hit, result.evictions), expected, "{} under {:?}", limit.0, rules);
            prop_assert_eq!(result.requests, requests.len() as u64);
        }
    }

    #[test]
    fn one_limit_alone_agrees_with_all_at_once(requests in requests(400), limits in limits()) {
        let bytes = records(&requests);
        let both = [limits.clone(), limits.clone()].concat();
        let all = simulate(open(&*bytes, TraceKind::OracleGeneral), &both).expect("well-formed");
        for (limit, expected) in both.iter().zip(&all.results) {
            let alone = simulate(open(&*bytes, TraceKind::OracleGeneral), &[*limit]).expect("well-formed");
            prop_assert_eq!(&alone.results, &vec![*expected]);
            prop_assert_eq!((alone.objects, alone.footprint, alone.resized), (all.objects, all.footprint, all.resized));
        }
    }
}

/// Long enough that places are closed many times and sums have several layers.
fn long(rows: u64, keys: u64) -> Vec<KeyAccess> {
    let request = |row: u64| {
        let draw = cache_budget::random::mix(7, row);
        let id = draw % (1 + (draw >> 32) % keys);
        KeyAccess { time: SimTime(row as i64 / 3), id, size: Bytes(1 + id * 37 % 101) }
    };
    (0..rows).map(request).collect()
}

#[test]
fn depths_stay_exact_when_places_are_closed() {
    let requests = long(40_000, 3_000);
    let limits = [500, 5_000, 20_000, 60_000, 120_000].map(Bytes);
    let sweep = Sweep::Every { period: Duration(700), phase: None };
    for rules in [Rules::default(), Rules { retention: Some(Duration(4_000)), sweep }] {
        for (limit, result) in limits.iter().zip(screened(&requests, &limits, rules)) {
            let expected = naive::play(&requests, *limit, rules);
            assert_eq!((result.hits, result.hit, result.evictions), expected, "{} under {rules:?}", limit.0);
            assert!(result.hits > 0 && result.evictions > 0, "{} decides nothing", limit.0);
        }
    }
}

#[test]
fn a_place_at_the_start_of_a_run_counts_its_own_run() {
    // 33 keys of 1 byte, then the one in place 32, the first of the second run, again.
    let ids = (0..33).chain([32]);
    let requests: Vec<_> = ids.map(|id| KeyAccess { time: SimTime(0), id, size: Bytes(1) }).collect();
    let results = screened(&requests, &[Bytes(0), Bytes(1)], Rules::default());
    assert_eq!(results.iter().map(|result| result.hits).collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn an_object_larger_than_the_limit_is_not_admitted() {
    let sizes = [(1, 100), (2, 100), (3, 5_000), (1, 100), (2, 100)];
    let requests = sizes.map(|(id, size)| KeyAccess { time: SimTime(0), id, size: Bytes(size) });
    let bytes = records(&requests);
    let [small, large] = [1_000, 5_100].map(|limit| {
        let replayed =
            simulate(open(&*bytes, TraceKind::OracleGeneral), &[Bytes(limit)]).expect("well-formed");
        replayed.results[0]
    });
    // Keys 1 and 2 stay where 3 is turned away; where it is admitted, it pushes 1 out, and 1 pushes out 2.
    assert_eq!((small.hits, small.evictions, small.refused), (2, 0, (1, Bytes(5_000))));
    assert_eq!(small.written(), Bytes(200), "what is turned away is not written");
    assert_eq!((large.hits, large.refused), (0, (0, Bytes(0))));
    // All at once, in any order, give the same.
    let both = screened(&requests, &[Bytes(5_100), Bytes(1_000)], Rules::default());
    assert_eq!(both, [large, small]);
}

#[test]
fn a_cycle_hits_only_when_all_of_it_fits() {
    let cycle = (0..1000).map(|row| KeyAccess { time: SimTime(row), id: row as u64 % 100, size: Bytes(3) });
    let requests: Vec<_> = cycle.collect();
    let results = screened(&requests, &[Bytes(299), Bytes(300)], Rules::default());
    assert_eq!(results.iter().map(|result| result.hits).collect::<Vec<_>>(), [0, 900]);
    assert_eq!(results.iter().map(|result| result.evictions).collect::<Vec<_>>(), [1000 - 99, 0]);
}

#[test]
fn the_curve_holds_what_single_limits_give() {
    let bytes = records(
        &long(5_000, 2_000_000)
            .iter()
            .map(|r| KeyAccess { size: Bytes(r.size.0 * 4096), ..*r })
            .collect::<Vec<_>>(),
    );
    let whole = curve(open(&*bytes, TraceKind::OracleGeneral)).expect("well-formed");
    assert!(whole.results.len() > 10);
    assert!(whole.results.is_sorted_by_key(|result| (result.limit, result.hits)));
    assert_eq!(whole.results.last().map(|result| result.evictions), Some(0));
    for result in &whole.results {
        let alone = simulate(open(&*bytes, TraceKind::OracleGeneral), &[result.limit]).expect("well-formed");
        assert_eq!(alone.results, [*result]);
    }
}

#[test]
fn explicit_sweeps_decide_when_entries_go() {
    let mut screen = MrcBuilder::new(&[Bytes(1)], Rules { retention: None, sweep: Sweep::Never });
    let access = |ids: [u64; 2]| ids.map(|id| KeyAccess { time: SimTime(5), id, size: Bytes(1) });
    screen.record(&access([1, 2])).expect("few keys");
    screen.record(&access([1, 2])).expect("few keys");
    screen.sweep(SimTime(5));
    // Over the limit since the sweep: the older one is gone, then both are there until the next.
    screen.record(&access([1, 2])).expect("few keys");
    let replayed = screen.finish(0);
    assert_eq!((replayed.results[0].hits, replayed.results[0].evictions), (3, 1));
}

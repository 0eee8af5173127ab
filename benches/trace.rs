//! A plain trace of a million requests for 100,000 keys of Zipf popularity: replayed under one
//! limit, beside a bare hash look-up and list move for each request; and under 32 limits in one
//! pass, beside 32 replays of one limit each.
//!
//! How to compare with another simulator, on a longer trace: see `benches/README.md`.

#![allow(clippy::disallowed_types, reason = "a bench prints, reads clocks and compares")]

mod side_by_side;

use cache_budget::random::Distribution;
use cache_budget::replay::trace::{Recipe, TraceKind, Zipf, open, simulate};
use cache_budget::units::Bytes;
use criterion::{Criterion, criterion_group, criterion_main};
use rustc_hash::FxHashMap;
use side_by_side::side_by_side;

const RECIPE: Recipe = Recipe {
    requests: 1_000_000,
    objects: 100_000,
    alpha: 0.9,
    sizes: Distribution::LogNormal { median: 16_384.0, sigma: 1.5 },
    rate: 1000.0,
};
/// About a tenth of the trace's distinct bytes.
const LIMIT: Bytes = Bytes(500_000_000);

criterion_main!(benches);
criterion_group!(benches, replays);

fn replays(criterion: &mut Criterion) {
    let zipf = Zipf::new(RECIPE, 1).expect("in range");
    let mut records = Vec::new();
    zipf.write(TraceKind::OracleGeneral, &mut records).expect("memory can be written");
    let keys: Vec<u64> = (0..RECIPE.requests).map(|row| zipf.request(row).id).collect();
    let limits: Vec<Bytes> = (1..=32).map(|part| Bytes(LIMIT.0 / 4 * part)).collect();
    let one = || hits(&records, &[LIMIT]);
    let bare = || bare(&keys);
    side_by_side(criterion, "one limit", RECIPE.requests, ("replay", one), ("hash and list", bare));
    let all = || hits(&records, &limits);
    let each = || limits.iter().map(|limit| hits(&records, &[*limit])).sum();
    side_by_side(criterion, "32 limits", RECIPE.requests, ("one pass", all), ("32 replays", each));
}

/// Hits under all limits together.
fn hits(records: &[u8], limits: &[Bytes]) -> u64 {
    let replayed = simulate(open(records, TraceKind::OracleGeneral), limits).expect("well-formed");
    replayed.results.iter().map(|result| result.hits).sum()
}

/// Looks each key up in a hash table and moves it to the end of a list; returns the hits of a
/// cache without a limit.
fn bare(keys: &[u64]) -> u64 {
    let mut places: FxHashMap<u64, u32> = FxHashMap::default();
    // Previous and next of each place; place 0 closes the ring.
    let mut links: Vec<(u32, u32)> = vec![(0, 0)];
    let mut hits = 0;
    for key in keys {
        let new = links.len() as u32;
        let place = *places.entry(*key).or_insert(new);
        if place == new {
            links.push((0, 0));
        } else {
            let (previous, next) = links[place as usize];
            links[previous as usize].1 = next;
            links[next as usize].0 = previous;
            hits += 1;
        }
        let last = std::mem::replace(&mut links[0].0, place);
        links[place as usize] = (last, 0);
        links[last as usize].1 = place;
    }
    hits
}

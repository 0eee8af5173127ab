//! A year of a real repository's pushes (`scenarios/meteroid/before.toml`): service requests a
//! second of the whole simulation, beside a bare loop that does as many look-ups in a hash table
//! and moves in a linked list, in the same run. The target is a fifth of the bare loop's speed.
//!
//! The bare loop's stream has the simulation's own shape, taken from a first play: as many
//! requests in each burst, over as many keys as were stored then, one after the other as a job
//! asks for its objects.

mod side_by_side;

use cache_budget::client::Surroundings;
use cache_budget::engine::{Model, Watch, simulate, simulate_watched};
use cache_budget::random::{Draws, mix};
use cache_budget::scenario::load;
use cache_budget::units::SimTime;
use criterion::{Criterion, criterion_group, criterion_main};
use rustc_hash::FxHashMap;
use side_by_side::side_by_side;
use std::path::Path;

const SCENARIO: &str = "scenarios/meteroid/before.toml";

criterion_main!(benches);
criterion_group!(benches, year);

fn year(criterion: &mut Criterion) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(SCENARIO);
    let model = load(&path, &[]).expect("the scenario is shipped and valid").model;
    let shape = Shape::of(&model);
    println!("{SCENARIO}: {} requests in {} bursts", shape.requests, shape.bursts.len());
    side_by_side(
        criterion,
        "a year of pushes",
        shape.requests,
        ("simulation", || {
            simulate(&model, Draws::new(1, 0)).expect("within its event limit").values.len() as u64
        }),
        ("hash and list", || play(&shape)),
    );
}

/// How many requests came at once, and how many entries were stored then.
#[derive(Default)]
struct Shape {
    requests: u64,
    bursts: Vec<(u32, u32)>,
}

impl Shape {
    fn of(model: &Model) -> Shape {
        let mut shape = Shape::default();
        simulate_watched(model, Draws::new(1, 0), &mut shape).expect("within its event limit");
        shape
    }
}

impl Watch for Shape {
    fn after(&mut self, _: SimTime, around: &Surroundings) {
        let more = around.service.requests() - self.requests;
        if more > 0 {
            self.requests += more;
            self.bursts.push((more as u32, around.service.len().max(1) as u32));
        }
    }
}

/// Keys in a hash table, their places in a list from least to most recently used.
#[derive(Default)]
struct List {
    places: FxHashMap<u64, u32>,
    /// Previous and next of each place; place 0 closes the ring.
    links: Vec<(u32, u32)>,
}

/// Plays the same shape on the bare structures; returns how often a key was there.
fn play(shape: &Shape) -> u64 {
    let mut list = List { links: vec![(0, 0)], ..List::default() };
    let mut hits = 0;
    for (burst, (requests, stored)) in shape.bursts.iter().enumerate() {
        let first = mix(0, burst as u64);
        let keys = (0..u64::from(*requests)).map(|n| mix(1, first.wrapping_add(n) % u64::from(*stored)));
        hits += keys.filter(|key| list.use_key(*key)).count() as u64;
    }
    hits
}

impl List {
    /// Looks a key up and makes it the most recently used; adds it if it is new.
    fn use_key(&mut self, key: u64) -> bool {
        let new = self.links.len() as u32;
        let place = *self.places.entry(key).or_insert(new);
        if place == new {
            self.links.push((0, 0));
        } else {
            let (previous, next) = self.links[place as usize];
            self.links[previous as usize].1 = next;
            self.links[next as usize].0 = previous;
        }
        let last = self.links[0].0;
        self.links[place as usize] = (last, 0);
        self.links[last as usize].1 = place;
        self.links[0].0 = place;
        place != new
    }
}

//! A year of a real repository's pushes (`scenarios/meteroid/before.toml`): service requests a
//! second of the whole simulation, beside a bare loop that looks each request's key up in a hash
//! table and moves it in a linked list, in the same run; the target is a fifth of the bare loop's
//! speed. Between them, the service alone: the difference is what jobs, clients and statistics cost. Beside them, the
//! physical floor: the same list without a hash table, its keys numbered beforehand.
//!
//! The loops play the keys of the simulation's own requests, in their order, recorded in a first play. What the
//! simulation evicts or lets expire is no request.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_types,
    reason = "a bench prints, reads clocks and compares"
)]

mod side_by_side;

use cache_budget::engine::{Model, simulate};
use cache_budget::event::{Event, Observer};
use cache_budget::observe::measure;
use cache_budget::random::{Draws, mix};
use cache_budget::scenario::load;
use cache_budget::service::{Access, Identity, Limits, LookUp, Owner, Payload, RecordKind, Reserve, Service};
use cache_budget::units::{Bytes, SimTime};
use criterion::{Criterion, criterion_group, criterion_main};
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use side_by_side::side_by_side;
use std::hash::{Hash, Hasher};
use std::path::Path;

const SCENARIO: &str = "scenarios/meteroid/before.toml";
/// Entries that fit in the service that is played alone, and how many are stored between sweeps:
/// about what the scenario has.
const ENTRIES: u64 = 10_000;
const ENTRIES_PER_SWEEP: u64 = 1_000;

criterion_main!(benches);
criterion_group!(benches, year);

fn year(criterion: &mut Criterion) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(SCENARIO);
    let model = load(&path, &[]).expect("the scenario is shipped and valid").model;
    let stream = Stream::of(&model);
    let requests = stream.keys.len() as u64;
    let distinct = stream.keys.iter().collect::<FxHashSet<_>>().len();
    println!("{SCENARIO}: {requests} requests for {distinct} keys; {}", caches());
    let simulated = || measure(&model, Draws::new(1, 0)).expect("within its event limit").values.len() as u64;
    let (service, bare) = (|| play_service(&stream.keys), || play_bare(&stream.keys));
    side_by_side(criterion, "a year of pushes", requests, ("simulation", simulated), ("hash and list", bare));
    side_by_side(criterion, "its requests alone", requests, ("service", service), ("hash and list", bare));
    let numbers = stream.numbers();
    let floor = || play_numbered(&numbers, distinct);
    side_by_side(criterion, "the floor", requests, ("hash and list", bare), ("list of numbers", floor));
}

/// What decides how fast the bare loop is: the size of the processor's caches, as Linux tells it.
fn caches() -> String {
    let read = |level: usize| {
        let path = format!("/sys/devices/system/cpu/cpu0/cache/index{level}/size");
        std::fs::read_to_string(path).map_or_else(|_| "unknown".to_owned(), |size| size.trim().to_owned())
    };
    format!("level-2 cache {}, level-3 cache {}", read(2), read(3))
}

/// The keys of all requests, in order.
#[derive(Default)]
struct Stream {
    keys: Vec<u64>,
}

impl Stream {
    fn of(model: &Model) -> Stream {
        let mut stream = Stream::default();
        simulate(model, Draws::new(1, 0), &mut stream).expect("within its event limit");
        stream
    }

    /// The requests' keys as numbers from 0, in the order of their first request.
    fn numbers(&self) -> Vec<u32> {
        let mut known: FxHashMap<u64, u32> = FxHashMap::default();
        let number = |key: &u64| {
            let next = known.len() as u32;
            *known.entry(*key).or_insert(next)
        };
        self.keys.iter().map(number).collect()
    }
}

impl Observer for Stream {
    fn wants_requests(&self) -> bool {
        true
    }

    fn on_event(&mut self, event: &Event, _: &Service) {
        let Event::Request(record) = event else { return };
        if matches!(record.kind, RecordKind::Evicted | RecordKind::Expired) {
            return;
        }
        let Identity { scope, version, key } = record.identity;
        let mut hasher = FxHasher::default();
        key.hash(&mut hasher);
        self.keys.push(mix(mix(hasher.finish(), scope.0.into()), version.0.into()));
    }
}

/// Plays the keys on a bare table and list; returns how often one was there.
fn play_bare(keys: &[u64]) -> u64 {
    let mut list = List { places: FxHashMap::default(), links: vec![(0, 0)] };
    keys.iter().filter(|key| list.use_key(**key)).count() as u64
}

/// Plays numbered keys on a list alone; returns how often one was there.
fn play_numbered(numbers: &[u32], distinct: usize) -> u64 {
    let mut list = List { places: FxHashMap::default(), links: vec![(0, 0)] };
    let mut is_known = vec![false; distinct];
    list.links.resize(distinct + 1, (0, 0));
    let mut use_number = |number: u32| {
        let known = std::mem::replace(&mut is_known[number as usize], true);
        list.touch(number + 1, known);
        known
    };
    numbers.iter().filter(|number| use_number(**number)).count() as u64
}

/// Keys in a hash table, their places in a list from least to most recently used.
struct List {
    places: FxHashMap<u64, u32>,
    /// Previous and next of each place; place 0 closes the ring.
    links: Vec<(u32, u32)>,
}

impl List {
    /// Looks a key up and makes it the most recently used; adds it if it is new.
    fn use_key(&mut self, key: u64) -> bool {
        let new = self.links.len() as u32;
        let place = *self.places.entry(key).or_insert(new);
        if place == new {
            self.links.push((0, 0));
        }
        self.touch(place, place != new);
        place != new
    }

    /// Moves a place to the end of the list, or adds it there if it was not linked.
    fn touch(&mut self, place: u32, is_linked: bool) {
        if is_linked {
            let (previous, next) = self.links[place as usize];
            self.links[previous as usize].1 = next;
            self.links[next as usize].0 = previous;
        }
        let last = self.links[0].0;
        self.links[place as usize] = (last, 0);
        self.links[last as usize].1 = place;
        self.links[0].0 = place;
    }
}

/// Plays the keys on the service: a look-up each, and a save after a miss; returns the hits.
fn play_service(keys: &[u64]) -> u64 {
    let limits = Limits {
        limit: Bytes(ENTRIES),
        uploads_per_minute: None,
        downloads_per_minute: None,
        ..Limits::default()
    };
    let mut service = Service::new(limits);
    let scope = service.names.scope("refs/heads/main");
    let (access, version) = (Access::new(&[scope], Some(scope)), service.names.version("v"));
    let stem = service.names.key("sccache/");
    let (mut hits, mut stored) = (0, 0);
    for (number, key) in keys.iter().enumerate() {
        let (now, key) = (SimTime(number as i64 * 10), service.names.object(stem, *key));
        if let LookUp::Exact(_) = service.look_up(now, &access, version, key, &[], |_, _| ()) {
            hits += 1;
        } else if let Reserve::Granted(reservation) =
            service.reserve(now, &access, version, key, Owner(0), |_, _| ())
        {
            service.finalise(now, reservation, Bytes(1), Payload(0));
            stored += 1;
            if stored % ENTRIES_PER_SWEEP == 0 {
                service.sweep(now, |_, _| {});
            }
        }
    }
    hits
}

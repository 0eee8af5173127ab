//! The bare engine: queueing models that do nothing but schedule, played by `engine::Queue` and,
//! in the same run, by a plain `BinaryHeap` of the same pairs. Prints the events a second of both
//! and their ratio; the target is 10 million a second on one core.
//!
//! The times are drawn beforehand: what is measured is the queue.

mod side_by_side;

use cache_budget::engine::Queue;
use cache_budget::random::{Draws, Purpose};
use cache_budget::units::SimTime;
use criterion::{Criterion, criterion_group, criterion_main};
use rand_distr::{Distribution, Exp1};
use side_by_side::side_by_side;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

const EVENTS: u64 = 1_000_000;

criterion_main!(benches);
criterion_group!(benches, single_server, thousand_clients);

/// M/M/1 at 90 % load: never more than two events wait, so the queue's own cost is all there is.
fn single_server(criterion: &mut Criterion) {
    let times = Times::drawn();
    side_by_side(
        criterion,
        "one server",
        EVENTS,
        ("engine::Queue", || play_single_server(&mut Queue::new(), &times)),
        ("BinaryHeap", || play_single_server(&mut BinaryHeap::new(), &times)),
    );
}

/// A thousand clients, each with a next event of its own, as many as jobs run at once at most.
fn thousand_clients(criterion: &mut Criterion) {
    let times = Times::drawn();
    side_by_side(
        criterion,
        "a thousand clients",
        EVENTS,
        ("engine::Queue", || play_clients(&mut Queue::new(), &times)),
        ("BinaryHeap", || play_clients(&mut BinaryHeap::new(), &times)),
    );
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Arrival,
    Departure,
    Client(u32),
}

/// What a queue of events has to do.
trait Agenda {
    fn add(&mut self, at: i64, event: Event);
    fn next(&mut self) -> Option<(i64, Event)>;
}

impl Agenda for Queue<Event> {
    fn add(&mut self, at: i64, event: Event) {
        self.push(SimTime(at), 0, event);
    }

    fn next(&mut self) -> Option<(i64, Event)> {
        self.pop().map(|(at, event)| (at.0, event))
    }
}

impl Agenda for BinaryHeap<Reverse<(i64, Event)>> {
    fn add(&mut self, at: i64, event: Event) {
        self.push(Reverse((at, event)));
    }

    fn next(&mut self) -> Option<(i64, Event)> {
        self.pop().map(|Reverse(pair)| pair)
    }
}

/// Exponential times with a mean of 9,000 ms, used in a circle.
struct Times(Vec<i64>);

impl Times {
    fn drawn() -> Times {
        let mut stream = Draws::new(1, 0).stream(Purpose::Arrival, 0);
        let mut draw = || -> f64 { Exp1.sample(&mut stream) };
        Times((0..1 << 16).map(|_| libm::ceil(draw() * 9_000.0) as i64).collect())
    }

    fn at(&self, number: u64) -> i64 {
        self.0[number as usize % self.0.len()]
    }
}

/// Returns how many were served, so that nothing is optimised away.
fn play_single_server(agenda: &mut impl Agenda, times: &Times) -> u64 {
    let (mut waiting, mut served) = (0u64, 0u64);
    agenda.add(0, Event::Arrival);
    for number in 0..EVENTS {
        let Some((now, event)) = agenda.next() else { break };
        match event {
            Event::Departure => (waiting, served) = (waiting - 1, served + 1),
            _ => {
                waiting += 1;
                // Arrivals are 10,000 ms apart in the mean: 90 % load.
                agenda.add(now + times.at(number) * 10 / 9, Event::Arrival);
            }
        }
        let begins = waiting > 0 && (event == Event::Departure || waiting == 1);
        if begins {
            agenda.add(now + times.at(number + 7), Event::Departure);
        }
    }
    served
}

/// Returns the last instant.
fn play_clients(agenda: &mut impl Agenda, times: &Times) -> u64 {
    for client in 0..1_000 {
        agenda.add(times.at(client.into()), Event::Client(client));
    }
    let mut last = 0;
    for number in 0..EVENTS {
        let Some((now, event)) = agenda.next() else { break };
        agenda.add(now + times.at(number), event);
        last = now;
    }
    last as u64
}

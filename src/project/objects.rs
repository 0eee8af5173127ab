//! How many objects a job's libraries are. A job that is described by its times does not say which crates it
//! compiles, only how many objects sccache keeps of them. [`Compilation::new`](super::Compilation::new) then
//! divides or joins its libraries; each object still belongs to crates of the graph and changes with them.

use super::unit::{Unit, UnitRole};
use crate::random::mix;
use crate::units::{Bytes, Duration};

/// The units with `objects` (≥ 1) objects of libraries. With more objects than libraries, each library becomes
/// several units with equal parts of its work and sizes. With fewer, several libraries in a row become one
/// object: the last one has the work and the object of all, and depends on the others.
pub(super) fn regrouped(units: Vec<Unit>, objects: u32) -> Vec<Unit> {
    let libraries = units.iter().filter(|unit| is_library(unit)).count() as u64;
    let (mut number, mut made) = (0, Regrouped::default());
    for unit in units {
        let unit = made.moved(unit);
        if is_library(&unit) {
            let until = |number: u64| number * u64::from(objects) / libraries;
            let parts = until(number + 1) - until(number);
            number += 1;
            made.add_library(unit, parts);
        } else {
            made.add(unit);
        }
    }
    made.units
}

fn is_library(unit: &Unit) -> bool {
    unit.role == UnitRole::Dependency && unit.cacheable
}

/// The units so far.
#[derive(Default)]
struct Regrouped {
    units: Vec<Unit>,
    /// For each unit of before: the first of those that it has become, and how many they are.
    places: Vec<(u32, u32)>,
    /// The libraries that the next object holds as well, with their work and the size of their objects.
    joined: Vec<u32>,
    work: Duration,
    object: Bytes,
}

impl Regrouped {
    /// The unit with the new places of what it waits for.
    fn moved(&self, unit: Unit) -> Unit {
        let places = unit.dependencies.iter().map(|old| self.places[*old as usize]);
        let dependencies = places.flat_map(|(first, parts)| first..first + parts).collect();
        Unit { dependencies, ..unit }
    }

    fn add(&mut self, unit: Unit) {
        self.places.push((self.units.len() as u32, 1));
        self.units.push(unit);
    }

    fn add_library(&mut self, mut unit: Unit, parts: u64) {
        if parts == 0 {
            self.joined.push(self.units.len() as u32);
            self.work += std::mem::take(&mut unit.work);
            self.object += std::mem::take(&mut unit.object);
            return self.add(Unit { cacheable: false, ..unit });
        }
        unit.dependencies.append(&mut self.joined);
        unit.work += std::mem::take(&mut self.work);
        unit.object += std::mem::take(&mut self.object);
        self.places.push((self.units.len() as u32, parts as u32));
        self.units.extend((0..parts).map(|part| part_of(&unit, part, parts)));
    }
}

/// One of the equal parts of a unit. The first has what cannot be divided.
fn part_of(unit: &Unit, part: u64, parts: u64) -> Unit {
    let share = |of: u64| of / parts + if part == 0 { of % parts } else { 0 };
    Unit {
        identity: if part == 0 { unit.identity } else { mix(unit.identity, part) },
        work: Duration(share(unit.work.0 as u64) as i64),
        object: Bytes(share(unit.object.0)),
        archived: Bytes(share(unit.archived.0)),
        ..unit.clone()
    }
}

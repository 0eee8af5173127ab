//! What one job compiles, and the identity of each unit in a given checkout. How long a build
//! takes is in `schedule.rs`, what a cache holds in `client`. `engine` makes a [`Compilation`] for
//! each job.

use super::checkout::Checkout;
use super::costs::UnitCosts;
use super::flavour::{Flavour, Platform};
use super::graph::{Crate, CrateGraph, CrateKind};
use super::input::InputId;
use super::objects::regrouped;
use super::order::UnitOrder;
use super::selection::Selection;
use super::system::System;
use super::unit::{Unit, UnitRole};
use crate::random::{Draws, mix, mix_str};
use crate::units::{Bytes, Duration};
use std::sync::Arc;

/// The units that a job's packages need.
#[derive(Debug, Clone, PartialEq)]
pub struct Compilation {
    /// The units in topological order: dependencies come before their dependants.
    pub units: Vec<Unit>,
    /// Serial time after the last unit, such as linking.
    pub tail: Duration,
    /// For each unit, the number of units that wait for it, directly or not, itself included. This
    /// is its priority in a schedule.
    pub urgency: Vec<u32>,
    /// Unpacked over compressed size of its part of the target folder.
    pub unpacked_ratio: f64,
    /// Compressed size of the part of the target folder that rust-cache drops.
    pub workspace_archive: Bytes,
    /// Dependants and priorities, shared by all schedules.
    pub(super) order: Arc<UnitOrder>,
}

impl Compilation {
    /// The compilation of a selection in one flavour on one system. The flavour's totals are
    /// distributed over all crates of the graph; the job then pays for the crates in its selection.
    ///
    /// # Panics
    /// If the selection names a crate that is not in the graph.
    pub fn new(
        graph: &CrateGraph,
        flavour: &Flavour,
        selection: &Selection,
        system: System,
        draws: &Draws,
    ) -> Compilation {
        let costs = UnitCosts::draw(graph, flavour, draws);
        let salts = selection.salts(graph, &flavour.name, system);
        let reached = graph.closure(&selection.packages);
        let mut planned = Planned::new(graph.crates.len());
        for (i, krate) in graph.crates.iter().enumerate().filter(|&(i, _)| reached[i]) {
            for &platform in flavour.platforms(krate) {
                let dependencies = planned.dependencies(krate, platform);
                let profile = mix_str(system.salt(platform as u64), &flavour.profile);
                let sources = costs.native_objects(i, krate, &dependencies, profile);
                let dependencies = planned.add_sources(sources, dependencies);
                let identity = mix(salts[i], (i as u64) << 2 | platform as u64);
                planned.add(i, platform, costs.unit(i, krate, identity, dependencies));
            }
        }
        Compilation {
            tail: flavour.tail,
            unpacked_ratio: flavour.unpacked_ratio,
            workspace_archive: flavour.workspace_archive,
            ..Compilation::of_units(match flavour.objects {
                Some(objects) => regrouped(planned.units, objects),
                None => planned.units,
            })
        }
    }

    /// A compilation of exactly these units, without a tail.
    ///
    /// # Panics
    /// If a unit depends on one that does not come before it.
    pub fn of_units(units: Vec<Unit>) -> Compilation {
        let urgency = urgency(&units);
        let order = Arc::new(UnitOrder::new(&units, &urgency));
        Compilation {
            units,
            tail: Duration::ZERO,
            urgency,
            unpacked_ratio: 1.0,
            workspace_archive: Bytes::ZERO,
            order,
        }
    }

    /// A copy with all work multiplied by `factor` (> 0). For measured jobs, which know how long
    /// they take but not how much work that is.
    pub fn scaled(&self, factor: f64) -> Compilation {
        let scale = |unit: &Unit| Unit { work: unit.work.scaled(factor), ..unit.clone() };
        let rest = Compilation::of_units(self.units.iter().map(scale).collect());
        Compilation { units: rest.units, urgency: rest.urgency, order: rest.order, ..self.clone() }
    }

    /// The content identity of every unit in `checkout`: a function of its version, the compiler,
    /// the flavour and the identities of its dependencies. Manifests do not matter: builds that
    /// resolve to the same crates are the same build.
    pub fn instances(&self, checkout: &Checkout) -> Vec<u64> {
        let mut instances = Vec::with_capacity(self.units.len());
        for unit in &self.units {
            instances.push(unit.instance(checkout, &instances));
        }
        instances
    }

    /// Like [`Compilation::instances`], but starts from the `known` instances of the checkout
    /// `other` and recomputes only units that differ, and their dependants.
    pub fn instances_after(&self, other: &Checkout, known: &[u64], checkout: &Checkout) -> Vec<u64> {
        if other.input(InputId::TOOLCHAIN) != checkout.input(InputId::TOOLCHAIN) {
            return self.instances(checkout);
        }
        let mut instances = known.to_vec();
        let mut stands_on_change = vec![false; known.len()];
        for (i, &krate) in self.order.crates.iter().enumerate() {
            let krate = krate as usize;
            if stands_on_change[i] || other.versions[krate] != checkout.versions[krate] {
                instances[i] = self.units[i].instance(checkout, &instances);
                let changed = instances[i] != known[i];
                let dependants = self.order.dependants(i as u32);
                dependants.iter().for_each(|&d| stands_on_change[d as usize] |= changed);
            }
        }
        instances
    }
}

/// The units planned so far, and an index of each crate's units.
struct Planned {
    units: Vec<Unit>,
    /// For each crate: the unit that procedural macros use, and the unit that everything else uses.
    places: Vec<[u32; 2]>,
}

impl Planned {
    fn new(crates: usize) -> Planned {
        Planned { units: Vec::new(), places: vec![[0; 2]; crates] }
    }

    /// Indices of the units that a crate depends on. Whatever runs in the compiler (a procedural
    /// macro or a host copy) depends on host copies.
    fn dependencies(&self, krate: &Crate, platform: Platform) -> Vec<u32> {
        let on_host = platform == Platform::Host || krate.kind == CrateKind::ProcMacro;
        let used = if on_host { Platform::Host } else { Platform::Target };
        krate.dependencies.iter().map(|&d| self.places[d as usize][used as usize]).collect()
    }

    /// Adds the native objects of the crate whose own unit is added next. Returns what that unit
    /// waits for.
    fn add_sources(&mut self, sources: Vec<Unit>, mut dependencies: Vec<u32>) -> Vec<u32> {
        let first = self.units.len() as u32;
        let of = first + sources.len() as u32;
        dependencies.extend(first..of);
        let role = UnitRole::NativeObject { of };
        self.units.extend(sources.into_iter().map(|unit| Unit { role, ..unit }));
        dependencies
    }

    fn add(&mut self, krate: usize, platform: Platform, unit: Unit) {
        let place = self.units.len() as u32;
        self.units.push(unit);
        match platform {
            Platform::Both => self.places[krate] = [place; 2],
            Platform::Host | Platform::Target => self.places[krate][platform as usize] = place,
        }
    }
}

/// Counts each unit's dependants with one bit set per unit, filled from the last unit to the first.
fn urgency(units: &[Unit]) -> Vec<u32> {
    let words = units.len().div_ceil(64);
    let mut waiting = vec![vec![0u64; words]; units.len()];
    for (i, unit) in units.iter().enumerate().rev() {
        waiting[i][i / 64] |= 1 << (i % 64);
        for &d in &unit.dependencies {
            let (before, from) = waiting.split_at_mut(i);
            let dependency = before.get_mut(d as usize).expect("dependencies come first");
            dependency.iter_mut().zip(&from[0]).for_each(|(mine, theirs)| *mine |= theirs);
        }
    }
    waiting.iter().map(|set| set.iter().map(|word| word.count_ones()).sum()).collect()
}

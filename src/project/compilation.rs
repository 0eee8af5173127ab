use super::checkout::Checkout;
use super::costs::Costs;
use super::flavour::{Flavour, Platform};
use super::graph::{Crate, CrateGraph, CrateKind};
use super::order::Order;
use super::selection::Selection;
use super::system::System;
use crate::random::{Draws, mix, mix_str};
use crate::units::{Bytes, Duration};
use std::sync::Arc;

/// What one job compiles: the units its packages reach, with dependencies before dependants.
#[derive(Debug, Clone, PartialEq)]
pub struct Compilation {
    /// The units in topological order.
    pub units: Vec<Unit>,
    /// Serial time after the last unit.
    pub tail: Duration,
    /// For every unit, how many wait for it, directly or not, itself included: the scheduling order.
    pub urgency: Vec<u32>,
    /// Unpacked over compressed size of what it leaves in the target folder.
    pub unpacked_ratio: f64,
    /// Compressed size of the part of the target folder that rust-cache drops.
    pub workspace_archive: Bytes,
    /// Who waits for whom, shared with every schedule.
    pub(super) order: Arc<Order>,
}

impl Compilation {
    /// What a job with this selection compiles in this flavour for this system. The flavour's totals are
    /// spread over all crates of the graph, then the selection's part is taken.
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
        let costs = Costs::draw(graph, flavour, draws);
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
            ..Compilation::of_units(planned.units)
        }
    }

    /// A compilation of exactly these units, without a tail.
    ///
    /// # Panics
    /// If a unit depends on one that does not come before it.
    pub fn of_units(units: Vec<Unit>) -> Compilation {
        let urgency = urgency(&units);
        let order = Arc::new(Order::new(&units, &urgency));
        Compilation {
            units,
            tail: Duration::ZERO,
            urgency,
            unpacked_ratio: 1.0,
            workspace_archive: Bytes::ZERO,
            order,
        }
    }

    /// The same with all work multiplied by `factor` (> 0): a measured job knows how long it takes,
    /// not how much work it is.
    pub fn scaled(&self, factor: f64) -> Compilation {
        let scale = |unit: &Unit| Unit { work: unit.work.scaled(factor), ..unit.clone() };
        let rest = Compilation::of_units(self.units.iter().map(scale).collect());
        Compilation { units: rest.units, urgency: rest.urgency, order: rest.order, ..self.clone() }
    }

    /// The content identity of every unit as compiled from `checkout`: a function of its own
    /// version, the compiler, the flavour and the identities of what it depends on. Manifests do
    /// not matter: a build that resolves to the same crates is the same build.
    pub fn instances(&self, checkout: &Checkout) -> Vec<u64> {
        let mut instances = Vec::with_capacity(self.units.len());
        for unit in &self.units {
            instances.push(unit.instance(checkout, &instances));
        }
        instances
    }

    /// The same where the instances of another checkout are `known`: only what differs between the two,
    /// and what stands on it, is worked out anew.
    pub fn instances_after(&self, other: &Checkout, known: &[u64], checkout: &Checkout) -> Vec<u64> {
        if other.toolchain != checkout.toolchain {
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

/// One compiler call of a job.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// The crate, an index into the graph.
    pub krate: u32,
    /// What it is whatever is checked out: the crate, the flavour and the features.
    pub identity: u64,
    /// What it is to a cache.
    pub role: UnitRole,
    /// Whether sccache caches it.
    pub cacheable: bool,
    /// Core time.
    pub work: Duration,
    /// Size of its sccache object, compressed; 0 where it is not cacheable.
    pub object: Bytes,
    /// What it adds to a rust-cache entry, compressed; 0 for a workspace crate.
    pub archived: Bytes,
    /// Indices of the units it waits for, all smaller than its own.
    pub dependencies: Vec<u32>,
}

impl Unit {
    /// Its content identity, where those of the units before it are known.
    fn instance(&self, checkout: &Checkout, instances: &[u64]) -> u64 {
        let version = checkout.versions[self.krate as usize];
        let compiler = if self.is_native_object() { 0 } else { checkout.toolchain };
        let own = mix(self.identity, u64::from(compiler) << 32 | u64::from(version));
        self.inputs().iter().fold(own, |hash, &input| mix(hash, instances[input as usize]))
    }

    /// The units whose outputs are part of its key.
    pub fn inputs(&self) -> &[u32] {
        if self.is_native_object() { &[] } else { &self.dependencies }
    }

    /// Whether it is a C or C++ file, which the Rust compiler never sees.
    pub fn is_native_object(&self) -> bool {
        matches!(self.role, UnitRole::NativeObject { .. })
    }
}

/// What a unit is to a cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnitRole {
    /// An external library or native crate.
    Dependency,
    /// An external procedural macro.
    ProcMacro,
    /// One C or C++ file of an external native crate: part of that crate, but an object of its own
    /// to sccache, which the crate `cc` puts before the C compiler, too. Its key is the
    /// preprocessed source, whatever it waits for.
    NativeObject {
        /// The unit of its crate, a later one.
        of: u32,
    },
    /// A workspace library.
    Workspace,
}

/// Units as they are planned, and where each crate's are.
struct Planned {
    units: Vec<Unit>,
    /// By crate: the unit that procedural macros use, and the one that everything else uses.
    places: Vec<[u32; 2]>,
}

impl Planned {
    fn new(crates: usize) -> Planned {
        Planned { units: Vec::new(), places: vec![[0; 2]; crates] }
    }

    /// What runs in the compiler, a procedural macro or a host copy, uses host copies itself.
    fn dependencies(&self, krate: &Crate, platform: Platform) -> Vec<u32> {
        let on_host = platform == Platform::Host || krate.kind == CrateKind::ProcMacro;
        let used = if on_host { Platform::Host } else { Platform::Target };
        krate.dependencies.iter().map(|&d| self.places[d as usize][used as usize]).collect()
    }

    /// Adds the native objects of the crate that is added next; returns what that one waits for.
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

/// Counted with one bit set of dependants for each unit, built from the last unit back.
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

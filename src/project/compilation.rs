use super::checkout::Checkout;
use super::flavour::Flavour;
use super::graph::{Crate, CrateGraph, CrateKind};
use super::order::Order;
use super::shares;
use crate::random::{Draws, Purpose, mix, mix_str};
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
    /// Identity of the flavour and selection, folded into every instance.
    pub salt: u64,
    /// Uncompressed over compressed size of what it leaves on the disk.
    pub unpacked_ratio: f64,
    /// Compressed size of the part of the target folder that rust-cache drops.
    pub workspace_archive: Bytes,
    /// Who waits for whom, shared with every schedule.
    pub(super) order: Arc<Order>,
}

impl Compilation {
    /// What a job with these root packages (none: all workspace members) compiles in this flavour.
    /// The flavour's totals are spread over all crates of the graph, then the roots' part is taken.
    ///
    /// # Panics
    /// If a root is not a crate of the graph.
    pub fn new(graph: &CrateGraph, flavour: &Flavour, roots: &[u32], draws: &Draws) -> Compilation {
        let costs = Costs::draw(graph, flavour, draws);
        let reached = graph.closure(roots);
        let mut place = vec![0; graph.crates.len()];
        let mut units: Vec<Unit> = Vec::new();
        for (i, krate) in graph.crates.iter().enumerate().filter(|&(i, _)| reached[i]) {
            place[i] = units.len() as u32;
            let dependencies = krate.dependencies.iter().map(|&d| place[d as usize]).collect();
            units.push(costs.unit(i, krate, dependencies));
        }
        Compilation {
            tail: flavour.tail,
            salt: salt(graph, flavour, roots),
            unpacked_ratio: flavour.unpacked_ratio,
            workspace_archive: flavour.workspace_archive,
            ..Compilation::of_units(units)
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
            salt: 0,
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
        let root = mix(self.salt, u64::from(checkout.toolchain));
        let mut instances = Vec::with_capacity(self.units.len());
        for unit in &self.units {
            let version = checkout.versions[unit.krate as usize];
            let own = mix(root, u64::from(unit.krate) << 32 | u64::from(version));
            let all = unit.dependencies.iter().fold(own, |hash, &d| mix(hash, instances[d as usize]));
            instances.push(all);
        }
        instances
    }
}

/// One compiler call of a job.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// The crate, an index into the graph.
    pub krate: u32,
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

/// What a unit is to a cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnitRole {
    /// An external library or native crate.
    Dependency,
    /// An external procedural macro.
    ProcMacro,
    /// A workspace library.
    Workspace,
}

/// A native crate compiles C or C++ besides its Rust: this many times the work of a library of the
/// same weight (assumed; range 2–10: a small `*-sys` crate only links, librdkafka takes a minute).
const NATIVE_WORK: f64 = 4.0;
/// A procedural macro is as much work as a library of the same weight (assumed).
const PROC_MACRO_WORK: f64 = 1.0;

/// What every crate of the graph costs, by its index.
struct Costs {
    work: Vec<u64>,
    objects: Vec<u64>,
    archived: Vec<u64>,
    cacheable: Vec<bool>,
}

impl Costs {
    fn draw(graph: &CrateGraph, flavour: &Flavour, draws: &Draws) -> Costs {
        let cacheable: Vec<bool> =
            graph.crates.iter().map(|krate| cacheable(krate, flavour, draws)).collect();
        let external = |krate: &Crate| if is_external(krate) { krate.weight } else { 0.0 };
        let own = |krate: &Crate| if is_external(krate) { 0.0 } else { krate.weight };
        let slope = |krate: &Crate| libm::pow(1.0 + krate.dependencies.len() as f64, flavour.work_slope);
        let heavy = |krate: &Crate| external(krate) * work_factor(krate.kind) * slope(krate);
        let work = shares::drawn(graph, draws, Purpose::Work, flavour.work_sigma, heavy);
        let sizes = shares::drawn(graph, draws, Purpose::Size, flavour.object_sigma, external);
        let lines = shares::proportional(graph, own);
        let objects = shares::of(&sizes, &cacheable);
        let own_objects = shares::of(&lines, &cacheable);
        Costs {
            work: both(flavour.dependency_work.0 as u64, &work, flavour.workspace_work.0 as u64, &lines),
            objects: both(flavour.dependency_objects.0, &objects, flavour.workspace_objects.0, &own_objects),
            archived: shares::split(flavour.dependency_archive.0, &sizes),
            cacheable,
        }
    }

    fn unit(&self, i: usize, krate: &Crate, dependencies: Vec<u32>) -> Unit {
        let role = match krate.kind {
            CrateKind::Library | CrateKind::Native => UnitRole::Dependency,
            CrateKind::ProcMacro => UnitRole::ProcMacro,
            CrateKind::Workspace => UnitRole::Workspace,
        };
        Unit {
            krate: i as u32,
            role,
            cacheable: self.cacheable[i],
            work: Duration(self.work[i] as i64),
            object: Bytes(self.objects[i]),
            archived: Bytes(self.archived[i]),
            dependencies,
        }
    }
}

/// External and workspace crates share no total, so the two splits add up.
fn both(external: u64, shares: &[f64], own: u64, own_shares: &[f64]) -> Vec<u64> {
    let own = shares::split(own, own_shares);
    shares::split(external, shares).into_iter().zip(own).map(|(a, b)| a + b).collect()
}

fn is_external(krate: &Crate) -> bool {
    krate.kind != CrateKind::Workspace
}

fn work_factor(kind: CrateKind) -> f64 {
    match kind {
        CrateKind::Native => NATIVE_WORK,
        CrateKind::ProcMacro => PROC_MACRO_WORK,
        CrateKind::Library | CrateKind::Workspace => 1.0,
    }
}

fn cacheable(krate: &Crate, flavour: &Flavour, draws: &Draws) -> bool {
    /// Sets the draw apart from that of the crate's size.
    const ACCEPTED: u64 = 1;
    match krate.kind {
        CrateKind::ProcMacro => false,
        CrateKind::Workspace => flavour.workspace_cacheable,
        CrateKind::Library | CrateKind::Native => {
            let identity = mix(shares::identity(krate), ACCEPTED);
            draws.unit(Purpose::Size, identity) < flavour.cacheable_share
        }
    }
}

/// Two jobs share objects only if they compile the same packages in the same flavour: cargo
/// resolves features for the packages selected, and they are part of every unit's identity.
fn salt(graph: &CrateGraph, flavour: &Flavour, roots: &[u32]) -> u64 {
    let flavour = mix_str(0, &flavour.name);
    graph.roots(roots).iter().fold(flavour, |hash, &root| mix_str(hash, &graph.crates[root as usize].name))
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

//! The cost of every crate of a graph in one flavour: work, object size and archive size, drawn per
//! replication. [`Compilation::new`](super::Compilation::new) calls it. The totals come from the
//! flavour, their distribution from `shares.rs`.

use super::flavour::Flavour;
use super::graph::{Crate, CrateGraph, CrateKind};
use super::shares;
use super::unit::{Unit, UnitRole};
use crate::random::{Draws, Purpose, mix, mix_str};
use crate::units::{Bytes, Duration};

/// A native crate compiles C or C++ in addition to its Rust, which makes it this many times the
/// work of a library of the same weight. (Assumed; range 2–10: a small `*-sys` crate only links,
/// librdkafka takes a minute.)
const NATIVE_WORK: f64 = 4.0;
/// Size of one C or C++ file's object in sccache; reported means are 46 and 62 kB.
const NATIVE_OBJECT: Bytes = Bytes(55_000);
/// A procedural macro takes as much work as a library of the same weight (assumed).
const PROC_MACRO_WORK: f64 = 1.0;

/// Costs by the crate's index in the graph.
pub(super) struct UnitCosts {
    work: Vec<u64>,
    objects: Vec<u64>,
    archived: Vec<u64>,
    cacheable: Vec<bool>,
    /// True if sccache caches C and C++ files.
    native_cacheable: bool,
    /// How many times each crate is compiled. The figures above are totals over all copies.
    copies: Vec<u64>,
}

impl UnitCosts {
    pub fn draw(graph: &CrateGraph, flavour: &Flavour, draws: &Draws) -> UnitCosts {
        let cacheable: Vec<bool> =
            graph.crates.iter().map(|krate| cacheable(krate, flavour, draws)).collect();
        let copies = |krate: &Crate| flavour.platforms(krate).len() as f64;
        let external = |krate: &Crate| if is_external(krate) { krate.weight * copies(krate) } else { 0.0 };
        let own = |krate: &Crate| if is_external(krate) { 0.0 } else { krate.weight };
        let slope = |krate: &Crate| libm::pow(1.0 + krate.dependencies.len() as f64, flavour.work_slope);
        let heavy = |krate: &Crate| external(krate) * work_factor(krate.kind) * slope(krate);
        let work = shares::drawn(graph, draws, Purpose::Work, flavour.work_sigma, heavy);
        let sizes = shares::drawn(graph, draws, Purpose::Size, flavour.object_sigma, external);
        let lines = shares::proportional(graph, own);
        let objects = shares::of(&sizes, &cacheable);
        let own_objects = shares::of(&lines, &cacheable);
        UnitCosts {
            work: both(flavour.dependency_work.0 as u64, &work, flavour.workspace_work.0 as u64, &lines),
            objects: both(flavour.dependency_objects.0, &objects, flavour.workspace_objects.0, &own_objects),
            archived: shares::split(flavour.dependency_archive.0, &sizes),
            cacheable,
            native_cacheable: flavour.native_cacheable,
            copies: graph.crates.iter().map(|krate| flavour.platforms(krate).len() as u64).collect(),
        }
    }

    /// The units for the C or C++ files of crate number `i`. Its build script compiles them once
    /// its dependencies are built. `profile` distinguishes the objects of different profiles and
    /// systems.
    pub fn native_objects(&self, i: usize, krate: &Crate, dependencies: &[u32], profile: u64) -> Vec<Unit> {
        let salt = mix_str(profile, &krate.name);
        let object = |number: u32| Unit {
            krate: i as u32,
            identity: mix(salt, number.into()),
            role: UnitRole::NativeObject { of: i as u32 },
            cacheable: self.native_cacheable,
            work: Duration(self.native_work(i, krate) as i64),
            object: if self.native_cacheable { NATIVE_OBJECT } else { Bytes::ZERO },
            archived: Bytes::ZERO,
            dependencies: dependencies.to_vec(),
        };
        (0..krate.native_objects).map(object).collect()
    }

    /// Work of each native object of a crate. Together they are the part by which a native crate's
    /// work exceeds that of an ordinary one.
    fn native_work(&self, i: usize, krate: &Crate) -> u64 {
        let all = (self.work[i] / self.copies[i]) as f64 * (1.0 - 1.0 / NATIVE_WORK);
        (all / f64::from(krate.native_objects.max(1))) as u64
    }

    /// One compiler call of crate number `i`. Each copy of a crate costs the same.
    pub fn unit(&self, i: usize, krate: &Crate, identity: u64, dependencies: Vec<u32>) -> Unit {
        let role = match krate.kind {
            CrateKind::Library | CrateKind::Native => UnitRole::Dependency,
            CrateKind::ProcMacro => UnitRole::ProcMacro,
            CrateKind::Workspace => UnitRole::Workspace,
        };
        let part = |of: &[u64]| of[i] / self.copies[i];
        let native = self.native_work(i, krate) * u64::from(krate.native_objects);
        Unit {
            krate: i as u32,
            identity,
            role,
            cacheable: self.cacheable[i],
            work: Duration((part(&self.work) - native) as i64),
            object: Bytes(part(&self.objects)),
            archived: Bytes(part(&self.archived)),
            dependencies,
        }
    }
}

/// Splits both totals and adds the results. No crate has a share in both.
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
    /// Separates this draw from the draw of the crate's size.
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

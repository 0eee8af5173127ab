//! What every crate of a graph costs in one flavour: drawn work, object and archive sizes.

use super::flavour::Flavour;
use super::graph::{Crate, CrateGraph, CrateKind};
use super::shares;
use super::unit::{Unit, UnitRole};
use crate::random::{Draws, Purpose, mix, mix_str};
use crate::units::{Bytes, Duration};

/// A native crate compiles C or C++ besides its Rust: this many times the work of a library of the
/// same weight (assumed; range 2–10: a small `*-sys` crate only links, librdkafka takes a minute).
const NATIVE_WORK: f64 = 4.0;
/// What sccache stores of one C or C++ file: reported means are 46 and 62 kB.
const NATIVE_OBJECT: Bytes = Bytes(55_000);
/// A procedural macro is as much work as a library of the same weight (assumed).
const PROC_MACRO_WORK: f64 = 1.0;

/// What every crate of the graph costs, by its index.
pub(super) struct UnitCosts {
    work: Vec<u64>,
    objects: Vec<u64>,
    archived: Vec<u64>,
    cacheable: Vec<bool>,
    /// Whether sccache takes C and C++ files.
    native_cacheable: bool,
    /// How often the crate is compiled; the figures above are of all copies together.
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

    /// The C or C++ files of the crate with this place in the graph, which its build script compiles
    /// when its dependencies are there. `profile` sets apart what flavours of different profiles, or
    /// different systems, compile.
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

    /// The work of each of a crate's native objects: all that a native crate has more of than
    /// another one.
    fn native_work(&self, i: usize, krate: &Crate) -> u64 {
        let all = (self.work[i] / self.copies[i]) as f64 * (1.0 - 1.0 / NATIVE_WORK);
        (all / f64::from(krate.native_objects.max(1))) as u64
    }

    /// One compiler call of the crate with this place in the graph: an equal part of what all its
    /// copies cost.
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

use super::checkout::Checkout;
use crate::units::{Bytes, Duration};

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
    /// Size of its sccache object, compressed.
    pub object: Bytes,
    /// What it adds to a rust-cache entry, compressed; 0 for a workspace crate.
    pub archived: Bytes,
    /// Indices of the units it waits for, all smaller than its own.
    pub dependencies: Vec<u32>,
}

/// What one job compiles: the units its packages reach, with dependencies before dependants.
#[derive(Debug, Clone, PartialEq)]
pub struct Compilation {
    /// The units in topological order.
    pub units: Vec<Unit>,
    /// Serial time after the last unit.
    pub tail: Duration,
    /// For every unit, the longest chain of work from its start to the end: the scheduling order.
    pub urgency: Vec<Duration>,
    /// Identity of the flavour and selection, folded into every instance.
    pub salt: u64,
    /// Uncompressed over compressed size of what it leaves on the disk.
    pub unpacked_ratio: f64,
    /// Compressed size of the part of the target folder that rust-cache drops.
    pub workspace_archive: Bytes,
}

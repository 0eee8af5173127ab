//! What a workflow run checks out, reduced to the identities of changes. There are no file
//! contents: two checkouts are compared by the last change to each input.
//!
//! `workload` makes a [`Checkout`] for each push; `project` and `client` derive cache keys and
//! rebuilds from it.

use super::graph::CrateGraph;
use std::rc::Rc;

/// Identity of the last change to something; 0 is the state before the first simulated push.
pub type ChangeId = u32;

/// What a workflow run checks out, reduced to what decides cache keys and recompilation. Each field
/// is an identity: two checkouts with the same value have the same content there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkout {
    /// For each crate of the graph, the change that last altered it: the locked version of an
    /// external crate, the sources of a workspace crate.
    pub versions: Rc<[ChangeId]>,
    /// The compiler. It is part of every key, and the output of another compiler is never reused.
    pub toolchain: ChangeId,
    /// All manifests (`Cargo.toml`).
    pub manifests: ChangeId,
    /// The committed lock file. Constant while none is committed, even though `versions` drift.
    pub lock: ChangeId,
    /// The cargo-chef recipe: manifests, lock, toolchain file and the list of targets.
    pub recipe: ChangeId,
    /// The container files.
    pub dockerfile: ChangeId,
    /// The front end's lock file.
    pub web_lock: ChangeId,
    /// What pip installs from (`requirements.txt`, `pyproject.toml`, a lock file).
    pub requirements: ChangeId,
    /// Go's modules (`go.mod` and `go.sum`).
    pub go_sum: ChangeId,
    /// The whole tree, as `COPY . .` sees it.
    pub context: ChangeId,
}

impl Checkout {
    /// The state before the first simulated push.
    pub fn initial(graph: &CrateGraph) -> Checkout {
        Checkout {
            versions: vec![0; graph.crates.len()].into(),
            toolchain: 0,
            manifests: 0,
            lock: 0,
            recipe: 0,
            dockerfile: 0,
            web_lock: 0,
            requirements: 0,
            go_sum: 0,
            context: 0,
        }
    }
}

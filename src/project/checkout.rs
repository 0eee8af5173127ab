//! What a workflow run checks out, reduced to the identities of changes. There are no file
//! contents: two checkouts are compared by the last change to each input.
//!
//! `workload` makes a [`Checkout`] for each push; `project` and `client` derive cache keys and
//! rebuilds from it.

use super::graph::CrateGraph;
use super::input::InputId;
use super::lineage::Lineage;
use std::rc::Rc;

/// Identity of the last change to something; 0 is the state before the first simulated push.
pub type ChangeId = u32;

/// What a workflow run checks out, reduced to what decides cache keys and recompilation. Everything is
/// an identity: two checkouts with the same value have the same content there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkout {
    /// For each crate of the graph, the change that last altered it: the locked version of an
    /// external crate, the sources of a workspace crate.
    pub versions: Rc<[ChangeId]>,
    /// For each input, by its index, the change that last altered it; 0 for those beyond the end. The
    /// lock file's is constant while none is committed, even though `versions` drift. The compiler's is
    /// part of every key, and the output of another compiler is never reused.
    pub inputs: Rc<[ChangeId]>,
    /// The cargo-chef recipe: manifests, lock, toolchain file and the list of targets.
    pub recipe: ChangeId,
    /// The whole tree, as `COPY . .` sees it.
    pub context: ChangeId,
    /// How often each input has changed on the way to it.
    pub lineage: Lineage,
}

impl Checkout {
    /// The state before the first simulated push.
    pub fn initial(graph: &CrateGraph) -> Checkout {
        Checkout {
            versions: vec![0; graph.crates.len()].into(),
            inputs: Rc::new([0; InputId::BUILT_IN.len()]),
            recipe: 0,
            context: 0,
            lineage: Lineage::default(),
        }
    }

    /// The identity of an input's content.
    pub fn input(&self, input: InputId) -> ChangeId {
        self.inputs.get(input.index()).copied().unwrap_or(0)
    }

    /// The same checkout with other content of an input.
    pub fn with(mut self, input: InputId, content: ChangeId) -> Checkout {
        if self.input(input) != content {
            let mut inputs = self.inputs.to_vec();
            inputs.resize(inputs.len().max(input.index() + 1), 0);
            inputs[input.index()] = content;
            self.inputs = inputs.into();
        }
        self
    }
}

//! Which crates of the graph a job compiles, and which of its objects it shares with other jobs.
//! `scenario` builds a [`Selection`] per job; [`Compilation::new`](super::Compilation::new) uses
//! it.

use super::graph::CrateGraph;
use super::system::System;
use crate::random::mix_str;

/// The part of a project that a job compiles.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// Root packages as indices into the graph. Empty means all workspace members.
    pub packages: Vec<u32>,
    /// The crates that cargo compiles with other features than for the whole workspace, because it
    /// resolves features for the selected packages; indices into the graph. These crates and their
    /// dependants are objects of this selection alone; all others are the workspace build's
    /// objects. `None` means unknown, and nothing is shared.
    pub own_features: Option<Vec<u32>>,
}

impl Selection {
    /// For each crate, a hash of how it is compiled: of flavour and system, and of the selection if
    /// its features differ. Two jobs share a crate's object only if their hashes agree.
    pub(super) fn salts(&self, graph: &CrateGraph, flavour: &str, system: System) -> Vec<u64> {
        let salt = |roots: &[u32]| {
            let names = graph.roots(roots).into_iter().map(|root| &graph.crates[root as usize].name);
            names.fold(system.salt(mix_str(0, flavour)), |hash, name| mix_str(hash, name))
        };
        let (own, shared) = (salt(&self.packages), salt(&[]));
        self.differing(graph).into_iter().map(|differs| if differs { own } else { shared }).collect()
    }

    fn differing(&self, graph: &CrateGraph) -> Vec<bool> {
        let Some(own_features) = &self.own_features else { return vec![true; graph.crates.len()] };
        let mut differs = vec![false; graph.crates.len()];
        own_features.iter().for_each(|&krate| differs[krate as usize] = true);
        for (i, krate) in graph.crates.iter().enumerate() {
            differs[i] |= krate.dependencies.iter().any(|&d| differs[d as usize]);
        }
        differs
    }
}

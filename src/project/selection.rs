use super::graph::CrateGraph;
use super::system::System;
use crate::random::mix_str;

/// Which part of a project a job compiles.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// The packages it is rooted in, indices into the graph; empty: all workspace members.
    pub packages: Vec<u32>,
    /// The crates that cargo compiles with other features than for the whole workspace, since it
    /// resolves features for the packages selected; indices into the graph. They and what depends
    /// on them are objects of this selection's own; all others are the workspace build's objects.
    /// `None`: not known, and nothing is shared.
    pub own_features: Option<Vec<u32>>,
}

impl Selection {
    /// By crate, the identity of how it is compiled: the flavour's and the system's, or these and the
    /// selection's. Two jobs share an object only where these agree.
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

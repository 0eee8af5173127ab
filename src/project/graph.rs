//! The crates of a project and their dependencies. `crate_table.rs` reads a graph from a table; a
//! scenario without a table gets [`CrateGraph::synthetic`]. Costs are not part of the graph, they
//! depend on the flavour (`costs.rs`).

/// The crates of a project.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CrateGraph {
    /// The crates in topological order: dependencies come before their dependants.
    pub crates: Vec<Crate>,
}

impl CrateGraph {
    /// A graph for a scenario without a crate table: `externals` external libraries without
    /// dependencies, and one workspace member, the last crate, that depends on all of them.
    pub fn synthetic(externals: u32) -> CrateGraph {
        let library = |i: u32| Crate {
            name: format!("library-{}", i + 1),
            version: "0.0.0".to_owned(),
            kind: CrateKind::Library,
            weight: 1.0,
            host: HostCopy::Shared,
            native_objects: 0,
            dependencies: Vec::new(),
        };
        let mut crates: Vec<Crate> = (0..externals).map(library).collect();
        crates.push(Crate {
            name: "workspace".to_owned(),
            kind: CrateKind::Workspace,
            dependencies: (0..externals).collect(),
            ..library(0)
        });
        CrateGraph { crates }
    }

    /// Flags the crates that `roots` need, including the roots. Empty roots mean all workspace
    /// members, or every crate if there is no member.
    ///
    /// # Panics
    /// If a root is not a crate of the graph.
    pub fn closure(&self, roots: &[u32]) -> Vec<bool> {
        let mut reached = vec![false; self.crates.len()];
        for root in self.roots(roots) {
            reached[root as usize] = true;
        }
        for (i, krate) in self.crates.iter().enumerate().rev() {
            if reached[i] {
                krate.dependencies.iter().for_each(|&d| reached[d as usize] = true);
            }
        }
        reached
    }

    /// Indices of the workspace members, ascending.
    pub fn members(&self) -> Vec<u32> {
        self.indices(|krate| krate.kind == CrateKind::Workspace)
    }

    /// The workspace crates with their weights.
    pub fn weighted_members(&self) -> Vec<(u32, f64)> {
        self.members().into_iter().map(|member| (member, self.crates[member as usize].weight)).collect()
    }

    /// Indices of the external crates, ascending.
    pub fn externals(&self) -> Vec<u32> {
        self.indices(|krate| krate.kind != CrateKind::Workspace)
    }

    /// Finds a crate by name, or by `name version`. If several versions match, returns the
    /// workspace member, or else the first.
    pub fn find(&self, title: &str) -> Option<u32> {
        let (name, version) = title.split_once(' ').unwrap_or((title, ""));
        let wanted = |krate: &Crate| krate.name == name && (version.is_empty() || krate.version == version);
        let named = self.indices(wanted);
        let member = named.iter().find(|&&i| self.crates[i as usize].kind == CrateKind::Workspace);
        member.or(named.first()).copied()
    }

    /// Resolves `roots` (see [`CrateGraph::closure`]) to indices, ascending and without duplicates.
    pub(super) fn roots(&self, roots: &[u32]) -> Vec<u32> {
        let mut resolved = roots.to_vec();
        if resolved.is_empty() {
            resolved = self.members();
        }
        if resolved.is_empty() {
            resolved = self.indices(|_| true);
        }
        resolved.sort_unstable();
        resolved.dedup();
        resolved
    }

    fn indices(&self, wanted: impl Fn(&Crate) -> bool) -> Vec<u32> {
        (0..).zip(&self.crates).filter(|(_, krate)| wanted(krate)).map(|(i, _)| i).collect()
    }
}

/// One package of the lock file.
#[derive(Debug, Clone, PartialEq)]
pub struct Crate {
    /// The package name. Several versions of one package are several crates.
    pub name: String,
    /// The locked version.
    pub version: String,
    /// Library, procedural macro, native or workspace.
    pub kind: CrateKind,
    /// Relative weight among crates of its kind, > 0: lines of code for a workspace crate where
    /// they are known, otherwise 1.
    pub weight: f64,
    /// When it is compiled a second time for the host.
    pub host: HostCopy,
    /// Number of C or C++ files that a native crate's build script compiles through the crate `cc`.
    pub native_objects: u32,
    /// Indices of its dependencies in the graph, all smaller than its own index.
    pub dependencies: Vec<u32>,
}

/// Kind of a package, as far as caches treat kinds differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CrateKind {
    /// An external library.
    Library,
    /// An external procedural macro. It needs the linker, so sccache never caches it.
    ProcMacro,
    /// An external crate whose build script compiles C or C++ (`*-sys`).
    Native,
    /// A member of the workspace. It is always rebuilt after a rust-cache restore.
    Workspace,
}

/// When cargo compiles a library twice: once for the target, and once for the procedural macros and
/// build scripts that use it (`cargo build --unit-graph` shows both).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum HostCopy {
    /// One unit serves both.
    #[default]
    Shared,
    /// Compiled twice only if the target's copy is merely checked, since a macro needs a compiled
    /// one.
    WhenChecked,
    /// Compiled twice in every build, because its features or profile differ.
    Always,
}

/// A problem in a crate table, to be shown as a diagnostic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphProblem {
    /// Line in the table, from 1.
    pub line: u64,
    /// The problem and its remedy.
    pub message: String,
}

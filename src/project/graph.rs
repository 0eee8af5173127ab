//! The crates of a project and who depends on whom. Read from a table in `crate_table.rs`.

/// The crates of a project with dependencies before dependants.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CrateGraph {
    /// The crates in topological order.
    pub crates: Vec<Crate>,
}

impl CrateGraph {
    /// A project nobody described: `externals` external libraries that depend on nothing, and one
    /// workspace member, the last crate, that depends on all of them.
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

    /// For every crate, whether `roots` need it, themselves included. No roots mean all workspace
    /// members, or every crate where there is no member.
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

    /// The workspace members' indices, ascending.
    pub fn members(&self) -> Vec<u32> {
        self.indices(|krate| krate.kind == CrateKind::Workspace)
    }

    /// The external crates' indices, ascending.
    pub fn externals(&self) -> Vec<u32> {
        self.indices(|krate| krate.kind != CrateKind::Workspace)
    }

    /// The crate of this name, or `name version`; of several versions the workspace member, else the
    /// first.
    pub fn find(&self, title: &str) -> Option<u32> {
        let (name, version) = title.split_once(' ').unwrap_or((title, ""));
        let wanted = |krate: &Crate| krate.name == name && (version.is_empty() || krate.version == version);
        let named = self.indices(wanted);
        let member = named.iter().find(|&&i| self.crates[i as usize].kind == CrateKind::Workspace);
        member.or(named.first()).copied()
    }

    /// What `roots` stand for (see [`CrateGraph::closure`]): ascending, each once.
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
    /// The package name; several versions of one name are several crates.
    pub name: String,
    /// The locked version.
    pub version: String,
    /// What kind of package it is.
    pub kind: CrateKind,
    /// Relative weight among crates of its kind, > 0: lines of code for a workspace crate where
    /// they are known, otherwise 1.
    pub weight: f64,
    /// Whether it is compiled a second time for the host.
    pub host: HostCopy,
    /// How many C or C++ files its build script compiles through the crate `cc`, for a native one.
    pub native_objects: u32,
    /// Indices of its dependencies in the graph, all smaller than its own.
    pub dependencies: Vec<u32>,
}

/// What kind of package a crate is, as far as caches care.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CrateKind {
    /// An external library.
    Library,
    /// An external procedural macro: needs the linker, so sccache never caches it.
    ProcMacro,
    /// An external crate whose build script compiles C or C++ (`*-sys`).
    Native,
    /// A member of the workspace: always rebuilt after a rust-cache restore.
    Workspace,
}

/// When cargo compiles a library twice: once for what is built, and once for the procedural macros
/// and build scripts that use it (`cargo build --unit-graph` shows both).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum HostCopy {
    /// One unit serves both.
    #[default]
    Shared,
    /// Only where the target's copy is merely checked: a macro needs a compiled one.
    WhenChecked,
    /// In every build: its features or profile differ.
    Always,
}

/// One thing that is wrong with a crate table, for a diagnostic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphProblem {
    /// The line of the table, counted from 1.
    pub line: u64,
    /// What is wrong and what to do.
    pub message: String,
}

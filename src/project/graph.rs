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
    /// Indices of its dependencies in the graph, all smaller than its own.
    pub dependencies: Vec<u32>,
}

/// The crates of a project with dependencies before dependants.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CrateGraph {
    /// The crates in topological order.
    pub crates: Vec<Crate>,
}

/// One thing that is wrong with a crate table, for a diagnostic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphProblem {
    /// The line of the table, counted from 1.
    pub line: u64,
    /// What is wrong and what to do.
    pub message: String,
}

//! One compiler call: what a compilation is made of, and what a cache stores of it.

use super::checkout::Checkout;
use crate::random::mix;
use crate::units::{Bytes, Duration};

/// One compiler call of a job.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// The crate, an index into the graph.
    pub krate: u32,
    /// What it is whatever is checked out: the crate, the flavour and the features.
    pub identity: u64,
    /// What it is to a cache.
    pub role: UnitRole,
    /// Whether sccache caches it.
    pub cacheable: bool,
    /// Core time.
    pub work: Duration,
    /// Size of its sccache object, compressed; 0 where it is not cacheable.
    pub object: Bytes,
    /// What it adds to a rust-cache entry, compressed; 0 for a workspace crate.
    pub archived: Bytes,
    /// Indices of the units it waits for, all smaller than its own.
    pub dependencies: Vec<u32>,
}

impl Unit {
    /// Its content identity, where those of the units before it are known.
    pub(super) fn instance(&self, checkout: &Checkout, instances: &[u64]) -> u64 {
        let version = checkout.versions[self.krate as usize];
        let compiler = if self.is_native_object() { 0 } else { checkout.toolchain };
        let own = mix(self.identity, u64::from(compiler) << 32 | u64::from(version));
        self.inputs().iter().fold(own, |hash, &input| mix(hash, instances[input as usize]))
    }

    /// The units whose outputs are part of its key.
    pub fn inputs(&self) -> &[u32] {
        if self.is_native_object() { &[] } else { &self.dependencies }
    }

    /// Whether it is a C or C++ file, which the Rust compiler never sees.
    pub fn is_native_object(&self) -> bool {
        matches!(self.role, UnitRole::NativeObject { .. })
    }
}

/// What a unit is to a cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnitRole {
    /// An external library or native crate.
    Dependency,
    /// An external procedural macro.
    ProcMacro,
    /// One C or C++ file of an external native crate: part of that crate, but an object of its own
    /// to sccache, which the crate `cc` puts before the C compiler, too. Its key is the
    /// preprocessed source, whatever it waits for.
    NativeObject {
        /// The unit of its crate, a later one.
        of: u32,
    },
    /// A workspace library.
    Workspace,
}

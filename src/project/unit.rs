//! A [`Unit`] is one compiler call. A compilation consists of units, and a cache stores their
//! outputs. `costs.rs` gives each unit its work and sizes; what a cache does with it is in
//! `client`.

use super::checkout::Checkout;
use super::input::InputId;
use crate::random::mix;
use crate::units::{Bytes, Duration};

/// One call of a compiler.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// Index of the crate in the graph.
    pub krate: u32,
    /// Hash of crate, flavour, system and features. It does not depend on what is checked out.
    pub identity: u64,
    /// What kind of unit it is to a cache.
    pub role: UnitRole,
    /// True if sccache caches it.
    pub cacheable: bool,
    /// Time on one core of nominal speed.
    pub work: Duration,
    /// Compressed size of its sccache object; 0 if it is not cacheable.
    pub object: Bytes,
    /// Compressed size it adds to a rust-cache entry; 0 for a workspace crate.
    pub archived: Bytes,
    /// Indices of the units it waits for, all smaller than its own index.
    pub dependencies: Vec<u32>,
}

impl Unit {
    /// Identity of the unit's content in a checkout. `instances` holds the identities of all units
    /// before it.
    pub(super) fn instance(&self, checkout: &Checkout, instances: &[u64]) -> u64 {
        let version = checkout.versions[self.krate as usize];
        let compiler = if self.is_native_object() { 0 } else { checkout.input(InputId::TOOLCHAIN) };
        let own = mix(self.identity, u64::from(compiler) << 32 | u64::from(version));
        self.inputs().iter().fold(own, |hash, &input| mix(hash, instances[input as usize]))
    }

    /// The units whose outputs are part of its cache key.
    pub fn inputs(&self) -> &[u32] {
        if self.is_native_object() { &[] } else { &self.dependencies }
    }

    /// True for a C or C++ file, which the Rust compiler never sees.
    pub fn is_native_object(&self) -> bool {
        matches!(self.role, UnitRole::NativeObject { .. })
    }
}

/// Kind of a unit, as far as caches treat kinds differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnitRole {
    /// An external library, or the Rust part of a native crate.
    Dependency,
    /// An external procedural macro.
    ProcMacro,
    /// One C or C++ file of an external native crate. It is part of that crate, but sccache stores
    /// it as an object of its own, because the crate `cc` puts sccache before the C compiler, too.
    /// Its key is the preprocessed source, whatever it waits for.
    NativeObject {
        /// Index of its crate's unit, which comes later.
        of: u32,
    },
    /// A workspace library.
    Workspace,
}

//! The index of a BuildKit layer cache: which steps of a build have which layers. Exports write one,
//! imports read one ([`buildkit`](super::buildkit)). The layers themselves are stored separately.

#![expect(
    clippy::disallowed_types,
    reason = "asked for single keys, or summed over: its order does not show"
)]

use crate::units::Bytes;
use rustc_hash::FxHashMap;

/// One record of the index: the layer of one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layer {
    /// The layer's digest; `None` for a record that has only the step's key (`mode=min`).
    pub digest: Option<u64>,
    /// The layer's compressed size.
    pub size: Bytes,
    /// The key of the step that this one builds on.
    pub parent: Option<u64>,
}

/// The index of one exported build: a record per step key. An export writes the records of its own build
/// only; indexes are never merged.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CacheIndex {
    records: FxHashMap<u64, Layer>,
}

impl CacheIndex {
    /// Adds the record of a step.
    pub fn insert(&mut self, key: u64, layer: Layer) {
        self.records.insert(key, layer);
    }

    /// The record of a step.
    pub fn get(&self, key: u64) -> Option<&Layer> {
        self.records.get(&key)
    }

    /// The layers of a step and of all steps below it, up to the root of its stage; `None` if a record or a
    /// layer is missing.
    pub fn chain(&self, key: u64) -> Option<Vec<(u64, Layer)>> {
        let mut chain = Vec::new();
        let mut next = Some(key);
        while let Some(key) = next {
            let layer = *self.records.get(&key)?;
            layer.digest?;
            chain.push((key, layer));
            next = layer.parent;
        }
        Some(chain)
    }

    /// The digests and sizes of all layers in the index, in no particular order.
    pub fn layers(&self) -> impl Iterator<Item = (u64, Bytes)> + '_ {
        self.records.values().filter_map(|layer| layer.digest.map(|digest| (digest, layer.size)))
    }

    /// The size of the index itself: about 600 bytes per record (measured on live indexes).
    pub fn size(&self) -> Bytes {
        Bytes(600 * self.records.len() as u64 + 2_000)
    }
}

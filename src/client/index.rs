#![expect(
    clippy::disallowed_types,
    reason = "asked for single keys, or summed over: its order does not show"
)]
use crate::units::Bytes;
use rustc_hash::FxHashMap;

/// One record of a layer cache's index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layer {
    /// The layer's digest; `None` for a record that only knows the key (`mode=min`).
    pub digest: Option<u64>,
    /// Its compressed size.
    pub size: Bytes,
    /// The step it stands on, as a step key.
    pub parent: Option<u64>,
}

/// The index of one exported build: step keys and the layers behind them. An export writes the
/// records of its own build only; nothing is merged.
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

    /// The layers from a step up to its stage's root; `None` if one of them is missing.
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

    /// The layers it names, with their sizes, in no particular order.
    pub fn layers(&self) -> impl Iterator<Item = (u64, Bytes)> + '_ {
        self.records.values().filter_map(|layer| layer.digest.map(|digest| (digest, layer.size)))
    }

    /// Its size: about 600 bytes a record (measured on live indexes).
    pub fn size(&self) -> Bytes {
        Bytes(600 * self.records.len() as u64 + 2_000)
    }
}

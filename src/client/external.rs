//! Stores outside GitHub's cache, which no limit applies to: registries and buckets.

#![expect(
    clippy::disallowed_types,
    reason = "asked for single keys, or summed over: its order does not show"
)]

use super::index::CacheIndex;
use crate::service::Key;
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

/// What clients keep in registries and buckets. Nothing is evicted there.
#[derive(Debug, Default)]
pub struct ExternalStores {
    /// Registry tags, S3 manifests and pushed images: name → index. The last writer wins.
    pub tags: FxHashMap<String, Rc<CacheIndex>>,
    /// Layers in a registry or bucket.
    pub layers: FxHashSet<u64>,
    /// sccache objects in a bucket or database, with their variant.
    pub objects: FxHashMap<Key, u32>,
}

//! Stores outside GitHub's cache, which no limit applies to: registries and buckets.

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

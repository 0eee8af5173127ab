//! Stores outside GitHub's cache: registries, buckets and databases. No cache limit and no rate limit
//! applies to them. BuildKit and sccache read and write them directly.

#![expect(
    clippy::disallowed_types,
    reason = "asked for single keys, or summed over: its order does not show"
)]

use super::index::CacheIndex;
use crate::service::Key;
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

/// The content of all stores outside GitHub's cache. Nothing in them is evicted.
#[derive(Debug, Default)]
pub struct ExternalStores {
    /// Registry tags, S3 manifests and pushed images: name → index. The last writer wins.
    pub tags: FxHashMap<String, Rc<CacheIndex>>,
    /// Digests of the layers in a registry or bucket.
    pub layers: FxHashSet<u64>,
    /// sccache objects in a bucket or database, with their variant (0 for the usual bytes).
    pub objects: FxHashMap<Key, u32>,
}

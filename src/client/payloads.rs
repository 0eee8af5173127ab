//! The modelled content of stored entries: archives, indexes, variants of objects. The service knows only
//! an entry's size and a [`Payload`] number; this file maps the number to the content. The stores outside the
//! service (registries, buckets, databases) are here, too: BuildKit and sccache read and write them directly,
//! and no limit of size or rate applies to them.

#![expect(
    clippy::disallowed_types,
    reason = "asked for single keys, or summed over: its order does not show"
)]

use super::archive::Archive;
use super::index::CacheIndex;
use crate::service::{Key, Payload};
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

/// The content of an entry, as far as it is modelled.
#[derive(Debug, Clone, Default)]
pub enum Content {
    /// Content that is not modelled.
    #[default]
    Opaque,
    /// An archive of compiled units.
    Archive(Rc<Archive>),
    /// The index of a layer cache.
    Index(Rc<CacheIndex>),
    /// An object whose bytes differ from those that the same inputs usually give; the number identifies
    /// them.
    Variant(u32),
}

/// The payload of every entry whose content is not modelled.
const OPAQUE: Payload = Payload(0);

/// The contents of stored entries, by payload.
#[derive(Debug, Default)]
pub struct Payloads {
    contents: Vec<Content>,
    free: Vec<u32>,
}

impl Payloads {
    /// Stores a content until [`Payloads::release`]. [`Content::Opaque`] always gets payload 0.
    pub fn keep(&mut self, content: Content) -> Payload {
        let place = match (&content, self.free.pop()) {
            (Content::Opaque, free) => {
                self.free.extend(free);
                return OPAQUE;
            }
            (_, Some(place)) => place,
            (_, None) => {
                self.contents.push(Content::Opaque);
                self.contents.len() as u32 - 1
            }
        };
        self.contents[place as usize] = content;
        Payload(place + 1)
    }

    /// The content of a payload.
    pub fn content(&self, payload: Payload) -> Content {
        match payload.0.checked_sub(1) {
            Some(place) => self.contents[place as usize].clone(),
            None => Content::Opaque,
        }
    }

    /// Drops the content of an entry that was removed.
    pub fn release(&mut self, payload: Payload) {
        if let Some(place) = payload.0.checked_sub(1) {
            self.contents[place as usize] = Content::Opaque;
            self.free.push(place);
        }
    }
}

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

use super::archive::Archive;
use super::index::CacheIndex;
use crate::service::{Key, Payload};
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

/// What an entry holds, as far as the simulation looks into it.
#[derive(Debug, Clone, Default)]
pub enum Content {
    /// Nothing that is looked into.
    #[default]
    Opaque,
    /// An archive of compiled units.
    Archive(Rc<Archive>),
    /// An index of a layer cache.
    Index(Rc<CacheIndex>),
    /// An object whose bytes differ from what the same inputs usually give: its identity.
    Variant(u32),
}

/// The payload of an entry that holds nothing the simulation looks into.
const OPAQUE: Payload = Payload(0);

/// Contents behind the payloads of stored entries, and the stores outside the budget.
#[derive(Debug, Default)]
pub struct Depot {
    contents: Vec<Content>,
    free: Vec<u32>,
    /// Registry tags, S3 manifests and pushed images: name → index. The last writer wins.
    pub tags: FxHashMap<String, Rc<CacheIndex>>,
    /// Layers in a registry or bucket; nothing evicts them.
    pub layers: FxHashSet<u64>,
    /// Families of archives of which main has stored one since the first instant.
    pub families: FxHashSet<Key>,
    /// sccache objects in a bucket or database, with their variant.
    pub objects: FxHashMap<Key, u32>,
}

impl Depot {
    /// Keeps a content until it is released. Payload 0 is the opaque content.
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

    /// The content behind a payload.
    pub fn content(&self, payload: Payload) -> Content {
        match payload.0.checked_sub(1) {
            Some(place) => self.contents[place as usize].clone(),
            None => Content::Opaque,
        }
    }

    /// Drops a content whose entry is gone.
    pub fn release(&mut self, payload: Payload) {
        if let Some(place) = payload.0.checked_sub(1) {
            self.contents[place as usize] = Content::Opaque;
            self.free.push(place);
        }
    }
}

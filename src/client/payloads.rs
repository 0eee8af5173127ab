//! What stored entries hold, as far as the simulation looks into it: the service itself knows only sizes.

use super::archive::Archive;
use super::index::CacheIndex;
use crate::service::Payload;
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

/// The contents behind the payloads of stored entries.
#[derive(Debug, Default)]
pub struct Payloads {
    contents: Vec<Content>,
    free: Vec<u32>,
}

impl Payloads {
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

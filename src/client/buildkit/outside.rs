//! BuildKit's export to a registry, a bucket or the pushed image itself. No cache limit and no rate limit
//! applies there. The export to GitHub's cache is in `export`.

use super::Buildkit;
use crate::client::index::CacheIndex;
use crate::client::layer_store::ImageStore;
use crate::client::session::Session;
use crate::units::Duration;
use std::rc::Rc;

/// An export to a store outside GitHub's cache. Layers that are stored already cost nothing, and nothing is
/// ever evicted.
pub(super) struct OutsideExport<'a> {
    pub settings: &'a Buildkit,
    pub target: &'a (String, String),
}

impl OutsideExport<'_> {
    /// How long the export takes: one second, and the transfer of the layers that the store does not have.
    pub fn export_time(&self, session: &Session, index: &CacheIndex) -> Duration {
        if self.settings.store == ImageStore::Inline {
            return Duration::ZERO;
        }
        let stored = &session.world.external.layers;
        let new = index.layers().filter(|(digest, _)| !stored.contains(digest));
        let rate = self.settings.export_rate;
        Duration::SECOND + new.map(|(digest, size)| session.export_time(rate, size, digest)).sum()
    }

    /// Makes the export visible under its tag.
    pub fn publish(&self, session: &mut Session, index: CacheIndex) {
        let tag = self.settings.store.tag(session.job, self.target);
        let external = &mut session.world.external;
        external.layers.extend(index.layers().map(|(digest, _)| digest));
        external.tags.insert(tag, Rc::new(index));
    }
}

use super::buildkit::Buildkit;
use super::index::CacheIndex;
use super::session::Session;
use crate::units::Duration;
use std::rc::Rc;

/// Where BuildKit keeps its cache. `{image}` and `{arch}` in a name stand for the build's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageStore {
    /// `type=gha`: in the shared budget, one index per scope and ref.
    Gha {
        /// `scope`, "buildkit" unless set.
        scope: String,
    },
    /// `type=registry`: one manifest per tag; a push overwrites it, whoever pushes.
    Registry {
        /// The tag.
        tag: String,
    },
    /// `type=s3`: one manifest per name.
    S3 {
        /// The name.
        name: String,
    },
    /// `type=inline`: in the pushed image itself, the final image's layers only.
    Inline,
    /// No cache.
    None,
}

impl ImageStore {
    /// A name with its placeholders filled.
    pub(super) fn named(text: &str, target: &(String, String)) -> String {
        text.replace("{image}", &target.0).replace("{arch}", &target.1)
    }

    /// What names the index in a store outside the budget.
    pub(super) fn tag(&self, target: &(String, String)) -> String {
        match self {
            ImageStore::Gha { scope } => ImageStore::named(scope, target),
            ImageStore::Registry { tag } => format!("registry {}", ImageStore::named(tag, target)),
            ImageStore::S3 { name } => format!("s3 {}", ImageStore::named(name, target)),
            ImageStore::Inline => format!("image {} {}", target.0, target.1),
            ImageStore::None => String::new(),
        }
    }
}

/// An export to a store outside the budget: layers in parallel, what is there already is free,
/// nothing is ever evicted.
pub(super) struct Outside<'a> {
    pub settings: &'a Buildkit,
    pub target: &'a (String, String),
}

impl Outside<'_> {
    /// How long the export takes: the layers the store does not have yet.
    pub fn export_time(&self, session: &Session, index: &CacheIndex) -> Duration {
        if self.settings.store == ImageStore::Inline {
            return Duration::ZERO;
        }
        let stored = &session.around.depot.layers;
        let new = index.layers().filter(|(digest, _)| !stored.contains(digest));
        let rate = self.settings.export_rate;
        Duration::SECOND + new.map(|(digest, size)| session.export_time(rate, size, digest)).sum()
    }

    /// Makes the export visible under its tag.
    pub fn publish(&self, session: &mut Session, index: CacheIndex) {
        let depot = &mut session.around.depot;
        depot.layers.extend(index.layers().map(|(digest, _)| digest));
        depot.tags.insert(self.settings.store.tag(self.target), Rc::new(index));
    }
}

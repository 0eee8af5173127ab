use super::buildkit::Buildkit;
use super::index::CacheIndex;
use super::key_template::KeyTemplate;
use super::session::{JobContext, Session};
use crate::units::Duration;
use std::rc::Rc;

/// Where BuildKit keeps its cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageStore {
    /// `type=gha`: in the shared budget, one index per scope and ref.
    Gha {
        /// `scope`, "buildkit" unless set.
        scope: KeyTemplate,
    },
    /// `type=registry`: one manifest per tag; a push overwrites it, whoever pushes.
    Registry {
        /// The tag.
        tag: KeyTemplate,
    },
    /// `type=s3`: one manifest per name.
    S3 {
        /// The name.
        name: KeyTemplate,
    },
    /// `type=inline`: in the pushed image itself, the final image's layers only.
    Inline,
    /// No cache.
    None,
}

impl ImageStore {
    /// Whether what names the index changes when a push changes what `workload.changes` calls so.
    pub fn depends_on(&self, input: &str) -> bool {
        match self {
            ImageStore::Gha { scope } => scope.depends_on(input),
            ImageStore::Registry { tag } => tag.depends_on(input),
            ImageStore::S3 { name } => name.depends_on(input),
            ImageStore::Inline | ImageStore::None => false,
        }
    }

    /// What names the index in a store outside the budget.
    pub(super) fn tag(&self, job: &JobContext, target: &(String, String)) -> String {
        match self {
            ImageStore::Gha { scope } => scope.text(job),
            ImageStore::Registry { tag } => format!("registry {}", tag.text(job)),
            ImageStore::S3 { name } => format!("s3 {}", name.text(job)),
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

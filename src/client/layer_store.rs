//! Where BuildKit keeps its cache: in GitHub's cache, or in a store outside it. These are the settings and
//! the names of the indexes; [`buildkit`](super::buildkit) imports and exports.

use super::key::KeyTemplate;
use super::session::JobContext;
use crate::project::InputId;

/// BuildKit's cache backend, with the name of its index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageStore {
    /// `type=gha`: in the shared GitHub cache, one index per scope and ref.
    Gha {
        /// BuildKit's `scope`; "buildkit" unless set.
        scope: KeyTemplate,
    },
    /// `type=registry`: one manifest per tag. Every push replaces it, whoever pushes.
    Registry {
        /// The tag of the cache image.
        tag: KeyTemplate,
    },
    /// `type=s3`: one manifest per name.
    S3 {
        /// The manifest's name.
        name: KeyTemplate,
    },
    /// `type=inline`: stored in the pushed image, which holds only the final image's layers.
    Inline,
    /// No cache is imported or exported.
    None,
}

impl ImageStore {
    /// True if the name of the index changes when a push changes the input.
    pub fn depends_on(&self, input: InputId) -> bool {
        match self {
            ImageStore::Gha { scope } => scope.depends_on(input),
            ImageStore::Registry { tag } => tag.depends_on(input),
            ImageStore::S3 { name } => name.depends_on(input),
            ImageStore::Inline | ImageStore::None => false,
        }
    }

    /// The name of the index in a store outside GitHub's cache.
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

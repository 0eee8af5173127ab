//! Where BuildKit keeps its layers: in GitHub's cache, or outside it.

use super::key_template::KeyTemplate;
use super::session::JobContext;

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

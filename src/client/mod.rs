//! The programs that use the cache, one file each: what they ask for, what they save and when,
//! and what they do when they are refused.
//!
//! A client is a state machine that is told "now" and answers with when it wants to be woken
//! next. It reaches the service only through a [`Session`], and it does not know the engine.

mod actions_cache;
mod archive;
mod buildkit;
mod compile;
mod depot;
mod grown;
mod host;
mod index;
mod key_template;
mod layer_store;
mod morgue;
mod note;
mod rust_cache;
mod sccache;
mod session;
mod setup_tools;
mod toolkit;
mod uplink;

pub use actions_cache::{ActionsCache, Paths};
pub use archive::{Archive, Kept, Packed};
pub use buildkit::{Buildkit, ExportMode, ExportTarget, Exported, ImageBuild, Target};
pub use compile::{Compile, Plan};
pub use depot::{Content, Depot};
pub use grown::{PastRun, left_behind};
pub use host::{ArchiveRate, Host};
pub use index::{CacheIndex, Layer};
pub use key_template::{BadPlaceholder, KeyTemplate};
pub use layer_store::ImageStore;
pub use morgue::{Death, Morgue};
pub use note::{Deed, Note};
pub use rust_cache::{CacheName, RustCache};
pub use sccache::{ObjectStore, Sccache};
pub use session::{Found, JobContext, Session, Surroundings};
pub use setup_tools::{SetupTool, Tool};
pub use toolkit::{Restored, Save, Toolkit};
pub use uplink::{OnUplink, Uplink};

use crate::outcome::RefClass;

/// Which runs may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SaveIf {
    /// Every run whose token may write.
    #[default]
    Always,
    /// Only runs on the default branch (`save-if: ${{ github.ref == 'refs/heads/main' }}`).
    DefaultBranch,
    /// Only runs on the default branch or of a pull request: not those of a merge queue or a tag.
    NotQueue,
    /// No run.
    Never,
}

impl SaveIf {
    /// Whether a run on this class of ref may write.
    pub fn allows(self, class: RefClass) -> bool {
        match self {
            SaveIf::Always => true,
            SaveIf::DefaultBranch => class == RefClass::Main,
            SaveIf::NotQueue => class != RefClass::Other,
            SaveIf::Never => false,
        }
    }
}

/// A cache a job uses, with its settings.
#[derive(Debug, Clone, PartialEq)]
pub enum Cache {
    /// Swatinem/rust-cache.
    RustCache(RustCache),
    /// actions/cache with the user's keys.
    ActionsCache(ActionsCache),
    /// setup-node, setup-python, setup-go.
    SetupTool(SetupTool),
    /// sccache.
    Sccache(Sccache),
    /// BuildKit's layer cache.
    Buildkit(Buildkit),
}

impl Cache {
    /// Whether its key changes when a push changes what `workload.changes` calls so.
    pub fn depends_on(&self, input: &str) -> bool {
        match self {
            Cache::RustCache(client) => client.depends_on(input),
            Cache::ActionsCache(step) => step.key.depends_on(input),
            Cache::SetupTool(tool) => tool.tool.input() == input,
            Cache::Sccache(_) => false,
            Cache::Buildkit(settings) => settings.store.depends_on(input),
        }
    }

    /// What of a job's build stays in its archive.
    pub fn kept(&self) -> Kept {
        match self {
            Cache::RustCache(client) => client.kept,
            Cache::ActionsCache(step) => Kept { crates: step.paths == Paths::Target, ..Kept::default() },
            Cache::SetupTool(_) | Cache::Sccache(_) | Cache::Buildkit(_) => Kept::default(),
        }
    }

    /// The name in scenarios, tables and metric labels.
    pub fn name(&self) -> &'static str {
        match self {
            Cache::RustCache(_) => "rust-cache",
            Cache::ActionsCache(_) => "actions-cache",
            Cache::SetupTool(tool) => tool.tool.name(),
            Cache::Sccache(_) => "sccache",
            Cache::Buildkit(_) => "buildkit",
        }
    }
}

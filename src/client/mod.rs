//! The programs that use the cache, one file each: what they ask for, what they save and when,
//! and what they do when they are refused.
//!
//! A client is a state machine that is told "now" and answers with when it wants to be woken
//! next. It reaches the service only through a [`Session`], and it does not know the engine.

mod actions_cache;
mod archive;
mod buildkit;
mod compile;
mod external;
mod ghosts;
mod grown;
mod host;
mod index;
mod key_template;
mod layer_store;
mod past_run;
mod payloads;
mod rust_cache;
mod sccache;
mod session;
mod setup_tools;
mod toolkit;
mod uplink;
mod world;

pub use actions_cache::{ActionsCache, Paths};
pub use archive::{Archive, Kept, Packed};
pub use buildkit::{Buildkit, ExportMode, ExportTarget, Exported, ImageBuild, Target};
pub use compile::{Compile, Plan};
pub use external::ExternalStores;
pub use ghosts::GhostList;
pub use grown::left_behind;
pub use host::{ArchiveRate, Host};
pub use index::{CacheIndex, Layer};
pub use key_template::{BadPlaceholder, KeyTemplate};
pub use layer_store::ImageStore;
pub use past_run::PastRun;
pub use payloads::{Content, Payloads};
pub use rust_cache::{CacheName, RustCache};
pub use sccache::{ObjectStore, Sccache};
pub use session::{Found, JobContext, Session};
pub use setup_tools::{SetupTool, Tool};
pub use toolkit::{ArchiveSave, Restored, Toolkit};
pub use uplink::{OnUplink, Uplink};
pub use world::World;

use crate::event::{ClientId, RefClass};
use crate::project::Checkout;
use crate::units::Duration;
use crate::workload::ChangeShares;
use std::ops::Deref;

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

/// What a cache client does for a job. A client that asks while the job builds, as sccache and BuildKit do,
/// has no archive: the methods about one keep their defaults.
pub trait CacheClient {
    /// The name in scenarios, tables and metric labels.
    fn name(&self) -> &'static str;

    /// Whether its key changes when a push changes what `workload.changes` calls so.
    fn depends_on(&self, input: &str) -> bool;

    /// What it looks up before the job builds, and whether it only looks (`lookup-only`).
    fn look_up(&self, _: &mut Session) -> Option<(Toolkit, bool)> {
        None
    }

    /// What of a job's build stays in its archive.
    fn kept(&self) -> Kept {
        Kept::default()
    }

    /// What a look-up that brought this costs the job besides its build: installing or downloading again.
    fn cost_of_miss(&self, _restored: &Restored) -> Duration {
        Duration::ZERO
    }

    /// Which runs save its archive.
    fn saves_archive_if(&self) -> SaveIf {
        SaveIf::Never
    }

    /// Whether it saves its archive after a failed build as well.
    fn saves_after_failure(&self) -> bool {
        false
    }

    /// Whether its archive holds the workspace's own crates as well, which are compiled again in their place.
    fn keeps_workspace(&self) -> bool {
        false
    }

    /// What its archive holds besides compiled crates; `plan` is what the job compiles.
    fn other_content(&self, _: &Session, _: &Toolkit, _plan: Option<&Plan>) -> Packed {
        Packed::default()
    }

    /// Whether its archive grows: after a change of the lock file it is restored and saved again, and the old
    /// crates stay in it.
    fn grows(&self) -> bool {
        false
    }

    /// Whether any of these changes gives its archive a new family, so that it begins anew.
    fn is_renewed_by(&self, changes: &ChangeShares) -> bool {
        changes.toolchain > 0.0
    }

    /// Whether it has another key in these two checkouts: with the same one, nothing is saved after a hit.
    fn tells_apart(&self, one: &Checkout, other: &Checkout) -> bool {
        (one.lock, one.manifests) != (other.lock, other.manifests)
    }

    /// Whether nothing of an archive of the one checkout can be restored in the other. (The past has one
    /// compiler, and rust-cache's families differ in nothing else.)
    fn parts(&self, _one: &Checkout, _other: &Checkout) -> bool {
        false
    }

    /// sccache's settings, if it is the compiler's wrapper.
    fn wrapper(&self) -> Option<&Sccache> {
        None
    }

    /// BuildKit's settings, if it caches layers.
    fn layers(&self) -> Option<&Buildkit> {
        None
    }
}

impl Cache {
    /// The clients' names; a [`ClientId`] is an index into it.
    pub const CLIENTS: [&'static str; 7] =
        ["rust-cache", "actions-cache", "setup-node", "setup-python", "setup-go", "sccache", "buildkit"];

    /// The id behind a client's name.
    ///
    /// # Panics
    /// If no client has this name.
    pub fn id(name: &str) -> ClientId {
        let place = Cache::CLIENTS.iter().position(|client| *client == name);
        ClientId(place.expect("every client is in the list") as u16)
    }

    /// Whether the client of this id stores single objects, too many to be told one by one: sccache. (A layer
    /// of an image has a digest for a name, too, but is large enough to be told.)
    pub fn has_single_objects(client: ClientId) -> bool {
        client == Cache::id("sccache")
    }

    /// Whether its archive grows and no change of the files that its keys name ever gives it a new family.
    /// Nothing deletes what an old compiler has left in a target folder.
    pub fn grows_for_ever(&self, changes: &ChangeShares) -> bool {
        self.grows() && changes.lock > 0.0 && !self.is_renewed_by(changes)
    }
}

/// The one place that asks which client it is.
impl Deref for Cache {
    type Target = dyn CacheClient;

    fn deref(&self) -> &(dyn CacheClient + 'static) {
        match self {
            Cache::RustCache(client) => client,
            Cache::ActionsCache(client) => client,
            Cache::SetupTool(client) => client,
            Cache::Sccache(client) => client,
            Cache::Buildkit(client) => client,
        }
    }
}

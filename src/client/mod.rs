//! The programs that use the cache, one file per client: what they look up, what they save and when, and
//! what they do if the service refuses a request.
//!
//! A client is a state machine: it is woken at an instant and returns the time at which it wants to be
//! woken next. `ci` runs the clients of a job. They reach the service only through a [`Session`] and do not
//! know the engine.

mod action;
mod action_archive;
mod actions_cache;
mod archive;
mod background;
mod buildkit;
mod compile;
mod deletion;
mod disk;
mod history;
mod index;
mod key;
mod kind;
mod layer_store;
mod past;
mod past_run;
mod payloads;
mod rust_cache;
mod save_rule;
mod sccache;
mod session;
mod toolkit;

pub use action::{ACTIONS, ActionCost, ActionEntry, ActionSetting, ActionVariant, CacheAction, SettingKind};
pub use action_archive::ActionArchive;
pub use actions_cache::{ActionsCache, ArchiveStep, Paths};
pub use archive::aging::Aging;
pub use archive::{Archive, Kept, Packed};
pub use background::{PendingRestores, RunsBeside};
pub use buildkit::{Buildkit, ExportMode, ExportTarget, Exported, ImageBuild, Target};
pub use compile::{BuildPlan, Compile};
pub use deletion::Deletion;
pub use disk::{Disk, FileArea, KeptFiles};
pub use history::SaveHistory;
pub use index::{CacheIndex, Layer};
pub use key::{
    BadPlaceholder, FormPart, KeyPattern, KeyTemplate, KeyValues, ListedForm, OpenValue, PatternPart,
    PlaceholderNames, number_of,
};
pub use kind::{ALWAYS_NAMED, CLIENTS, ClientKind, HitUnit};
pub use layer_store::ImageStore;
pub use past::grown::left_behind;
pub use past::preloaded::InitialContent;
pub use past_run::PastRun;
pub use payloads::{Content, ExternalStores, Payloads};
pub use rust_cache::{CacheName, RustCache};
pub use save_rule::{SaveAfter, SaveEvent, SaveIf, SaveOn, SaveRule};
pub use sccache::{ObjectStore, Sccache};
pub use session::github::GithubContext;
pub use session::host::{ArchiveRate, Host};
pub use session::uplink::{OnUplink, Uplink};
pub use session::world::World;
pub use session::{Found, JobContext, LossWeights, Session};
pub use toolkit::{ArchiveName, ArchiveSave, Restored, Toolkit};

use crate::event::RefClass;
use crate::project::{Checkout, InputId};
use crate::random::Distribution;
use crate::units::Duration;
use crate::workload::ChangeShares;
use std::ops::Deref;

/// A cache that a job uses, with its settings.
#[derive(Debug, Clone, PartialEq)]
pub enum Cache {
    /// Swatinem/rust-cache.
    RustCache(RustCache),
    /// actions/cache with the user's keys.
    ActionsCache(ActionsCache),
    /// An archive of one of the [`ACTIONS`], such as setup-node.
    Action(ActionArchive),
    /// sccache.
    Sccache(Sccache),
    /// BuildKit's layer cache.
    Buildkit(Buildkit),
}

/// What `ci` asks of a cache client in a simulation, and `scenario/build` when it looks for values without
/// effect. sccache and BuildKit use the cache during the build and have no
/// archive; for them, the methods about archives keep their defaults.
pub trait CacheClient {
    /// The client's name in scenarios, tables and metric labels.
    fn name(&self) -> &'static str;

    /// True if its key changes when a push changes the input.
    fn depends_on(&self, input: InputId) -> bool;

    /// True if no two pushes have the same key.
    fn names_push(&self) -> bool {
        false
    }

    /// What its archive is called in this job; `None` for a client without archives.
    fn archive_name(&self, _: &JobContext) -> Option<ArchiveName> {
        None
    }

    /// What the keys of its archive look like in this job, in a simulation first, and then in real caches; nothing for a
    /// client without archives.
    fn key_patterns(&self, _: &JobContext) -> Vec<KeyPattern> {
        Vec::new()
    }

    /// The key of its table in a scenario that has the size of this archive.
    fn size_key(&self) -> &'static str {
        "size"
    }

    /// The archive to look up before the job builds.
    fn look_up(&self, session: &mut Session) -> Option<Toolkit> {
        self.named(session, session.job)
    }

    /// The archive under the key that it has in this job.
    fn named(&self, session: &mut Session, job: &JobContext) -> Option<Toolkit> {
        let name = self.archive_name(job)?;
        Some(Toolkit::new(session, ClientKind::id(self.name()), &name))
    }

    /// The parts of a job's build that stay in its archive.
    fn kept(&self) -> Kept {
        Kept::default()
    }

    /// The extra time that this job needs after this restore besides its build, to install, download or build
    /// again what was not found or is no longer valid.
    fn cost_of_miss(&self, _restored: &Restored, _job: &JobContext) -> Duration {
        Duration::ZERO
    }

    /// The part of that time which even the newest possible entry would leave to this job.
    fn least_cost(&self, _job: &JobContext) -> Duration {
        Duration::ZERO
    }

    /// The input whose changes make the content of its archive lose value; `None` if it does not age.
    fn ages_with(&self) -> Option<InputId> {
        None
    }

    /// True if it does not save when the job has restored exactly its key with another step.
    fn is_skipped_after_hit(&self) -> bool {
        false
    }

    /// True if the job fails when it finds nothing (`fail-on-cache-miss`).
    fn fails_on_miss(&self) -> bool {
        false
    }

    /// Which runs may write (`save-if` and `save-on`).
    fn save_rule(&self) -> &SaveRule;

    /// True if runs on this class of ref save with it.
    fn saves_on(&self, class: RefClass) -> bool {
        self.save_rule().reaches(class)
    }

    /// True if it deletes the entry under its key before it saves one.
    fn overwrites(&self) -> bool {
        false
    }

    /// What its restore runs beside.
    fn restores_beside(&self) -> RunsBeside {
        RunsBeside::Nothing
    }

    /// True if runs on this class of ref look its archive up; `actions/cache/save` never does.
    fn restores_on(&self, _class: RefClass) -> bool {
        true
    }

    /// True if it uses GitHub's cache, not a store of its own.
    fn is_on_github(&self) -> bool {
        true
    }

    /// Where its files lie on the machine.
    fn area(&self) -> FileArea {
        FileArea::Home
    }

    /// True if its archive's version says which folder it is. Otherwise archives of other jobs may hold another one.
    fn states_path(&self) -> bool {
        true
    }

    /// True if it never downloads what it finds (`lookup-only`).
    fn only_looks(&self) -> bool {
        false
    }

    /// The extra time that a job needs besides its build if this client finds nothing, as far as the scenario
    /// states it. What else a miss costs is in [`cost_of_miss`](CacheClient::cost_of_miss).
    fn miss(&self) -> Duration {
        Duration::ZERO
    }

    /// The size in bytes that the scenario states for its archive, and how many times as large it is unpacked.
    fn stated_size(&self) -> Option<(&Distribution, f64)> {
        None
    }

    /// True if its key contains the runner's system, whatever the user writes.
    fn names_system(&self) -> bool {
        false
    }

    /// After which ends of the job's other steps it saves its archive.
    fn saves_after(&self) -> SaveAfter {
        SaveAfter::Success
    }

    /// True if its archive also holds the workspace's own crates. They are compiled again and replaced.
    fn keeps_workspace(&self) -> bool {
        false
    }

    /// The content of its archive besides compiled crates. `plan` is what the job compiles.
    fn other_content(&self, _: &Session, _: &Toolkit, _plan: Option<&BuildPlan>) -> Packed {
        Packed::default()
    }

    /// True if its archive grows: after a change of the lock file it is restored and saved again, and the
    /// old crates stay in it.
    fn grows(&self) -> bool {
        false
    }

    /// True if any of these changes starts a new family of keys, so that its archive starts from nothing.
    fn is_renewed_by(&self, changes: &ChangeShares) -> bool {
        changes.of(InputId::TOOLCHAIN) > 0.0
    }

    /// True if these two checkouts give it different keys. With equal keys, nothing is saved after a hit.
    fn tells_apart(&self, one: &Checkout, other: &Checkout) -> bool {
        [InputId::LOCK, InputId::MANIFESTS].iter().any(|input| one.input(*input) != other.input(*input))
    }

    /// True if no archive of one checkout can be restored in the other. The simulated past has a single
    /// compiler, and rust-cache's families differ in nothing else, so it keeps this default.
    fn parts(&self, _one: &Checkout, _other: &Checkout) -> bool {
        false
    }

    /// sccache's settings, if this client wraps the compiler.
    fn wrapper(&self) -> Option<&Sccache> {
        None
    }

    /// BuildKit's settings, if this client caches layers.
    fn layers(&self) -> Option<&Buildkit> {
        None
    }
}

impl Cache {
    /// True if it moves archives of files.
    pub fn has_archive(&self) -> bool {
        self.wrapper().is_none() && self.layers().is_none()
    }

    /// This client, changed so that it never saves.
    pub fn without_saves(mut self) -> Cache {
        let rule = match &mut self {
            Cache::RustCache(client) => &mut client.saves,
            Cache::ActionsCache(client) => &mut client.saves,
            Cache::Action(client) => &mut client.saves,
            Cache::Sccache(client) => &mut client.saves,
            Cache::Buildkit(client) => &mut client.saves,
        };
        rule.refs = SaveIf::Never;
        self
    }

    /// True if its archive grows and no change of the files in its keys ever starts a new family. Nothing
    /// deletes what an old compiler has left in a target folder.
    pub fn grows_for_ever(&self, changes: &ChangeShares) -> bool {
        self.grows() && changes.of(InputId::LOCK) > 0.0 && !self.is_renewed_by(changes)
    }
}

/// Whoever runs a client asks the trait, so a simulation distinguishes the clients only here.
impl Deref for Cache {
    type Target = dyn CacheClient;

    fn deref(&self) -> &(dyn CacheClient + 'static) {
        match self {
            Cache::RustCache(client) => client,
            Cache::ActionsCache(client) => client,
            Cache::Action(client) => client,
            Cache::Sccache(client) => client,
            Cache::Buildkit(client) => client,
        }
    }
}

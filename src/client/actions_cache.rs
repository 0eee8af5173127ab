use super::key_template::KeyTemplate;
use super::session::Session;
use super::toolkit::Toolkit;
use super::{Cache, SaveIf};
use crate::random::Distribution;
use crate::service::Key;
use crate::units::Duration;

/// What a user's cache step archives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Paths {
    /// The target folder, uncleaned: everything the job compiled, workspace crates included.
    Target,
    /// Anything else: a package store, tools, data.
    Other,
}

/// actions/cache with the user's keys.
#[derive(Debug, Clone, PartialEq)]
pub struct ActionsCache {
    /// `key`.
    pub key: KeyTemplate,
    /// `restore-keys`, in order.
    pub restore_keys: Vec<KeyTemplate>,
    /// What it archives.
    pub paths: Paths,
    /// Size of an archive that the job does not compile, in bytes.
    pub size: Distribution,
    /// Unpacked over compressed size of such an archive, ≥ 1.
    pub unpacked_ratio: f64,
    /// Extra job time after a miss.
    pub miss: Duration,
    /// Extra job time after a prefix hit.
    pub partial: Duration,
    /// Which runs save.
    pub save_if: SaveIf,
    /// `lookup-only`.
    pub lookup_only: bool,
}

impl ActionsCache {
    /// The keys for this job.
    pub fn toolkit(&self, session: &mut Session) -> Toolkit {
        let paths = if self.paths == Paths::Target { "target" } else { "paths" };
        let key = self.key.key(session);
        let restore_keys: Vec<Key> = self.restore_keys.iter().map(|key| key.key(session)).collect();
        Toolkit::new(session, Cache::id("actions-cache"), paths, key, restore_keys)
    }
}

//! The disk of a machine that keeps its files between jobs, as self-hosted runners do: what the next job finds there
//! without a cache. A [`Disk`] knows neither machines nor time; `ci` gives it to a job and takes it back.

#![expect(clippy::disallowed_types, reason = "asked for single keys: its order does not show")]

use super::CacheClient;
use super::archive::{Archive, Packed};
use super::session::JobContext;
use super::toolkit::{Restored, Toolkit};
use crate::event::{JobId, RestoreOutcome};
use crate::service::{Key, Version};
use crate::units::Duration;
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// Which files a machine keeps between jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeptFiles {
    /// None: each job gets a new machine.
    #[default]
    Nothing,
    /// Those outside the workspace. actions/checkout removes what is not tracked from the workspace (`clean`).
    Home,
    /// Those in the workspace too, as with `clean: false`.
    All,
}

/// Where on a machine a client's files lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileArea {
    /// Outside the workspace, such as `~/.npm`.
    Home,
    /// In the workspace, such as `target` or `vendor/bundle`.
    Workspace,
    /// In the runner's folder for temporary files, which the runner empties before and after each job.
    Temporary,
}

impl FileArea {
    /// Where this path lies. A relative path is one of the workspace.
    pub fn of_path(path: &str) -> FileArea {
        let is_drive = path.as_bytes().get(1) == Some(&b':');
        match path.starts_with(['~', '/', '$', '%', '\\']) || is_drive {
            true => FileArea::Home,
            false => FileArea::Workspace,
        }
    }
}

impl KeptFiles {
    /// True if files in this area are still there for the next job.
    pub fn keeps(self, area: FileArea) -> bool {
        match area {
            FileArea::Home => self != KeptFiles::Nothing,
            FileArea::Workspace => self == KeptFiles::All,
            FileArea::Temporary => false,
        }
    }
}

/// The folder that a client archives: that of all jobs with the same paths, or the job's own if its path is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ArchivedFolder(Version, Option<(JobId, usize)>);

impl ArchivedFolder {
    /// The folder of this archive, which belongs to the job's cache number `index`.
    fn of(cache: &dyn CacheClient, toolkit: &Toolkit, job: &JobContext, index: usize) -> ArchivedFolder {
        ArchivedFolder(toolkit.version, (!cache.states_path()).then_some((job.job, index)))
    }
}

/// What a job has left in an archived folder, under the key that it would have in the cache.
#[derive(Debug, Clone)]
struct LeftFolder {
    folder: ArchivedFolder,
    key: Key,
    content: Rc<Archive>,
}

/// The files on a machine that outlive the jobs.
#[derive(Debug, Clone)]
pub struct Disk {
    kept: KeptFiles,
    /// The external crates in the target folder. cargo deletes nothing there.
    compiled: Archive,
    /// The instance of each of the workspace's own crates that was compiled there last.
    own: FxHashMap<u64, u64>,
    /// The oldest first.
    left: Vec<LeftFolder>,
}

/// How many contents of archived folders a disk remembers. Then the oldest is forgotten.
const REMEMBERED: usize = 64;

impl Disk {
    /// A disk on which no job has left anything.
    pub fn empty(kept: KeptFiles) -> Disk {
        Disk { kept, compiled: Archive::default(), own: FxHashMap::default(), left: Vec::new() }
    }

    /// True if this instance of an external crate is in the target folder.
    pub fn has_crate(&self, instance: u64) -> bool {
        self.compiled.holds(instance)
    }

    /// True if this instance of one of the workspace's own crates is what was compiled there last. Its files have not
    /// changed since, and a checkout leaves unchanged files alone.
    pub fn has_own(&self, identity: u64, instance: u64) -> bool {
        self.own.get(&identity) == Some(&instance)
    }

    /// What this job still has to do after a restore, given what lies on the disk: with the best of all that was
    /// found. Under the same key it counts as an exact hit, under another one as a prefix hit.
    pub fn cost_of_miss(
        &self,
        cache: &dyn CacheClient,
        (toolkit, restored): (&Toolkit, &Restored),
        job: &JobContext,
        index: usize,
    ) -> Duration {
        let folder = ArchivedFolder::of(cache, toolkit, job, index);
        let left = self.left.iter().filter(|left| left.folder == folder);
        let with = left.map(|left| {
            let is_same = left.key == toolkit.key;
            let outcome = if is_same { RestoreOutcome::Exact } else { RestoreOutcome::Prefix };
            let archive = Some(Rc::clone(&left.content));
            cache.cost_of_miss(&Restored { outcome, archive, ..restored.clone() }, job)
        });
        with.fold(cache.cost_of_miss(restored, job), Duration::min)
    }

    /// A job leaves in a client's folder this share (0–1) of what it would have archived, made from its checkout. A
    /// part does not replace the whole.
    pub fn leave(
        &mut self,
        cache: &dyn CacheClient,
        toolkit: &Toolkit,
        job: &JobContext,
        (index, share): (usize, f64),
    ) {
        if !self.kept.keeps(cache.area()) {
            return;
        }
        let folder = ArchivedFolder::of(cache, toolkit, job, index);
        let known = self.left.iter().position(|left| left.folder == folder && left.key == toolkit.key);
        match known {
            Some(_) if share < 1.0 => return,
            Some(known) => drop(self.left.remove(known)),
            None if self.left.len() >= REMEMBERED => drop(self.left.remove(0)),
            None => {}
        }
        let content = Archive::default().left_at(share).made_from(&job.checkout.lineage);
        self.left.push(LeftFolder { folder, key: toolkit.key, content: Rc::new(content) });
    }

    /// A build leaves external crates with their sizes in the target folder, and the workspace's own crates, each with
    /// its instance.
    pub(super) fn leave_compiled(
        &mut self,
        external: impl Iterator<Item = (u64, Packed)>,
        own: impl Iterator<Item = (u64, u64)>,
    ) {
        if self.kept.keeps(FileArea::Workspace) {
            self.compiled.add(external);
            self.own.extend(own);
        }
    }
}

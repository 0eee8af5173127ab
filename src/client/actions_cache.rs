//! actions/cache with the user's own keys and paths. If the path is the target folder, the archive's
//! content is what the job compiles; otherwise only its size is modelled, with the cost of a miss. Transfer
//! and storage are in [`toolkit`](super::toolkit).

use super::archive::aging::Aging;
use super::key::{KeyPattern, KeyTemplate};
use super::session::{JobContext, Session};
use super::toolkit::{ArchiveName, Restored, Toolkit};
use super::{BuildPlan, CacheClient, FileArea, Kept, Packed, RunsBeside, SaveAfter, SaveRule};
use crate::event::{RefClass, RestoreOutcome};
use crate::project::{Checkout, InputId};
use crate::random::Distribution;
use crate::units::Duration;
use crate::workload::ChangeShares;

/// What a user's cache step archives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Paths {
    /// The target folder as it is: everything the job compiled, including workspace crates.
    Target,
    /// Anything else: a package store, tools, data.
    Other,
}

/// The settings of one actions/cache step.
#[derive(Debug, Clone, PartialEq)]
pub struct ActionsCache {
    /// The input `key`.
    pub key: KeyTemplate,
    /// The input `restore-keys`, in order.
    pub restore_keys: Vec<KeyTemplate>,
    /// The archived paths.
    pub paths: Paths,
    /// The input `path`, a part of the entry's version; `None` if it is that of all steps which do not say it.
    pub path: Option<KeyTemplate>,
    /// Size in bytes of an archive whose content the job does not compile.
    pub size: Distribution,
    /// Ratio of unpacked to compressed size of such an archive, ≥ 1.
    pub unpacked_ratio: f64,
    /// Extra job time after a miss.
    pub miss: Duration,
    /// Extra job time after a prefix hit.
    pub partial: Duration,
    /// Which runs save.
    pub saves: SaveRule,
    /// A step that only saves: true if it deletes the entry under its key first.
    pub overwrite: bool,
    /// What its restore runs beside (`background`).
    pub background: RunsBeside,
    /// The input `lookup-only`: an entry is looked up, but not downloaded.
    pub lookup_only: bool,
    /// Which of the action's steps it is.
    pub step: ArchiveStep,
    /// A step that only saves: true if it is skipped when the job has restored exactly its key.
    pub skipped_after_hit: bool,
    /// After which ends of the job's other steps it saves.
    pub saves_after: SaveAfter,
    /// The input `fail-on-cache-miss`: the job fails if nothing is found.
    pub fail_on_miss: bool,
    /// The input `enableCrossOsArchive`: Windows finds the entries of other systems, and they find its own.
    pub cross_os: bool,
    /// How the content ages; `None` if it does not.
    pub aging: Option<Aging>,
}

/// The steps that actions/cache offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ArchiveStep {
    /// `actions/cache`: restores, and saves at the end of a job that has succeeded.
    #[default]
    Cache,
    /// `actions/cache/restore`: only restores.
    Restore,
    /// `actions/cache/save`: only saves. It does not know what the job has restored.
    Save,
}

impl CacheClient for ActionsCache {
    fn name(&self) -> &'static str {
        "actions-cache"
    }

    fn depends_on(&self, input: InputId) -> bool {
        self.key.depends_on(input)
    }

    fn names_push(&self) -> bool {
        self.key.names_push()
    }

    fn archive_name(&self, job: &JobContext) -> Option<ArchiveName> {
        Some(ArchiveName {
            paths: match &self.path {
                Some(path) => path.text(job).into(),
                None if self.paths == Paths::Target => "target".into(),
                None => "paths".into(),
            },
            key: self.key.text(job),
            variant: self.key.variant(job),
            restore_keys: self.restore_keys.iter().map(|key| key.text(job)).collect(),
            cross_os: self.cross_os,
        })
    }

    fn key_patterns(&self, job: &JobContext) -> Vec<KeyPattern> {
        vec![self.key.pattern(job)]
    }

    /// After a hit, what is missing from the entry or no longer valid costs its share of a miss.
    fn cost_of_miss(&self, restored: &Restored, job: &JobContext) -> Duration {
        let found = match restored.outcome {
            RestoreOutcome::Exact => Duration::ZERO,
            RestoreOutcome::Prefix => self.partial,
            RestoreOutcome::Miss | RestoreOutcome::RateLimited => return self.miss,
        };
        let archive = restored.archive.as_ref();
        let worth = archive.map_or(1.0, |archive| archive.worth(self.aging, &job.checkout.lineage));
        found + (self.miss - found).max(Duration::ZERO).scaled(1.0 - worth)
    }

    fn least_cost(&self, job: &JobContext) -> Duration {
        let newest = self.aging.map_or(1.0, |aging| aging.newest(&job.checkout.lineage));
        if self.restores_on(job.class) { self.miss.scaled(1.0 - newest) } else { Duration::ZERO }
    }

    fn ages_with(&self) -> Option<InputId> {
        self.aging.map(|aging| aging.input)
    }

    fn restores_on(&self, _: RefClass) -> bool {
        self.step != ArchiveStep::Save
    }

    fn is_skipped_after_hit(&self) -> bool {
        self.skipped_after_hit
    }

    fn saves_after(&self) -> SaveAfter {
        self.saves_after
    }

    fn fails_on_miss(&self) -> bool {
        self.fail_on_miss
    }

    /// A path that is not stated is taken for one outside the workspace, as package stores are.
    fn area(&self) -> FileArea {
        match &self.path {
            _ if self.paths == Paths::Target => FileArea::Workspace,
            Some(path) => FileArea::of_path(&path.literal()),
            None => FileArea::Home,
        }
    }

    fn states_path(&self) -> bool {
        self.path.is_some()
    }

    fn only_looks(&self) -> bool {
        self.lookup_only
    }

    fn stated_size(&self) -> Option<(&Distribution, f64)> {
        Some((&self.size, self.unpacked_ratio))
    }

    fn miss(&self) -> Duration {
        self.miss
    }

    fn save_rule(&self) -> &SaveRule {
        &self.saves
    }

    fn overwrites(&self) -> bool {
        self.overwrite
    }

    fn restores_beside(&self) -> RunsBeside {
        self.background
    }

    fn kept(&self) -> Kept {
        Kept { crates: self.paths == Paths::Target, ..Kept::default() }
    }

    fn keeps_workspace(&self) -> bool {
        self.paths == Paths::Target
    }

    fn other_content(&self, session: &Session, toolkit: &Toolkit, plan: Option<&BuildPlan>) -> Packed {
        match plan {
            Some(plan) if self.paths == Paths::Target => plan.workspace_archive(),
            _ => Packed::new(toolkit.drawn_size(session, &self.size), self.unpacked_ratio),
        }
    }

    fn grows(&self) -> bool {
        let kept = self.restore_keys.last().is_some_and(KeyTemplate::outlives_a_lock_change);
        self.paths == Paths::Target && !self.lookup_only && kept
    }

    fn is_renewed_by(&self, changes: &ChangeShares) -> bool {
        self.restore_keys.iter().all(|key| key.follows(changes))
    }

    fn tells_apart(&self, one: &Checkout, other: &Checkout) -> bool {
        self.key.tells_apart(one, other)
    }

    fn parts(&self, one: &Checkout, other: &Checkout) -> bool {
        self.restore_keys.iter().all(|key| key.tells_apart(one, other))
    }
}

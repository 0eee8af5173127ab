//! The cache of an action in a job: one archive under the keys of its row.

use super::action::{ActionEntry, CacheAction};
use super::key::{KeyPattern, KeyTemplate, ListedForm};
use super::session::{JobContext, Session};
use super::toolkit::{ArchiveName, Restored, Toolkit};
use super::{BuildPlan, CacheClient, FileArea, Packed, SaveAfter, SaveRule};
use crate::event::{RefClass, RestoreOutcome};
use crate::project::{Checkout, InputId};
use crate::random::Distribution;
use crate::units::Duration;

/// An archive of an action, with the job's settings.
#[derive(Debug, Clone, PartialEq)]
pub struct ActionArchive {
    /// The action.
    pub action: &'static CacheAction,
    /// What is archived, as a part of the entry's version.
    pub paths: &'static str,
    /// The key.
    pub key: KeyTemplate,
    /// The restore keys, in order.
    pub restore_keys: Vec<KeyTemplate>,
    /// Other forms of the key in real caches, the nearest first.
    pub listed: Vec<ListedForm>,
    /// Size of an archive in bytes.
    pub size: Distribution,
    /// Ratio of unpacked to compressed size of an archive, ≥ 1.
    pub unpacked_ratio: f64,
    /// Extra job time after a miss.
    pub miss: Duration,
    /// Extra job time after a prefix hit.
    pub partial: Duration,
    /// Which runs save.
    pub saves: SaveRule,
}

impl ActionArchive {
    /// What the row of the action says of this archive.
    fn entries(&self) -> impl Iterator<Item = &'static ActionEntry> + '_ {
        let entries = self.action.variants.iter().flat_map(|variant| variant.entries);
        entries.filter(|entry| entry.paths == self.paths)
    }
}

impl CacheClient for ActionArchive {
    fn name(&self) -> &'static str {
        self.action.name
    }

    fn depends_on(&self, input: InputId) -> bool {
        self.key.depends_on(input)
    }

    fn names_push(&self) -> bool {
        self.key.names_push()
    }

    fn archive_name(&self, job: &JobContext) -> Option<ArchiveName> {
        let restore_keys = self.restore_keys.iter().map(|key| key.text(job)).collect();
        let variant = self.key.variant(job);
        let key = self.key.text(job);
        Some(ArchiveName { paths: self.paths.into(), key, restore_keys, variant, cross_os: false })
    }

    fn key_patterns(&self, job: &JobContext) -> Vec<KeyPattern> {
        let listed = self.listed.iter().map(|form| form.pattern(job));
        std::iter::once(self.key.pattern(job)).chain(listed).collect()
    }

    fn size_key(&self) -> &'static str {
        self.entries().next().map_or("size", |entry| entry.size)
    }

    fn tells_apart(&self, one: &Checkout, other: &Checkout) -> bool {
        self.key.tells_apart(one, other)
    }

    fn restores_on(&self, class: RefClass) -> bool {
        !self.action.only_pulls || class == RefClass::PullRequest
    }

    fn cost_of_miss(&self, restored: &Restored, job: &JobContext) -> Duration {
        let found = match restored.outcome {
            RestoreOutcome::Exact => Duration::ZERO,
            RestoreOutcome::Prefix => self.partial,
            RestoreOutcome::Miss | RestoreOutcome::RateLimited => return self.miss,
        };
        // A job that failed or was cancelled has left a part.
        let worth =
            restored.archive.as_ref().map_or(1.0, |archive| archive.worth(None, &job.checkout.lineage));
        found + (self.miss - found).max(Duration::ZERO).scaled(1.0 - worth)
    }

    fn area(&self) -> FileArea {
        if self.action.is_temporary { FileArea::Temporary } else { FileArea::of_path(self.paths) }
    }

    fn names_system(&self) -> bool {
        self.entries().any(ActionEntry::names_system)
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

    fn saves_after(&self) -> SaveAfter {
        self.action.saves_after
    }

    fn other_content(&self, session: &Session, toolkit: &Toolkit, _: Option<&BuildPlan>) -> Packed {
        Packed::new(toolkit.drawn_size(session, &self.size), self.unpacked_ratio)
    }
}

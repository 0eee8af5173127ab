//! Swatinem/rust-cache v2.9: one archive of cargo's registry and the compiled external crates per job,
//! compiler and lock file. Keys and content follow the action's code (`config.ts`, `save.ts`, `cleanup.ts`;
//! see `docs/model.md`). Transfer and storage are in [`toolkit`](super::toolkit).

use super::archive::{Kept, Packed};
use super::key::{KeyPattern, KeyTemplate, PatternPart};
use super::session::{JobContext, Session};
use super::toolkit::{ArchiveName, Restored, Toolkit};
use super::{BuildPlan, CacheClient, RunsBeside, SaveAfter, SaveRule};
use crate::project::InputId;
use crate::random::{mix, mix_str};
use crate::units::Duration;

/// The settings of rust-cache.
#[derive(Debug, Clone, PartialEq)]
pub struct RustCache {
    /// `prefix-key`; "v0-rust" unless set.
    pub prefix_key: KeyTemplate,
    /// The part of the key after the prefix.
    pub name: CacheName,
    /// The environment variables that enter the key (`RUSTFLAGS`, `CARGO_PROFILE_*`, `RUSTC_WRAPPER`, …) as
    /// one text. A change starts a new family of keys.
    pub environment: KeyTemplate,
    /// Which runs save.
    pub saves: SaveRule,
    /// What its restore runs beside (`background`).
    pub background: RunsBeside,
    /// `cache-on-failure`: after which ends of the job's other steps it saves.
    pub saves_after: SaveAfter,
    /// `lookup-only`: the build runs cold, and saves unless the look-up was an exact hit.
    pub lookup_only: bool,
    /// `cache-targets`, `cache-workspace-crates` and `cache-all-crates`: the parts that stay in the
    /// archive.
    pub kept: Kept,
    /// The archive's content besides compiled crates: `.crate` files, the index, and the sources of `-sys`
    /// crates.
    pub registry: Packed,
    /// How long cargo takes to download the registry from crates.io if it was not restored. Zero if the
    /// job's measured times include it.
    pub refetch: Duration,
}

/// The part of the key that separates jobs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CacheName {
    /// `shared-key`: equal for all jobs that use it.
    Shared(KeyTemplate),
    /// The job's own name.
    Own {
        /// `key`; may be empty.
        key: KeyTemplate,
        /// What follows it: the job's id, unless `add-job-id-key` is false.
        job: Option<KeyTemplate>,
    },
}

impl CacheClient for RustCache {
    fn name(&self) -> &'static str {
        "rust-cache"
    }

    fn depends_on(&self, input: InputId) -> bool {
        let name = match &self.name {
            CacheName::Shared(name) | CacheName::Own { key: name, .. } => name,
        };
        [InputId::LOCK, InputId::MANIFESTS, InputId::TOOLCHAIN].contains(&input)
            || [&self.prefix_key, name, &self.environment].iter().any(|text| text.depends_on(input))
    }

    /// Builds the key as the action does: prefix, name, system, hash of compiler and environment, hash of
    /// manifests and lock file. The one restore key is the key without the last hash. The target folder may
    /// be one of the paths, so it is part of the entry's version.
    fn archive_name(&self, job: &JobContext) -> Option<ArchiveName> {
        let content = |input| u64::from(job.checkout.input(input));
        let variables = mix_str(0, &self.environment.text(job));
        let environment = mix(variables, content(InputId::TOOLCHAIN)) as u32;
        let lock = mix(content(InputId::MANIFESTS), content(InputId::LOCK)) as u32;
        let mut stem = vec![self.prefix_key.text(job)];
        match &self.name {
            CacheName::Shared(name) => stem.push(name.text(job)),
            CacheName::Own { key, job: id } => {
                stem.extend((!key.is_empty()).then(|| key.text(job)));
                stem.extend(id.as_ref().map(|id| id.text(job)));
            }
        }
        let system = job.host.system;
        let family = format!(
            "{}-{}-{}-{environment:08x}",
            stem.join("-"),
            system.os.node_type(),
            system.arch.node_arch()
        );
        Some(ArchiveName {
            paths: if self.kept.crates { "rust-cache" } else { "rust-cache, registry" }.into(),
            key: format!("{family}-{lock:08x}"),
            variant: format!("{family}-*"),
            restore_keys: vec![family],
            cross_os: false,
        })
    }

    fn key_patterns(&self, job: &JobContext) -> Vec<KeyPattern> {
        let text = |text: &str| PatternPart::Text(text.to_owned());
        let system = job.host.system;
        let mut pattern = self.prefix_key.pattern(job);
        match &self.name {
            CacheName::Shared(name) => pattern = pattern.then([text("-")]).joined(name.pattern(job)),
            CacheName::Own { key, job: id } => {
                for part in (!key.is_empty()).then_some(key).into_iter().chain(id) {
                    pattern = pattern.then([text("-")]).joined(part.pattern(job));
                }
            }
        }
        let system = format!("-{}-{}-", system.os.node_type(), system.arch.node_arch());
        vec![pattern.then([text(&system), PatternPart::Hash, text("-"), PatternPart::Hash])]
    }

    fn names_system(&self) -> bool {
        true
    }

    fn kept(&self) -> Kept {
        self.kept
    }

    /// After a miss cargo downloads the registry again. A measured job's cold time includes this download.
    fn cost_of_miss(&self, restored: &Restored, _: &JobContext) -> Duration {
        match &restored.archive {
            Some(_) => Duration::ZERO,
            None => self.refetch,
        }
    }

    fn only_looks(&self) -> bool {
        self.lookup_only
    }

    fn save_rule(&self) -> &SaveRule {
        &self.saves
    }

    fn restores_beside(&self) -> RunsBeside {
        self.background
    }

    fn saves_after(&self) -> SaveAfter {
        self.saves_after
    }

    fn other_content(&self, _: &Session, _: &Toolkit, _: Option<&BuildPlan>) -> Packed {
        self.registry
    }

    fn grows(&self) -> bool {
        !self.lookup_only && self.kept.any()
    }
}

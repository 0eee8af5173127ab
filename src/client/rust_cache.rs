use super::archive::{Kept, Packed};
use super::key_template::KeyTemplate;
use super::session::Session;
use super::toolkit::{Restored, Toolkit};
use super::{Cache, CacheClient, Plan, SaveIf};
use crate::random::{mix, mix_str};
use crate::units::Duration;

/// Swatinem/rust-cache v2.9: one archive of the registry and of external crates' artefacts per
/// job, compiler and lock.
#[derive(Debug, Clone, PartialEq)]
pub struct RustCache {
    /// `prefix-key`, "v0-rust" unless set.
    pub prefix_key: KeyTemplate,
    /// What stands in the key after the prefix.
    pub name: CacheName,
    /// The environment variables that enter the key (`RUSTFLAGS`, `CARGO_PROFILE_*`,
    /// `RUSTC_WRAPPER`, …) as one text: a change starts a new family of keys.
    pub environment: KeyTemplate,
    /// `save-if`.
    pub save_if: SaveIf,
    /// `cache-on-failure`.
    pub on_failure: bool,
    /// `lookup-only`: the build runs cold and still saves.
    pub lookup_only: bool,
    /// `cache-targets`, `cache-workspace-crates` and `cache-all-crates`: what stays in the archive.
    pub kept: Kept,
    /// What it holds besides the crates that the job compiles: `.crate` files, the index, sources of
    /// `-sys` crates.
    pub registry: Packed,
    /// How long cargo downloads them again from crates.io where they were not restored; nothing where the
    /// job's own times hold that.
    pub refetch: Duration,
}

/// What tells one of rust-cache's families of keys from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CacheName {
    /// `shared-key`: the same for every job that writes it.
    Shared(KeyTemplate),
    /// The job's own.
    Own {
        /// `key`; may be empty.
        key: KeyTemplate,
        /// `add-job-id-key`: whether the job's name stands behind it.
        job_id: bool,
    },
}

impl CacheClient for RustCache {
    fn name(&self) -> &'static str {
        "rust-cache"
    }

    fn depends_on(&self, input: &str) -> bool {
        let name = match &self.name {
            CacheName::Shared(name) | CacheName::Own { key: name, .. } => name,
        };
        matches!(input, "lock" | "manifests" | "toolchain")
            || [&self.prefix_key, name, &self.environment].iter().any(|text| text.depends_on(input))
    }

    /// The key as the action builds it: prefix, name, system, hash of compiler and environment,
    /// hash of manifests and lock file; one restore key, without the last hash. The target folder is one of
    /// its paths or not, and so part of its version.
    fn look_up(&self, session: &mut Session) -> Option<(Toolkit, bool)> {
        let job = session.job;
        let environment = mix(mix_str(0, &self.environment.text(job)), job.checkout.toolchain.into()) as u32;
        let lock = mix(job.checkout.manifests.into(), job.checkout.lock.into()) as u32;
        let mut stem = vec![self.prefix_key.text(job)];
        match &self.name {
            CacheName::Shared(name) => stem.push(name.text(job)),
            CacheName::Own { key, job_id } => {
                stem.extend((!key.is_empty()).then(|| key.text(job)));
                stem.extend(job_id.then(|| job.job_name.to_string()));
            }
        }
        let system = job.host.system;
        let family = format!(
            "{}-{}-{}-{environment:08x}",
            stem.join("-"),
            system.os.node_type(),
            system.arch.node_arch()
        );
        let key = session.key(&format!("{family}-{lock:08x}"));
        let restore_key = session.key(&family);
        let paths = if self.kept.crates { "rust-cache" } else { "rust-cache, registry" };
        let toolkit = Toolkit::new(session, Cache::id("rust-cache"), paths, key, vec![restore_key]);
        Some((toolkit, self.lookup_only))
    }

    fn kept(&self) -> Kept {
        self.kept
    }

    /// Cargo downloads the registry that was not restored. A measured job's cold time holds the download
    /// already.
    fn cost_of_miss(&self, restored: &Restored) -> Duration {
        match &restored.archive {
            Some(_) => Duration::ZERO,
            None => self.refetch,
        }
    }

    fn saves_archive_if(&self) -> SaveIf {
        self.save_if
    }

    fn saves_after_failure(&self) -> bool {
        self.on_failure
    }

    fn other_content(&self, _: &Session, _: &Toolkit, _: Option<&Plan>) -> Packed {
        self.registry
    }

    fn grows(&self) -> bool {
        !self.lookup_only && self.kept.any()
    }
}

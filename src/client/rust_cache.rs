use super::session::Session;
use super::toolkit::Toolkit;
use super::{Cache, SaveIf};
use crate::random::{mix, mix_str};
use crate::units::{Bytes, Rate};

/// Swatinem/rust-cache v2.9: one archive of the registry and of external crates' artefacts per
/// job, compiler and lock.
#[derive(Debug, Clone, PartialEq)]
pub struct RustCache {
    /// `prefix-key`, "v0-rust" unless set.
    pub prefix_key: String,
    /// `shared-key`: stands in the key instead of the job's name.
    pub shared_key: Option<String>,
    /// The environment variables that enter the key (`RUSTFLAGS`, `CARGO_PROFILE_*`,
    /// `RUSTC_WRAPPER`, …) as one text: a change starts a new family of keys.
    pub environment: String,
    /// `save-if`.
    pub save_if: SaveIf,
    /// `cache-on-failure`.
    pub on_failure: bool,
    /// `lookup-only`: the build runs cold and still saves.
    pub lookup_only: bool,
    /// Bytes besides compiled crates: `.crate` files, the index, sources of `-sys` crates.
    pub registry: Bytes,
    /// How fast cargo downloads them again from crates.io where they were not restored.
    pub registry_rate: Rate,
}

impl RustCache {
    /// The key as the action builds it: prefix, job, platform, hash of compiler and environment,
    /// hash of manifests and lock file; one restore key, without the last hash.
    pub fn toolkit(&self, session: &mut Session) -> Toolkit {
        let job = session.job;
        let names = &mut session.around.service.names;
        let name = self.shared_key.as_deref().unwrap_or(&job.job_name);
        let environment = mix(mix_str(0, &self.environment), job.checkout.toolchain.into()) as u32;
        let lock = mix(job.checkout.manifests.into(), job.checkout.lock.into()) as u32;
        let family = format!("{}-{name}-Linux-x64-{environment:08x}", self.prefix_key);
        Toolkit {
            client: Cache::id("rust-cache"),
            version: names.version("rust-cache zstd"),
            key: names.key(&format!("{family}-{lock:08x}")),
            restore_keys: vec![names.key(&family)],
        }
    }
}

//! The caches built into setup-node, setup-python and setup-go: one archive of a package store, keyed by
//! the files of the action's language. Keys and restore keys follow the actions' code (`docs/model.md`).
//! The archive's content is not modelled, only its size and what a miss costs.

use super::key::{KeyPattern, KeyTemplate, PatternPart};
use super::session::{JobContext, Session};
use super::toolkit::{ArchiveName, Restored, Toolkit};
use super::{BuildPlan, CacheClient, Packed, SaveIf};
use crate::event::RestoreOutcome;
use crate::project::InputId;
use crate::random::Distribution;
use crate::units::Duration;

/// A setup action with a built-in cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SetupAction {
    /// setup-node with `cache:` npm, yarn or pnpm. Its key hashes the front end's lock file.
    Node,
    /// setup-python with `cache: pip`. Its key hashes the files that pip installs from, and it has a
    /// restore key.
    Python,
    /// setup-go. Its key hashes Go's modules.
    Go,
}

impl SetupAction {
    /// The client's name in scenarios and results.
    pub fn name(self) -> &'static str {
        match self {
            SetupAction::Node => "setup-node",
            SetupAction::Python => "setup-python",
            SetupAction::Go => "setup-go",
        }
    }

    /// The input that the key hashes.
    pub fn input(self) -> InputId {
        match self {
            SetupAction::Node => InputId::WEB_LOCK,
            SetupAction::Python => InputId::REQUIREMENTS,
            SetupAction::Go => InputId::GO_SUM,
        }
    }

    /// Ratio of unpacked to compressed size of the archive. pnpm's store holds unpacked files (5.1,
    /// measured on seven packages of npm under zstd -3); pip's wheels are compressed already (1.02,
    /// measured on five of PyPI); Go's archive holds sources and objects (assumed; 3–5).
    pub fn unpacked_ratio(self) -> f64 {
        match self {
            SetupAction::Node => 5.0,
            SetupAction::Python => 1.0,
            SetupAction::Go => 4.0,
        }
    }

    /// True if it falls back to the newest archive made from other files.
    pub fn has_restore_key(self) -> bool {
        match self {
            SetupAction::Python => true,
            SetupAction::Node | SetupAction::Go => false,
        }
    }
}

/// The cache of a setup action, with its settings.
#[derive(Debug, Clone, PartialEq)]
pub struct SetupTool {
    /// The action.
    pub tool: SetupAction,
    /// The version of the language, used in the keys of setup-python and setup-go; may be empty.
    pub version: KeyTemplate,
    /// The release of the runner's Ubuntu, such as `24.04`, used in the same keys; empty on other systems.
    pub release: String,
    /// Size of an archive in bytes.
    pub size: Distribution,
    /// Ratio of unpacked to compressed size of an archive, ≥ 1.
    pub unpacked_ratio: f64,
    /// Extra job time after a miss.
    pub miss: Duration,
    /// Extra job time after a prefix hit.
    pub partial: Duration,
    /// Which runs may save.
    pub save_if: SaveIf,
}

impl CacheClient for SetupTool {
    fn name(&self) -> &'static str {
        self.tool.name()
    }

    fn depends_on(&self, input: InputId) -> bool {
        self.tool.input() == input
    }

    /// Builds the keys of this job. Each action hashes the files of its own language; only pip has a
    /// restore key.
    fn archive_name(&self, job: &JobContext) -> Option<ArchiveName> {
        let system = job.host.system;
        let lock = job.checkout.input(self.tool.input());
        let (os, arch) = (system.os.runner_os(), system.arch.node_arch());
        let behind = |text: &str| if text.is_empty() { String::new() } else { format!("{text}-") };
        let version = behind(&self.version.text(job));
        let family = match self.tool {
            SetupAction::Node => format!("node-cache-{os}-{arch}-pnpm-"),
            SetupAction::Python => {
                let release = behind(&self.release);
                let ubuntu = if release.is_empty() { "" } else { "Ubuntu-" };
                format!("setup-python-{os}-{arch}-{release}{ubuntu}python-{version}pip-")
            }
            SetupAction::Go => {
                let image = self.release.split('.').next().unwrap_or_default();
                let image = if image.is_empty() { String::new() } else { format!("ubuntu{image}-") };
                format!("setup-go-{os}-{arch}-{image}go-{version}")
            }
        };
        let key = format!("{family}{lock:08x}");
        let variant = format!("{family}*");
        let restore_keys = if self.tool.has_restore_key() { vec![family] } else { vec![] };
        Some(ArchiveName { paths: "setup", key, restore_keys, variant, cross_os: false })
    }

    fn key_pattern(&self, job: &JobContext) -> Option<KeyPattern> {
        let system = job.host.system;
        let text = |text: String| PatternPart::Text(text);
        let head =
            |name: &str| text(format!("{name}-{}-{}-", system.os.runner_os(), system.arch.node_arch()));
        let version = self.version.text(job);
        let any = PatternPart::Any;
        Some(KeyPattern::new(match self.tool {
            SetupAction::Node => vec![head("node-cache"), any, text("-".into()), PatternPart::Hash],
            SetupAction::Python => {
                let named = text(format!("python-{version}"));
                vec![head("setup-python"), any.clone(), named, any, text("-pip-".into()), PatternPart::Hash]
            }
            SetupAction::Go => {
                vec![head("setup-go"), any.clone(), text(format!("go-{version}")), any, PatternPart::Hash]
            }
        }))
    }

    fn cost_of_miss(&self, restored: &Restored, _: &JobContext) -> Duration {
        match restored.outcome {
            RestoreOutcome::Exact => Duration::ZERO,
            RestoreOutcome::Prefix => self.partial,
            RestoreOutcome::Miss | RestoreOutcome::RateLimited => self.miss,
        }
    }

    fn names_system(&self) -> bool {
        true
    }

    fn stated_size(&self) -> Option<(&Distribution, f64)> {
        Some((&self.size, self.unpacked_ratio))
    }

    fn miss(&self) -> Duration {
        self.miss
    }

    fn save_if(&self) -> SaveIf {
        self.save_if
    }

    fn other_content(&self, session: &Session, toolkit: &Toolkit, _: Option<&BuildPlan>) -> Packed {
        Packed::new(toolkit.drawn_size(session, &self.size), self.unpacked_ratio)
    }
}

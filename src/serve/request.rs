//! What a server is asked to do.

use crate::replay::{LoggedRun, Settings};
use crate::service::{Limits, Sweep};
use crate::units::{Bytes, Duration, Rate, SimTime};
use std::net::IpAddr;
use std::path::PathBuf;

/// The cache to serve, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct ServeRequest {
    /// The scenario whose jobs use the cache as well. Then the rules of the cache are the scenario's, and the five
    /// values below are not read.
    pub scenario: Option<ServedScenario>,
    /// The size limit.
    pub limit: Bytes,
    /// When the service sweeps.
    pub sweep: Sweep,
    /// How long an idle entry stays.
    pub retention: Duration,
    /// Saves that a minute admits.
    pub uploads_per_minute: u32,
    /// Restores that a minute admits.
    pub downloads_per_minute: u32,
    /// How much faster than the real clock simulated time runs, 0.001 to 100,000.
    pub speed: f64,
    /// The simulated time at the beginning; `None`: now, or the end of the scenario's warm-up.
    pub start: Option<SimTime>,
    /// The run that the printed token stands for.
    pub run: LoggedRun,
    /// The default branch: a full ref.
    pub default_branch: String,
    /// A listing of the entries that are stored at the beginning, without bodies.
    pub initial: Option<PathBuf>,
    /// How long each answer to a client waits, in real time.
    pub latency: Duration,
    /// How fast bodies pass.
    pub bandwidth: Option<Rate>,
    /// Where bodies are kept.
    pub bodies: Bodies,
    /// The file of the operation log, which must not exist.
    pub record: Option<PathBuf>,
    /// The address; `None`: this machine's own.
    pub listen: Option<IpAddr>,
    /// The port; 0: any free one.
    pub port: u16,
    /// What each token has to contain.
    pub token: Option<String>,
}

/// A scenario whose jobs use the cache beside real clients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServedScenario {
    /// Its file, in TOML.
    pub file: PathBuf,
    /// Changes of it, each `PATH=VALUE`.
    pub set: Vec<String>,
    /// The seed of its draws.
    pub seed: u64,
}

/// Where bodies are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bodies {
    /// In a folder that goes with the server.
    Temporary,
    /// In this folder.
    Folder(PathBuf),
    /// Nowhere: only their sizes are known, and a download is zeros.
    SizesOnly,
}

impl ServeRequest {
    /// The settings of the service. What is finalised is visible at once, as in a replay.
    pub(super) fn settings(&self) -> Settings {
        let limits = Limits {
            limit: self.limit,
            retention: self.retention,
            sweep: self.sweep,
            uploads_per_minute: Some(self.uploads_per_minute),
            downloads_per_minute: Some(self.downloads_per_minute),
            ..Limits::default()
        };
        Settings { limits, default_branch: self.default_branch.clone(), until: None }
    }

    /// The most bytes on disk. A cache is over its limit until it is swept, but not without end.
    pub(super) fn disk_bytes(limit: Bytes) -> u64 {
        limit.0.saturating_mul(2).saturating_add(Limits::INCLUDED.0)
    }
}

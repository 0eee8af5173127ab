use crate::client::Cache;
use crate::project::Selection;
use crate::service::CacheMode;
use crate::units::{Bytes, Duration};
use crate::workload::PathSet;

/// Which events start a workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct On {
    /// `push` to the default branch.
    pub push_main: bool,
    /// `pull_request`.
    pub pull_request: bool,
    /// `release`.
    pub release: bool,
    /// `merge_group`.
    pub merge_group: bool,
    /// `schedule`.
    pub schedule: bool,
}

/// What a newer run of the same workflow on the same ref does to an older one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Concurrency {
    /// Nothing: both run.
    #[default]
    Unlimited,
    /// It cancels the older one (`cancel-in-progress: true`). A cancelled job saves nothing.
    Cancel,
    /// It cancels the older one, except on the default branch, where it waits
    /// (`cancel-in-progress: ${{ github.ref != 'refs/heads/main' }}`).
    CancelOffMain,
    /// It waits; of several waiting, only the newest is kept.
    Queue,
}

/// What a cargo job compiles.
#[derive(Debug, Clone, PartialEq)]
pub struct Compiles {
    /// The flavour, an index into the model's.
    pub flavour: usize,
    /// Which part of the project.
    pub selection: Selection,
    /// For a measured job: the time its external crates take on this runner when all are cold.
    /// The flavour's work is scaled to it. `None`: the flavour's totals hold.
    pub dependencies_cold: Option<Duration>,
}

/// What a job builds.
#[derive(Debug, Clone, PartialEq)]
pub enum Build {
    /// Nothing that a cache of compiled code helps; only its fixed steps.
    Nothing,
    /// A cargo build.
    Compile(Compiles),
    /// A container image, an index into the model's, for one architecture.
    Image {
        /// The image.
        image: usize,
        /// The architecture's name, for scopes, tags and step keys.
        arch: String,
    },
}

/// A job of a workflow, one leg of its matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// The name, with the leg in brackets: `api (amd64)`.
    pub name: String,
    /// The name without the leg.
    pub group: String,
    /// Jobs of the same workflow that must succeed first, as indices; all smaller than its own.
    pub needs: Vec<usize>,
    /// The runner, an index into the model's.
    pub runner: usize,
    /// `timeout-minutes`.
    pub timeout: Duration,
    /// Fixed time before caches are restored (check-out, apt, disk clean-up).
    pub setup: Duration,
    /// Fixed time after restoring, before the build (installing tools).
    pub prepare: Duration,
    /// Fixed time after the build (pushing an image, uploading a report).
    pub finish: Duration,
    /// Disk space its clean-up step frees.
    pub frees: Bytes,
    /// Share of its runs that fail on pull requests, 0–1.
    pub fails: f64,
    /// Share of its runs that fail on the default branch, 0–1.
    pub fails_on_main: f64,
    /// What it builds.
    pub build: Build,
    /// Its `cache-mode`, or else its workflow's; `None`: what the trigger gives.
    pub cache_mode: Option<CacheMode>,
    /// Its caches, in the order of their steps.
    pub caches: Vec<Cache>,
}

/// A workflow file.
#[derive(Debug, Clone, PartialEq)]
pub struct Workflow {
    /// The name.
    pub name: String,
    /// What starts it.
    pub on: On,
    /// Only pushes that touch one of these path classes start it; `None`: every push does.
    pub paths: Option<PathSet>,
    /// What a newer run does to an older one.
    pub concurrency: Concurrency,
    /// Its jobs, needed ones first.
    pub jobs: Vec<Job>,
}

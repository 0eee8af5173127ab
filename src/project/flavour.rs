use super::graph::{Crate, HostCopy};
use crate::units::{Bytes, Duration};

/// What a compiled unit runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Platform {
    /// The compiler's own machine: what procedural macros and build scripts use.
    Host,
    /// What is built.
    Target,
    /// One unit serves both.
    Both,
}

/// One way of compiling the same sources: a command and profile, such as a debug test build, a
/// clippy run or a release build. Objects of two flavours are never shared.
///
/// Totals are over *all* external (or workspace) crates of the graph; a job that compiles only
/// part of it pays its part. How a total spreads over crates is drawn per replication from the
/// log-normals below and normalised, so the total is met exactly.
#[derive(Debug, Clone, PartialEq)]
pub struct Flavour {
    /// The name the scenario gives it.
    pub name: String,
    /// The cargo profile: flavours of one profile share the objects of C and C++ files.
    pub profile: String,
    /// Core time to compile every external crate.
    pub dependency_work: Duration,
    /// Core time to compile every workspace crate.
    pub workspace_work: Duration,
    /// Serial time after the last crate: linking, and running tests where the job does.
    pub tail: Duration,
    /// Spread of the work over crates: the standard deviation of its logarithm (measured ≈ 1.5).
    pub work_sigma: f64,
    /// Exponent with which a crate's work grows with 1 + the number of its direct dependencies:
    /// small crates are what others stand on, large ones stand on many (measured on 156 crates of
    /// this project's own build: 1.29, rank correlation 0.51, and 1.38 left of the spread).
    pub work_slope: f64,
    /// Compressed size of all external objects as sccache stores them.
    pub dependency_objects: Bytes,
    /// Compressed size of all workspace library objects as sccache stores them.
    pub workspace_objects: Bytes,
    /// Spread of object sizes: the standard deviation of their logarithm (measured 1.5–1.6).
    pub object_sigma: f64,
    /// Compressed size of what a rust-cache entry holds of all external crates (`deps`, `build`,
    /// `.fingerprint`).
    pub dependency_archive: Bytes,
    /// Unpacked over compressed size of a target folder, ≥ 1: what it takes on the disk, and what tar
    /// reads and writes.
    pub unpacked_ratio: f64,
    /// Compressed size of the rest of the target folder (workspace crates, test binaries): on the
    /// disk, and in a plain `actions/cache` entry, but not in rust-cache's.
    pub workspace_archive: Bytes,
    /// Whether sccache can cache workspace libraries in this flavour (not under clippy, whose
    /// driver it does not recognise).
    pub workspace_cacheable: bool,
    /// Whether the C and C++ files of native crates go through sccache: the crate `cc` calls the compiler
    /// through `RUSTC_WRAPPER` where that is sccache.
    pub native_cacheable: bool,
    /// Share of external libraries whose compiler calls sccache accepts, 0–1.
    pub cacheable_share: f64,
    /// Whether the target's crates are only checked, as by `cargo check` or clippy; what procedural
    /// macros and build scripts use is then compiled besides.
    pub checks_only: bool,
}

impl Flavour {
    /// [`Flavour::unpacked_ratio`] where nothing else is known: the mean of four projects, each
    /// measured with zstd -3 (4.3 basecamp/hey-sdk#186, 3.9 praxiomlabs/rust-mssql-driver#134, 6.3
    /// sccache, 4.0 this one; a full target folder with debug info).
    pub const UNPACKED_RATIO: f64 = 4.5;

    /// What a crate is compiled for, in order: one unit or two.
    pub fn platforms(&self, krate: &Crate) -> &'static [Platform] {
        match (krate.host, self.checks_only) {
            (HostCopy::Always, _) | (HostCopy::WhenChecked, true) => &[Platform::Host, Platform::Target],
            (HostCopy::WhenChecked, false) | (HostCopy::Shared, _) => &[Platform::Both],
        }
    }
}

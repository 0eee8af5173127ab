//! A [`Flavour`]: one way of compiling the project, with the totals of work and sizes that the
//! scenario states or a measurement gave. How a total is distributed over crates is in `shares.rs`
//! and `costs.rs`.
//!
//! `scenario` builds flavours; [`Compilation::new`](super::Compilation::new) uses them.

use super::graph::{Crate, HostCopy};
use crate::units::{Bytes, Duration};

/// The machine that a compiled unit runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Platform {
    /// The machine that compiles. Procedural macros and build scripts run there.
    Host,
    /// The machine that the build is for.
    Target,
    /// Either: one unit serves both.
    Both,
}

/// One way of compiling the same sources: a command and a profile, such as a debug test build, a
/// clippy run or a release build. Two flavours never share objects.
///
/// Totals are over *all* external (or workspace) crates of the graph. A job that compiles part of
/// the graph pays for that part. The distribution over crates is drawn per replication from the
/// log-normals below and normalised, so the total is met exactly.
#[derive(Debug, Clone, PartialEq)]
pub struct Flavour {
    /// The name given in the scenario.
    pub name: String,
    /// The cargo profile. Flavours of one profile share the objects of C and C++ files.
    pub profile: String,
    /// Core time to compile every external crate.
    pub dependency_work: Duration,
    /// Core time to compile every workspace crate.
    pub workspace_work: Duration,
    /// Serial time after the last crate: linking, and running the tests if the job does.
    pub tail: Duration,
    /// Spread of work over crates: standard deviation of its logarithm (measured ≈ 1.5).
    pub work_sigma: f64,
    /// Exponent by which a crate's work grows with 1 + the number of its direct dependencies:
    /// crates at the bottom of the graph are small, crates with many dependencies are large.
    /// (Measured on 156 crates of this project's own build: exponent 1.29, rank correlation 0.51,
    /// remaining spread 1.38.)
    pub work_slope: f64,
    /// Compressed size of all external objects as sccache stores them.
    pub dependency_objects: Bytes,
    /// Compressed size of all workspace library objects as sccache stores them.
    pub workspace_objects: Bytes,
    /// Spread of object sizes: standard deviation of their logarithm (measured 1.5–1.6).
    pub object_sigma: f64,
    /// Compressed size of all external crates in a rust-cache entry (`deps`, `build`,
    /// `.fingerprint`).
    pub dependency_archive: Bytes,
    /// Unpacked over compressed size of a target folder, ≥ 1. The unpacked size is what occupies
    /// the disk and what tar reads and writes.
    pub unpacked_ratio: f64,
    /// Compressed size of the rest of the target folder (workspace crates, test binaries). It is on
    /// the disk and in a plain `actions/cache` entry, but not in rust-cache's.
    pub workspace_archive: Bytes,
    /// True if sccache can cache workspace libraries in this flavour. Not under clippy, whose
    /// driver it does not recognise.
    pub workspace_cacheable: bool,
    /// True if sccache caches the C and C++ files of native crates. The crate `cc` calls the
    /// compiler through `RUSTC_WRAPPER` if that is sccache.
    pub native_cacheable: bool,
    /// Share of external libraries whose compiler calls sccache accepts, 0–1.
    pub cacheable_share: f64,
    /// The number of objects that its external libraries are, if that is known: of a job that is described by
    /// its times. `None` if each library is one.
    pub objects: Option<u32>,
    /// True if the crates are only checked, as by `cargo check` or clippy. The dependencies of
    /// procedural macros and build scripts are then also compiled.
    pub checks_only: bool,
}

impl Flavour {
    /// Default of [`Flavour::unpacked_ratio`]: the mean of four projects, each measured with zstd
    /// -3 on a full target folder with debug info (4.3 basecamp/hey-sdk#186, 3.9
    /// praxiomlabs/rust-mssql-driver#134, 6.3 sccache, 4.0 this one).
    pub const UNPACKED_RATIO: f64 = 4.5;

    /// The platforms that a crate is compiled for, one unit each, in order.
    pub fn platforms(&self, krate: &Crate) -> &'static [Platform] {
        match (krate.host, self.checks_only) {
            (HostCopy::Always, _) | (HostCopy::WhenChecked, true) => &[Platform::Host, Platform::Target],
            (HostCopy::WhenChecked, false) | (HostCopy::Shared, _) => &[Platform::Both],
        }
    }
}

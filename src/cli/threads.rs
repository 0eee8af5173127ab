//! The thread pool on which a command plays its replications.

use anyhow::Context;
use rayon::ThreadPool;

/// A pool with this number of threads; without a number, one per core.
pub(super) fn pool(threads: Option<u16>) -> anyhow::Result<ThreadPool> {
    let threads = threads.map_or(0, usize::from);
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().context("cannot start threads")
}

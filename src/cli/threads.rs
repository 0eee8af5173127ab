//! The thread pool that a command plays its replications on.

use anyhow::Context;
use rayon::ThreadPool;

/// So many threads; one per core if the user named no number.
pub(super) fn pool(threads: Option<u16>) -> anyhow::Result<ThreadPool> {
    let threads = threads.map_or(0, usize::from);
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().context("cannot start threads")
}

//! Faults of the file system, for tests: the n-th call that changes something fails, as if the disk were full. Every such
//! call of `cli` asks here first. Builds without debug assertions have no faults.

use std::io;

/// The variable that chooses the fault: the number of the call, from 1, and the number of the system's error, such as
/// `3:28`.
#[cfg(debug_assertions)]
const VARIABLE: &str = "CACHE_BUDGET_FAULT";

/// Fails if the next call is to fail.
#[cfg(debug_assertions)]
pub(in crate::cli) fn next_call() -> io::Result<()> {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU64, Ordering};
    static CALLS: AtomicU64 = AtomicU64::new(0);
    static CHOSEN: LazyLock<Option<(u64, i32)>> = LazyLock::new(|| {
        let text = std::env::var(VARIABLE).ok()?;
        let (call, error) = text.split_once(':')?;
        Some((call.parse().ok()?, error.parse().ok()?))
    });
    let Some((chosen, error)) = *CHOSEN else { return Ok(()) };
    let call = CALLS.fetch_add(1, Ordering::Relaxed) + 1;
    if call == chosen { Err(io::Error::from_raw_os_error(error)) } else { Ok(()) }
}

/// Without debug assertions no call is made to fail.
#[cfg(not(debug_assertions))]
pub(in crate::cli) fn next_call() -> io::Result<()> {
    Ok(())
}

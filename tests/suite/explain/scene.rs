//! One repository, small enough to be followed on paper.
//!
//! Its limit is 2 GB. `test` builds 10 min and keeps 1 GB with rust-cache, with which it builds 2 min;
//! `docs` saves 600 MB with every push. Everything moves at 100 MB/s, so 1 GB is packed and uploaded in
//! 20 s and 600 MB in 12 s; a sweep comes on the hour.
//!
//! 00:10 push 0: `docs-0` is saved at once, rust-cache's entry at 00:20: 1.6 GB.
//! 01:10 push 1: rust-cache's entry is found; `docs-1` makes it 2.2 GB. 02:00: `docs-0`, last accessed
//!       at 00:10, goes: 1.6 GB.
//! 02:10 push 2: only `docs` runs: `docs-2`, 2.2 GB. 03:00: rust-cache's entry, last accessed at 01:10,
//!       goes before `docs-1`, which was saved a moment later: 1.2 GB.
//! 03:10 push 3: `test` misses it. 600 MB of `docs-1` and 600 MB of `docs-2` were stored between its last
//!       access and the sweep.

use crate::miniature::{HOUR, MINUTE, Miniature};

const TEXT: &str = "[workflow.ci]\non = \"push main\"\npaths = [\"rust\"]\n\
    [workflow.ci.job.test]\ncold = \"10 min\"\nwarm = \"2 min\"\n\
    cache.rust-cache = { size = \"1 GB\" }\n\
    [workflow.docs]\non = \"push main\"\n\
    [[workflow.docs.job.docs.cache.actions-cache]]\nkey = \"docs-{sha}\"\nsize = \"600 MB\"\n";

/// What the key of the entry begins with that goes and is missed.
pub(super) const MISSED: &str = "v0-rust-test-";

pub(super) fn scene() -> Miniature {
    let at = |push: i64| push * HOUR + 10 * MINUTE;
    Miniature::new(TEXT)
        .set("cache.limit=2 GB")
        .set("cache.sweep=hourly")
        .set("cache.sweep-phase=0 s")
        .event_in(at(0), "main_push", "source", "rust")
        .event_in(at(1), "main_push", "source", "rust")
        .event_in(at(2), "main_push", "source", "web")
        .event_in(at(3), "main_push", "source", "rust")
}

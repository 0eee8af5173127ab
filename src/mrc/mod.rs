//! Miss-ratio curves: exact stack distances under sweeps and expiry. One pass over the accesses
//! gives the hits, the bytes written and the evictions under every given limit.
//!
//! [`MrcBuilder`] takes [`KeyAccess`]es and makes a [`Mrc`] from them. [`ServiceAccesses`] extracts
//! the accesses from a service's records. [`Lru`] simulates a single limit, several times as fast.
//! Nothing here reads a trace (that is `replay`); `observe` and `replay` call it.
//!
//! The *depth* of an entry is the number of bytes of the distinct keys accessed since its own last
//! access, including its own bytes. The cache evicts in the order of last access until it fits its
//! limit, so it holds the entries of least depth, and an access hits if and only if the key's depth
//! fits the limit (Mattson et al., "Evaluation techniques for storage hierarchies", 1970, with
//! sizes). This holds for entries of any size. An entry larger than the limit is deeper than the
//! limit itself, and makes everything accessed before it deeper, too. Only the cache of a plain
//! trace does not admit such entries (`windows.rs`).
//!
//! - **Retention.** An access after a longer idle time is a miss under any limit, whatever the
//!   sweeps. Expired entries are always deeper than live ones, so expiry does not change any other
//!   depth, whenever the bytes are freed. If sweeps are left to [`MrcBuilder::sweep`], only those
//!   expire entries.
//! - **Sweeps.** Only a sweep evicts. Between two accesses of a key its depth only grows, so the
//!   depth at the last sweep between them decides; without a sweep between them, the access hits
//!   under any limit. The stack therefore does not change between sweeps, and objects accessed
//!   since the last one wait outside it. A sweep comes before accesses of the same instant.
//!
//! An entry that ends exactly at the limit stays. The service's sweep evicts it as well if there is
//! anything deeper (it stops *below* the limit): that one entry is the only difference to the
//! service.
//!
//! A curve replays accesses as they were. It cannot know that a miss causes other writes; where it
//! does, the hit ratios are too optimistic.

mod accesses;
mod builder;
mod curve;
mod id_table;
mod lifetime;
mod lru;
mod object;
mod order;
mod stack;
mod tally;
mod windows;

pub use accesses::ServiceAccesses;
pub use builder::{MrcBuilder, Rules};
pub use curve::{Mrc, MrcPoint, limit_grid};
pub use lru::Lru;
pub use object::{KeyAccess, OBJECTS_MAX, TooManyKeys};

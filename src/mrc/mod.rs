//! Miss-ratio curves: exact stack distances under sweeps and expiry. One pass over accesses gives the
//! hits, the bytes written and the evictions under every limit asked for, exactly.
//!
//! [`MrcBuilder`] takes [`KeyAccess`]es and makes a [`Mrc`] of them; [`ServiceAccesses`] finds the accesses
//! among what a service did; [`Lru`] plays one limit alone, several times as fast. Nothing here reads
//! a trace: that is `replay`.
//!
//! An entry's *depth* is the bytes of the distinct keys accessed since its own last access, its
//! own included. The cache evicts in the order of last access until it fits its limit, so what it
//! holds is what is least deep, and an access hits if and only if the key's depth fits the limit
//! (Mattson et al., "Evaluation techniques for storage hierarchies", 1970, with sizes). This is
//! so with entries of any size, those larger than the limit included: one of them is deeper than
//! the limit itself, and puts everything before it deeper too. Only a plain trace's cache does not admit
//! them (`windows.rs`).
//!
//! - **Retention.** An access after a longer idle time is a miss under any limit, whatever the sweeps.
//!   What has expired is always deeper than what has not, so no other depth changes, whenever its bytes
//!   go. Where sweeps are left to [`MrcBuilder::sweep`], only those expire anything.
//! - **Sweeps.** Only a sweep evicts. Between two accesses of a key its depth only
//!   grows, so what decides is the depth at the last sweep between them; without a sweep between
//!   them it hits under any limit. The stack therefore stands still between sweeps, and what was
//!   accessed since the last one waits beside it. A sweep acts before accesses of the same instant.
//!
//! An entry that ends exactly at the limit stays. The service's sweep evicts it too if there is
//! anything deeper (it stops *below* the limit): that one entry is the only difference to it.
//!
//! What a curve cannot see is that a miss causes other writes: where it does, the hit ratios are too
//! optimistic.

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

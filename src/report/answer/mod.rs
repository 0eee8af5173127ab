//! The answer of `run` in words: what it says of the cache, why jobs lost time, what failed, and what to do about it.
//! The formats (`table.rs`, `markdown.rs`, `html`) arrange these sentences and sections; nothing here knows of a format.

pub(super) mod assumptions;
pub(super) mod basis;
pub(super) mod causes;
pub(super) mod details;
mod evictors;
pub(super) mod failures;
pub(super) mod hint;
pub(super) mod hits;
mod refused_writes;
pub(super) mod summary;
mod trial;
pub(super) mod verdict;

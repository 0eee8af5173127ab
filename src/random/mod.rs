//! Addressed random draws: a draw is a function of (seed, replication, purpose, identity of the
//! thing it is drawn for), and never of how many draws came before it.
//!
//! So two strategies see the same pushes, the same changes and the same sizes (common random
//! numbers), and adding a client does not shift any other draw.

mod address;
mod distribution;

pub use address::{Draws, Purpose, mix, mix_str};
pub use distribution::Distribution;

//! One access of a key: all that a miss-ratio curve is made of.

use crate::units::{Bytes, SimTime};

/// A read that stores its key on a miss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyAccess {
    /// When; never before the access above.
    pub time: SimTime,
    /// The key, as a number.
    pub id: u64,
    /// How large what the key stands for is.
    pub size: Bytes,
}

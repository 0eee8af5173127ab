use crate::units::{Bytes, SimTime};

/// One row of a trace: a read that stores its key on a miss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// When; never before the row above.
    pub time: SimTime,
    /// The key, as a number.
    pub id: u64,
    /// How large what the key stands for is.
    pub size: Bytes,
}

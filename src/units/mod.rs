//! Quantities with units: bytes, instants, durations, transfer rates and money. They parse what
//! users write (`"10 GB"`, `"17 min"`) and print with a unit.
//!
//! They are integers inside, so that no rounding error adds up over a simulated year.

mod bytes;
mod count;
mod duration;
mod money;
mod parse;
mod rate;
mod time;

pub use bytes::Bytes;
pub use count::counted;
pub use duration::Duration;
pub use money::Money;
pub use parse::UnitError;
pub use rate::Rate;
pub use time::SimTime;

//! Quantities with their units: bytes, instants, durations, transfer rates and money.
//!
//! They parse what people write (`"10 GB"`, `"17 min"`), print it back with a unit, and are
//! integers inside: a simulated year never drifts by a rounding error.

mod bytes;
mod duration;
mod money;
mod parse;
mod rate;
mod time;

pub use bytes::Bytes;
pub use duration::Duration;
pub use money::Money;
pub use parse::UnitError;
pub use rate::Rate;
pub use time::SimTime;

//! # cache-budget
pub mod random;
pub mod units;

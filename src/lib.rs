//! # cache-budget
pub mod random;
pub mod service;
pub mod units;

//! # cache-budget
pub mod outcome;
pub mod random;
pub mod service;
pub mod units;

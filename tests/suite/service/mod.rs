//! The cache service: one file of hand-made cases per rule, and long random runs against an
//! independent model.

mod budget;
mod limits;
mod matching;
mod naive;
mod player;
mod proof;
mod reference;
mod reservation;
mod scopes;
pub mod store;
mod sweep;
mod touch;
mod vectors;

//! Plain traces: how they are read, one limit and all limits at once, and the generator.

mod beside;
mod command;
mod exact;
mod format;
mod generator;
mod lifetime;
mod naive;

//! Paired comparison: differences, shares, and the command line.

mod command;
mod pairing;
mod shapley;

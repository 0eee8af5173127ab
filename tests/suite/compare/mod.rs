//! Paired comparison: differences, shares, ranks, and the command line.

mod command;
mod pairing;
mod ranking;
mod remedies;
mod shapley;

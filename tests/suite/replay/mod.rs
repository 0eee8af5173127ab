//! `replay`: reading logs and listings, playing them, and the command.

mod command;
mod comparison;
mod compressed;
mod listing;
mod log;
mod merged;
mod player;
mod screen;
mod shift;

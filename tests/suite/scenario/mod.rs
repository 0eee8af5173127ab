//! The scenario file: what is refused and how it is said, what is accepted and what it means.

mod action;
mod command;
mod expect;
mod folder;
mod foresight;
mod malformed;
mod model;
mod mutation;
mod overlay;
mod oversize;
mod reference;
mod semantic;
mod words;

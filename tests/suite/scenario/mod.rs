//! The scenario file: what is refused and how it is said, what is accepted and what it means.

mod folder;
mod malformed;
mod overlay;

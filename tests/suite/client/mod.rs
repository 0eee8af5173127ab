//! The clients: what each asks for, what it saves and when, and what it does when it is refused.
//! Every expected number is computed by hand; see `miniature` for the surroundings.

mod action_keys;
mod actions;
mod actions_cache;
mod buildkit_export;
mod buildkit_gha;
mod cache_mode;
mod ghosts;
mod image_stores;
mod published_times;
mod rust_cache;
mod sccache;

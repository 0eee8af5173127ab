//! Actions that are cache clients: a row for each says which client it runs, which input turns its cache on, what
//! is the default, from which version on, and which runs save. An action that is not in [`KNOWN_ACTIONS`] but whose
//! name or inputs speak of a cache is listed by the import, and never dropped.
//!
//! Only the rules for turning caches on and for saving are here. What the keys of the actions are is the affair of
//! `client/action`.

mod known;
mod reference;
mod switch;
mod version_output;

pub use known::{KNOWN_ACTIONS, KnownAction};
pub use reference::ActionReference;
pub use switch::{ActionSaves, ActionUse, Switch};
pub use version_output::version_outputs;

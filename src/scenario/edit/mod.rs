//! Changes of a scenario's tree before it is checked: a layer on another, a setting, a strategy's change.

mod change;
mod overlay;
mod set;

pub use change::Change;
pub(super) use overlay::merge;
pub(super) use set::{PathError, apply, change, kind_at, reach, value_at};

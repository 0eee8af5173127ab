//! Edits of a scenario's tree before it is checked: laying a layer on another, applying a setting, and
//! applying the changes of a strategy.

mod change;
mod overlay;
mod set;

pub use change::Change;
pub(super) use overlay::merge;
pub(super) use set::{PathError, apply, change, has_place, kind_at, reach, value_at};

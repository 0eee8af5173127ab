//! Evaluates GitHub's expressions as far as they can be decided: under an assumed event, with what is known of a
//! job's matrix, inputs and environment. What cannot be decided is a value of its own, and the rules of `&&` and
//! `||` decide around it. Texts that become cache keys keep what varies as placeholders.
//!
//! The grammar is that of the crate `github-actions-expressions`; what contexts such as `github` contain is told
//! by the caller ([`Contexts`]).

mod decider;
mod evaluate;
mod function;
mod key_text;
mod template;
mod value;

pub use decider::{Contexts, Decider};
pub use key_text::{KeyPiece, KeyText, Varying};
pub use template::expressions;
pub use value::{ExprValue, Truth};

//! Remedies people try: each is a transformation of any scenario where it applies.
//!
//! A [`Strategy`] reads a checked scenario and answers with the [`Change`]s that its remedy is, or
//! says why it does not apply; a [`Treatment`] is what the user asked for, one strategy or several
//! at once. There is one file per remedy in [`remedy`], each with what to edit in the workflow and
//! where it is known to help or to hurt. No strategy says whether it pays: that is for `study` to
//! find out. Called by `cli`.
//!
//! [`Change`]: crate::scenario::Change

mod debug_info;
mod job;
mod parameter;
mod registry;
pub mod remedy;
mod rival;
mod treatment;

pub use parameter::{Kind, Parameter};
pub use remedy::STRATEGIES;
pub use rival::{Contest, load};
pub use treatment::{CannotApply, Treatment};

use crate::scenario::{Change, View};

/// One remedy.
#[derive(Debug)]
pub struct Strategy {
    /// What it is called on the command line, for example `drop-sccache`.
    pub name: &'static str,
    /// What it is, in a few words.
    pub title: &'static str,
    /// What it does, in one or two sentences.
    pub summary: &'static str,
    /// What the user has to edit in the workflow or the repository's settings.
    pub edit: &'static str,
    /// Where it is known to help or to hurt, with the source.
    pub evidence: &'static str,
    /// The clients it changes; empty where it changes the service or the workflows.
    pub applies_to: &'static [&'static str],
    /// What may stand behind `=`.
    pub parameter: Option<Parameter>,
    /// Why it does not apply where it changes nothing.
    pub(crate) otherwise: &'static str,
    /// What it changes in a scenario; nothing where it does not apply. The text is the parameter's
    /// value, empty where there is no parameter.
    pub(crate) changes: fn(View, &str) -> Vec<Change>,
}

/// The strategy of this name, if there is one.
pub fn find(name: &str) -> Option<&'static Strategy> {
    STRATEGIES.iter().find(|strategy| strategy.name == name).copied()
}

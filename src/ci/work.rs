//! What a job builds, with everything drawn that a replication draws once. `engine` resolves it from the job's
//! description; [`process`](super::process) builds it.

use crate::client::{BuildPlan, Target};
use crate::project::Image;
use std::rc::Rc;

/// What there is to build, resolved from the job's description.
#[derive(Debug, Clone)]
pub enum Work {
    /// Nothing is built.
    Nothing,
    /// A cargo build.
    Compile(Rc<BuildPlan>),
    /// A container image.
    Image(Rc<Image>, Target),
}

impl Work {
    /// What is compiled; `None` unless this is a cargo build.
    pub fn plan(&self) -> Option<&BuildPlan> {
        match self {
            Work::Compile(plan) => Some(plan),
            Work::Nothing | Work::Image(..) => None,
        }
    }
}

//! A workflow as its file says it: triggers, jobs, matrices, with their places. [`WorkflowFile`] reads it; what
//! its expressions come to under an assumed event is told by [`JobScope`].

mod assumed_event;
mod file;
mod github;
mod job_output;
mod matrix;
mod own_name;
mod scope;
mod trigger;

pub use assumed_event::{AssumedEvent, RunRef};
pub use file::{JobNode, WorkflowFile};
pub use job_output::{JobOutputs, OtherJobs, handed_on, of_one_leg};
pub use matrix::{JobLeg, JobMatrix};
pub use own_name::{KnownBranches, OwnName};
pub use scope::{AskedMembers, InputValues, JobScope, StepOutputs};
pub use trigger::WorkflowTrigger;

//! What GitHub Actions does with a push: which workflows run, how their jobs wait for each other and for
//! runners, what a newer push cancels, and the steps that a job goes through.
//!
//! It has no clock and no queue. `engine` calls the [`Scheduler`] with the current time and asks it which
//! job to wake when. It runs the clients of a job ([`client`](crate::client)); another CI system would be
//! another folder like this one.

mod branch_pattern;
mod concurrency;
mod failure;
mod followed;
mod janitor;
mod job_states;
mod machines;
mod matrix;
mod merge_queue;
mod pool;
mod process;
mod re_run;
mod run;
mod runner;
mod runs;
mod scheduler;
mod stage;
mod trigger;
mod work;
mod workflow;

pub use branch_pattern::{is_meant, matches};
pub use concurrency::{Admission, CancelInProgress, Concurrency, GroupQueue, Groups, Member};
pub use followed::{FollowedEnd, FollowedRuns};
pub use janitor::{Janitor, JanitorEvent, JanitorStart};
pub use matrix::{LegValues, MatrixLegs, MatrixTable};
pub use merge_queue::{MergeQueue, MergeVerdict};
pub use pool::Pool;
pub use re_run::ReRuns;
pub use runner::Runner;
pub use scheduler::{PlannedJob, RepositoryRules, Scheduler, Wake};
pub use stage::ChangeStage;
pub use trigger::{BranchNames, DEFAULT_BRANCH, EventName, Origin, pull_ref};
pub use work::Work;
pub use workflow::{BranchSet, Build, Compiles, Condition, Job, On, PathFilters, PullBases, Workflow};

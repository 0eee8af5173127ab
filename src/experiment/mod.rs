//! What each command does, callable without its command line.
//!
//! An experiment turns a request into a result. A request is plain data: the command line, a test, a page or
//! a file can make one, and it prints itself as the command that gives the same result again. Preparing a
//! request reads and checks everything that can be wrong with it, so that a [`Refusal`] comes before anything
//! is simulated; playing it takes a [`Control`], through which the caller sees how far it is and can cancel
//! it. A cancelled experiment gives the result of what was finished, and says how much that is.
//!
//! Nothing here prints or writes a file: `cli` does, and whoever else calls.

mod command_line;
pub mod compare;
mod control;
pub mod explain;
mod failure;
pub mod replay;
mod replications;
pub mod run;
pub mod sweep;
mod warm_up;

pub use command_line::HEADLINE;
pub use compare::CompareRequest;
pub use control::{Control, Unattended};
pub use explain::ExplainRequest;
pub use failure::{Ended, Failure, Problem, Refusal};
pub use replay::ReplayRequest;
pub use replications::{Replications, replicate, replicate_each};
pub use run::RunRequest;
pub use sweep::SweepRequest;

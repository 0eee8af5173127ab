//! What each command does, callable without its command line.
//!
//! An experiment turns a request into a result. A request is plain data: a command line, a test, a page or
//! a file can make one, and it prints itself as the command that gives the same result again. First the
//! request is *prepared*, which reads and checks everything that can be wrong with it; a [`Refusal`]
//! therefore comes before anything is simulated. Then it is *played* under a [`Control`], through which the
//! caller follows its progress and can cancel it. A cancelled experiment returns the result of what was
//! finished, and says how much that is.
//!
//! Nothing here prints or writes files; the callers do, such as `cli`.

mod advice;
mod command_line;
pub mod compare;
mod control;
mod demand;
pub mod diagnose;
mod edit;
pub mod explain;
mod failure;
mod input_file;
pub mod replay;
mod replications;
pub mod run;
mod screening;
mod small_limit;
pub mod sweep;
mod warm_up;
mod worlds;

pub use command_line::HEADLINE;
pub(crate) use command_line::compare_all;
pub use compare::{CompareRequest, ComparedRevisions};
pub use control::{Control, Unattended};
pub use demand::Demand;
pub use diagnose::DiagnoseRequest;
pub use explain::ExplainRequest;
pub use failure::{Ended, Failure, Problem, Refusal};
pub(crate) use input_file::{invalid, read};
pub use replay::ReplayRequest;
pub use replications::{Replications, replicate, replicate_each};
pub use run::RunRequest;
pub use screening::{AssumptionScreening, ScreenedAssumption};
pub use sweep::SweepRequest;
pub use worlds::Uncertainty;

//! Many replications and what they prove: means, and how sure they are.
//!
//! One replication is one draw of everything that is random. A study plays several, side by side,
//! and gives each metric a mean and its 95 % interval. Two studies with the same draws are compared
//! replication by replication ([`differences`]), and what several remedies do together is divided
//! among them ([`attribute`]). It runs whatever turns a replication's
//! number into an [`crate::outcome::Outcome`]: it knows no engine and prints nothing.
//!
//! [`sweep`] is about many settings at once.
//!
//! Called by `cli`, read by `report`.

mod attribution;
mod difference;
mod estimate;
mod replicate;
mod series;
mod student;
pub mod sweep;

pub use attribution::{STRATEGIES_MAX, Share, attribute, shapley};
pub use difference::{Difference, HEADLINES, Verdict, differences};
pub use estimate::Estimate;
pub use replicate::{Study, replicate, replicate_each};
pub use series::Series;
pub use student::t_quantile;

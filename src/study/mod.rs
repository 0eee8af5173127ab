//! Many replications and what they prove: means, and how sure they are.
//!
//! One replication is one draw of everything that is random. A study plays several, side by side,
//! and gives each metric a mean and its 95 % interval. It runs whatever turns a replication's
//! number into an [`crate::outcome::Outcome`]: it knows no engine and prints nothing.
//!
//! Called by `cli`, read by `report`.

mod estimate;
mod replicate;
mod series;
mod student;

pub use estimate::Estimate;
pub use replicate::{Study, replicate};
pub use series::Series;
pub use student::t_quantile;

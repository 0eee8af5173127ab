//! Several replications of a scenario, and what they show: means with their uncertainty.
//!
//! One replication is one draw of everything random. A study plays several and gives each metric a
//! mean and its 95 % interval; a [`Precision`] says when there are enough. Two studies with the
//! same draws are compared replication by replication ([`differences`]), and the combined effect of
//! several strategies is divided among them ([`attribute`]). Everything is computed from outcomes:
//! a study does not run simulations and prints nothing.
//!
//! [`sweep`] covers many settings at once. Called by `experiment`, read by `result` and `report`.

mod attribution;
mod batches;
mod bootstrap;
mod common_pushes;
mod difference;
mod estimate;
mod independent;
mod intervals;
mod mser;
mod precision;
mod prediction;
mod ranking;
mod series;
mod series_table;
mod student;
mod study;
pub mod sweep;
mod warm_up;
mod worlds;

pub use attribution::{AttributedShare, STRATEGIES_MAX, attribute, shapley};
pub use batches::{BATCHES_MIN, neighbours};
pub use common_pushes::CommonPushes;
pub use difference::{
    COMPARED, Difference, DifferenceInWorlds, HEADLINES, Headline, SUCCESS_CHANGE_MIN, Verdict,
    difference_of_rest, differences, differences_over, is_leading,
};
pub use estimate::Estimate;
pub use independent::{independent_differences, paired_differences};
pub use mser::{Truncation, mser, mser5};
pub use precision::{DIFFERENCE_MIN, Precision, PrecisionOutcome, replications_to_tell};
pub use prediction::{DrawnWorlds, Prediction, WORLDS_MIN};
pub use ranking::{Ranking, rank};
pub use series::Series;
pub use series_table::SeriesTable;
pub use student::t_quantile;
pub use study::{Batches, Dependence, Peaks, Study};
pub use warm_up::{PILOT_RETENTIONS, PILOTS, WarmUp, warm_up};
pub use worlds::judge_in_worlds;

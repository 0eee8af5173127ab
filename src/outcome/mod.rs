//! The measurements of one replication: counts, time-weighted levels, durations, and who evicted
//! whom.
//!
//! The simulation feeds a [`Recorder`]. At the end [`Recorder::finish`] turns it into an
//! [`Outcome`]: one [`Value`] per metric and combination of labels, and a record of every run. This
//! module knows neither the rules of the cache nor how results are printed. It says nothing about
//! how certain a number is, which takes more than one replication (see `study`).
//!
//! Called by `engine` during a simulation; read by `study` and `report`.

mod blame;
pub mod catalogue;
mod duration;
mod eviction;
mod expectation;
pub mod journal;
mod judgement;
mod labels;
mod levels;
mod measure;
mod occupancy;
mod push;
mod quantile;
mod recorder;
mod run;
mod site;
pub mod timeline;
mod traffic;
mod value;

pub use blame::Victim;
pub use catalogue::{Better, CATALOGUE, Metric, metric};
pub use eviction::EvictionBatch;
pub use expectation::{Expectation, Rival, Side};
pub use judgement::Judgement;
pub use levels::Levels;
pub use measure::Measure;
pub use push::{Wait, waiting};
pub use quantile::quantile;
pub use recorder::{Outcome, Recorder};
pub use run::{
    Conclusion, Failure, JobRun, Reason, Restore, RestoreOutcome, SaveOutcome, StepId, WorkflowRun,
};
pub use site::{ClientId, JobId, JobName, Names, RefClass, Site, Window, WorkflowId};
pub use timeline::Timeline;
pub use value::{Label, Value, Weight};

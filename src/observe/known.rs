//! The values that a metric's labels can have in one simulation.

use super::metric::{self, Metric};
use super::metrics::NO_CLIENT;
use crate::event::{Conclusion, HeldFor, LossCause, Names, RefClass, RefKind, RestoreOutcome, SaveOutcome};
use crate::service::RemovalReason;

/// The metrics that tell apart what `other` is the sum of.
const PARTED: [&str; 4] = ["save.", "restore.", "object.", "lost."];

impl Names {
    /// The values that a label of a metric can have in this simulation: its clients, workflows,
    /// jobs (and their groups) or steps, or the fixed words.
    pub fn known(&self, metric: &Metric, label: &str) -> Vec<&str> {
        match label {
            "client" if metric.name.starts_with("lost.") => {
                let clients = texts(&self.clients).into_iter();
                clients.chain([NO_CLIENT]).collect()
            }
            "client" | "evictor" | "victim" => texts(&self.clients),
            "workflow" => texts(&self.workflows),
            "step" => texts(&self.steps),
            "set" => texts(&self.sets),
            "job" => self.jobs.iter().flat_map(|job| [job.name.as_str(), job.group.as_str()]).collect(),
            _ => metric.words(label),
        }
    }
}

fn texts(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

impl Metric {
    /// The fixed words of a label. Those of `stat` and `reason` depend on the metric.
    pub(super) fn words(&self, label: &str) -> Vec<&'static str> {
        match (label, self.name) {
            ("ref", name) if name.starts_with("cache.") => HeldFor::ALL.map(HeldFor::label).to_vec(),
            ("ref", name) if PARTED.iter().any(|group| name.starts_with(group)) => {
                let classes = RefClass::ALL.map(RefClass::label);
                classes.into_iter().chain(RefKind::OTHERS.map(RefKind::label)).collect()
            }
            ("ref", _) => RefClass::ALL.map(RefClass::label).to_vec(),
            ("cause", _) => LossCause::ALL.map(LossCause::label).to_vec(),
            ("outcome", _) => RestoreOutcome::ALL.map(RestoreOutcome::label).to_vec(),
            ("conclusion", _) => Conclusion::ALL.map(Conclusion::label).to_vec(),
            ("reason", _) if self == &metric::SAVE_FAILED => {
                SaveOutcome::FAILURES.map(SaveOutcome::label).to_vec()
            }
            ("reason", _) => RemovalReason::ALL.map(RemovalReason::label).to_vec(),
            ("stat", _) if self == &metric::CACHE_EVICTION_AGE => vec!["p10", "p50", "p90"],
            ("stat", _) if self == &metric::JOB_FAILED_WRITES => vec!["p5", "p50", "p95"],
            ("stat", name) if name.starts_with("cache.") => vec!["mean", "peak", "final"],
            ("stat", name) if name.starts_with("screen.") => {
                vec!["limit_x0.5", "limit_x1", "limit_x2", "limit_x4"]
            }
            ("stat", _) => vec!["mean", "p10", "p50", "p90"],
            _ => Vec::new(),
        }
    }
}

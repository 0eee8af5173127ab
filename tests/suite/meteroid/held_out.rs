//! The weeks after the pull request was merged: nothing was set by them, and nothing is known of them but
//! the pushes.

use super::evidence::{Cook, runs};
use cache_budget::event::{Conclusion, RefKind, RestoreOutcome, WorkflowRun};
use cache_budget::observe::Outcome;
use cache_budget::service::RemovalReason;
use cache_budget::units::SimTime;

/// When the pull request was merged.
pub const MERGED: &str = "2026-07-09T06:29:51Z";

/// What happens in them, over all replications.
#[derive(Debug, Clone, Default)]
pub struct HeldOut {
    /// Main's Test runs that asked for an entry.
    pub tests: f64,
    /// … that found none because it had been evicted for size.
    pub evicted: f64,
    /// … because nobody had used it for seven days.
    pub expired: f64,
    /// Minutes of main's Test runs that found their exact entry.
    pub warm_tests: Vec<f64>,
    /// Minutes of main's image runs.
    pub image_runs: Vec<f64>,
    /// Minutes of meteroid-api jobs whose dependency layer was cached.
    pub api_warm: Vec<f64>,
    /// Dependency layers found, of all wanted.
    pub cook: (f64, f64),
}

impl HeldOut {
    /// Reads Test's runs on main.
    pub fn read(&mut self, outcome: &Outcome) {
        for run in runs(outcome, "check").filter(|run| since(run.queued) && run.kind == RefKind::Main) {
            let Some(restore) = run.restores.first() else { continue };
            self.tests += 1.0;
            self.evicted += f64::from(restore.evicted == Some(RemovalReason::Size));
            self.expired += f64::from(restore.evicted == Some(RemovalReason::Idle));
            if restore.outcome == RestoreOutcome::Exact && run.conclusion == Conclusion::Success {
                self.warm_tests.push((run.ended - run.started).as_minutes_f64());
            }
        }
    }

    /// Reads one finished image run of main.
    pub fn read_image_run(&mut self, whole: &WorkflowRun, cooks: &[Cook]) {
        if !since(whole.triggered) {
            return;
        }
        self.image_runs.push((whole.ended - whole.triggered).as_minutes_f64());
        self.cook.0 += cooks.iter().filter(|cook| cook.cached).count() as f64;
        self.cook.1 += cooks.len() as f64;
        let warm_api = cooks.iter().filter(|cook| cook.cached && cook.image == "meteroid-api");
        self.api_warm.extend(warm_api.map(|cook| cook.minutes));
    }
}

fn since(at: SimTime) -> bool {
    at >= MERGED.parse().expect("a time")
}

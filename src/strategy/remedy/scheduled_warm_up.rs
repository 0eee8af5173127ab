//! `scheduled-warm-up`: the workflows also run on the default branch at fixed times.

use crate::scenario::{Change, View};
use crate::strategy::Strategy;
use crate::strategy::job::{jobs, quoted};
use crate::strategy::parameter::{Parameter, ParameterKind};
use std::collections::BTreeMap;

/// A run on the default branch accesses what it restores and saves what is missing.
pub static SCHEDULED_WARM_UP: Strategy = Strategy {
    name: "scheduled-warm-up",
    title: "Warm up on a schedule",
    summary: "The workflows that run on pushes to the default branch also run on a schedule, a number of \
        times per day, so their entries stay in use and evicted ones are built again.",
    edit: "`on: schedule: - cron: …` in the workflows that save on main.",
    evidence: "Entries that are restored in time do not expire and, as long as others are older, are not \
        evicted. Costs more: every run is billed, and if the limit is tight, its saves evict other entries.",
    applies_to: &[],
    parameter: Some(Parameter { kind: ParameterKind::Count, default: "2", also_tried: &["8"] }),
    not_applicable_because: "pushes are a recorded log, every workflow with a cache already runs on a schedule, or none \
        runs on pushes to main",
    changes,
};

fn changes(scenario: View, per_day: &str) -> Vec<Change> {
    let workload = scenario.table("workload");
    if workload.has("events") {
        return Vec::new();
    }
    let mut changes: Vec<Change> = Vec::new();
    let scheduled =
        |name: &str| (workload.number("schedules-per-day") > 0.0).then(|| own_crons(name, per_day));
    for job in jobs(scenario).iter().filter(|job| job.has_cache()) {
        let mut events: Vec<String> = job.around.texts("on").iter().map(|(event, _)| quoted(event)).collect();
        if job.is_started_by(&["push main"]) && !job.is_started_by(&["schedule"]) {
            events.push(quoted("schedule"));
            let change = Change::new(["workflow", job.workflow, "on"], format!("[{}]", events.join(", ")));
            if !changes.contains(&change) {
                changes.push(change);
                // The rate of the others is not this strategy's to change.
                changes.extend(scheduled(job.workflow));
            }
        }
    }
    if !changes.is_empty() && workload.number("schedules-per-day") == 0.0 {
        changes.push(Change::new(["workload", "schedules-per-day"], per_day));
    }
    changes
}

/// A change that gives a workflow crons of its own, at times as far apart as can be.
fn own_crons(workflow: &str, per_day: &str) -> Change {
    const OF_DAY: usize = 24 * 60;
    let count: usize = per_day.parse().unwrap_or(1);
    // GitHub starts scheduled runs late at the beginning of an hour, when most are due.
    let times = (0..count).map(|index| 17 + index * OF_DAY / count).map(|minute| minute % OF_DAY);
    let mut hours: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for time in times {
        hours.entry(time % 60).or_default().push((time / 60).to_string());
    }
    let crons = hours.iter().map(|(minute, hours)| quoted(&format!("{minute} {} * * *", hours.join(","))));
    let crons: Vec<String> = crons.collect();
    Change::new(["workflow", workflow, "cron"], format!("[{}]", crons.join(", ")))
}

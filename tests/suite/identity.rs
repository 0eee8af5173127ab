//! What else is pushed leaves a push as it was: when it comes, what it changes, and how its jobs go.

use crate::workload::{graph, stochastic, workload};
use cache_budget::event::JobRun;
use cache_budget::observe::measure;
use cache_budget::random::Draws;
use cache_budget::scenario::{Loaded, load};
use cache_budget::units::Duration;
use cache_budget::workload::{
    Arrivals, LoggedPush, PullRequests, Push, PushId, PushKind, PushSource, Stochastic,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn pushes(plan: &Stochastic, draws: &Draws) -> BTreeMap<PushId, Push> {
    let drawn = workload(PushSource::Stochastic(plan.clone())).pushes(&graph(), draws);
    let count = drawn.len();
    let by_id: BTreeMap<PushId, Push> =
        drawn.into_iter().map(|push| (push.id, Push { nth: 0, ..push })).collect();
    assert_eq!(by_id.len(), count, "no two pushes are one");
    by_id
}

fn logged(plan: &Stochastic, draws: &Draws) -> BTreeMap<PushId, LoggedPush> {
    Arrivals::draw(plan, draws).into_iter().map(|push| (push.id, push)).collect()
}

prop_compose! {
    /// People's pushes alone.
    fn of_people()(
        pushes_per_day in 1.0..30.0,
        share in 0.0..1.0,
        pushes_each in 1.0..5.0,
        merged in 0.0..1.0,
        days in 2.0..20.0,
    ) -> Stochastic {
        let pull_requests = PullRequests { share, pushes_each, merged, ..stochastic().pull_requests };
        let (bursts_per_week, releases_per_month, schedules_per_day) = (0.0, 0.0, 0.0);
        Stochastic {
            days, pushes_per_day, pull_requests, bursts_per_week, releases_per_month, schedules_per_day,
            ..stochastic()
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn schedules_releases_and_bursts_leave_all_other_pushes_as_they_were(
        plan in of_people(),
        replication in 0u32..1_000,
        bursts_per_week in 0.0..5.0,
        releases_per_month in 0.0..60.0,
        schedules_per_day in 0.0..10.0,
    ) {
        let draws = Draws::new(3, replication);
        let with = Stochastic { bursts_per_week, releases_per_month, schedules_per_day, ..plan.clone() };
        let (plain, with) = (pushes(&plan, &draws), pushes(&with, &draws));
        let others: BTreeMap<PushId, Push> = with
            .into_iter()
            .filter(|(id, push)| plain.contains_key(id) || push.number.is_some_and(|n| n % 2 == 1))
            .collect();
        prop_assert_eq!(others, plain);
    }

    /// A merge comes later by the time in the queue, and that is all.
    #[test]
    fn a_merge_queue_delays_merges_and_changes_nothing_else(plan in of_people(), replication in 0u32..1_000) {
        let draws = Draws::new(3, replication);
        let (plain, mut queued) =
            (logged(&plan, &draws), logged(&Stochastic { merge_queue: true, ..plan.clone() }, &draws));
        queued.retain(|_, push| push.kind != PushKind::MergeGroup);
        let merged: Vec<Option<u32>> =
            plain.values().filter(|push| push.kind == PushKind::Main).map(|push| push.number).collect();
        for (id, push) in plain {
            let waits = matches!(push.kind, PushKind::Main | PushKind::Closed)
                && push.number.is_some()
                && merged.contains(&push.number);
            let at = push.at + if waits { plan.queue_time } else { Duration::ZERO };
            match queued.remove(&id) {
                Some(found) => prop_assert_eq!(found, LoggedPush { at, ..push }),
                None => prop_assert!(waits && at >= plan.end()),
            }
        }
        prop_assert!(queued.is_empty(), "{queued:?}");
    }

    /// A sixth pull request of each burst is a new one.
    #[test]
    fn more_pull_requests_of_a_burst_leave_the_first_as_they_were(size in 1u32..6, replication in 0u32..1_000) {
        let draws = Draws::new(3, replication);
        let of = |burst_size| logged(&Stochastic { burst_size, days: 30.0, ..stochastic() }, &draws);
        let (few, many) = (of(size), of(size + 1));
        for (id, push) in few {
            prop_assert_eq!(Some(&push), many.get(&id));
        }
    }
}

/// Every noise there is, and no cache that another run could fill. `ci` has a key of its own for each commit,
/// whose size is drawn for it.
const NOISY: &str = "
[cache]
sweep = \"none\"
[workload]
days = 6
warmup = \"1 d\"
pushes-per-day = 12
[runner.ubuntu-latest]
[workflow.ci]
on = [\"push main\", \"pull_request\", \"release\", \"merge_group\", \"schedule\"]
[workflow.ci.job.test]
prepare = \"10 min\"
fails = 0.1
[[workflow.ci.job.test.cache.actions-cache]]
key = \"t-{sha}\"
size = { lognormal = { median = \"1 GB\", sigma = 0.5 } }
";

fn load_noisy(sets: &[&str]) -> Loaded {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("s.toml");
    std::fs::write(&path, NOISY).expect("a file in the folder");
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    load(&path, &sets).unwrap_or_else(|report| panic!("{}", report.render(&Default::default())))
}

#[test]
fn scheduled_runs_releases_and_bursts_leave_every_other_job_as_long_as_it_was() {
    let played = |sets: &[&str]| {
        let outcome = measure(&load_noisy(sets).model, Draws::new(1, 0)).expect("within the event limit");
        let runs: BTreeMap<u64, JobRun> = outcome.runs.into_iter().map(|run| (run.push, run)).collect();
        (runs, outcome.waits.at_once, outcome.window)
    };
    let (plain, waits, window) = played(&[]);
    assert!(plain.len() > 30, "{}", plain.len());
    for set in
        ["workload.schedules-per-day=8", "workload.releases-per-month=60", "workload.bursts-per-week=7"]
    {
        let (more, more_waits, same) = played(&[set]);
        assert!(more.len() > plain.len(), "{set} adds runs");
        assert_eq!(same, window, "{set} does not move what is measured");
        for (push, run) in &plain {
            assert_eq!(Some(run), more.get(push), "{set}");
        }
        assert!(waits.iter().all(|wait| more_waits.contains(wait)), "{set}");
    }
}

//! The pull requests of dependency bots: they come in bursts, and some are merged.

use crate::workload::{drawn, stochastic, workload};
use cache_budget::units::Duration;
use cache_budget::workload::{PathSet, Push, PushKind, PushSource, Stochastic};

#[test]
fn a_burst_comes_within_a_minute_and_changes_only_the_lock() {
    let pushes = drawn(&stochastic(), 0);
    let bots: Vec<&Push> = pushes.iter().filter(|push| push.bot).collect();
    assert!(!bots.is_empty() && bots.len().is_multiple_of(4), "{}", bots.len());
    for burst in bots.chunks(4) {
        assert!(burst[3].at - burst[0].at <= Duration::MINUTE);
        assert!(burst.iter().all(|push| push.paths == PathSet(1)));
    }
}

/// Each is merged at most once, within the week after which the others are closed, and main has its lock file then.
#[test]
fn a_share_of_the_bots_pull_requests_is_merged() {
    let plan = Stochastic { burst_merged: 0.25, ..stochastic() };
    let all: Vec<Push> = (0..30).flat_map(|replication| drawn(&plan, replication)).collect();
    let of = |kind: PushKind| {
        all.iter().filter(move |push| push.kind == kind && push.number.is_some_and(|n| n % 2 == 0))
    };
    let (opened, merged) = (of(PushKind::PullRequest).count() as f64, of(PushKind::Main).count() as f64);
    // 1,200 in 30 replications; a deviation of 0.0125, and fewer than 1 % are open in the end.
    assert!((merged / opened - 0.25).abs() < 0.05, "{merged} of {opened}");
    for replication in 0..3 {
        let pushes = drawn(&plan, replication);
        for merge in pushes
            .iter()
            .filter(|push| push.kind == PushKind::Main && push.number.is_some_and(|n| n % 2 == 0))
        {
            let life: Vec<&Push> = pushes.iter().filter(|push| push.number == merge.number).collect();
            let [opened, closed, merged] = life[..] else { panic!("{life:?}") };
            assert!(opened.bot && closed.kind == PushKind::Closed && closed.at == merged.at);
            assert!(merged.at - opened.at <= Duration::DAY.scaled(7.0));
            let before = &pushes[merged.nth as usize - 1].main.as_ref().expect("main").versions;
            assert_ne!(*before, merged.checkout.versions, "the lock file has changed");
        }
    }
    let expected = workload(PushSource::Stochastic(plan)).expected_pushes() * 30.0;
    let pushes = all.iter().filter(|push| push.kind != PushKind::Closed).count() as f64;
    assert!((pushes / expected - 1.0).abs() < 0.03, "{pushes} of {expected}");
    assert!(
        drawn(&stochastic(), 0)
            .iter()
            .all(|push| push.kind != PushKind::Main || push.number.is_none_or(|n| n % 2 == 1))
    );
}

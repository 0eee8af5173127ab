//! The pull requests of dependency bots: they come in bursts, some are merged, and open ones may be rebased.

use crate::workload::{drawn, graph, log, stochastic, workload};
use cache_budget::diagnostic::Style;
use cache_budget::engine::Model;
use cache_budget::event::{Conclusion, NoObserver, RefClass, WorkflowRun};
use cache_budget::observe::measure_with;
use cache_budget::project::{Checkout, InputId};
use cache_budget::random::{Distribution, Draws};
use cache_budget::scenario::load;
use cache_budget::units::{Duration, SimTime};
use cache_budget::workload::{
    History, PathSet, Push, PushKind, PushSource, RebaseWhen, Rebases, Stochastic, Workload,
};
use std::collections::BTreeMap;

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

/// A day of bots and of other pushes to main; each push starts one run.
fn model(workload: &str, pull: &str) -> Model {
    let text = format!(
        "[cache]\nsweep = \"none\"\n\
         [workload]\nwarmup = \"0 s\"\ndays = 40\nbursts-per-week = 7\nburst-size = 2\npushes-per-day = 24\n\
         pull-requests = {{ share = 0, hours-to-merge = 12 }}\n\
         hours = [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]\nweekdays = [1,1,1,1,1,1,1]\n{workload}\n\
         [runner.ubuntu-latest]\nspeed-noise = 1.0\nboot = \"0 s\"\nconcurrency = \"unlimited\"\n\
         [ci]\njob-concurrency = \"unlimited\"\n\
         [workflow.main]\non = \"push main\"\njob.main = {{ setup = \"1 min\" }}\n\
         [workflow.queue]\non = \"merge_group\"\njob.queue = {{ setup = \"3 h\" }}\n\
         [workflow.pull]\non = \"pull_request\"\n{pull}\n"
    );
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("s.toml");
    std::fs::write(&path, text).expect("a file");
    load(&path, &[]).unwrap_or_else(|report| panic!("{}", report.render(&Style::default()))).model
}

const SHORT: &str = "job.pull = { setup = \"1 min\" }";

/// The runs of what bots do to one pull request.
#[derive(Debug, Default)]
struct Life {
    opened: Vec<WorkflowRun>,
    rebases: Vec<WorkflowRun>,
    queued: Option<SimTime>,
    merged: Option<SimTime>,
}

impl Life {
    /// When it is closed, merged or not.
    fn closed(&self) -> SimTime {
        self.merged.unwrap_or(self.opened[0].triggered + Duration::DAY.scaled(7.0))
    }
}

/// The runs of a model, those on main in time order, and the pull requests of bots.
fn played(model: &Model) -> (Vec<WorkflowRun>, Vec<SimTime>, BTreeMap<u64, Life>) {
    let outcome = measure_with(model, Draws::new(1, 0), &mut NoObserver).expect("within the event limit");
    let mut runs = outcome.workflow_runs;
    runs.sort_by_key(|run| (run.triggered, run.number));
    let mut lives: BTreeMap<u64, Life> = BTreeMap::new();
    for run in &runs {
        let place = run.push & ((1 << 60) - 1);
        match run.push >> 60 {
            1 => lives.entry(place >> 28).or_default().opened.push(run.clone()),
            3 => lives.entry(place).or_default().queued = Some(run.triggered),
            4 => lives.entry(place).or_default().merged = Some(run.triggered),
            14 => lives.entry(place >> 28).or_default().rebases.push(run.clone()),
            _ => {}
        }
    }
    let mains = runs.iter().filter(|run| run.class == RefClass::Main).map(|run| run.triggered).collect();
    (runs, mains, lives)
}

/// The rebases that pushes to main at these times bring about, if there is no queue.
fn expected(life: &Life, mains: &[SimTime], after: Duration, end: SimTime) -> Vec<SimTime> {
    let (mut from, mut rebases) = (life.opened[0].triggered, Vec::new());
    for &at in mains.iter().filter(|at| **at < life.closed()) {
        if at >= from && at + after < life.closed().min(end) {
            rebases.push(at + after);
        }
        from = from.max(rebases.last().copied().unwrap_or(from));
    }
    rebases
}

fn times(runs: &[WorkflowRun]) -> Vec<SimTime> {
    runs.iter().map(|run| run.triggered).collect()
}

#[test]
fn a_bot_that_keeps_up_rebases_once_for_all_pushes_of_the_meantime() {
    let model =
        model("burst-merged = 0\nburst-rebases = { when = \"behind-base-branch\", after = \"1 h\" }", SHORT);
    let end = model.window().expect("it is drawn").1;
    let (_, mains, lives) = played(&model);
    let mut whole = Vec::new();
    for life in lives.values() {
        assert_eq!(times(&life.rebases), expected(life, &mains, Duration::HOUR, end));
        whole.extend((life.closed() < end).then_some(life.rebases.len() as f64));
    }
    // An hour until the next push of 24 a day, and one until the rebase: 12 a day for 7 days.
    let mean = whole.iter().sum::<f64>() / whole.len() as f64;
    assert!(whole.len() > 30 && (mean - 84.0).abs() < 6.0, "{mean} of {}", whole.len());
}

/// Other pushes do not change the lock file. The first merge of a burst of two rebases the other one.
#[test]
fn a_bot_that_waits_for_conflicts_rebases_after_changes_of_the_lock_file_alone() {
    let model = model(
        "burst-merged = 1\nchanges.lock = 0\nburst-rebases = { when = \"conflicted\", after = \"0 s\" }",
        SHORT,
    );
    let end = model.window().expect("it is drawn").1;
    let (_, mains, lives) = played(&model);
    assert!(mains.len() > 800, "{}", mains.len());
    let merges: Vec<SimTime> = lives.values().filter_map(|life| life.merged).collect();
    let merges = mains.into_iter().filter(|at| merges.contains(at)).collect::<Vec<_>>();
    let mut count = 0;
    for life in lives.values() {
        let expected = expected(life, &merges, Duration::ZERO, end);
        assert_eq!(times(&life.rebases), expected, "{life:?}");
        count += expected.len();
    }
    // Some 40 bursts of two: one rebase each, and some more where bursts meet.
    assert!(count > lives.len() / 2 - 5, "{count} of {}", lives.len());
}

#[test]
fn a_pull_request_in_the_merge_queue_is_not_rebased() {
    let model = model(
        "burst-merged = 1\nmerge-queue = true\n\
         burst-rebases = { when = \"behind-base-branch\", after = \"1 min\" }",
        SHORT,
    );
    let (_, _, lives) = played(&model);
    let merged: Vec<&Life> = lives.values().filter(|life| life.queued.is_some()).collect();
    assert!(merged.len() > 30 && merged.iter().map(|life| life.rebases.len()).sum::<usize>() > 100);
    // The queue takes 3 h, in which main gets 3 other pushes on average.
    for life in merged {
        assert!(life.rebases.iter().all(|run| run.triggered < life.queued.expect("it was queued")));
    }
}

/// Three hours of a run, and a rebase 10 min after each push of an hour: most runs are replaced, but for the last.
#[test]
fn a_rebase_replaces_the_run_before_it_and_there_are_at_most_so_many() {
    let model = model(
        "burst-merged = 0\nburst-rebases = { when = \"behind-base-branch\", after = \"10 min\", at-most = 2 }",
        "concurrency = { cancel-in-progress = true }\njob.pull = { setup = \"3 h\" }",
    );
    let end = model.window().expect("it is drawn").1;
    let (_, _, lives) = played(&model);
    let mut cancelled = 0;
    for life in lives.values().filter(|life| life.closed() < end) {
        assert_eq!(life.rebases.len(), 2);
        let runs = [&life.opened[..], &life.rebases].concat();
        for pair in runs.windows(2) {
            let is_replaced = pair[1].triggered < pair[0].triggered + Duration::HOUR.scaled(3.0);
            assert_eq!(pair[0].conclusion == Conclusion::Cancelled, is_replaced);
            cancelled += u32::from(is_replaced);
        }
        assert_eq!(runs[2].conclusion, Conclusion::Success);
    }
    assert!(cancelled > 60, "{cancelled}");
}

#[test]
fn rebases_leave_all_other_pushes_as_they_were_and_are_expected() {
    let of = |when: &str| {
        let model = model(&format!("burst-merged = 0.5\nburst-rebases = {{ when = \"{when}\" }}"), SHORT);
        let (runs, ..) = played(&model);
        let expected = model.workload.expected_pushes();
        // Those of the last week come to an end with the simulation: of 40 days, half a week.
        let found = runs.len() as f64 / expected;
        assert!((0.85..1.05).contains(&found), "{found} of {expected} after {when}");
        let others = runs.iter().filter(|run| run.push >> 60 != 14);
        let others: Vec<_> = others.map(|run| (run.push, run.triggered, run.ended)).collect();
        (others, runs.len())
    };
    let ((plain, none), (conflicted, few), (behind, many)) =
        (of("never"), of("conflicted"), of("behind-base-branch"));
    assert!(plain == conflicted && plain == behind);
    assert!(none < few && few < many, "{none}, {few}, {many}");
}

/// What a rebased pull request builds is what its merge brings to main, also if pull requests lag behind it.
#[test]
fn a_rebase_is_on_top_of_the_newest_main() {
    let source = log(&[
        "2026-01-01T00:00:00Z,pr_push,7,,lock,",
        "2026-01-02T00:00:00Z,main_push,,,lock,",
        "2026-01-03T00:00:00Z,main_push,7,,lock,",
    ]);
    let pushes = source.pushes.clone();
    let lagging = Duration::DAY.scaled(900.0);
    let workload = Workload { pull_request_lag: lagging, ..workload(PushSource::Log(source)) };
    let (graph, draws) = (graph(), Draws::new(1, 0));
    let mut history = History::new(&workload, &graph, &draws);
    let rules = |when, at_most| Rebases { when, after: Distribution::Constant(600.0), at_most };
    let conflicted = rules(RebaseWhen::Conflicted, Some(1));
    let opened = history.apply(0, &pushes[0]);
    let base = opened.main.expect("main is known");
    let main = history.apply(1, &pushes[1]).checkout;
    assert!(conflicted.follow(&pushes[0], 0, &base, &main), "main's lock file is another one");
    assert!(!conflicted.follow(&pushes[0], 1, &base, &main), "one rebase at most");
    assert!(!conflicted.follow(&pushes[0], 0, &main, &main), "nothing is new");
    assert!(rules(RebaseWhen::BehindBaseBranch, None).follow(&pushes[0], 9, &main, &main));
    let rebase = conflicted.push(&pushes[0], 0, pushes[1].at, &draws);
    // Ten minutes after the push to main.
    assert_eq!(rebase.at, pushes[1].at + Duration::MINUTE.scaled(10.0));
    assert_ne!(conflicted.push(&pushes[0], 1, pushes[1].at, &draws).id, rebase.id);
    let rebased = history.apply(2, &rebase).checkout;
    let merged = history.apply(3, &pushes[2]).checkout;
    let lock = |of: &Checkout| of.input(InputId::LOCK);
    assert_eq!((lock(&rebased), &rebased.versions), (lock(&merged), &merged.versions));
    assert_ne!(lock(&rebased), lock(&opened.checkout));
}

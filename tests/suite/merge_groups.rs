//! How the merge queue forms groups: in order, each on top of those before it, several merged at once (GitHub's documentation,
//! "Managing a merge queue": "Merge limits", "Failing CI"). Times are drawn; what follows from them is computed anew here.

use cache_budget::diagnostic::Style;
use cache_budget::event::{Conclusion, Event, Observer, RefClass, SaveOutcome, WorkflowRun};
use cache_budget::observe::{Outcome, measure_with};
use cache_budget::random::Draws;
use cache_budget::scenario::load;
use cache_budget::service::Service;
use cache_budget::units::{Duration, SimTime};
use std::collections::{BTreeMap, BTreeSet};

/// Twelve pull requests a day, of one push each, all of which people want to merge. A group takes from one minute to two
/// hours, so that later ones are often done before earlier ones.
const QUEUE: &str = "[cache]\nsweep = \"none\"\n\
    [workload]\nwarmup = \"0 s\"\ndays = 20\npushes-per-day = 12\nmerge-queue = true\nmerge-queue-time = \"10 min\"\n\
    pull-requests = { share = 1, pushes-each = 1, merged = 1, hours-to-merge = 1 }\nchanges = { lock = 1 }\n\
    [runner.own]\nspeed-noise = 1.0\nconcurrency = \"unlimited\"\nboot = { uniform = { low = \"1 min\", high = \"120 min\" } }\n\
    [runner.ubuntu-latest]\nspeed-noise = 1.0\nboot = \"0 s\"\n[ci]\njob-concurrency = \"unlimited\"\n\
    [workflow.queue]\non = \"merge_group\"\njob.test = { runner = \"own\", prepare = \"1 s\", cache.actions-cache = { key = \"k-{lock}\", size = \"1 MB\" } }\n\
    [workflow.main]\non = \"push main\"\njob.main = { setup = \"1 s\", cache.actions-cache = { key = \"k-{lock}\", size = \"1 MB\" } }\n";

/// What was stored, by ref.
#[derive(Default)]
struct Stored(BTreeMap<String, Vec<String>>);

impl Observer for Stored {
    fn on_event(&mut self, event: &Event, service: &Service) {
        if let Event::Saved { key, scope: Some(scope), outcome: SaveOutcome::Stored, .. } = event {
            let names = &service.names;
            self.0.entry(names.scope_text(*scope).to_owned()).or_default().push(names.key_text(*key));
        }
    }
}

fn play(sets: &[&str]) -> (Outcome, Stored) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("s.toml");
    std::fs::write(&path, QUEUE).expect("a file");
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    let loaded = load(&path, &sets);
    let model = loaded.unwrap_or_else(|report| panic!("{}", report.render(&Style::default()))).model;
    let mut stored = Stored::default();
    let outcome = measure_with(&model, Draws::new(1, 0), &mut stored).expect("within the event limit");
    (outcome, stored)
}

/// The number of a run's pull request.
fn number(run: &WorkflowRun) -> u64 {
    run.push & 0xffff_ffff
}

/// A pull request in the queue: when it was added, and when nothing but those before it keeps it from being merged.
struct Queued {
    number: u64,
    added: SimTime,
    ready: SimTime,
}

fn minutes(minutes: i64) -> Duration {
    Duration(minutes * 60_000)
}

/// The queue of a world in which nothing fails.
fn queue(outcome: &Outcome) -> Vec<Queued> {
    let mut runs: Vec<_> = outcome.workflow_runs.iter().filter(|run| run.class == RefClass::Other).collect();
    runs.sort_by_key(|run| run.triggered);
    let queued = runs.into_iter().map(|run| Queued {
        number: number(run),
        added: run.triggered,
        ready: run.ended.max(run.triggered + minutes(10)),
    });
    queued.collect()
}

/// The pushes to main: the last pull request of each, and when.
fn merges(outcome: &Outcome) -> Vec<(u64, SimTime)> {
    let runs = outcome.workflow_runs.iter().filter(|run| run.class == RefClass::Main);
    let mut merges: Vec<_> = runs.map(|run| (number(run), run.triggered)).collect();
    merges.sort_by_key(|(number, at)| (*at, *number));
    merges
}

/// The pushes to main that follow from a queue, minute by minute as it were: those at the front that are ready are merged
/// once they are enough, or the first one has waited for long enough.
fn expected(
    queue: &[Queued],
    (least, most): (usize, usize),
    wait: Duration,
    end: SimTime,
) -> Vec<(u64, SimTime)> {
    let mut instants: Vec<SimTime> =
        queue.iter().flat_map(|of| [of.ready, of.added + wait]).filter(|at| *at < end).collect();
    instants.sort();
    let (mut front, mut pushes) = (0, Vec::new());
    for now in instants {
        loop {
            let rest = &queue[front..];
            let ready = rest.iter().take_while(|of| of.ready <= now).count();
            if ready == 0 || (ready < least && rest[0].added + wait > now) {
                break;
            }
            front += ready.min(most);
            pushes.push((queue[front - 1].number, now));
        }
    }
    pushes.sort_by_key(|(number, at)| (*at, *number));
    pushes
}

#[test]
fn pull_requests_are_merged_in_order_and_several_at_once() {
    for (least, most, wait) in [(1, 5, 5), (1, 1, 5), (1, 100, 5), (3, 5, 100_000), (3, 4, 180)] {
        let sets = [
            format!("workload.merge-queue-min={least}"),
            format!("workload.merge-queue-max={most}"),
            format!("workload.merge-queue-wait={wait} min"),
        ];
        let (outcome, _) = play(&sets.each_ref().map(String::as_str));
        let queue = queue(&outcome);
        let expected = expected(&queue, (least, most), minutes(wait), outcome.window.end);
        assert_eq!(merges(&outcome), expected, "{least}, {most}, {wait}");
        // Several are merged at once, unless each has to be by itself.
        assert!(queue.len() > 150 && (expected.len() + 10 < queue.len()) == (most > 1), "{}", expected.len());
    }
}

/// Every pull request changes the lock file. Main gets, with each push, the very state that the last group of the push has
/// tested: all those before it and its own change.
#[test]
fn a_group_builds_on_those_before_it() {
    let (outcome, stored) = play(&[]);
    let main: BTreeSet<&String> = stored.0["refs/heads/main"].iter().collect();
    let in_queue = stored.0.iter().filter(|(name, _)| name.contains("gh-readonly-queue"));
    let in_queue: BTreeSet<&String> = in_queue.flat_map(|(_, keys)| keys).collect();
    // Every push to main has another lock file.
    assert!(main.len() == merges(&outcome).len() && main.len() > 100, "{}", main.len());
    assert!(main.is_subset(&in_queue), "{:?}", main.difference(&in_queue).collect::<Vec<_>>());
}

/// A job that fails one time in four, and nobody mends it.
#[test]
fn the_groups_behind_one_that_fails_begin_anew() {
    let (outcome, stored) =
        play(&["workflow.queue.job.test.fails-in-queue=0.25", "workload.merge-queue-max=1"]);
    let merged: BTreeMap<u64, SimTime> = merges(&outcome).into_iter().collect();
    let mut groups = BTreeMap::<u64, Vec<&WorkflowRun>>::new();
    for run in outcome.workflow_runs.iter().filter(|run| run.class == RefClass::Other) {
        groups.entry(number(run)).or_default().push(run);
    }
    groups.values_mut().for_each(|runs| runs.sort_by_key(|run| run.triggered));
    // When each pull request has left the queue: with its merge, or with the failure of its newest group.
    let left = |number: &u64| {
        let last = groups[number].last().expect("a group");
        let failed = (last.conclusion == Conclusion::Failed).then_some(last.ended);
        merged.get(number).copied().or(failed).unwrap_or(outcome.window.end)
    };
    let added = |number: &u64| groups[number][0].triggered;
    let failed: Vec<u64> = groups.keys().copied().filter(|number| !merged.contains_key(number)).collect();
    let mut begun_anew = 0;
    for failed in failed.iter().filter(|number| left(number) < outcome.window.end) {
        let at = left(failed);
        for other in groups
            .keys()
            .filter(|other| added(other) > added(failed) && added(other) < at && left(other) > at)
        {
            assert!(groups[other].iter().any(|run| run.triggered == at), "{other} behind {failed} at {at}");
            begun_anew += 1;
        }
    }
    assert!(failed.len() > 30 && begun_anew > 20, "{} and {begun_anew}", failed.len());
    // One in four is not merged.
    let share = failed.len() as f64 / groups.len() as f64;
    assert!((share - 0.25).abs() < 0.1, "{share}");
    // Main has nothing of what has failed.
    let main: BTreeSet<&String> = stored.0["refs/heads/main"].iter().collect();
    let in_queue: BTreeSet<&String> = stored
        .0
        .iter()
        .filter(|(name, _)| name.contains("gh-readonly-queue"))
        .flat_map(|(_, keys)| keys)
        .collect();
    assert!(main.is_subset(&in_queue), "{:?}", main.difference(&in_queue).collect::<Vec<_>>());
}

/// A group that takes 30 min, and a queue that waits for so long.
#[test]
fn a_group_that_takes_too_long_leaves_the_queue() {
    let merged = |timeout: &str| {
        let (outcome, _) = play(&[
            "runner.own.boot=0 s",
            "workflow.queue.job.test.setup=30 min",
            &format!("workload.merge-queue-timeout={timeout}"),
        ]);
        let groups = outcome.workflow_runs.iter().filter(|run| run.class == RefClass::Other);
        assert!(groups.clone().all(|run| run.conclusion == Conclusion::Success), "nobody cancels its runs");
        merges(&outcome).len() * 100 / groups.map(number).collect::<BTreeSet<_>>().len()
    };
    assert_eq!(merged("29 min"), 0);
    assert!(merged("31 min") > 95, "{} %", merged("31 min"));
}

#[test]
fn settings_of_the_queue_that_decide_nothing_are_told() {
    let said = |sets: &[&str]| {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("s.toml");
        std::fs::write(&path, QUEUE).expect("a file");
        let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
        load(&path, &sets).map_or_else(|report| report, |loaded| loaded.report).render(&Style::default())
    };
    let wait = said(&["workload.merge-queue-wait=9 min"]);
    assert!(wait.contains("with `merge-queue-min = 1` no pull request waits for others"), "{wait}");
    let timeout = said(&["workload.merge-queue-timeout=9 min", "workflow.queue.required=false"]);
    assert!(timeout.contains("no workflow that is required runs in the merge queue"), "{timeout}");
    let none = said(&["workload.merge-queue-max=2", "workload.merge-queue=false"]);
    assert!(none.contains("`merge-queue-max` has no effect: no merge waits in a queue"), "{none}");
    let order = said(&["workload.merge-queue-min=6"]);
    assert!(order.contains("`merge-queue-min` is 6, more than `merge-queue-max`, which is 5"), "{order}");
    assert!(
        !said(&["workload.merge-queue-min=2", "workload.merge-queue-timeout=9 min"]).contains("merge-queue-")
    );
}

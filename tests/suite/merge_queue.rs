//! The merge queue: what starts its runs, when a group is merged, and what becomes of one that fails. The rules are those
//! of GitHub's documentation ("Managing a merge queue").

use crate::miniature::{HOUR, Miniature, Told};
use cache_budget::diagnostic::Style;
use cache_budget::event::{Conclusion, NoObserver, RefClass, WorkflowRun};
use cache_budget::observe::{Outcome, measure_with};
use cache_budget::random::Draws;
use cache_budget::scenario::load;
use cache_budget::units::{Duration, SimTime};
use std::collections::{BTreeMap, BTreeSet};

/// Pull requests with one push each, all of which people want to merge, for 20 days; nothing else is pushed, and no time
/// is drawn but that of pushes.
fn drawn(job: &str, rest: &str) -> Outcome {
    drawn_with(job, rest, "workflow.queue.required=true")
}

fn drawn_with(job: &str, rest: &str, set: &str) -> Outcome {
    let text = format!(
        "[cache]\nsweep = \"none\"\n\
         [workload]\nwarmup = \"0 s\"\ndays = 20\npushes-per-day = 12\nmerge-queue = true\nmerge-queue-time = \"30 min\"\n\
         pull-requests = {{ share = 1, pushes-each = 1, merged = 1, hours-to-merge = 1 }}\n{rest}\n\
         [runner.ubuntu-latest]\nspeed-noise = 1.0\nboot = \"0 s\"\nconcurrency = \"unlimited\"\n[ci]\njob-concurrency = \"unlimited\"\n\
         [workflow.queue]\non = \"merge_group\"\njob.test = {{ {job} }}\n\
         [workflow.main]\non = \"push main\"\njob.main = {{ setup = \"1 min\" }}\n\
         [workflow.pull]\non = \"pull_request\"\njob.pull = {{ setup = \"1 min\" }}\n"
    );
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("s.toml");
    std::fs::write(&path, text).expect("a file");
    let loaded = load(&path, &[set.to_owned()]);
    let model = loaded.unwrap_or_else(|report| panic!("{}", report.render(&Style::default()))).model;
    measure_with(&model, Draws::new(1, 0), &mut NoObserver).expect("within the event limit")
}

/// These lines of the workload, with each pull request merged by a push of its own.
fn one_by_one(rest: &str) -> String {
    format!("merge-queue-max = 1\n{rest}")
}

/// The runs on this class of refs, by the position of their push in its stream.
fn of(outcome: &Outcome, class: RefClass) -> Vec<(u64, &WorkflowRun)> {
    let runs = outcome.workflow_runs.iter().filter(|run| run.class == class);
    runs.map(|run| (run.push & ((1 << 60) - 1), run)).collect()
}

/// When each pull request's group began, and when it was merged.
fn merges(outcome: &Outcome) -> Vec<(SimTime, Option<SimTime>)> {
    let merged: BTreeMap<u64, SimTime> =
        of(outcome, RefClass::Main).into_iter().map(|(place, run)| (place, run.triggered)).collect();
    let groups = of(outcome, RefClass::Other).into_iter();
    groups.map(|(place, run)| (run.triggered, merged.get(&place).copied())).collect()
}

fn minutes(minutes: i64) -> Duration {
    Duration(minutes * 60_000)
}

#[test]
fn a_group_is_merged_after_its_time_and_after_its_runs() {
    // The longer of 30 min in the queue and the run.
    for (job, wait) in [("setup = \"10 min\"", 30), ("setup = \"30 min\"", 30), ("setup = \"41 min\"", 41)] {
        let outcome = drawn(job, "");
        let merges = merges(&outcome);
        let waits: BTreeSet<Duration> =
            merges.iter().filter_map(|(began, merged)| Some((*merged)? - *began)).collect();
        assert_eq!(waits, [minutes(wait)].into(), "{job}");
        // Those whose time is not over at the end are not merged.
        let open = merges.iter().filter(|(_, merged)| merged.is_none()).count();
        assert!(merges.len() > 100 && open < 5, "{} of {}", open, merges.len());
    }
}

#[test]
fn a_group_that_fails_is_not_merged() {
    let outcome = drawn("prepare = \"10 min\", fails-on-main = 1", "");
    let groups = of(&outcome, RefClass::Other);
    assert!(groups.len() > 100 && groups.iter().all(|(_, run)| run.conclusion == Conclusion::Failed));
    assert_eq!(of(&outcome, RefClass::Main), []);
    // The failures of pull requests are not those of the queue.
    let outcome = drawn("prepare = \"10 min\", fails = 1", "");
    assert!(of(&outcome, RefClass::Main).len() > 100);
    // Nor are those on main, if the queue has its own.
    let outcome = drawn("prepare = \"10 min\", fails-on-main = 1, fails-in-queue = 0", "");
    assert!(of(&outcome, RefClass::Main).len() > 100);
    // Nobody waits for a workflow that is not required.
    let outcome = drawn_with("prepare = \"10 min\", fails-on-main = 1", "", "workflow.queue.required=false");
    assert!(of(&outcome, RefClass::Main).len() > 100);
}

/// Every pull request is merged once, after those of its groups that fail, and those that begin anew because one before
/// them has failed.
#[test]
fn a_pull_request_that_is_mended_is_put_back_into_the_queue() {
    let outcome = drawn(
        "prepare = \"10 min\", fails-on-main = 0.5",
        &one_by_one("fixes = { share = 1, after = \"20 min\" }"),
    );
    let mut groups = BTreeMap::<u64, Vec<&WorkflowRun>>::new();
    for (place, run) in of(&outcome, RefClass::Other) {
        groups.entry(place & 0xffff_ffff).or_default().push(run);
    }
    groups.values_mut().for_each(|groups| groups.sort_by_key(|group| group.triggered));
    let mut merged = BTreeMap::<u64, Vec<SimTime>>::new();
    for (place, run) in of(&outcome, RefClass::Main) {
        merged.entry(place).or_default().push(run.triggered);
    }
    let end = outcome.window.end;
    // A group has failed unless the next one begins before it ends, or when another one fails.
    let ends: BTreeSet<SimTime> = groups
        .values()
        .flatten()
        .filter(|group| group.conclusion == Conclusion::Failed)
        .map(|group| group.ended)
        .collect();
    let is_anew = |pair: &[&WorkflowRun]| ends.contains(&pair[1].triggered);
    for (number, groups) in &groups {
        let last = groups.last().expect("a group");
        for pair in groups.windows(2).filter(|pair| !is_anew(pair)) {
            assert_eq!(pair[0].conclusion, Conclusion::Failed, "{number}");
            assert!(pair[1].triggered - pair[0].ended >= minutes(20), "{number}: it is mended first");
        }
        let at = last.triggered + minutes(30);
        let expected = Some(vec![at]).filter(|_| last.conclusion == Conclusion::Success && at < end);
        assert_eq!(merged.get(number), expected.as_ref(), "{number}");
    }
    let anew = groups.values().flat_map(|groups| groups.windows(2)).filter(|pair| is_anew(pair)).count();
    let all = groups.values().map(Vec::len).sum::<usize>();
    let failed = all - anew - merged.len();
    // One push opens each pull request, and one mends each group; a few of the last come after the end.
    let (opened, pushes) = (groups.len(), of(&outcome, RefClass::PullRequest).len());
    assert!(failed > 50 && pushes.abs_diff(opened + failed) < 5, "{pushes}, {opened} and {failed}");
}

/// Of the groups that fail, the share is mended that `fixes` states.
#[test]
fn those_that_nobody_mends_are_closed() {
    let outcome = drawn(
        "prepare = \"10 min\", fails-on-main = 0.5",
        &one_by_one("fixes = { share = 0.5, after = \"20 min\" }"),
    );
    let groups = of(&outcome, RefClass::Other);
    let numbers: BTreeSet<u64> = groups.iter().map(|(place, _)| place & 0xffff_ffff).collect();
    let merged = of(&outcome, RefClass::Main).len() as f64 / numbers.len() as f64;
    // m = 1/2 + 1/2 × 1/2 × m, so m = 2/3; of 240 pull requests, the deviation is 0.03.
    assert!((merged - 2.0 / 3.0).abs() < 0.1, "{merged}");
}

/// The refs of the runs that a merge group starts.
fn started(on: &str) -> Vec<String> {
    let text = format!(
        "[workflow.ci]\non = {on}\n[[workflow.ci.job.test.cache.actions-cache]]\nkey = \"k-{{event}}\"\nsize = \"1 MB\"\n"
    );
    let played = Miniature::new(&text).event(0, "merge_group 5", "source").event(HOUR, "schedule", "").play();
    let mut runs: Vec<String> =
        played.stored().iter().map(|entry| format!("{} {}", entry.scope, entry.key)).collect();
    runs.sort();
    runs
}

/// "A push event is still sent when a merge group branch is created, and will trigger a GitHub Actions workflow"
/// (GitHub's changelog of 2022-08-18).
#[test]
fn the_queue_pushes_its_branch() {
    let branch = "refs/heads/gh-readonly-queue/main/pr-5-0";
    let (push, group) = (format!("{branch} k-push"), format!("{branch} k-merge_group"));
    assert_eq!(started("[\"push\", \"merge_group\", \"schedule\"]")[..2], [group, push.clone()]);
    let pushes = |on: &str| started(on).contains(&push);
    assert!(pushes("[\"push\", \"schedule\"]") && pushes("[\"push **\", \"schedule\"]"));
    assert!(pushes("[\"push gh-readonly-queue/**\", \"schedule\"]"));
    assert!(!pushes("[\"push main\", \"schedule\"]") && !pushes("[\"push *\", \"schedule\"]"));
    assert!(!pushes("[\"push **\", \"push !gh-readonly-queue/**\", \"schedule\"]"));
    assert!(!pushes("[\"push tags\", \"schedule\"]"));
}

/// Both runs of the group are required, and either can keep it from being merged.
#[test]
fn a_push_to_the_queue_is_a_check_of_its_group() {
    let of_push = |on: &str| {
        let rest =
            format!("[workflow.all]\non = {on}\njob.all = {{ prepare = \"1 min\", fails-on-main = 1 }}");
        of(&drawn("setup = \"10 min\"", &rest), RefClass::Main).len()
    };
    assert_eq!(of_push("\"push\""), 0);
    assert!(of_push("[\"push **\", \"push !gh-readonly-queue/**\"]") > 100);
}

/// A check has the result of its last run: a run on `push` that cancels the one on `merge_group` takes its place. A run that
/// another group cancels leaves its own without one.
#[test]
fn a_cancelled_run_fails_a_group_only_without_another_of_its_workflow() {
    let merged = |on: &str, group: &str| {
        let concurrency = format!("concurrency = {{ group = \"{group}\", cancel-in-progress = true }}");
        let rest = format!("[workflow.all]\non = {on}\n{concurrency}\njob.all = {{ setup = \"29 min\" }}");
        let outcome = drawn("setup = \"10 min\"", &one_by_one(&rest));
        let groups = of(&outcome, RefClass::Other).into_iter();
        let groups = groups.map(|(place, _)| place & 0xffff_ffff).collect::<BTreeSet<_>>();
        (of(&outcome, RefClass::Main).into_iter().map(|(place, _)| place).collect::<BTreeSet<_>>(), groups)
    };
    let (all, groups) =
        merged("[\"push **\", \"merge_group\", \"push !main\", \"push !pull-*\"]", "{workflow}-{ref}");
    assert!(all.len() + 5 > groups.len() && groups.len() > 100, "{} of {}", all.len(), groups.len());
    // Groups that another follows within 29 min lose their run: with 12 a day, most of them at busy hours.
    let (some, groups) = merged("\"merge_group\"", "one");
    assert!(
        some.len() < groups.len() * 9 / 10 && some.len() > groups.len() / 3,
        "{} of {}",
        some.len(),
        groups.len()
    );
}

/// A pull request's changes are in question; everything else has passed before.
#[test]
fn a_job_fails_as_often_as_its_key_says_for_its_event() {
    let failed = |share: &str| {
        let text = format!(
            "[branch.\"release/1\"]\n[workflow.ci]\non = [\"push\", \"pull_request\", \"merge_group\", \"release\"]\n\
             job.test = {{ prepare = \"1 min\", {share} = 1, fail-fast = false }}\n"
        );
        let played = Miniature::new(&text)
            .event(0, "main_push", "source")
            .event(HOUR, "pr_push 7", "source")
            .event(2 * HOUR, "fork_pr_push 8", "source")
            .event(3 * HOUR, "merge_group 7", "source")
            .event(4 * HOUR, "release", "")
            .on_branch(5 * HOUR, "branch_push", "release/1")
            .play();
        let runs = (0..6).map(|event| played.run(event, "test").succeeded());
        (runs.collect::<Vec<_>>(), played.outcome.runs.iter().filter(|run| !run.succeeded()).count())
    };
    // A pull request of the same repository has a run on `push`, too.
    assert_eq!(failed("fails"), (vec![true, false, false, true, true, true], 3));
    // On `merge_group` and on the push to the queue's branch.
    assert_eq!(failed("fails-in-queue"), (vec![true, true, true, false, true, true], 2));
    // On main, in the queue and on the tag twice, and on the branch.
    assert_eq!(failed("fails-on-main"), (vec![false, true, true, false, false, false], 6));
}

/// `save-if: ${{ github.event_name != 'merge_group' }}`, as setup-ruby decides (`bundler.js`): the run on the push to the
/// queue's branch is one on `push`.
#[test]
fn not_queue_goes_by_the_event() {
    let text = "[workflow.ci]\non = [\"push\", \"merge_group\"]\n[workflow.ci.job.test]\n\
        cache.actions-cache = { key = \"k-{event}\", size = \"1 MB\", save-if = \"not-queue\" }\n";
    let played = Miniature::new(text).event(0, "merge_group 5", "source").play();
    let stored: Vec<&str> = played.stored().iter().map(|entry| entry.key.as_str()).collect();
    assert_eq!(stored, ["k-push"]);
}

/// What is said of a workflow on these events, where nothing but main and pull requests is pushed to.
fn remarks(on: &str, queue: bool) -> String {
    let text = format!("[workflow.ci]\non = {on}\njob.test = {{ setup = \"1 min\" }}\n");
    let scene = Miniature::new(&text).event(0, "main_push", "source").event(HOUR, "pr_push 7", "source");
    if queue { scene.event(2 * HOUR, "merge_group 7", "source").remarks() } else { scene.remarks() }
}

#[test]
fn a_pattern_that_decides_nothing_is_told() {
    let without = "`push !gh-readonly-queue/**` has no effect: no merge goes through a merge queue";
    let on = "[\"push **\", \"push !gh-readonly-queue/**\"]";
    assert!(remarks(on, false).contains(without), "{}", remarks(on, false));
    assert!(!remarks(on, true).contains("`push "), "{}", remarks(on, true));
    let only = "[\"push main\", \"push gh-readonly-queue/**\"]";
    assert!(remarks(only, false).contains("no merge goes through a merge queue"), "{}", remarks(only, false));
    assert!(!remarks(only, true).contains("`push "), "{}", remarks(only, true));
    // Nothing before it means the queue's branch.
    let needless = remarks("[\"push main\", \"push !gh-readonly-queue/**\"]", true);
    assert!(needless.contains("no other pattern means a branch that it takes away"), "{needless}");
    // Words mean their branches whatever a pattern says.
    let word = remarks("[\"push\", \"push !pull-*\"]", true);
    assert!(word.contains("`push !pull-*` has no effect"), "{word}");
    assert!(!remarks("[\"push **\", \"push !pull-*\"]", true).contains("`push "));
}

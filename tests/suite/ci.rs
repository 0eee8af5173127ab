//! What GitHub Actions does with an event: which workflows run, who waits for whom, what is
//! cancelled, what is billed, and which ref a run has.

use crate::miniature::{HOUR, MINUTE, Miniature, Played, START, Told, ms};
use cache_budget::event::{Conclusion, JobRun, RefClass, RestoreOutcome};
use cache_budget::units::{Duration, SimTime};

/// A workflow with one job of a minute.
pub const MINUTE_JOB: &str = "[workflow.ci]\non = [\"push main\", \"pull_request\"]\n\
    [workflow.ci.job.test]\nsetup = \"60 s\"\n";

pub fn at(seconds: i64) -> SimTime {
    START + Duration(seconds * 1_000)
}

pub fn spans(played: &Played, job: &str) -> Vec<(SimTime, SimTime)> {
    played.runs(job).iter().map(|run| (run.started, run.ended)).collect()
}

#[test]
fn path_filters_hold_for_pushes_and_pull_requests_only() {
    let text = "[workflow.rust]\non = [\"push main\", \"pull_request\", \"schedule\", \"release\"]\n\
        paths = \"rust\"\njob.rust = {}\n\
        [workflow.all]\non = [\"push main\", \"pull_request\"]\njob.all = {}\n";
    let played = Miniature::new(text)
        .event_in(0, "main_push", "", "rust;web")
        .event_in(1, "main_push", "", "web")
        .event_in(2, "pr_push 7", "", "web")
        .event_in(3, "pr_push 7", "", "rust")
        .event_in(4, "schedule", "", "")
        .event_in(5, "release", "", "")
        .play();
    let ran = |job| (0..6).filter(|event| played.find(*event, job).is_some()).collect::<Vec<_>>();
    assert_eq!(ran("rust"), [0, 3, 4, 5]);
    assert_eq!(ran("all"), [0, 1, 2, 3]);
}

#[test]
fn a_closed_pull_request_starts_nothing() {
    let played = Miniature::new(MINUTE_JOB).event(0, "pr_closed 7", "").event(1, "pr_push 8", "").play();
    assert_eq!(played.outcome.runs.len(), 1);
}

const PIPELINE: &str = "[workflow.ci]\non = \"push main\"\n\
    job.build = { setup = \"60 s\" }\njob.other = { setup = \"90 s\" }\n\
    job.deploy = { setup = \"10 s\", needs = [\"build\", \"other\"] }\n\
    job.tell = { needs = \"deploy\" }\n";

#[test]
fn a_job_starts_when_all_it_needs_have_succeeded() {
    let played = Miniature::new(PIPELINE).event(0, "main_push", "").play();
    let deploy = played.run(0, "deploy");
    assert_eq!((deploy.queued, deploy.started, deploy.ended), (at(90), at(90), at(100)));
    let run = played.workflow(0);
    assert_eq!((run.triggered, run.ended, run.conclusion), (at(0), at(100), Conclusion::Success));
}

#[test]
fn what_needs_a_failed_job_is_skipped_and_the_rest_goes_on() {
    let scene = Miniature::new(PIPELINE).set("workflow.ci.job.build.fails-on-main=1");
    let played = scene.event(0, "main_push", "").play();
    assert_eq!(played.run(0, "build").conclusion, Conclusion::Failed);
    assert_eq!(spans(&played, "other"), [(at(0), at(90))]);
    assert!(played.find(0, "deploy").is_none() && played.find(0, "tell").is_none());
    let run = played.workflow(0);
    assert_eq!((run.ended, run.conclusion), (at(90), Conclusion::Failed));
}

/// `red` fails and `skipped` is skipped on main. What needs them runs always, and each is the parent of further jobs.
const CHAINS: &str = "[workflow.ci]\non = [\"push main\", \"pull_request\"]\n\
    job.red = { setup = \"60 s\", prepare = \"1 s\", fails-on-main = 1 }\n\
    job.after-red = { needs = \"red\", if = \"always()\" }\n\
    job.on-success = { needs = \"after-red\" }\n\
    job.on-failure = { needs = \"after-red\", if = \"failure()\" }\n\
    job.always = { needs = \"on-success\", if = \"!cancelled()\" }\n\
    job.skipped = { on = \"pull_request\" }\n\
    job.after-skip = { needs = \"skipped\", if = \"always()\" }\n\
    job.on-success-too = { needs = \"after-skip\" }\n\
    job.on-failure-too = { needs = \"after-skip\", if = \"failure()\" }\n";

/// GitHub asks all ancestors: a success in between does not end a failure or a skip.
#[test]
fn a_failure_or_skip_reaches_the_whole_chain() {
    let ran = |event: &str| {
        let played = Miniature::new(CHAINS).event(0, event, "").play();
        let jobs = ["after-red", "on-success", "on-failure", "always"].into_iter();
        let jobs = jobs.chain(["after-skip", "on-success-too", "on-failure-too"]);
        jobs.filter(|job| played.find(0, job).is_some()).collect::<Vec<_>>()
    };
    assert_eq!(ran("main_push"), ["after-red", "on-failure", "always", "after-skip"]);
    assert_eq!(ran("pr_push 7"), ["after-red", "on-success", "always", "after-skip", "on-success-too"]);
}

#[test]
fn a_job_that_runs_out_of_time_counts_as_cancelled_for_those_that_need_it() {
    let text = "[workflow.ci]\non = \"push main\"\njob.late = { setup = \"120 s\", timeout = \"60 s\" }\n\
        job.tell = { needs = \"late\", if = \"failure()\" }\njob.report = { needs = \"late\", if = \"!cancelled()\" }\n";
    let played = Miniature::new(text).event(0, "main_push", "").play();
    assert_eq!(played.run(0, "late").conclusion, Conclusion::TimedOut);
    assert!(played.find(0, "tell").is_none() && played.find(0, "report").is_some());
}

#[test]
fn without_a_group_runs_do_not_meet() {
    let played = Miniature::new(MINUTE_JOB).event(0, "main_push", "").event(20, "main_push", "").play();
    assert_eq!(spans(&played, "test"), [(at(0), at(60)), (at(20), at(80))]);
}

#[test]
fn a_newer_run_cancels_the_older_one_of_its_ref() {
    let played = Miniature::new(MINUTE_JOB)
        .set("workflow.ci.concurrency=cancel")
        .event(0, "main_push", "")
        .event(10, "pr_push 7", "")
        .event(20, "main_push", "")
        .event(30, "pr_push 8", "")
        .play();
    let conclusions: Vec<_> = played.runs("test").iter().map(|run| (run.conclusion, run.took())).collect();
    let done = (Conclusion::Success, ms(60_000));
    assert_eq!(conclusions, [(Conclusion::Cancelled, ms(20_000)), done, done, done]);
    let cancelled = played.workflow(0);
    assert_eq!((cancelled.conclusion, cancelled.ended), (Conclusion::Cancelled, at(20)));
}

#[test]
fn a_cancelled_run_frees_its_runner_for_the_one_that_cancels_it() {
    let played = Miniature::new(MINUTE_JOB)
        .set("workflow.ci.concurrency=cancel")
        .set("ci.job-concurrency=1")
        .event(0, "main_push", "")
        .event(20, "main_push", "")
        .play();
    assert_eq!(spans(&played, "test"), [(at(0), at(20)), (at(20), at(80))]);
}

#[test]
fn runners_are_given_in_order_of_arrival_to_those_they_fit() {
    let text = "[runner.big]\nboot = \"0 s\"\nspeed-noise = 1.0\n\
        [workflow.ci]\non = \"push main\"\njob.small = { setup = \"60 s\" }\n\
        [workflow.large]\non = \"pull_request\"\njob.large = { setup = \"30 s\", runner = \"big\" }\n";
    let played = Miniature::new(text)
        .set("runner.ubuntu-latest.concurrency=1")
        .event(0, "main_push", "")
        .event(1, "main_push", "")
        .event(2, "main_push", "")
        .event(3, "pr_push 7", "")
        .play();
    let small = [(at(0), at(60)), (at(60), at(120)), (at(120), at(180))];
    assert_eq!(spans(&played, "small"), small);
    assert_eq!(played.run(2, "small").queued, at(2));
    // Those who wait for the small runner do not hold up the big one.
    assert_eq!(spans(&played, "large"), [(at(3), at(33))]);
}

#[test]
fn the_organisation_limit_holds_over_githubs_standard_runners() {
    let text = "[runner.\"ubuntu-24.04\"]\nboot = \"0 s\"\nspeed-noise = 1.0\n\
        [runner.ubuntu-latest-8-cores]\nboot = \"0 s\"\nspeed-noise = 1.0\n\
        [runner.own]\nboot = \"0 s\"\nspeed-noise = 1.0\n[workflow.ci]\non = \"push main\"\n\
        job.a = { setup = \"60 s\" }\njob.b = { setup = \"90 s\", runner = \"ubuntu-24.04\" }\n\
        job.c = { setup = \"10 s\" }\njob.larger = { setup = \"10 s\", runner = \"ubuntu-latest-8-cores\" }\n\
        job.own = { setup = \"10 s\", runner = \"own\" }\njob.d = { setup = \"10 s\" }\n";
    let played = Miniature::new(text).set("ci.job-concurrency=2").event(0, "main_push", "").play();
    assert_eq!(spans(&played, "b"), [(at(0), at(90))]);
    assert_eq!((spans(&played, "c"), spans(&played, "d")), (vec![(at(60), at(70))], vec![(at(70), at(80))]));
    // Larger runners and those of the organisation itself do not count, and wait behind nobody.
    assert_eq!(
        (spans(&played, "larger"), spans(&played, "own")),
        (vec![(at(0), at(10))], vec![(at(0), at(10))])
    );
}

#[test]
fn booting_takes_time_on_the_runner() {
    let played =
        Miniature::new(MINUTE_JOB).set("runner.ubuntu-latest.boot=5 s").event(0, "main_push", "").play();
    assert_eq!(spans(&played, "test"), [(at(0), at(65))]);
}

#[test]
fn a_slow_machine_takes_longer_for_fixed_steps_too() {
    let text =
        format!("{MINUTE_JOB}prepare = \"20 s\"\nfinish = \"10 s\"\ncompile = {{ flavour = \"dev\" }}\n");
    let half = "runner.ubuntu-latest.speed-noise={ uniform = { low = 0.5, high = 0.5 } }";
    let played = Miniature::new(&text).set(half).event(0, "main_push", "").play();
    // (60 + 20 + 47 + 10) s at half the speed.
    assert_eq!(played.run(0, "test").took(), ms(274_000));
}

#[test]
fn a_job_that_reaches_its_timeout_ends_there_and_saves_nothing() {
    let text = format!(
        "{MINUTE_JOB}timeout = \"100 s\"\ncompile = {{ flavour = \"dev\" }}\ncache.rust-cache = {{}}\n"
    );
    let played = Miniature::new(&text).event(0, "main_push", "").play();
    let run = played.run(0, "test");
    assert_eq!((run.conclusion, run.took(), run.saves()), (Conclusion::TimedOut, ms(100_000), (0, 0)));
    assert_eq!(played.workflow(0).conclusion, Conclusion::TimedOut);
}

#[test]
fn started_minutes_are_billed() {
    for (setup, minutes, billed) in
        [("60 s", 1.0, 1.0), ("61 s", 61.0 / 60.0, 2.0), ("10 ms", 0.01 / 60.0, 1.0)]
    {
        let played = Miniature::new(MINUTE_JOB)
            .set(&format!("workflow.ci.job.test.setup={setup}"))
            .set("runner.ubuntu-latest.price=0.008 USD")
            .event(0, "main_push", "")
            .play();
        let busy = played.count("runner.minutes", &[]);
        assert!((busy - minutes).abs() < 1e-5, "{setup}: {busy} minutes");
        // `runner.cost` is for 30 days.
        let cost = played.count("runner.cost", &[]) / 30.0;
        assert!((cost - billed * 0.008).abs() < 1e-6, "{setup}: {cost} USD");
    }
}

#[test]
fn a_job_is_billed_where_it_was_taken_not_where_it_ended() {
    // The first job runs from 0 to 60 s, and 30 s are not measured; the second from 40 to 100 s.
    let scene = Miniature::new(MINUTE_JOB).set("workload.warmup=30 s");
    let played = scene.event(0, "main_push", "").event(40, "main_push", "").play();
    assert_eq!(played.count("runner.minutes", &[]), 1.0);
}

#[test]
fn a_job_cancelled_while_it_waits_for_a_runner_is_one_of_its_runs() {
    let text = "[workflow.long]\non = \"push main\"\n[workflow.long.job.long]\nsetup = \"60 s\"\n\
        [workflow.ci]\non = \"push main\"\nconcurrency = \"cancel\"\n[workflow.ci.job.test]\nsetup = \"60 s\"\n";
    let scene = Miniature::new(text).set("runner.ubuntu-latest.concurrency=1");
    // `long` has the only runner until 60 s; at 30 s a newer run cancels the one of `ci` that waits.
    let played = scene.event(0, "main_push", "").event(30, "main_push", "").play();
    assert_eq!(played.run(0, "test").conclusion, Conclusion::Cancelled);
    assert_eq!(played.run(0, "test").took(), ms(0));
    let test = [("job", "test")];
    assert_eq!(played.count("job.runs", &test), 2.0);
    assert_eq!(played.value("job.success_share", &test), Some(0.5));
}

#[test]
fn a_runner_without_a_disk_always_has_room() {
    let text = format!("{MINUTE_JOB}compile = {{ flavour = \"dev\" }}\ncache.rust-cache = true\n");
    let scene = Miniature::new(&text).set("project.flavour.dev.dependency-archive=\"100 GB\"");
    assert!(scene.event(0, "main_push", "").play().run(0, "test").succeeded());
}

#[test]
fn a_build_that_does_not_fit_on_the_disk_fails() {
    let text =
        format!("{MINUTE_JOB}compile = {{ flavour = \"dev\" }}\ncache.rust-cache.registry = \"10 MB\"\n");
    let play = |disk: &str, frees: &str| {
        let scene = Miniature::new(&text).set(&format!("runner.ubuntu-latest.disk={disk}"));
        scene.set(&format!("workflow.ci.job.test.frees={frees}")).event(0, "main_push", "").play()
    };
    // 40 MB of archived crates are 180 MB unpacked, at the default ratio of 4.5, and 10 MB of registry 19 MB.
    let full = play("198 MB", "0 B");
    assert_eq!(full.run(0, "test").conclusion, Conclusion::OutOfDisk);
    assert_eq!((full.run(0, "test").saves(), full.stored().len()), ((0, 0), 0));
    assert!(play("199 MB", "0 B").run(0, "test").succeeded());
    assert!(play("159 MB", "40 MB").run(0, "test").succeeded());
}

#[test]
fn a_snowballed_archive_fills_the_disk() {
    let text = format!(
        "{MINUTE_JOB}compile = {{ flavour = \"dev\" }}\ncache.rust-cache = {{ registry = \"10 MB\" }}\n"
    );
    let scene = Miniature::new(&text).set("runner.ubuntu-latest.disk=260 MB");
    let played =
        scene.event(0, "main_push", "").event(HOUR, "main_push", "lock").event(2 * HOUR, "main_push", "");
    let played = played.play();
    // Unpacked, crates are 4.5 times as large and the registry 1.9 times. What is restored is 40 MB of crates and
    // 10 MB of registry at first, 199 MB, beside the archive of 50 MB; after one lock change at least 10 MB
    // more of crates, 244 MB, beside 60 MB.
    let conclusions: Vec<_> = played.runs("test").iter().map(|run| run.conclusion).collect();
    assert_eq!(conclusions, [Conclusion::Success, Conclusion::Success, Conclusion::OutOfDisk]);
}

#[test]
fn every_archive_takes_room_on_the_disk() {
    // A miss leaves the package store of 50 MB; what restores it has the archive of 10 MB beside it.
    let caches = [
        "cache.setup-node = { size = \"10 MB\", unpacked-ratio = 5 }",
        "cache.actions-cache = { key = \"k\", size = \"10 MB\", unpacked-ratio = 5 }",
        "cache.rust-cache = { size = \"10 MB\", registry = \"0 B\" }",
    ];
    for (cache, store) in caches.into_iter().zip([50, 50, 45]) {
        let ends = |disk: i64| {
            let scene = Miniature::new(&format!("{MINUTE_JOB}{cache}\n"));
            let scene = scene.set(&format!("runner.ubuntu-latest.disk={disk} MB"));
            let played = scene.event(0, "main_push", "").event(HOUR, "main_push", "").play();
            played.runs("test").iter().map(|run| run.conclusion).collect::<Vec<_>>()
        };
        let (full, fine) = (Conclusion::OutOfDisk, Conclusion::Success);
        assert_eq!(ends(store - 1), [full, full], "{cache}");
        assert_eq!(ends(store), [fine, full], "{cache}");
        assert_eq!(ends(store + 10), [fine, fine], "{cache}");
    }
}

#[test]
fn archives_are_unpacked_one_after_the_other() {
    let text = "cache.setup-node = { size = \"10 MB\", unpacked-ratio = 5 }\n\
                cache.actions-cache = { key = \"k\", size = \"30 MB\", unpacked-ratio = 1 }\n";
    let ends = |disk: &str| {
        let scene =
            Miniature::new(&format!("{MINUTE_JOB}{text}")).set(&format!("runner.ubuntu-latest.disk={disk}"));
        let played = scene.event(0, "main_push", "").event(HOUR, "main_push", "").play();
        played.run(1, "test").conclusion
    };
    // 50 MB, and then 30 MB beside their archive of 30 MB.
    assert_eq!(ends("109 MB"), Conclusion::OutOfDisk);
    assert_eq!(ends("110 MB"), Conclusion::Success);
}

/// One job for every event, that saves under the commit and reads whatever it may.
const REFS: &str = "[workflow.ci]\n\
    on = [\"push main\", \"pull_request\", \"release\", \"merge_group\", \"schedule\"]\n\
    [[workflow.ci.job.test.cache.actions-cache]]\nkey = \"k-{sha}\"\nrestore-keys = \"k-\"\nsize = \"1 MB\"\n";

fn refs(sets: &[&str]) -> Played {
    let scene = sets.iter().fold(Miniature::new(REFS), |scene, set| scene.set(set));
    scene
        .event(0, "merge_group 5", "")
        .event(MINUTE, "fork_pr_push 9", "")
        .event(2 * MINUTE, "release", "")
        .event(3 * MINUTE, "schedule", "")
        .event(4 * MINUTE, "merge_group 6", "")
        .event(5 * MINUTE, "release", "")
        .event(6 * MINUTE, "fork_pr_push 9", "")
        .event(7 * MINUTE, "main_push", "")
        .play()
}

fn firsts(played: &Played) -> Vec<RestoreOutcome> {
    played.runs("test").iter().map(|run: &&JobRun| run.found()[0]).collect()
}

#[test]
fn every_kind_of_run_has_its_ref_and_reads_main() {
    let played = refs(&[]);
    let scopes: Vec<_> = played.stored_under("k-").iter().map(|entry| entry.scope.clone()).collect();
    let expected = [
        "refs/heads/gh-readonly-queue/main/pr-5-0",
        "refs/pull/9/merge",
        "refs/tags/release-2",
        "refs/heads/main",
        "refs/heads/gh-readonly-queue/main/pr-6-4",
        "refs/tags/release-5",
        "refs/pull/9/merge",
        "refs/heads/main",
    ];
    assert_eq!(scopes, expected);
    use RestoreOutcome::{Miss, Prefix};
    // Until the scheduled run has saved for main nobody finds anything: not even a release what the
    // one before it saved.
    assert_eq!(firsts(&played), [Miss, Miss, Miss, Miss, Prefix, Prefix, Prefix, Prefix]);
    let classes: Vec<_> = played.runs("test").iter().map(|run| run.kind.class()).collect();
    use RefClass::{Main, Other, PullRequest};
    assert_eq!(classes, [Other, PullRequest, Other, Main, Other, Other, PullRequest, Main]);
}

#[test]
fn a_fork_with_a_read_only_token_reads_main_and_saves_nothing() {
    let played = refs(&["cache.forks-write=false"]);
    assert!(played.stored().iter().all(|entry| !entry.scope.starts_with("refs/pull")));
    assert_eq!(played.run(6, "test").found(), [RestoreOutcome::Prefix]);
    // It learns it when it asks.
    assert_eq!(played.run(6, "test").saves(), (1, 1));
    let refused = [("client", "actions-cache"), ("reason", "read_only")];
    assert_eq!(played.count("save.failed", &refused), 2.0);
}

/// Two legs of 60 s and, on a fast runner, of 30 s; then what needs both, and a job beside them.
const LEGS: &str = "[runner.fast]\nboot = \"0 s\"\nspeed-noise = { uniform = { low = 2, high = 2 } }\n\
    [workflow.ci]\non = \"push main\"\njob.deploy = { needs = \"test\" }\njob.other = { setup = \"90 s\" }\n\
    [workflow.ci.job.test]\nsetup = \"60 s\"\nmatrix.leg = [\"slow\", \"quick\"]\n\
    runner = { slow = \"ubuntu-latest\", quick = \"fast\" }\n";

#[test]
fn a_failed_leg_cancels_its_siblings_but_no_other_job() {
    let scene = Miniature::new(LEGS).set("workflow.ci.job.test.fails-on-main=1");
    let played = scene.event(0, "main_push", "").play();
    let legs = ["test (slow)", "test (quick)"].map(|leg| played.run(0, leg));
    assert_eq!(legs.map(|leg| leg.conclusion), [Conclusion::Cancelled, Conclusion::Failed]);
    assert_eq!(legs.map(|leg| leg.ended), [at(30), at(30)]);
    assert_eq!(spans(&played, "other"), [(at(0), at(90))]);
    assert!(played.find(0, "deploy").is_none(), "it is skipped");
    // Though the leg that was cancelled comes first.
    assert_eq!((played.workflow(0).conclusion, played.workflow(0).ended), (Conclusion::Failed, at(90)));
}

#[test]
fn a_leg_that_waits_for_a_runner_never_gets_one_after_a_sibling_failed() {
    let scene = Miniature::new(LEGS).set("workflow.ci.job.test.fails-on-main=1").set("ci.job-concurrency=1");
    let scene = scene.set("workflow.ci.job.test.matrix={ leg = [\"quick\", \"slow\"] }");
    let played = scene.event(0, "main_push", "").play();
    // `other` has the only standard runner, and the quick leg one of another kind.
    let slow = played.run(0, "test (slow)");
    assert_eq!((slow.conclusion, slow.took()), (Conclusion::Cancelled, ms(0)), "it never got one");
    assert_eq!((played.workflow(0).conclusion, played.workflow(0).ended), (Conclusion::Failed, at(90)));
}

#[test]
fn legs_that_all_succeed_leave_each_other_alone() {
    let played = Miniature::new(LEGS).event(0, "main_push", "").play();
    assert!(played.outcome.runs.iter().all(|run| run.succeeded()));
    assert_eq!(played.run(0, "deploy").started, at(60));
}

#[test]
fn a_leg_that_times_out_or_fills_its_disk_is_red_as_well() {
    let compiles = "compile = { flavour = \"dev\" }\ncache.rust-cache = true\n";
    let scene = |set: &str| Miniature::new(&format!("{LEGS}{compiles}")).set(set).event(0, "main_push", "");
    // The quick leg is built after 54 s and whatever its look-up takes, the slow one after 107 s.
    let full = scene("runner.fast.disk=1 MB").play();
    assert_eq!(full.run(0, "test (quick)").conclusion, Conclusion::OutOfDisk);
    assert_eq!(full.run(0, "test (slow)").conclusion, Conclusion::Cancelled);
    assert_eq!(full.workflow(0).conclusion, Conclusion::OutOfDisk);
    // Both reach the limit in the same instant; the one that is woken first takes the other with it.
    let late = scene("workflow.ci.job.test.timeout=40 s").play();
    assert_eq!(late.run(0, "test (slow)").conclusion, Conclusion::TimedOut);
    assert_eq!(late.run(0, "test (quick)").conclusion, Conclusion::Cancelled);
}

#[test]
fn a_cancelled_sibling_keeps_what_sccache_has_uploaded_and_saves_as_it_was_asked_to() {
    let text = LEGS.replace("setup = \"60 s\"\nmatrix", "finish = \"60 s\"\nmatrix");
    let text = text.replace("boot = \"0 s\"", "boot = \"60 s\"");
    let text = format!(
        "{text}compile = {{ flavour = \"dev\" }}\ncache.sccache = {{ deterministic = 1 }}\n\
        [workflow.ci.job.test.cache.rust-cache]\non-failure = true\nregistry = \"1 MB\"\n\
        [[workflow.ci.job.test.leg]]\nwhen = {{ leg = \"quick\" }}\nfails-on-main = 1\n"
    );
    // The slow leg has compiled after some 50 s and then finishes for 60 s; the quick one boots for 60 s,
    // finds the objects, and fails a few seconds later.
    let played = Miniature::new(&text).event(0, "main_push", "").play();
    let slow = played.run(0, "test (slow)");
    assert_eq!((slow.conclusion, slow.saves()), (Conclusion::Cancelled, (6, 1)));
    assert_eq!(played.stored_under("sccache/").len(), 5 + 1);
    // The failed one saves, since it was asked to. So does the cancelled one, which learns that the key exists.
    assert_eq!(played.stored_under("v0-rust-").len(), 1);
}

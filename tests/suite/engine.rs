//! The loop: the order of events at one instant, the sweep's times, its limits, and that nothing
//! but the scenario, the seed and the replication decides what happens.

use crate::miniature::{HOUR, MINUTE, Miniature, Played, START, Told, ms};
use cache_budget::engine::{Model, Queue, Unfinished};
use cache_budget::event::RestoreOutcome;
use cache_budget::observe::{Outcome, measure};
use cache_budget::random::Draws;
use cache_budget::service::RemovalReason;
use cache_budget::units::{Bytes, Duration, SimTime};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn at(seconds: i64) -> SimTime {
    START + Duration(seconds * 1_000)
}

#[test]
fn the_queue_orders_by_time_then_priority_then_arrival() {
    let mut queue = Queue::new();
    for (time, priority, name) in [(2, 0, "e"), (1, 2, "d"), (1, 0, "a"), (1, 1, "c"), (1, 0, "b")] {
        queue.push(SimTime(time), priority, name);
    }
    let order: Vec<_> = std::iter::from_fn(|| queue.pop()).map(|(_, name)| name).collect();
    assert_eq!(order, ["a", "b", "c", "d", "e"]);
}

proptest! {
    /// Pushes (time, priority) and pops (nothing) in any order, against a list that is sorted anew each
    /// time.
    #[test]
    fn the_queue_gives_what_a_sorted_list_gives(
        steps in proptest::collection::vec(proptest::option::weighted(0.6, (0i64..6, 0u8..3)), 0..200),
    ) {
        let (mut queue, mut list) = (Queue::new(), Vec::new());
        for (number, step) in steps.into_iter().enumerate() {
            match step {
                Some((time, priority)) => {
                    queue.push(SimTime(time), priority, number);
                    list.push((SimTime(time), priority, number));
                    list.sort();
                }
                None => {
                    let first = (!list.is_empty()).then(|| list.remove(0));
                    prop_assert_eq!(queue.pop(), first.map(|(time, _, number)| (time, number)));
                }
            }
            prop_assert_eq!((queue.len(), queue.is_empty()), (list.len(), list.is_empty()));
        }
    }
}

/// One image of one step, whose job ends with the index it stores 11.7 s after its set-up: import
/// 0.1 s, build 10 s, export of 10 MB at 10 MB/s with its check 1.1 s, index 0.5 s.
const IMAGE: &str = "[[image.api.step]]\nname = \"a\"\nwork = \"10 s\"\nlayer = \"10 MB\"\nin-final = true\n\
    [workflow.ci]\non = [\"push main\", \"schedule\"]\n[workflow.ci.job.api]\nimage = \"api\"\n\
    [workflow.ci.job.api.cache.buildkit-gha]\ncheck = \"0.1 s\"\nexport-rate = \"10 MB/s\"\n";

#[test]
fn at_one_instant_jobs_go_on_then_the_cache_is_swept_then_pushes_arrive() {
    // 12 s before the hour, less 11.7 s: a set-up of 0.3 s makes it end on the hour.
    let played = Miniature::new(IMAGE)
        .set("workflow.ci.job.api.setup=300 ms")
        .set("cache.sweep=hourly")
        .set("cache.sweep-phase=0 s")
        .set("cache.limit=1 kB")
        .set("cache.visibility-lag=0 s")
        .event(HOUR - 12, "schedule", "")
        .event(HOUR, "main_push", "")
        .play();
    assert_eq!(played.run(0, "api").ended, at(HOUR));
    let pages: Vec<_> = played.ledger.iter().filter(|page| page.at == at(HOUR)).collect();
    // The job stores its index; the sweep takes it and the layer; what the push starts finds nothing.
    assert_eq!(pages[0].entries.len(), 2);
    assert!(pages.iter().skip(1).all(|page| page.entries.is_empty()));
    let restore = played.run(1, "api").restores[0];
    assert_eq!((restore.outcome, restore.evicted), (RestoreOutcome::Miss, Some(RemovalReason::Size)));
}

/// The instants at which something happened, in seconds from the start.
fn instants(played: &Played) -> Vec<i64> {
    let all: BTreeSet<_> = played.ledger.iter().map(|page| (page.at - START).0 / 1_000).collect();
    all.into_iter().collect()
}

/// Nothing but sweeps happens after the push at 0, until two hours later.
fn idle() -> Miniature {
    Miniature::new("[workflow.ci]\non = \"push main\"\njob.a = {}\n").event(0, "main_push", "")
}

#[test]
fn a_fixed_sweep_phase_is_kept() {
    let played = idle().set("cache.sweep=hourly").set("cache.sweep-phase=10 min").play();
    assert_eq!(instants(&played), [0, 10 * MINUTE, 70 * MINUTE]);
    let played = idle().set("cache.sweep=45 min").set("cache.sweep-phase=0 s").play();
    // The grid is aligned to the epoch: 20,458 days of 32 × 45 min.
    assert_eq!(instants(&played), [0, 45 * MINUTE, 90 * MINUTE]);
}

#[test]
fn a_drawn_sweep_phase_differs_between_seeds_but_not_within_one() {
    let mut phases = BTreeSet::new();
    for seed in 0..5 {
        let instants = instants(&idle().set("cache.sweep=hourly").seed(seed).play());
        let [0, first, second] = instants[..] else { panic!("{instants:?}") };
        assert_eq!(second - first, HOUR);
        phases.insert(first);
    }
    assert!(phases.len() >= 4 && phases.iter().all(|phase| (0..HOUR).contains(phase)), "{phases:?}");
}

#[test]
fn the_event_limit_stops_a_replication_and_says_where() {
    let scene = Miniature::new("[workflow.ci]\non = \"release\"\njob.a = {}\n").event(0, "main_push", "");
    let scene = scene.set("cache.sweep=1 s").set("cache.sweep-phase=0 s").set("workload.event-limit=1000");
    let Err(Unfinished::Limit(stopped)) = scene.try_play() else { panic!("it had no limit") };
    // The push is one event; the thousandth sweep, at 1,000 s, would be the 1,001st.
    assert_eq!((stopped.events, stopped.at), (1_000, at(1_000)));
    assert!(stopped.to_string().contains("event-limit"), "{stopped}");
}

#[test]
fn a_daily_sweep_lets_the_cache_overshoot() {
    let text = "[workflow.ci]\non = \"push main\"\n\
        [[workflow.ci.job.test.cache.actions-cache]]\nkey = \"k-{sha}\"\nsize = \"50 MB\"\n";
    let scene = Miniature::new(text).set("cache.limit=100 MB").set("cache.sweep=daily");
    let played = scene.set("cache.sweep-phase=0 s").hourly_pushes(24).play();
    // 24 entries before midnight; then until below 100 MB: two would be exactly 100.
    assert_eq!(played.stored_at(24 * HOUR - 1).len(), 24);
    assert_eq!(played.value("cache.bytes", &[("stat", "peak")]), Some(1_200e6));
    assert_eq!(played.stored_at(24 * HOUR).len(), 1);
    assert_eq!(played.stored()[0].key, "k-00000017", "the newest is left");
}

#[test]
fn an_instant_sweep_keeps_to_the_limit() {
    let text = "[workflow.ci]\non = \"push main\"\n\
        [[workflow.ci.job.test.cache.actions-cache]]\nkey = \"k-{sha}\"\nsize = \"50 MB\"\n";
    let scene = Miniature::new(text).set("cache.limit=100 MB").set("cache.sweep=instant");
    let played = scene.hourly_pushes(4).play();
    let most = played.ledger.iter().map(|page| page.entries.len()).max();
    // Two are exactly at the limit, which is not over it; a third evicts until below: two go.
    assert_eq!(most, Some(2));
    assert_eq!(played.stored_at(2 * HOUR + MINUTE).len(), 1);
}

#[test]
fn an_upload_that_was_cancelled_blocks_its_key_for_a_day() {
    let text = "[workflow.ci]\non = \"push main\"\nconcurrency = \"cancel\"\n\
        [[workflow.ci.job.test.cache.actions-cache]]\nkey = \"k\"\nsize = \"6 GB\"\n";
    // Packed from about 1 to 61 s, then reserved, uploaded until 121 s.
    let played = Miniature::new(text)
        .event(0, "main_push", "")
        .event(100, "main_push", "")
        .event(23 * HOUR, "main_push", "")
        .event(25 * HOUR, "main_push", "")
        .play();
    let saves: Vec<_> = played.runs("test").iter().map(|run| run.saves()).collect();
    assert_eq!(saves, [(0, 0), (1, 1), (1, 1), (1, 0)]);
    let exists = [("client", "actions-cache"), ("reason", "exists")];
    assert_eq!(played.count("save.failed", &exists), 2.0);
    assert_eq!(played.count("save.failed", &[]), 0.0);
    // Two jobs have packed for 60 s each before they were told.
    assert_eq!(played.count("save.packed_in_vain", &[]), 2.0);
}

#[test]
fn entries_expire_after_the_retention() {
    let text = "[workflow.ci]\non = \"push main\"\n\
        [[workflow.ci.job.test.cache.actions-cache]]\nkey = \"k\"\nsize = \"1 MB\"\n";
    let scene = Miniature::new(text).set("cache.sweep=hourly").set("cache.sweep-phase=0 s");
    let played = scene.set("cache.retention=5 h").event(0, "main_push", "").event(7 * HOUR, "main_push", "");
    let played = played.play();
    // Stored some seconds after 0: at 5:00 it is not idle for more than five hours yet.
    assert_eq!(played.stored_at(5 * HOUR).len(), 1);
    assert_eq!(played.stored_at(6 * HOUR).len(), 0);
    let restore = played.run(1, "test").restores[0];
    assert_eq!((restore.outcome, restore.evicted), (RestoreOutcome::Miss, Some(RemovalReason::Idle)));
}

/// Two jobs with several clients and all the noise there is; `workflow` and `job` come before them.
fn noisy_after(workflow: &str, job: &str) -> Miniature {
    let text = format!(
        "{workflow}[workflow.ci]\non = [\"push main\", \"pull_request\"]\n{job}\
         [workflow.ci.job.test]\ncompile = {{ flavour = \"dev\" }}\ncache.rust-cache = true\n\
         cache.setup-node = true\n\
         [workflow.ci.job.lint]\ncompile = {{ flavour = \"dev\" }}\n"
    );
    let noise = "{ lognormal = { median = 1.0, sigma = 0.4 } }";
    let scene = (0..20).fold(Miniature::new(&text), |scene, hour| {
        scene.event(hour * HOUR, if hour % 3 == 0 { "pr_push 7" } else { "main_push" }, "lock;source")
    });
    scene
        .set(&format!("runner.ubuntu-latest.transfer-noise={noise}"))
        .set(&format!("runner.ubuntu-latest.speed-noise={noise}"))
        .set("runner.ubuntu-latest.boot={ uniform = { low = \"1 s\", high = \"9 s\" } }")
        .set("project.flavour.dev.work-sigma=1.5")
}

fn noisy() -> Miniature {
    noisy_after("", "")
}

fn play(model: &Model, seed: u64, replication: u32) -> Outcome {
    measure(model, Draws::new(seed, replication)).expect("within the event limit")
}

#[test]
fn the_same_seed_and_replication_give_the_same_outcome() {
    let model = noisy().model();
    assert_eq!(play(&model, 1, 0), play(&model, 1, 0));
    assert_ne!(play(&model, 1, 0).runs, play(&model, 1, 1).runs);
    assert_ne!(play(&model, 1, 0).runs, play(&model, 2, 0).runs);
}

#[test]
fn a_client_in_one_job_shifts_no_other_jobs_draws() {
    let plain = noisy().play();
    let more = noisy()
        .set("workflow.ci.job.lint.cache.sccache=true")
        .set("workflow.ci.job.lint.cache.actions-cache={ key = \"k-{sha}\", size = \"10 MB\" }")
        .play();
    assert_eq!(took(&plain, "test"), took(&more, "test"));
    assert_ne!(took(&plain, "lint"), took(&more, "lint"));
}

#[test]
fn a_job_or_workflow_more_shifts_no_other_jobs_draws() {
    let plain = noisy().play();
    let workflow = "[workflow.before]\non = \"push main\"\n[workflow.before.job.a]\ncache.setup-go = true\n";
    let job = "[workflow.ci.job.first]\ncompile = { flavour = \"dev\" }\ncache.rust-cache = true\n";
    let more = noisy_after(workflow, job).play();
    assert_eq!(took(&plain, "test"), took(&more, "test"));
    assert_eq!(took(&plain, "lint"), took(&more, "lint"));
}

fn took(played: &Played, job: &str) -> Vec<Duration> {
    played.runs(job).iter().map(|run| run.took()).collect()
}

#[test]
fn an_empty_job_takes_no_time_and_stores_nothing() {
    let played = idle().play();
    assert_eq!((played.run(0, "a").took(), played.stored().len()), (ms(0), 0));
    assert_eq!(played.value("cache.bytes", &[("stat", "peak")]), Some(Bytes::ZERO.as_f64()));
}

#[test]
fn the_number_of_threads_is_not_seen_in_any_byte() {
    let (folder, path) = noisy().set("cache.sweep=hourly").write();
    let run = |threads: &str| {
        let output = folder.path().join(threads);
        let mut command = assert_cmd::Command::cargo_bin("cache-budget").expect("the program");
        command.arg("run").arg(&path).args(["--replications", "6", "--threads", threads, "--quiet"]);
        command.args(["--format", "json", "--output"]).arg(&output);
        let printed = command.output().expect("it runs");
        assert!(printed.status.success(), "{printed:?}");
        let result = std::fs::read(output.join("result.json")).expect("the result");
        (printed.stdout, result)
    };
    assert_eq!(run("1"), run("2"));
}

/// Pull request 7 saves in its first minute and a half and is closed after two hours.
fn closed(after: &str) -> Miniature {
    Miniature::new(
        "[workflow.ci]\non = [\"push main\", \"pull_request\"]\n[workflow.ci.job.test]\n\
         compile = { flavour = \"dev\" }\ncache.rust-cache = true\n",
    )
    .set(&format!("cache.delete-closed-after={after}"))
    .event(0, "pr_push 7", "source")
    .event(HOUR, "main_push", "lock")
    .event(2 * HOUR, "pr_closed 7", "")
}

#[test]
fn a_closed_pull_requests_entries_are_deleted_and_nobody_elses() {
    let played = closed("90 s").event(5 * HOUR, "main_push", "source").play();
    let scopes = |seconds| {
        let mut scopes: Vec<_> = played.stored_at(seconds).iter().map(|entry| entry.scope.clone()).collect();
        scopes.sort();
        scopes
    };
    assert_eq!(scopes(2 * HOUR + 89), ["refs/heads/main", "refs/pull/7/merge"]);
    assert_eq!(scopes(2 * HOUR + 90), ["refs/heads/main"]);
    // Deleted is neither evicted nor expired.
    assert_eq!(played.count("cache.evicted_entries", &[]), 0.0);
    // Its job works for a minute and a half and is billed two: the others take the same time without it.
    let minutes = |after| {
        let played = closed(after).set("runner.ubuntu-latest.price=1 USD").play();
        (played.count("runner.minutes", &[]), played.value("runner.cost", &[]).expect("billed"), played)
    };
    let ((longer, cost, played), (shorter, less, _)) = (minutes("90 s"), minutes("30 s"));
    assert!((longer - shorter - 1.0).abs() < 1e-6, "{longer} {shorter}");
    let days = played.outcome.window.measured().as_days_f64();
    assert!(((cost - less) * days / 30.0 - 1.0).abs() < 1e-6, "two started minutes against one");
}

#[test]
fn what_a_job_saves_after_its_pull_request_was_cleaned_up_stays() {
    let late = |after| {
        let scene = closed(after).event(3 * HOUR, "pr_push 8", "lock");
        scene.event(3 * HOUR + 10, "pr_closed 8", "").event(5 * HOUR, "main_push", "source").play()
    };
    // One crate at least and the workspace are compiled again, in 17 s or more, and saved under a new key.
    let stays = |played: &Played| played.stored().iter().any(|entry| entry.scope == "refs/pull/8/merge");
    assert!(stays(&late("5 s")) && !stays(&late("5 min")));
}

//! sccache: one entry for every compiler call.

use crate::miniature::{HOUR, Miniature, Played, Told, ms};
use cache_budget::event::{JobRun, LossCause};
use cache_budget::units::{Bytes, Duration};

/// One job that compiles through sccache: 0.1 s for a look-up, 0.2 s for a write, and 0.1 s to move
/// an object's 10 MB either way.
fn scene(settings: &str) -> Miniature {
    Miniature::new(&format!(
        "[workflow.ci]\non = [\"push main\", \"pull_request\"]\n\
         [workflow.ci.job.test]\ncompile = {{ flavour = \"dev\" }}\n[workflow.ci.job.test.cache.sccache]\n\
         read = \"0.1 s\"\nwrite = \"0.2 s\"\ndeterministic = 1\n{settings}\n"
    ))
}

fn builds(played: &Played) -> Vec<Duration> {
    played.runs("test").iter().map(|run| run.build).collect()
}

fn missed(played: &Played) -> Vec<u32> {
    played.runs("test").iter().map(|run: &&JobRun| run.objects_missed).collect()
}

/// 4 × (0.1 + 10 + 0.3) s, 0.1 + 5 + 0.3 s for the workspace crate, 2 s.
const COLD: Duration = Duration(49_000);
/// 5 × (0.1 + 0.1) s and 2 s.
const WARM: Duration = Duration(3_000);

#[test]
fn what_was_stored_is_found_by_the_next_run() {
    let played = scene("").hourly_pushes(1).event(HOUR, "main_push", "").play();
    assert_eq!(builds(&played), [COLD, WARM]);
    assert_eq!(played.run(0, "test").objects(), (0, 5));
    assert_eq!(played.run(1, "test").objects(), (5, 0));
    assert_eq!((played.run(0, "test").saves(), played.run(1, "test").saves()), ((5, 0), (0, 0)));
    // Five objects and the check entry.
    let bytes: Bytes = played.stored().iter().map(|entry| entry.size).sum();
    assert_eq!((played.stored().len(), bytes), (6, Bytes(50_000_013)));
}

#[test]
fn a_changed_source_recompiles_only_the_workspace_crate() {
    let played = scene("").hourly_pushes(2).play();
    // 4 × 0.2 s, 0.1 + 5 + 0.3 s, 2 s.
    assert_eq!(builds(&played), [COLD, ms(8_200)]);
}

#[test]
fn exactly_the_objects_that_were_refused_are_compiled_again() {
    let scene = scene("").set("cache.uploads-per-minute=3");
    let played =
        scene.event(0, "main_push", "").event(HOUR, "main_push", "").event(2 * HOUR, "main_push", "");
    let played = played.play();
    // The check entry, `a` (at 10.1 s) and `b` (at 20.5 s) use up the minute. A refusal takes 0.1 s:
    // 2 × 10.4 + 2 × 10.2 + 5.2 + 2. Next run: the check entry's reservation counts although it
    // exists; `c` and `d` are stored, `app` is refused: 2 × 0.2 + 2 × 10.4 + 5.2 + 2. Then only `app`
    // is left: 4 × 0.2 + 5.4 + 2.
    assert_eq!(builds(&played), [ms(48_400), ms(28_400), ms(8_200)]);
    assert_eq!(missed(&played), [5, 3, 1]);
    let saves: Vec<_> = played.runs("test").iter().map(|run| run.saves()).collect();
    assert_eq!(saves, [(5, 3), (3, 1), (1, 0)]);
}

/// Twenty crates of 1 s that do not depend on each other, then the workspace crate.
fn wide(job: &str) -> Miniature {
    let crates: String = (0..20).map(|i| format!("lib{i},1.0.0,library,,\n")).collect();
    let all: Vec<_> = (0..20).map(|i| format!("lib{i}")).collect();
    let table = format!("{crates}app,0.1.0,workspace,,{}\n", all.join(";"));
    let scene = scene("").crates(&table).set("project.flavour.dev.dependency-work=\"20 s\"");
    let scene = scene.set("project.flavour.dev.workspace-cacheable=false");
    scene.set("runner.ubuntu-latest.cores=20").set(job)
}

#[test]
fn a_limit_of_n_uploads_a_minute_loses_what_is_beyond() {
    let played =
        wide("cache.uploads-per-minute=12").event(0, "main_push", "").event(HOUR, "main_push", "").play();
    // All twenty want to be stored at 1.1 s; the check entry was the first of the minute's twelve.
    assert_eq!(played.run(0, "test").saves(), (20, 20 + 1 - 12));
    assert_eq!(played.run(1, "test").objects(), (11, 9));
    let limited = [("client", "sccache"), ("reason", "rate_limited")];
    assert_eq!(played.count("save.failed", &limited), 9.0);
}

#[test]
fn look_ups_beyond_the_limit_are_misses() {
    let played = wide("cache.downloads-per-minute=12").event(0, "main_push", "").event(HOUR, "main_push", "");
    let played = played.play();
    // The check entry's look-up and eleven of the twenty; the rest exists and cannot be written again.
    assert_eq!(played.run(1, "test").objects(), (11, 9));
    assert_eq!(played.run(1, "test").saves(), (9, 9));
    let exists = [("client", "sccache"), ("reason", "exists")];
    assert_eq!(played.count("save.failed", &exists), 9.0);
    // A round trip of 0.1 s each.
    assert_eq!(played.count("save.packed_in_vain", &[("client", "sccache")]), 0.015);
}

#[test]
fn a_refused_check_entry_makes_the_whole_run_read_only() {
    let scene = scene("").set("workflow.ci.job.test.matrix={ leg = [\"x\", \"y\"] }");
    let played = scene.set("cache.uploads-per-minute=1").event(0, "main_push", "").play();
    let legs = [played.run(0, "test (x)"), played.run(0, "test (y)")];
    assert_eq!(legs.map(|leg| leg.read_only), [false, true]);
    // The first one writes in vain as well, but tries: 4 × 10.2 + 5.2 + 2. The second has nothing to
    // wait for: 4 × 10.1 + 5.1 + 2.
    assert_eq!(legs.map(|leg| leg.build), [ms(48_000), ms(47_500)]);
    assert_eq!(legs.map(|leg| leg.saves()), [(5, 5), (5, 5)]);
    for (reason, count) in [("rate_limited", 5.0), ("read_only", 5.0)] {
        assert_eq!(played.count("save.failed", &[("client", "sccache"), ("reason", reason)]), count);
    }
    assert!(legs.iter().all(|leg| leg.succeeded()));
}

#[test]
fn a_new_release_starts_with_an_empty_namespace() {
    let played = scene("releases = [\"2026-01-05T01:30:00Z\"]")
        .event(0, "main_push", "")
        .event(HOUR, "main_push", "")
        .event(2 * HOUR, "main_push", "")
        .event(3 * HOUR, "main_push", "")
        .play();
    assert_eq!(builds(&played), [COLD, WARM, COLD, WARM]);
    // The old namespace stays until it is evicted.
    assert_eq!(played.stored().len(), 12);
}

#[test]
fn an_external_store_needs_no_budget_and_knows_no_refs() {
    let played = scene("store = \"external\"")
        .set("cache.uploads-per-minute=1")
        .event(0, "pr_push 7", "")
        .event(HOUR, "main_push", "")
        .play();
    assert_eq!(builds(&played), [COLD, WARM]);
    assert!(played.stored().is_empty());
}

#[test]
fn objects_of_a_pull_request_are_invisible_to_main() {
    let played =
        scene("").event(0, "pr_push 7", "").event(HOUR, "main_push", "").event(2 * HOUR, "pr_push 8", "");
    let played = played.play();
    assert_eq!(builds(&played), [COLD, COLD, WARM]);
    // A pull request that finds main's objects writes only its own check entry.
    let scopes: Vec<_> = played.stored().iter().map(|entry| entry.scope.as_str()).collect();
    let count = |scope| scopes.iter().filter(|found| **found == scope).count();
    assert_eq!(["refs/pull/7/merge", "refs/heads/main", "refs/pull/8/merge"].map(count), [6, 6, 1]);
}

#[test]
fn a_run_that_may_not_write_reads() {
    for settings in ["read-only = true", "save-if = \"never\""] {
        let played = scene(settings).event(0, "main_push", "").play();
        let run = played.run(0, "test");
        assert_eq!((run.read_only, run.saves(), played.stored().len()), (true, (5, 5), 0));
    }
    let played = scene("save-if = \"default-branch\"")
        .event(0, "main_push", "")
        .event(HOUR, "pr_push 7", "source")
        .play();
    let pull = played.run(1, "test");
    assert_eq!((pull.read_only, pull.objects(), pull.saves()), (true, (4, 1), (1, 1)));
}

#[test]
fn what_needs_the_linker_or_runs_under_clippy_is_never_asked_for() {
    let played = scene("")
        .crates("a,1.0.0,library,,\nm,1.0.0,proc-macro,,\napp,0.1.0,workspace,,a;m\n")
        .set("project.flavour.dev.workspace-cacheable=false")
        .event(0, "main_push", "")
        .event(HOUR, "main_push", "")
        .play();
    let runs = played.runs("test");
    assert_eq!(runs.iter().map(|run| run.objects()).collect::<Vec<_>>(), [(0, 1), (1, 0)]);
    // 20 s each for `a` and `m`. All 40 MB of objects are `a`'s: 0.4 s to move them.
    assert_eq!(builds(&played), [ms(100 + 20_000 + 600 + 20_000 + 7_000), ms(500 + 20_000 + 7_000)]);
}

#[test]
fn dependants_of_an_object_with_other_bytes_miss() {
    // Begins 25 s into a minute: check entry, `a` and `b` at 35.1 and 45.5 s use it up, `c` is
    // refused at 55.9 s, `d` at 66.1 s and `app` are in the next minute. The second run begins at
    // 45 s, so that `c` at 55.5 s and the others after it are all stored.
    for (deterministic, again) in [("1", [5, 1, 0]), ("0", [5, 3, 0])] {
        let played = scene("")
            .set(&format!("workflow.ci.job.test.cache.sccache.deterministic={deterministic}"))
            .set("cache.uploads-per-minute=3")
            .event(25, "main_push", "")
            .event(HOUR + 45, "main_push", "")
            .event(2 * HOUR, "main_push", "")
            .play();
        assert_eq!(played.run(0, "test").saves(), (5, 1));
        assert_eq!(missed(&played), again, "deterministic = {deterministic}");
    }
}

#[test]
fn units_that_rust_cache_restored_are_not_asked_for() {
    let played = scene("").set("workflow.ci.job.test.cache.rust-cache=true").hourly_pushes(1);
    let played = played.event(HOUR, "main_push", "").play();
    // Only the workspace crate is left to ask for: 0.2 s and the tail.
    assert_eq!(played.run(1, "test").objects(), (1, 0));
    // The miss of rust-cache downloads 0.2 GB of registry again, at 10 MB/s.
    assert_eq!(builds(&played), [COLD + ms(20_000), ms(2_200)]);
}

#[test]
fn the_check_entry_counts_one_upload() {
    // Six uploads are one for the check entry and five for the objects, all in one minute.
    for (uploads, refused) in [(6, 0), (5, 1)] {
        let scene = scene("").set(&format!("cache.uploads-per-minute={uploads}"));
        let played = scene.event(0, "main_push", "").play();
        assert_eq!(played.run(0, "test").saves(), (5, refused), "{uploads} a minute");
    }
}

#[test]
fn every_version_has_a_check_entry_in_every_ref() {
    let played = scene("releases = [\"2026-01-05T01:30:00Z\"]")
        .event(0, "main_push", "")
        .event(HOUR, "pr_push 7", "source")
        .event(2 * HOUR, "main_push", "")
        .event(3 * HOUR, "main_push", "")
        .play();
    let checks = played.stored_under("sccache/.sccache_check");
    let scopes: Vec<_> = checks.iter().map(|entry| (entry.scope.as_str(), entry.size)).collect();
    let main = ("refs/heads/main", Bytes(13));
    assert_eq!(scopes, [main, ("refs/pull/7/merge", Bytes(13)), main]);
}

/// What the build needs besides the time to look objects up, load and save them.
fn work(run: &JobRun) -> Duration {
    let moved = run.losses.iter().filter(|loss| loss.cause == LossCause::Transfer);
    run.ideal - moved.map(|loss| loss.time).sum::<Duration>()
}

#[test]
fn a_perfect_cache_has_what_sccache_returns() {
    let scene =
        scene("").hourly_pushes(1).event(HOUR, "main_push", "").event(2 * HOUR, "main_push", "source");
    let played = scene.play();
    let ideal: Vec<Duration> = played.runs("test").iter().map(|run| work(run)).collect();
    // Nobody had compiled the workspace crate before the first push, and nobody what the third changed: 5 s.
    assert_eq!(ideal, [ms(7_000), ms(2_000), ms(7_000)]);
    for run in played.runs("test") {
        assert!(run.ideal <= run.build, "{run:?}");
    }
}

#[test]
fn an_object_that_was_evicted_is_one_that_a_perfect_cache_would_have() {
    let scene = scene("").set("cache.limit=30 MB").set("cache.sweep=hourly").set("cache.sweep-phase=0 s");
    let played = scene.event(0, "main_push", "").event(2 * HOUR, "main_push", "").play();
    let again = played.run(1, "test");
    assert!(again.objects_missed > 0, "{again:?}");
    assert_eq!(work(again), ms(2_000));
}

/// `save-on` holds for objects as it does for archives: here pull requests only read.
#[test]
fn objects_are_stored_on_the_events_of_save_on_only() {
    let saves =
        |settings: &str, event: &str| scene(settings).event(0, event, "source").play().run(0, "test").saves();
    let on_push = "save-on = [\"push\"]";
    // (attempted, failed)
    assert_eq!((saves("", "pr_push 7"), saves(on_push, "pr_push 7")), ((5, 0), (5, 5)));
    assert_eq!(saves(on_push, "main_push"), (5, 0));
}

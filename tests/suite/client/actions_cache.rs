//! actions/cache: the user's own keys, restore keys and paths.

use crate::miniature::{HOUR, MB, Miniature, Played, Told, ms};
use cache_budget::client::{ArchiveRate, Host};
use cache_budget::event::RestoreOutcome::{Exact, Miss, Prefix};
use cache_budget::project::System;
use cache_budget::random::{Distribution, Draws};
use cache_budget::units::{Bytes, Rate};

/// One job with one cache step.
fn scene(job: &str, step: &str) -> Miniature {
    Miniature::new(&format!(
        "[workflow.ci]\non = [\"push main\", \"pull_request\"]\n[workflow.ci.job.test]\n{job}\n\
         [[workflow.ci.job.test.cache.actions-cache]]\n{step}\n"
    ))
}

fn keys(played: &Played) -> Vec<&str> {
    played.stored().iter().map(|entry| entry.key.as_str()).collect()
}

#[test]
fn placeholders_are_filled_from_the_run_and_what_it_checks_out() {
    let step = "key = \"{job} {ref} {lock} {toolchain} {sha}\"\nsize = \"1 MB\"";
    let played = scene("matrix = { leg = [\"x\"] }", step)
        .event(0, "main_push", "")
        .event(HOUR, "pr_push 7", "toolchain")
        .play();
    // Nothing has changed since the state before the log: identity 0. `{sha}` counts events.
    assert_eq!(keys(&played)[0], "test refs/heads/main 00000000 00000000 00000000");
    let second: Vec<_> = keys(&played)[1].split(' ').collect();
    assert_eq!(second[..3], ["test", "refs/pull/7/merge", "00000000"]);
    assert_ne!(second[3], "00000000", "the compiler has changed");
    assert_eq!(second[4], "00000001");
}

/// The version is a hash of the paths (`getCacheVersion` in `cacheUtils.ts` of `@actions/cache`).
#[test]
fn an_entry_is_found_only_by_steps_with_its_path() {
    let workflow = |name: &str, on: &str, path: &str| {
        let step = format!("{{ key = \"all-{name}\", restore-keys = [\"all-\"], size = \"1 MB\"{path} }}");
        format!("[workflow.{name}]\non = [\"{on}\"]\njob.test.cache.actions-cache = {step}\n")
    };
    let played = |paths: [&str; 2]| {
        let text = workflow("pip", "push main", paths[0]) + &workflow("npm", "pull_request", paths[1]);
        let played = Miniature::new(&text).event(0, "main_push", "").event(HOUR, "pr_push 7", "").play();
        played.outcome.runs.iter().flat_map(Told::found).collect::<Vec<_>>()
    };
    let [pip, npm] = [", path = \"~/.cache/pip\"", ", path = \"~/.npm\""];
    assert_eq!(played([pip, npm]), [Miss, Miss]);
    assert_eq!(played([pip, pip]), [Miss, Prefix]);
    // One that states its path and one that does not have different ones; two that do not have the same.
    assert_eq!(played([pip, ""]), [Miss, Miss]);
    assert_eq!(played(["", ""]), [Miss, Prefix]);
}

#[test]
fn each_kind_of_change_alters_its_own_placeholder() {
    let kinds = [
        ("lock", "lock"),
        ("manifests", "manifests"),
        ("toolchain", "toolchain"),
        ("web-lock", "web-lock"),
        ("requirements", "requirements"),
        ("go-sum", "go-sum"),
        ("dockerfile", "dockerfile"),
        ("recipe", "targets"),
    ];
    for (placeholder, change) in kinds {
        let step = format!("key = \"k-{{{placeholder}}}\"\nsize = \"1 MB\"");
        let played = scene("", &step)
            .event(0, "main_push", "")
            .event(HOUR, "main_push", "source")
            .event(2 * HOUR, "main_push", change)
            .play();
        let outcomes: Vec<_> = played.runs("test").iter().map(|run| run.found()[0]).collect();
        assert_eq!(outcomes, [Miss, Exact, Miss], "{placeholder}");
    }
}

#[test]
fn restore_keys_are_tried_in_order_and_the_newest_of_one_wins() {
    // Two writers an hour apart, then a reader that prefers the older kind.
    let text = "[workflow.small]\non = \"push main\"\n\
        [[workflow.small.job.small.cache.actions-cache]]\nkey = \"small-{sha}\"\nsize = \"1 MB\"\n\
        [workflow.large]\non = \"schedule\"\n\
        [[workflow.large.job.large.cache.actions-cache]]\nkey = \"large-{sha}\"\nsize = \"2 MB\"\n\
        [workflow.reader]\non = \"pull_request\"\n\
        [[workflow.reader.job.reader.cache.actions-cache]]\nkey = \"none\"\nsize = \"4 MB\"\n\
        restore-keys = [\"nothing-\", \"small-\", \"large-\", \"s\"]\nsave-if = \"never\"\n";
    let played = Miniature::new(text)
        .event(0, "main_push", "")
        .event(HOUR, "main_push", "")
        .event(2 * HOUR, "schedule", "")
        .event(3 * HOUR, "pr_push 7", "")
        .play();
    let found = played.run(3, "reader").restores[0];
    assert_eq!((found.outcome, found.bytes), (Prefix, MB));
    // Of the two small ones the younger was read, and so moved behind the large one in the order.
    let order: Vec<_> = keys(&played);
    assert_eq!(order, ["small-00000000", "large-00000002", "small-00000001"]);
}

#[test]
fn an_exact_hit_freezes_the_content_of_the_first_saver() {
    let played = scene("compile = { flavour = \"dev\" }", "key = \"fixed\"\npaths = \"target\"")
        .event(0, "main_push", "")
        .event(HOUR, "main_push", "toolchain")
        .event(2 * HOUR, "main_push", "source")
        .play();
    let outcomes: Vec<_> = played.runs("test").iter().map(|run| run.found()[0]).collect();
    assert_eq!(outcomes, [Miss, Exact, Exact]);
    // What another compiler built is restored in vain, and nothing better ever takes its place.
    let builds: Vec<_> = played.runs("test").iter().map(|run| run.build).collect();
    assert_eq!(builds, [ms(47_000), ms(47_000), ms(47_000)]);
    assert_eq!(keys(&played), ["fixed"]);
}

#[test]
fn a_target_folder_is_archived_with_the_workspace_in_it() {
    let played = scene("compile = { flavour = \"dev\" }", "key = \"k-{lock}\"\npaths = \"target\"")
        .set("project.flavour.dev.workspace-archive=\"30 MB\"")
        .event(0, "main_push", "")
        .event(HOUR, "main_push", "source")
        .play();
    // 4 × 10 MB of external crates and 30 MB of the workspace; what is restored of it is not used.
    assert_eq!(played.stored()[0].size, Bytes(70_000_000));
    assert_eq!(played.run(1, "test").build, ms(7_000));
}

#[test]
fn a_target_folder_that_the_job_does_not_compile_has_the_given_size() {
    let played =
        scene("", "key = \"k\"\npaths = \"target\"\nsize = \"30 MB\"").event(0, "main_push", "").play();
    assert_eq!(played.stored()[0].size, Bytes(30_000_000));
}

#[test]
fn a_miss_and_a_prefix_hit_cost_their_penalties() {
    let step =
        "key = \"k-{lock}\"\nrestore-keys = \"k-\"\nsize = \"100 MB\"\nmiss = \"60 s\"\npartial = \"20 s\"";
    let played = scene("prepare = \"3 s\"", step)
        .event(0, "main_push", "")
        .event(HOUR, "main_push", "lock")
        .event(2 * HOUR, "main_push", "source")
        .play();
    // Each has a look-up of 0.5–1.5 s and 3 s of preparation. 100 MB take 1 s to download, to
    // unpack, to pack and to upload.
    let expected = [(Miss, 60_000 + 2_000), (Prefix, 20_000 + 4_000), (Exact, 2_000)];
    for (run, (outcome, rest)) in played.runs("test").into_iter().zip(expected) {
        assert_eq!(run.found(), [outcome]);
        let took = run.took().0 - 3_000 - rest;
        assert!((500..1_500).contains(&took), "{outcome:?} took {}", run.took());
    }
}

#[test]
fn lookup_only_downloads_nothing() {
    let played = scene("", "key = \"k\"\nsize = \"100 MB\"\nlookup-only = true\nmiss = \"60 s\"")
        .event(0, "main_push", "")
        .event(HOUR, "main_push", "")
        .play();
    let run = played.run(1, "test");
    assert_eq!((run.found(), run.saves()), (vec![Exact], (0, 0)));
    assert!(run.took() < ms(1_500), "the look-up alone, not {}", run.took());
}

#[test]
fn a_prefix_hit_in_the_own_scope_comes_before_an_exact_hit_on_main() {
    let played = scene("", "key = \"k-{lock}\"\nrestore-keys = \"k-\"\nsize = \"1 MB\"")
        .event(0, "main_push", "")
        .event(HOUR, "pr_push 7", "lock")
        .event(2 * HOUR, "pr_push 7", "")
        .event(3 * HOUR, "pr_push 8", "")
        .play();
    // The last push takes the lock change back: its key is main's, and main has it.
    assert_eq!(played.run(2, "test").found(), [Prefix]);
    assert_eq!(played.run(3, "test").found(), [Exact]);
    let scopes: Vec<_> = played.stored_under("k-").iter().map(|entry| entry.scope.clone()).collect();
    assert_eq!(scopes, ["refs/heads/main", "refs/pull/7/merge", "refs/pull/7/merge"]);
}

#[test]
fn a_failed_job_saves_nothing() {
    let played = scene("fails-on-main = 1", "key = \"k\"\nsize = \"1 MB\"").event(0, "main_push", "").play();
    assert_eq!((played.run(0, "test").saves(), played.stored().len()), ((0, 0), 0));
}

#[test]
fn several_steps_restore_in_order_and_save_in_reverse() {
    let second = "key = \"a\"\nsize = \"1 MB\"\n\
        [[workflow.ci.job.test.cache.actions-cache]]\nkey = \"b\"\nsize = \"2 MB\"";
    let played = scene("", second).event(0, "main_push", "").event(HOUR, "main_push", "").play();
    let sizes: Vec<_> = played.run(1, "test").restores.iter().map(|restore| restore.bytes.0).collect();
    assert_eq!(sizes, [1_000_000, 2_000_000]);
    let saved: Vec<_> = played.stored_under("").iter().map(|entry| entry.key.clone()).collect();
    assert_eq!(saved, ["b", "a"]);
}

#[test]
fn an_archive_over_the_old_clients_limit_is_packed_and_not_uploaded() {
    // 100 MB take 1 s to pack and would take 1 s to upload. The key stays free.
    let step = "key = \"k\"\nsize = \"100 MB\"";
    let play = |limit: &str| {
        scene("", step).set(&format!("cache.entry-limit={limit}")).event(0, "main_push", "").play()
    };
    let (refused, stored) = (play("99 MB"), play("100 MB"));
    assert_eq!(refused.run(0, "test").saves(), (1, 1));
    assert_eq!(refused.count("save.failed", &[("reason", "too_large")]), 1.0);
    assert!(refused.stored().is_empty());
    assert_eq!(stored.run(0, "test").saves(), (1, 0));
    assert_eq!(stored.run(0, "test").took() - refused.run(0, "test").took(), ms(1_000));
}

#[test]
fn an_upload_that_outlives_its_reservation_is_lost_and_told() {
    // 100 MB take 1 s to upload after they are reserved.
    let play = |reservation: &str| {
        scene("", "key = \"k\"\nsize = \"100 MB\"")
            .set(&format!("cache.reservation={reservation}"))
            .event(0, "main_push", "")
            .play()
    };
    let (late, in_time) = (play("1 s"), play("2 s"));
    assert_eq!(late.run(0, "test").saves(), (1, 1));
    assert_eq!(late.count("save.failed", &[("reason", "reservation_expired")]), 1.0);
    assert!(late.stored().is_empty());
    assert_eq!(in_time.run(0, "test").saves(), (1, 0));
}

#[test]
fn the_same_bytes_stall_as_often_in_one_archive_or_in_several() {
    let host = Host {
        system: System::default(),
        cores: 1,
        speed: 1.0,
        download: Rate(1),
        upload: Rate(1),
        pack: ArchiveRate::Compressed(Rate(1)),
        unpack: ArchiveRate::Compressed(Rate(1)),
        transfer_noise: Distribution::Constant(1.0),
        stall: 0.1,
        disk: None,
    };
    let share = |megabytes: u64| {
        let size = Bytes(megabytes * 1_000_000);
        let stalled = (0..20_000).filter(|job| host.stalls(&Draws::new(1, 0), *job, 7, size)).count();
        stalled as f64 / 20_000.0
    };
    // Segments of 128 MiB: 8 of them are 1 GB, of which `stall` is told.
    let within = |share: f64, expected: f64| assert!((share - expected).abs() < 0.01, "{share}, {expected}");
    within(share(1_000), 0.1);
    within(1.0 - (1.0 - share(500)).powi(2), 0.1);
    within(share(2_000), 1.0 - 0.9f64.powf(15.0 / 8.0));
    within(share(1), 1.0 - 0.9f64.powf(0.125));
    // None stalls, or all do.
    for stall in [0.0, 1.0] {
        let host = Host { stall, ..host.clone() };
        assert!((0..100).all(|job| host.stalls(&Draws::new(1, 0), job, 7, MB) == (stall > 0.5)));
    }
}

#[test]
fn placeholders_of_the_run_are_those_of_the_github_context() {
    let step = "key = \"{workflow}/{event}/{branch}/{base}/{number}/{run-attempt}/{date}/{week}/{month}/{leg}\"\nsize = \"1 MB\"";
    let played = scene("matrix = { os = [\"x\"], n = [\"1\"] }", step)
        .event(0, "main_push", "")
        .event(26 * HOUR, "pr_push 7", "source")
        .play();
    // 2026-01-05 is a Monday in ISO week 2.
    let expected = [
        "ci/push/main///1/2026-01-05/2026-02/2026-01/x-1",
        "ci/pull_request/pull-7/main/7/1/2026-01-06/2026-02/2026-01/x-1",
    ];
    assert_eq!(keys(&played), expected);
}

#[test]
fn every_run_has_an_id_of_its_own() {
    let step = "key = \"k-{run-id}\"\nrestore-keys = [\"k-\"]\nsize = \"1 MB\"";
    let played = scene("", step).hourly_pushes(3).play();
    let found: Vec<_> = played.runs("test").iter().map(|run| run.found()[0]).collect();
    assert_eq!(found, [Miss, Prefix, Prefix]);
    let ids: std::collections::BTreeSet<&str> = keys(&played).into_iter().collect();
    assert_eq!(ids.len(), 3);
    assert!(ids.iter().all(|id| id.len() == "k-".len() + 11), "{ids:?}");
}

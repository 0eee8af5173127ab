//! rust-cache: one archive for a job, a compiler and a lock file.

use crate::miniature::{HOUR, MB, Miniature, Played, START, Told, ms};
use cache_budget::diagnostic::Style;
use cache_budget::event::{Conclusion, RestoreOutcome};
use cache_budget::scenario::load;
use cache_budget::units::Bytes;

/// One job that compiles the chain with rust-cache. Its entry holds 4 × 10 MB of crates and 10 MB
/// besides.
fn scene(settings: &str) -> Miniature {
    Miniature::new(&format!(
        "[workflow.ci]\non = [\"push main\", \"pull_request\"]\n\
         [workflow.ci.job.test]\ncompile = {{ flavour = \"dev\" }}\n\
         [workflow.ci.job.test.cache.rust-cache]\nregistry = \"10 MB\"\n{settings}\n"
    ))
}

fn sizes(played: &Played) -> Vec<Bytes> {
    played.stored_under("v0-rust-").iter().map(|entry| entry.size).collect()
}

#[test]
fn an_exact_hit_leaves_the_workspace_to_build_and_nothing_to_save() {
    let played = scene("").event(0, "main_push", "").event(HOUR, "main_push", "source").play();
    let (cold, warm) = (played.run(0, "test"), played.run(1, "test"));
    assert_eq!(cold.found(), [RestoreOutcome::Miss]);
    // 4 × 10 s + 5 s + 2 s, and 10 MB of registry downloaded again at 10 MB/s.
    assert_eq!((cold.build, cold.saves()), (ms(48_000), (1, 0)));
    // A look-up of 0.5–1.5 s, the registry's 10 MB from crates.io at 10 MB/s, the build, 50 MB packed and
    // uploaded at 100 MB/s: 0.5 s each.
    assert!((ms(49_500)..ms(50_500)).contains(&cold.took()), "{}", cold.took());
    assert_eq!(warm.found(), [RestoreOutcome::Exact]);
    assert_eq!((warm.build, warm.ideal, warm.saves()), (ms(7_000), ms(7_000), (0, 0)));
    // The same look-up, 50 MB downloaded and unpacked: 0.5 s each, and the build.
    assert!((ms(8_500)..ms(9_500)).contains(&warm.took()), "{}", warm.took());
    assert_eq!(sizes(&played), [Bytes(50_000_000)]);
}

#[test]
fn a_lock_change_rebuilds_the_changed_crate_and_its_dependants_and_saves_under_a_new_key() {
    let played = scene("").event(0, "main_push", "").event(HOUR, "main_push", "lock").play();
    let partial = played.run(1, "test");
    let rebuilt = played.rebuilt(1);
    assert!((1..=4).contains(&rebuilt));
    assert_eq!(partial.found(), [RestoreOutcome::Prefix]);
    assert_eq!(partial.build, ms(10_000 * rebuilt + 7_000));
    // dependencies: their share of the work, of all but the 2 s tail: 10 r / (10 r + 5) × (10 r + 5).
    assert_eq!(partial.dependencies, ms(10_000 * rebuilt));
    assert_eq!(partial.saves(), (1, 0));
    // The superseded versions stay in the entry.
    assert_eq!(sizes(&played), [Bytes(50 * MB.0), Bytes((50 + 10 * rebuilt as u64) * MB.0)]);
    let keys: Vec<_> = played.stored().iter().map(|entry| entry.key.rsplit_once('-').unwrap()).collect();
    assert_eq!(keys[0].0, keys[1].0, "the same family");
    assert_ne!(keys[0].1, keys[1].1, "another lock file");
}

#[test]
fn entries_grow_with_every_lock_change_until_the_compiler_changes() {
    let scene = (1..4).fold(scene("").event(0, "main_push", ""), |scene, hour| {
        scene.event(hour * HOUR, "main_push", "lock")
    });
    let played = scene.event(4 * HOUR, "main_push", "toolchain").event(5 * HOUR, "main_push", "lock").play();
    let grown = |upto| (1..=upto).map(|event| 10 * played.rebuilt(event) as u64).sum::<u64>();
    let expected = [50, 50 + grown(1), 50 + grown(2), 50 + grown(3), 50, 50 + 10 * played.rebuilt(5) as u64];
    assert_eq!(sizes(&played), expected.map(|size| Bytes(size * MB.0)));
    // A new compiler is a new family of keys: nothing is restored, all is built.
    let fresh = played.run(4, "test");
    assert_eq!((fresh.found(), fresh.build), (vec![RestoreOutcome::Miss], ms(48_000)));
}

#[test]
fn a_manifest_change_restores_everything_but_saves_again() {
    let played = scene("").event(0, "main_push", "").event(HOUR, "main_push", "manifests").play();
    let run = played.run(1, "test");
    assert_eq!((run.found(), run.build), (vec![RestoreOutcome::Prefix], ms(7_000)));
    // The same crates: an entry of the same size under another key.
    assert_eq!(sizes(&played), [Bytes(50_000_000); 2]);
}

/// A second job that starts 5 s after the first has ended, so that its entry is visible.
fn two_jobs(first: &str, second: &str) -> Played {
    let text = format!(
        "[workflow.ci]\non = \"push main\"\n[workflow.ci.job.first]\ncompile = {{ flavour = \"dev\" }}\n\
         cache.rust-cache = {{ {first} }}\n[workflow.ci.job.second]\nneeds = \"first\"\nsetup = \"5 s\"\n\
         compile = {{ flavour = \"dev\" }}\ncache.rust-cache = {{ {second} }}\n"
    );
    Miniature::new(&text).event(0, "main_push", "").play()
}

#[test]
fn jobs_share_an_entry_only_under_a_shared_key_and_the_same_environment() {
    let own = two_jobs("", "");
    assert_eq!(own.run(0, "second").found(), [RestoreOutcome::Miss]);
    let shared = two_jobs("shared-key = \"all\"", "shared-key = \"all\"");
    assert_eq!(shared.run(0, "second").found(), [RestoreOutcome::Exact]);
    assert_eq!(shared.run(0, "second").build, ms(7_000));
    assert!(shared.stored()[0].key.starts_with("v0-rust-all-Linux-x64-"), "{:?}", shared.stored());
    let environment = |value| format!("shared-key = \"all\", environment = \"RUSTFLAGS={value}\"");
    let split = two_jobs(&environment("a"), &environment("b"));
    assert_eq!(split.run(0, "second").found(), [RestoreOutcome::Miss]);
    assert_eq!(sizes(&split).len(), 2);
}

#[test]
fn a_pull_request_reads_main_but_main_never_reads_a_pull_request() {
    let played = scene("")
        .event(0, "main_push", "")
        .event(HOUR, "pr_push 7", "source")
        .event(2 * HOUR, "pr_push 8", "lock")
        .event(3 * HOUR, "main_push 8", "lock")
        .event(4 * HOUR, "pr_push 9", "source")
        .play();
    let found = |event| played.run(event, "test").found()[0];
    assert_eq!(found(1), RestoreOutcome::Exact, "main's entry");
    assert_eq!(found(2), RestoreOutcome::Prefix, "main's entry");
    // The merge has exactly the key that the pull request saved, and cannot read it.
    assert_eq!(found(3), RestoreOutcome::Prefix);
    assert_eq!(played.run(3, "test").build, played.run(2, "test").build);
    assert_eq!(found(4), RestoreOutcome::Exact, "main's new entry");
    let stored = played.stored_under("v0-rust-");
    let scopes: Vec<_> = stored.iter().map(|entry| entry.scope.as_str()).collect();
    assert_eq!(scopes, ["refs/heads/main", "refs/pull/8/merge", "refs/heads/main"]);
    assert_eq!(stored[1].key, stored[2].key);
}

#[test]
fn save_if_keeps_pull_requests_from_saving() {
    let played = scene("save-if = \"default-branch\"")
        .event(0, "main_push", "")
        .event(HOUR, "pr_push 7", "lock")
        .event(2 * HOUR, "main_push", "lock")
        .play();
    assert_eq!(played.run(1, "test").saves(), (0, 0));
    assert_eq!(played.run(2, "test").saves(), (1, 0));
    let never = scene("save-if = \"never\"").event(0, "main_push", "").play();
    assert_eq!((never.run(0, "test").saves(), never.stored().len()), ((0, 0), 0));
}

#[test]
fn a_failed_job_saves_only_with_cache_on_failure() {
    for (settings, saves) in [("", (0, 0)), ("on-failure = true", (1, 0))] {
        let played =
            scene(settings).set("workflow.ci.job.test.fails-on-main=1").event(0, "main_push", "").play();
        let run = played.run(0, "test");
        assert_eq!((run.conclusion, run.saves()), (Conclusion::Failed, saves));
        assert_eq!(played.stored().len() as u32, saves.0);
    }
}

#[test]
fn a_cancelled_job_saves_nothing() {
    let played = scene("")
        .set("workflow.ci.concurrency=cancel")
        .event(0, "main_push", "")
        .event(20, "main_push", "source")
        .play();
    let cancelled = played.run(0, "test");
    assert_eq!((cancelled.conclusion, cancelled.took()), (Conclusion::Cancelled, ms(20_000)));
    assert_eq!(cancelled.saves(), (0, 0));
    assert_eq!(played.run(1, "test").found(), [RestoreOutcome::Miss]);
}

#[test]
fn lookup_only_builds_cold_and_saves_unless_the_hit_was_exact() {
    let played = scene("lookup-only = true")
        .event(0, "main_push", "")
        .event(HOUR, "main_push", "source")
        .event(2 * HOUR, "main_push", "lock")
        .play();
    let outcomes = [RestoreOutcome::Miss, RestoreOutcome::Exact, RestoreOutcome::Prefix];
    for (event, (outcome, saves)) in (0..).zip(outcomes.into_iter().zip([(1, 0), (0, 0), (1, 0)])) {
        let run = played.run(event, "test");
        assert_eq!((run.found(), run.build, run.saves()), (vec![outcome], ms(48_000), saves));
    }
    // Nothing was restored, so nothing superseded is kept.
    assert_eq!(sizes(&played), [Bytes(50_000_000); 2]);
}

#[test]
fn legs_of_a_matrix_share_a_key_and_the_first_to_finish_wins() {
    let played = scene("")
        .set("workflow.ci.job.test.matrix={ leg = [\"x\", \"y\"] }")
        .event(0, "main_push", "")
        .play();
    let legs = [played.run(0, "test (x)"), played.run(0, "test (y)")];
    assert_eq!(legs.map(|leg| leg.writes_attempted), [1, 1]);
    assert_eq!(legs.iter().map(|leg| leg.writes_failed).sum::<u32>(), 1);
    assert!(legs.iter().all(|leg| leg.succeeded()), "a lost race fails nobody");
    let winner = legs.iter().find(|leg| leg.writes_failed == 0).unwrap();
    // The loser learns it after packing and has no upload: it ends no later than 0.5 s before.
    let exists = [("client", "rust-cache"), ("reason", "exists")];
    assert_eq!(played.count("save.failed", &exists), 1.0);
    assert_eq!(played.stored()[0].created, winner.ended);
}

#[test]
fn a_rate_limited_look_up_is_a_miss_to_the_job() {
    let played = scene("")
        .set("cache.downloads-per-minute=1")
        .event(0, "main_push", "")
        .event(HOUR, "main_push", "")
        .event(HOUR, "pr_push 7", "source")
        .play();
    let refused = played.run(2, "test");
    assert_eq!((refused.found(), refused.build), (vec![RestoreOutcome::RateLimited], ms(48_000)));
    // It saves again what main has, into its own scope.
    assert_eq!(refused.saves(), (1, 0));
}

/// A job that compiles nothing, such as one that checks the format, with a registry of 100 MB.
fn audit(settings: &str) -> Played {
    let text = format!(
        "[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test.cache.rust-cache]\n\
         size = \"100 MB\"\nregistry-rate = \"20 MB/s\"\n{settings}\n"
    );
    Miniature::new(&text).event(0, "main_push", "").event(HOUR, "main_push", "source").play()
}

/// What each run took besides its look-up of 0.5–1.5 s.
fn rests(played: &Played) -> Vec<i64> {
    played.runs("test").iter().map(|run| (run.took().0 - 500) / 1_000).collect()
}

#[test]
fn a_job_that_misses_downloads_the_registry_again() {
    // 100 MB from crates.io 5 s, packed and uploaded 1 s each; found: downloaded and unpacked 1 s each.
    assert_eq!(rests(&audit("")), [7, 2]);
    // Only looked up: nothing is restored, and nothing to save after an exact hit.
    assert_eq!(rests(&audit("lookup-only = true")), [7, 5]);
}

#[test]
fn a_measured_jobs_cold_time_holds_its_downloads() {
    let text = "[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\ncold = \"100 s\"\nwarm = \"40 s\"\n\
        cache.rust-cache = { size = \"100 MB\", registry = \"50 MB\" }\n";
    let took = |rate: &str| {
        let rate = format!("workflow.ci.job.test.cache.rust-cache.registry-rate={rate}");
        Miniature::new(text).set(&rate).event(0, "main_push", "").play().run(0, "test").took()
    };
    assert_eq!(took("1 MB/s"), took("100 MB/s"));
}

#[test]
fn a_download_that_stalls_is_a_miss_after_ten_minutes() {
    let scene = scene("").event(0, "main_push", "").event(HOUR, "main_push", "source");
    let played = scene.set("runner.ubuntu-latest.stall=1").play();
    let run = played.run(1, "test");
    assert_eq!((run.found(), run.build), (vec![RestoreOutcome::Miss], ms(48_000)));
    assert!(run.restores[0].stalled && run.restores[0].evicted.is_none());
    // The look-up, 600 s, 10 MB from crates.io 1 s, the build; 50 MB packed for an entry that exists.
    assert!((ms(649_000)..ms(650_000)).contains(&run.took()), "{}", run.took());
    assert_eq!((run.saves(), played.stored().len()), ((1, 1), 1));
    let missed = [("client", "rust-cache"), ("outcome", "miss")];
    assert_eq!(played.count("restore.count", &missed), 2.0);
    // To the service it was an access.
    assert!(played.stored()[0].accessed >= START + ms(HOUR * 1_000));
}

#[test]
fn a_look_up_that_downloads_nothing_does_not_stall() {
    let scene = scene("lookup-only = true").set("runner.ubuntu-latest.stall=1");
    let played = scene.event(0, "main_push", "").event(HOUR, "main_push", "source").play();
    assert_eq!(played.run(1, "test").found(), [RestoreOutcome::Exact]);
}

#[test]
fn whether_a_download_stalls_shifts_no_other_draw() {
    let play = |stall: &str| {
        let noisy = "runner.ubuntu-latest.transfer-noise={ lognormal = { median = 1.0, sigma = 0.4 } }";
        let scene = scene("").set(noisy).set(&format!("runner.ubuntu-latest.stall={stall}"));
        let scene = scene.event(0, "main_push", "").event(HOUR, "main_push", "lock");
        scene.event(2 * HOUR, "main_push", "source").play().outcome
    };
    // The smallest share is asked for, and never met.
    assert_eq!(play("0"), play("0.000000000001"));
}

/// A push to main each hour that changes one thing after the other.
fn changing(scene: Miniature, changes: &[&str]) -> Played {
    let each = changes.iter().zip(0..);
    each.fold(scene, |scene, (change, hour)| scene.event(hour * HOUR, "main_push", change)).play()
}

fn builds(played: &Played) -> Vec<i64> {
    played.runs("test").iter().map(|run| run.build.0).collect()
}

#[test]
fn without_targets_the_entry_is_the_registry_and_every_run_compiles_all() {
    let played = changing(scene("cache-targets = false"), &["", "source", "lock"]);
    let outcomes: Vec<_> = (0..3).map(|event| played.run(event, "test").found()[0]).collect();
    assert_eq!(outcomes, [RestoreOutcome::Miss, RestoreOutcome::Exact, RestoreOutcome::Prefix]);
    // 4 × 10 s + 5 s + 2 s, and 1 s for the registry's 10 MB where nothing brought it.
    assert_eq!(builds(&played), [48_000, 47_000, 47_000]);
    // Saved after the miss and after the lock change, cleaned: it does not grow.
    assert_eq!(sizes(&played), [Bytes(10_000_000); 2]);
}

#[test]
fn jobs_that_cache_other_paths_share_no_entry_although_their_keys_are_one() {
    let played = two_jobs("shared-key = \"all\"", "shared-key = \"all\", cache-targets = false");
    assert_eq!(played.run(0, "second").found(), [RestoreOutcome::Miss]);
    let [first, second] = played.stored() else { panic!("{:?}", played.stored()) };
    assert_eq!(first.key, second.key);
}

#[test]
fn workspace_crates_in_the_entry_cost_room_and_save_no_time() {
    let scene =
        scene("cache-workspace-crates = true").set("workflow.ci.job.test.compile.workspace-archive=20 MB");
    let played = changing(scene, &["", "source", "manifests", "lock"]);
    let rebuilt = played.rebuilt(3);
    // `app` takes its 5 s in each: its sources are newer than what was restored.
    assert_eq!(builds(&played), [48_000, 7_000, 7_000, 10_000 * rebuilt + 7_000]);
    // 40 MB of crates, 10 of the registry and 20 of `app`. After a change of the manifests `app`'s files have
    // the same names; after one of the lock file they have others, and the old ones stay.
    let grown = 70 + 10 * rebuilt as u64 + 20;
    assert_eq!(sizes(&played), [70, 70, grown].map(|size| Bytes(size * MB.0)));
}

#[test]
fn a_registry_that_is_not_cleaned_holds_sources_and_grows_with_every_lock_change() {
    let play =
        |more: &str| changing(scene(&format!("cache-all-crates = true\n{more}")), &["", "lock", "lock"]);
    let played = play("");
    // The sources are 0.74 of the registry's 10 MB: 17.4 MB for four crates, 4.35 MB for each. A lock change
    // changes one, of which both versions are there then. Downloaded are 10 MB in 1 s, as without.
    assert_eq!(played.run(0, "test").build, ms(48_000));
    let each = |event| 4_350_000 + 10_000_000 * played.rebuilt(event) as u64;
    let first = 57_400_000;
    assert_eq!(sizes(&played), [first, first + each(1), first + each(1) + each(2)].map(Bytes));
    let registry = play("cache-targets = false");
    assert_eq!(sizes(&registry), [17_400_000, 21_750_000, 26_100_000].map(Bytes));
}

/// A measured job whose entry of 100 MB is half registry.
fn measured(settings: &str) -> Miniature {
    Miniature::new(&format!(
        "[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\ncold = \"100 s\"\nwarm = \"40 s\"\n\
         [workflow.ci.job.test.cache.rust-cache]\nsize = \"100 MB\"\nregistry = \"50 MB\"\n{settings}\n"
    ))
}

/// To the second: scheduling rounds by milliseconds.
fn seconds(played: &Played) -> Vec<i64> {
    builds(played).iter().map(|build| (build + 500) / 1_000).collect()
}

#[test]
fn a_measured_job_without_targets_saves_its_downloads_only() {
    let with = changing(measured(""), &["", "source"]);
    assert_eq!((seconds(&with), sizes(&with)), (vec![100, 40], vec![Bytes(100_000_000)]));
    // 50 MB at 10 MB/s are 5 s of the 60 s between `cold` and `warm`; the other 55 s are compiled again.
    let without = changing(measured("cache-targets = false"), &["", "source"]);
    assert_eq!((seconds(&without), sizes(&without)), (vec![100, 95], vec![Bytes(50_000_000)]));
    // At 0.5 MB/s they would be 100 s: no more than the 60 s.
    let slow = changing(measured("cache-targets = false\nregistry-rate = \"0.5 MB/s\""), &["", "source"]);
    assert_eq!(seconds(&slow), [100, 40]);
}

#[test]
fn the_registry_of_a_measured_job_grows_by_what_a_lock_change_changes() {
    let sizes = |settings: &str| sizes(&changing(measured(settings), &["", "lock"]));
    let (cleaned, all) = (sizes(""), sizes("cache-all-crates = true"));
    // The 50 MB of registry come with 37 MB of sources: 87 MB for four crates, 21.75 MB for the changed one.
    assert_eq!((cleaned[0], all[0]), (Bytes(100_000_000), Bytes(137_000_000)));
    assert_eq!(all[1].0 - cleaned[1].0, 37_000_000 + 21_750_000);
}

#[test]
fn a_job_that_compiles_nothing_stores_its_registry_alone() {
    let played = audit("cache-targets = false\nregistry = \"20 MB\"");
    // 20 MB at 20 MB/s.
    assert_eq!(builds(&played), [1_000, 0]);
    assert_eq!(sizes(&played), [Bytes(20_000_000)]);
}

/// What is said of a scene.
fn remarks(scene: Miniature) -> String {
    let (_folder, path) = scene.event(0, "main_push", "").write();
    load(&path, &[]).expect("a scenario").report.render(&Style::default())
}

#[test]
fn an_input_that_changes_nothing_is_warned_of() {
    let is_idle = |scene: Miniature, key: &str| remarks(scene).contains(&format!("`{key}` has no effect"));
    let nothing = |settings: &str| {
        let cache = "[workflow.ci.job.fmt.cache.rust-cache]";
        Miniature::new(&format!("[workflow.ci]\non = \"push main\"\n{cache}\n{settings}\n"))
    };
    for (scene, key) in [
        (measured("cache-workspace-crates = true"), "cache-workspace-crates"),
        (scene("cache-workspace-crates = true"), "cache-workspace-crates"),
        (measured("cache-targets = false"), "size"),
        (nothing("cache-all-crates = true"), "cache-all-crates"),
        (nothing("cache-targets = false"), "cache-targets"),
    ] {
        assert!(is_idle(scene, key), "{key}");
    }
    assert!(!is_idle(scene("cache-targets = false"), "cache-targets"));
    assert!(!is_idle(measured("cache-all-crates = true"), "cache-all-crates"));
}

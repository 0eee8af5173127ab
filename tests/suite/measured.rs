//! Jobs described by their times: whoever finds what it wants takes its warm time, whichever client
//! keeps it, and what a miss costs is lost time.

use crate::case::Case;
use crate::miniature::{HOUR, MB, MINUTE, Miniature, Played, Told, ms};
use cache_budget::event::RestoreOutcome;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::Value;

/// A job of 15 min, 5 of them warm, on pushes to main.
fn scene(job: &str) -> Miniature {
    Miniature::new(&format!("[workflow.ci]\non = [\"push main\"]\n[workflow.ci.job.test]\n{TIMES}{job}\n"))
}

const TIMES: &str = "cold = \"15 min\"\nwarm = \"5 min\"\n";

const COLD: i64 = 15 * MINUTE * 1_000;
const WARM: i64 = 5 * MINUTE * 1_000;

/// The build times of a job's runs, to the second: scheduling rounds by milliseconds.
fn builds(played: &Played, job: &str) -> Vec<i64> {
    played.runs(job).iter().map(|run| (run.build.0 + 500) / 1_000 * 1_000).collect()
}

#[test]
fn every_shard_of_a_job_is_warm_once_one_has_saved() {
    let played =
        scene("matrix = { shard = [\"1\", \"2\", \"3\", \"4\"] }\ncache.rust-cache = { size = \"1 GB\" }")
            .hourly_pushes(3)
            .play();
    for shard in 1..=4 {
        assert_eq!(builds(&played, &format!("test ({shard})")), [COLD, WARM, WARM], "shard {shard}");
    }
}

#[test]
fn the_reader_of_a_shared_key_is_warm() {
    let played = scene(&format!(
        "cache.rust-cache = {{ size = \"1 GB\", shared-key = \"all\" }}\n[workflow.ci.job.reader]\n{TIMES}\
         cache.rust-cache = {{ size = \"1 GB\", shared-key = \"all\", save-if = \"never\" }}"
    ))
    .hourly_pushes(3)
    .play();
    assert_eq!(builds(&played, "test"), [COLD, WARM, WARM]);
    assert_eq!(builds(&played, "reader"), [COLD, WARM, WARM]);
}

#[test]
fn two_jobs_that_write_one_key_of_actions_cache_share_its_target_folder() {
    let cache = "cache.actions-cache = { key = \"cargo-{lock}\", paths = \"target\", size = \"1 GB\" }";
    let played = scene(&format!("{cache}\n[workflow.ci.job.other]\n{TIMES}{cache}")).hourly_pushes(2).play();
    assert_eq!(builds(&played, "test"), [COLD, WARM]);
    assert_eq!(builds(&played, "other"), [COLD, WARM]);
}

#[test]
fn legs_that_the_author_says_compile_something_else_share_nothing() {
    let played = scene(
        "matrix = { features = [\"few\", \"all\"], shard = [\"1\", \"2\"] }\nbuild-axes = [\"features\"]\n\
         cache.rust-cache = { size = \"1 GB\" }",
    )
    .hourly_pushes(2)
    .play();
    // One of the four saves under the one key; it and its shard are warm, the others find an entry
    // of no use to them, and never replace it.
    let warm = |features| ["1", "2"].map(|shard| builds(&played, &format!("test ({features}, {shard})"))[1]);
    let (few, all) = (warm("few"), warm("all"));
    assert!(few[0] == few[1] && all[0] == all[1], "{few:?} {all:?}");
    assert_eq!(few[0].min(all[0]), WARM);
    assert_eq!(few[0].max(all[0]), COLD);
}

#[test]
fn jobs_of_another_profile_share_no_files_under_one_key() {
    let cache = "cache.rust-cache = { size = \"1 GB\", shared-key = \"all\" }\n";
    let reader = |profile: &str| {
        let played = scene(&format!(
            "{cache}[workflow.ci.job.reader]\n{TIMES}{profile}{}",
            cache.replace(" }", ", save-if = \"never\" }")
        ))
        .hourly_pushes(2)
        .play();
        builds(&played, "reader")
    };
    assert_eq!(reader(""), [COLD, WARM]);
    assert_eq!(reader("profile = \"release\"\n"), [COLD, COLD]);
}

/// Objects have no job in their keys. Three jobs cold at once compile all; from the second push on all are warm, also the
/// one that stores nothing, if it compiles what another one does.
#[test]
fn jobs_with_sccache_and_one_profile_share_their_objects() {
    let reads_after = |profile: &str| {
        let sccache = |more: &str| format!("cache.sccache = {{ object-bytes = \"100 MB\"{more} }}\n");
        let played = scene(&format!(
            "profile = \"dev\"\n{}[workflow.ci.job.reader]\n{TIMES}{profile}{}",
            sccache(""),
            sccache(", save-if = \"never\"")
        ))
        .hourly_pushes(2)
        .play();
        builds(&played, "reader")[1]
    };
    let (same, other, unsaid) =
        (reads_after("profile = \"dev\"\n"), reads_after("profile = \"release\"\n"), reads_after(""));
    assert!(same < WARM + 60_000, "{same}");
    assert!(other > COLD - 60_000 && unsaid == other, "{other} {unsaid}");
}

#[test]
fn the_gap_belongs_to_whichever_cache_the_job_has() {
    for client in
        ["setup-node", "setup-python", "setup-go", "rust-cache", "sccache = { deterministic = 1 }\n#"]
    {
        let cache =
            if client.contains('=') { format!("cache.{client}") } else { format!("cache.{client} = true") };
        let played = scene(&cache).set("cache.visibility-lag=0 s").hourly_pushes(3).play();
        let builds = builds(&played, "test");
        assert!(builds[0] >= COLD, "{client}: {builds:?}");
        if client.starts_with("sccache") {
            // Its look-ups are part of the build: 300 of at most 0.3 s each, one after the other.
            assert!(builds[2] < WARM + 120_000, "{client}: {builds:?}");
        } else {
            assert_eq!(builds[1..], [WARM, WARM], "{client}");
        }
    }
    assert_eq!(builds(&scene("").hourly_pushes(2).play(), "test"), [COLD, COLD], "without any cache");
}

#[test]
fn a_prefix_hit_of_a_package_store_is_as_good_as_an_exact_one() {
    let played =
        scene("cache.actions-cache = { key = \"k-{lock}\", restore-keys = [\"k-\"], size = \"1 MB\" }")
            .event(0, "main_push", "")
            .event(HOUR, "main_push", "lock")
            .play();
    assert_eq!(played.run(1, "test").found(), [RestoreOutcome::Prefix]);
    assert_eq!(builds(&played, "test"), [COLD, WARM]);
}

#[test]
fn several_caches_divide_the_gap_by_their_sizes_unless_a_share_is_stated() {
    // Only the first step's key changes. 300 MB and 100 MB: it is three quarters of the 10 min.
    let steps = |first: &str| {
        let played = scene(&format!(
            "[[workflow.ci.job.test.cache.actions-cache]]\nkey = \"a-{{web-lock}}\"\nsize = \"300 MB\"\n{first}\n\
             [[workflow.ci.job.test.cache.actions-cache]]\nkey = \"b\"\nsize = \"100 MB\"\n"
        ))
        .event(0, "main_push", "")
        .event(HOUR, "main_push", "web-lock")
        .play();
        builds(&played, "test")
    };
    assert_eq!(steps(""), [COLD, WARM + 450_000]);
    assert_eq!(steps("gap-share = 0.2"), [COLD, WARM + 120_000]);
}

/// The second push changes the key. A prefix hit leaves nothing of the gap to do, or what the step says: 2 min more than warm.
#[test]
fn a_prefix_hit_costs_what_the_step_says_of_it() {
    let second = |partial: &str| {
        let step = "key = \"a-{web-lock}\", restore-keys = [\"a-\"], size = \"300 MB\"";
        let scene = scene(&format!("cache.actions-cache = {{ {step}{partial} }}"));
        builds(&scene.event(0, "main_push", "").event(HOUR, "main_push", "web-lock").play(), "test")
    };
    assert_eq!(second(""), [COLD, WARM]);
    assert_eq!(second(", partial = \"2 min\""), [COLD, WARM + 2 * MINUTE * 1_000]);
}

#[test]
fn what_says_twice_what_a_miss_costs_is_refused_and_so_are_shares_beyond_all() {
    let refused = |job: &str| {
        let text = format!("[workflow.ci]\non = [\"push main\"]\n[workflow.ci.job.test]\n{TIMES}{job}\n");
        Case::with(&text).refused(&["check", "ci.toml"], 3)
    };
    let said = refused("cache.setup-node = { miss = \"60 s\" }");
    assert!(said.contains("both define the cost of a miss"), "{said}");
    let said = refused("cache.setup-python = { partial = \"1 s\" }");
    assert!(said.contains("both define the cost of a miss"), "{said}");
    let said = refused("cache.actions-cache = { key = \"k\", size = \"1 MB\", miss = \"1 s\" }");
    assert!(said.contains("both define the cost of a miss"), "{said}");
    let said = refused("cache.setup-node = { gap-share = 0.7 }\ncache.setup-go = { gap-share = 0.6 }");
    assert!(said.contains("add up to 1.3"), "{said}");
    let said = refused("cache.setup-node = { gap-share = 0.7 }");
    assert!(said.contains("add up to 0.7"), "{said}");
    let said = refused("matrix = { a = [\"x\"] }\nbuild-axes = [\"b\"]");
    assert!(said.contains("axis"), "{said}");
}

/// A cache of a measured job, as a scenario writes it.
fn caches() -> impl Strategy<Value = String> {
    let size = 1..2_000u32;
    let one = (0..6usize, size, any::<bool>()).prop_map(|(client, size, shared)| match client {
        0 => format!(
            "cache.rust-cache = {{ size = \"{size} MB\", shared-key = \"{}\" }}",
            if shared { "s" } else { "" }
        ),
        1 => format!("cache.setup-node = {{ size = \"{size} MB\" }}"),
        2 => format!("cache.setup-python = {{ size = \"{size} MB\" }}"),
        3 => format!("cache.setup-go = {{ size = \"{size} MB\" }}"),
        4 => format!(
            "cache.actions-cache = {{ key = \"k-{{lock}}\", restore-keys = [\"k-\"], size = \"{size} MB\" }}"
        ),
        _ => format!(
            "cache.actions-cache = {{ key = \"t-{{lock}}-{{toolchain}}\", paths = \"target\", size = \"{size} MB\" }}"
        ),
    });
    proptest::collection::vec(one, 1..4).prop_map(|mut lines| {
        lines.sort();
        lines.dedup_by_key(|line| line.split(' ').next().unwrap_or_default().to_owned());
        // A job under two keys that others write belongs to the family of the first (docs/model.md).
        if lines.iter().any(|line| line.contains("shared-key = \"s\"")) {
            lines.retain(|line| !line.contains("paths = \"target\""));
        }
        lines.join("\n")
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_run_that_finds_everything_works_longer_than_warm(
        caches in proptest::collection::vec(caches(), 1..4),
        warm in 1..600i64,
        gap in 0..1_200i64,
        changes in proptest::collection::vec(prop::sample::select(vec!["source", "lock", "manifests", "toolchain"]), 2..7),
    ) {
        let jobs: String = caches
            .iter()
            .enumerate()
            .map(|(i, caches)| format!(
                "[workflow.ci.job.j{i}]\nmatrix = {{ shard = [\"1\", \"2\"] }}\ncold = \"{} s\"\nwarm = \"{warm} s\"\n{caches}\n",
                warm + gap
            ))
            .collect();
        let scene = Miniature::new(&format!("[workflow.ci]\non = [\"push main\"]\n{jobs}"));
        let events = changes.iter().enumerate();
        let played = events.fold(scene, |scene, (i, change)| scene.event(i as i64 * 2 * HOUR, "main_push", change)).play();
        for run in &played.outcome.runs {
            // Rounding: a millisecond for each of 300 units.
            prop_assert!(run.build <= ms((warm + gap) * 1_000 + 400), "{run:?}");
            if run.restores.iter().all(|restore| restore.outcome == RestoreOutcome::Exact) {
                prop_assert!(run.build <= ms(warm * 1_000 + 400), "{run:?}");
            }
        }
    }
}

#[test]
fn an_entrys_size_is_drawn_for_its_key() {
    let size = "size = { uniform = { low = \"100 MB\", high = \"1000 MB\" } }";
    let job = |name: &str, key: &str| {
        format!("[workflow.ci.job.{name}]\ncache.actions-cache = [{{ key = \"{key}\", {size} }}]\n")
    };
    let jobs = ["a", "b", "c", "d", "e"].map(|name| job(name, name)).concat();
    let played = Miniature::new(&format!(
        "[workflow.ci]\non = [\"push main\", \"pull_request\"]\n{jobs}{}",
        job("f", "f-{web-lock}")
    ))
    .event(0, "pr_push 1", "")
    .event(HOUR, "main_push", "")
    .event(2 * HOUR, "main_push", "web-lock")
    .play();
    let of =
        |prefix: &str| -> Vec<u64> { played.stored_under(prefix).iter().map(|entry| entry.size.0).collect() };
    let mut first: Vec<u64> = ["a", "b", "c", "d", "e"].iter().map(|key| of(key)[0]).collect();
    assert!(first.iter().all(|size| (100 * MB.0..=1_000 * MB.0).contains(size)), "{first:?}");
    first.sort_unstable();
    first.dedup();
    assert_eq!(first.len(), 5, "five keys, five sizes");
    // On main and on the pull request a key holds the same; its next generation does not.
    assert_eq!(of("a")[0], of("a")[1]);
    let generations = of("f-");
    assert_eq!(generations[0], generations[1]);
    assert_ne!(generations[1], generations[2]);
}

/// A job `site` that loses half an hour to a miss in every run, beside one that loses nothing.
const SITE: &str = "
[workload]
pushes-per-day = 10
days = 8
warmup = \"1 d\"
[workflow.ci]
on = [\"push main\", \"pull_request\"]
[workflow.ci.job.site]
prepare = \"3 min\"
cache.actions-cache = { key = \"site-{sha}\", size = \"0.1 GB\", miss = \"30 min\" }
[workflow.ci.job.lib]
cold = \"5 min\"
warm = \"4 min\"
cache.rust-cache = { size = \"0.1 GB\" }
";

fn metric(result: &Value, name: &str, labels: &Value) -> f64 {
    let all = result["metrics"].as_array().expect("metrics");
    let found = all.iter().find(|metric| metric["name"] == name && metric["labels"] == *labels);
    found.unwrap_or_else(|| panic!("no {name} {labels}"))["mean"].as_f64().expect("a number")
}

#[test]
fn what_a_miss_costs_is_lost_time() {
    let case = Case::with(SITE);
    let result = case.json(&["run", "ci.toml", "--replications", "2"]);
    // 30 min of the 33 that the job works, in every run; the other job is warm but for a few runs.
    let site = metric(&result, "job.wasted_share", &serde_json::json!({ "job": "site" }));
    assert!((site - 30.0 / 33.0).abs() < 1e-6, "{site}");
    assert!(metric(&result, "job.wasted_share", &serde_json::json!({ "job": "lib" })) < 0.1);
    let verdict = result["verdict"].as_str().expect("a verdict");
    assert!(verdict.contains("is lost to new actions-cache keys (site)"), "{verdict}");
    let told = case.stdout(&["explain", "ci.toml", "--worst", "1", "--no-remedies"]);
    assert!(
        told.starts_with("site on ") && told.lines().next().is_some_and(|line| line.contains("min lost")),
        "{told}"
    );
}

#[test]
fn missed_bytes_are_those_of_the_entry_that_was_wanted() {
    // Two look-ups of 10 MB each, the first in vain: half of the bytes.
    let played = Miniature::new(
        "[workflow.ci]\non = [\"push main\"]\n[workflow.ci.job.t]\ncache.actions-cache = { key = \"k\", size = \"10 MB\" }\n",
    )
    .hourly_pushes(2)
    .play();
    assert_eq!(played.value("restore.byte_hit_ratio", &[("client", "actions-cache")]), Some(0.5));
    // rust-cache: 50 MB wanted and missed, then 50 MB found.
    let played = Miniature::new(
        "[workflow.ci]\non = [\"push main\"]\n[workflow.ci.job.t]\ncompile = { flavour = \"dev\" }\n\
         cache.rust-cache = { registry = \"10 MB\" }\n",
    )
    .hourly_pushes(2)
    .play();
    assert_eq!(played.value("restore.byte_hit_ratio", &[("client", "rust-cache")]), Some(0.5));
}

#[test]
fn a_measured_job_has_as_many_objects_as_it_says() {
    // The miniature's project has four libraries, which fewer objects join and more divide.
    for objects in [1, 3, 4, 10] {
        let played = scene(&format!(
            "cache.sccache = {{ objects = {objects}, object-bytes = \"40 MB\", read = \"0 s\", write = \"0 s\" }}"
        ))
        .set("cache.visibility-lag=0 s")
        .hourly_pushes(2)
        .play();
        let runs = played.runs("test");
        assert_eq!((runs[0].objects(), runs[1].objects()), ((0, objects), (objects, 0)), "{objects}");
        let stored = played.stored_under("sccache/");
        let bytes: u64 = stored.iter().filter(|entry| !entry.key.contains("check")).map(|e| e.size.0).sum();
        assert_eq!((stored.len(), bytes), (objects as usize + 1, 40_000_000), "{objects}");
        assert_eq!(builds(&played, "test")[1], WARM, "all are found");
    }
}

#[test]
fn jobs_that_share_a_key_share_their_number_of_objects() {
    let sccache = |objects: &str| format!("cache.sccache = {{ read = \"0 s\"{objects} }}\n");
    let shared = "cache.rust-cache = { size = \"1 GB\", shared-key = \"all\" }\n";
    let scene = |first: &str, second: &str| {
        scene(&format!(
            "{shared}{}[workflow.ci.job.reader]\n{TIMES}{}{}",
            sccache(first),
            shared.replace(" }", ", save-if = \"never\" }"),
            sccache(second)
        ))
    };
    // The second job says nothing, and finds every crate of the first one's archive.
    let played = scene(", objects = 9", "").hourly_pushes(2).play();
    assert_eq!(played.run(1, "reader").objects(), (0, 0), "the archive has them all");
    let played = scene("", ", objects = 9").hourly_pushes(2).play();
    assert_eq!(played.run(1, "reader").objects(), (0, 0), "whichever says it");
    let said = scene(", objects = 9", ", objects = 8").hourly_pushes(2).remarks();
    assert!(said.contains("`objects` is 8 here, and 9 in another job that shares its cache key"), "{said}");
}

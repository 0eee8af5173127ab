//! BuildKit with `type=gha`: what of an image is found again, by whom, and what is built anew.

use super::image_stores::{API, image_job};
use crate::miniature::{HOUR, Miniature, Played, START, Told, ms};
use cache_budget::event::RestoreOutcome::{Exact, Miss, Prefix};
use cache_budget::units::{Duration, SimTime};

fn scene(settings: &str) -> Miniature {
    Miniature::new(&format!("{API}{}", image_job("gha", settings)))
}

fn builds(played: &Played) -> Vec<Duration> {
    played.runs("api").iter().map(|run| run.build).collect()
}

#[test]
fn a_cold_build_executes_and_exports_every_step() {
    let played = scene("mode = \"max\"").event(0, "main_push", "").play();
    let run = played.run(0, "api");
    assert_eq!((run.found(), run.objects()), (vec![Miss], (0, 6)));
    // 10 + 100 + 1 + 30 + 5 + 1.
    assert_eq!(run.build, ms(147_000));
    // Import 0.1 s; export: six checks of 0.1 s, 115 MB at 10 MB/s, the index 0.5 s.
    assert_eq!(run.took(), ms(100 + 147_000 + 600 + 11_500 + 500));
    assert_eq!(run.saves(), (7, 0));
    assert_eq!(
        (played.stored_under("buildkit-blob-1-").len(), played.stored_under("index-buildkit-1-").len()),
        (6, 1)
    );
}

#[test]
fn an_unchanged_tree_executes_nothing_and_every_layer_counts_as_found() {
    let played = scene("mode = \"max\"").event(0, "main_push", "").event(HOUR, "schedule", "").play();
    let run = played.run(1, "api");
    assert_eq!((run.found(), run.objects(), run.build), (vec![Prefix], (6, 0), ms(0)));
    // Import: 0.1 s and 1 ms for an index of 6 × 600 + 2,000 bytes; six checks, the index. Nothing
    // is downloaded: a cached result is not needed.
    assert_eq!(run.took(), ms(101 + 600 + 500));
    assert_eq!(run.saves(), (1, 0));
    let numbers: Vec<_> =
        played.stored_under("index-").iter().map(|e| e.key.rsplit_once('#').unwrap().1.to_owned()).collect();
    assert_eq!(numbers, ["1", "2"]);
}

#[test]
fn a_source_change_downloads_what_is_built_upon() {
    let played = scene("mode = \"max\"").event(0, "main_push", "").event(HOUR, "main_push", "source").play();
    let run = played.run(1, "api");
    // `copy` 1 s, `build` 30 s, `install` 1 s; `base`, `cook` and `runtime` are cached.
    assert_eq!((run.build, run.objects()), (ms(32_000), (3, 3)));
    assert_eq!(run.steps, [(1, true)], "the dependency step came from the cache");
    // Import 0.101 s; the cached 10 + 50 + 10 MB downloaded and unpacked at 100 MB/s each; export:
    // six checks, 5 + 20 + 20 MB at 10 MB/s, the index.
    assert_eq!(run.took(), ms(101 + 1_400 + 32_000 + 600 + 4_500 + 500));
}

#[test]
fn a_step_upon_a_changed_one_is_no_waste() {
    let played = scene("mode = \"max\"").event(0, "main_push", "").event(HOUR, "main_push", "source").play();
    // What depends on the tree: `copy`, `install`, and `build` because it stands on `copy`.
    assert_eq!(played.run(0, "api").ideal, ms(32_000));
    assert_eq!(played.run(1, "api").ideal, ms(32_000));
}

#[test]
fn mode_min_exports_no_cook_layer() {
    let played = scene("").event(0, "main_push", "").event(HOUR, "main_push", "source").play();
    // All but `runtime`: 10 + 100 + 1 + 30 + 1.
    assert_eq!(builds(&played), [ms(147_000), ms(142_000)]);
    assert_eq!(played.run(1, "api").steps, [(1, false)]);
    // `runtime` once, `install` twice.
    assert_eq!(played.stored_under("buildkit-blob-1-").len(), 3);
}

#[test]
fn mode_min_still_knows_the_keys_of_stages_it_did_not_need() {
    let played = scene("")
        .event(0, "main_push", "")
        .event(HOUR, "schedule", "")
        .event(2 * HOUR, "schedule", "")
        .event(3 * HOUR, "schedule", "")
        .play();
    // The builder's records hold no layers, but while nothing changes none is needed.
    assert_eq!(builds(&played), [ms(147_000), ms(0), ms(0), ms(0)]);
}

#[test]
fn a_step_without_a_layer_does_not_break_the_chain_it_stands_in() {
    let text = API.replace("layer = \"5 MB\"", "layer = \"0 B\"");
    let played = Miniature::new(&format!("{text}{}", image_job("gha", "mode = \"max\"")))
        .event(0, "main_push", "")
        .event(HOUR, "schedule", "")
        .play();
    assert_eq!(builds(&played), [ms(147_000), ms(0)]);
    assert_eq!(played.stored_under("buildkit-blob-1-").len(), 5);
}

/// Two images; the second is a single step of 20 s that ends long before the first.
fn two_images(settings: &str) -> Played {
    let web = "[[image.web.step]]\nname = \"web\"\nwork = \"20 s\"\nlayer = \"10 MB\"\nin-final = true\n";
    let job = image_job("gha", &format!("mode = \"max\"\n{settings}"));
    let job = job
        .replace(".api]\nimage = \"api\"", ".build]\nimage = \"{image}\"\nmatrix.image = [\"api\", \"web\"]");
    let text = format!("{API}{web}{}", job.replace(".api.", ".build."));
    Miniature::new(&text).event(0, "main_push", "").event(HOUR, "schedule", "").play()
}

#[test]
fn of_two_images_in_one_scope_only_the_last_exporters_is_warm() {
    let played = two_images("");
    assert_eq!(played.run(1, "build (api)").build, ms(0));
    assert_eq!(played.run(1, "build (web)").build, ms(20_000));
    // Nothing was lost but the records: web's layer is still there.
    assert_eq!(played.count("cache.evicted_entries", &[]), 0.0);
    assert_eq!(played.stored_at(HOUR - 1).len(), 6 + 1 + 2);
}

#[test]
fn with_a_scope_for_each_image_both_are_warm() {
    for scope in ["{image}", "{image}-{arch}"] {
        let played = two_images(&format!("scope = \"{scope}\""));
        assert_eq!(["build (api)", "build (web)"].map(|job| played.run(1, job).build), [ms(0), ms(0)]);
    }
    let played = two_images("scope = \"{image}-{arch}\"");
    assert_eq!(played.stored_under("index-web-amd64-1-").len(), 2);
}

#[test]
fn without_one_layer_its_step_and_all_upon_it_are_executed() {
    // By creation `base` goes first: a sweep at half past takes its 10 MB of 115, then fits.
    let scene = scene("mode = \"max\"").set("cache.order=oldest-created").set("cache.limit=110 MB");
    let scene = scene.set("cache.sweep=hourly").set("cache.sweep-phase=30 min");
    let played = scene.event(0, "main_push", "").event(HOUR, "main_push", "source").play();
    // `runtime` stands in another stage.
    assert_eq!(builds(&played)[1], ms(142_000));
    assert_eq!(played.run(1, "api").objects(), (1, 5));
    // The six of the first run were never there; of the second's `base` and `cook` were, the others stand on
    // a tree that has changed.
    assert_eq!(played.value("object.evicted_share", &[("client", "buildkit")]), Some(2.0 / 11.0));
}

#[test]
fn a_stage_that_is_only_copied_from_needs_its_record_not_its_layers() {
    // The same loss, but the tree has not changed: the result is cached, `build` is not needed.
    let scene = scene("mode = \"max\"").set("cache.order=oldest-created").set("cache.limit=110 MB");
    let scene = scene.set("cache.sweep=hourly").set("cache.sweep-phase=30 min");
    let played = scene.event(0, "main_push", "").event(HOUR, "schedule", "").play();
    assert_eq!(builds(&played)[1], ms(0));
}

/// When each layer and index of the first run was last accessed after a second one, in seconds from
/// the second run's start; the first run's leftovers are negative.
fn accesses(touch: &str, second: &str) -> Vec<i64> {
    let scene = scene("mode = \"max\"").set(&format!("cache.touch={touch}"));
    let played = scene.event(0, "main_push", "").event(HOUR, second, "").play();
    let begin = SimTime(START.0 + HOUR * 1_000);
    let mut first: Vec<_> = played.stored().iter().filter(|entry| entry.created < begin).collect();
    first.sort_by_key(|entry| entry.created);
    first.iter().map(|entry| (entry.accessed - begin).0.div_euclid(1_000)).collect()
}

#[test]
fn existence_checks_refresh_entries_where_a_look_up_is_an_access() {
    // The export checks the six layers from 0.101 s on, 0.1 s each; then it looks for the index.
    assert_eq!(accesses("look-up", "schedule"), [0, 0, 0, 0, 0, 0, 0]);
    // By download: only the index, for nothing else was downloaded.
    let early = accesses("download", "schedule");
    assert!(early[..6].iter().all(|at| *at < 0), "{early:?}");
    assert_eq!(early[6], 0);
}

#[test]
fn a_downloaded_layer_is_accessed_whatever_counts_as_an_access() {
    // A push that changes the tree downloads `base`, `cook` and `runtime`, in order of creation the
    // first, the second and the fifth.
    let after = accesses("download", "main_push");
    let downloaded: Vec<_> = (0..7).filter(|place| after[*place] >= 0).collect();
    assert_eq!(downloaded, [0, 1, 4, 6]);
}

#[test]
fn a_pull_request_reads_mains_index_and_writes_its_own() {
    let played = scene("mode = \"max\"")
        .event(0, "main_push", "")
        .event(HOUR, "pr_push 7", "source")
        .event(2 * HOUR, "pr_push 7", "source")
        .event(3 * HOUR, "main_push", "source")
        .play();
    let found: Vec<_> = played.runs("api").iter().map(|run| run.found()).collect();
    assert_eq!(found, [vec![Miss], vec![Miss, Prefix], vec![Prefix, Prefix], vec![Prefix]]);
    assert!(found.iter().flatten().all(|outcome| *outcome != Exact), "an index is asked for by its prefix");
    assert_eq!(builds(&played)[1..], [ms(32_000); 3]);
    let own: Vec<_> = played.stored().iter().filter(|e| e.scope == "refs/pull/7/merge").collect();
    // Twice `copy`, `build`, `install` and the index; what main has is not written again.
    assert_eq!(own.len(), 2 * 4);
}

#[test]
fn save_if_lets_pull_requests_only_read() {
    let played = scene("mode = \"max\"\nsave-if = \"default-branch\"")
        .event(0, "main_push", "")
        .event(HOUR, "pr_push 7", "source")
        .play();
    let pull = played.run(1, "api");
    assert_eq!((pull.build, pull.saves()), (ms(32_000), (0, 0)));
    // Import from two refs, download and unpack, build; no export.
    assert_eq!(pull.took(), ms(201 + 1_400 + 32_000));
}

#[test]
fn an_image_without_steps_has_as_many_blobs_as_it_says() {
    let scene = |blobs: &str| {
        let image = format!(
            "[image.api]\ncold = \"20 min\"\nwarm = \"5 min\"\nsize = \"600 MB\"\nrebuilt = 0.21\n{blobs}\n"
        );
        let scene = Miniature::new(&format!("{image}{}", image_job("gha", "")));
        scene.event(0, "main_push", "").event(HOUR, "main_push", "source").play()
    };
    let count = |played: &Played| {
        (played.run(1, "api").objects(), played.stored_under("buildkit-blob-1-").len(), builds(played))
    };
    let times = vec![ms(1_200_000), ms(300_000)];
    assert_eq!(count(&scene("")), ((1, 1), 3, times.clone()));
    // ⌊0.21 × 30 + ½⌋ = 6 are new for every push. Two exports of them, and 24 that last.
    let played = scene("blobs = 30");
    assert_eq!(count(&played), ((24, 6), 36, times));
    // 79 % of 600 MB in 24 blobs, and the rest in 6, twice.
    let sizes: Vec<u64> = played.stored_under("buildkit-blob-1-").iter().map(|blob| blob.size.0).collect();
    let mut sorted = sizes;
    sorted.sort_unstable();
    assert_eq!(sorted, [vec![19_750_000; 24], vec![21_000_000; 12]].concat());
}

//! BuildKit's stores outside the shared cache: registry, S3 and the image itself.

use crate::miniature::{HOUR, Miniature, Played, Told, ms};

/// An image as cargo-chef projects build it. A cold build takes 147 s, its layers are 115 MB.
pub const API: &str = r#"
[[image.api.step]]
name = "base"
content = "base"
work = "10 s"
layer = "10 MB"
reproducible = true
[[image.api.step]]
name = "cook"
content = "recipe"
work = "100 s"
layer = "50 MB"
dependencies = true
[[image.api.step]]
name = "copy"
content = "context"
work = "1 s"
layer = "5 MB"
reproducible = true
[[image.api.step]]
name = "build"
work = "30 s"
layer = "20 MB"
[[image.api.step]]
name = "runtime"
stage = true
work = "5 s"
layer = "10 MB"
reproducible = true
in-final = true
[[image.api.step]]
name = "install"
copies-from = ["build"]
content = "context"
work = "1 s"
layer = "20 MB"
in-final = true
"#;

/// The workflow that builds it, with BuildKit's cache in this store: 0.1 s for a check, 10 MB/s to
/// export, 100 MB/s to unpack.
pub fn image_job(store: &str, settings: &str) -> String {
    format!(
        "[workflow.ci]\non = [\"push main\", \"pull_request\", \"schedule\"]\n\
         [workflow.ci.job.api]\nimage = \"api\"\n[workflow.ci.job.api.cache.buildkit-{store}]\n\
         check = \"0.1 s\"\nexport-rate = \"10 MB/s\"\nunpack-rate = \"100 MB/s\"\n{settings}\n"
    )
}

/// One push and an unchanged tree an hour later.
fn unchanged(store: &str, settings: &str) -> Miniature {
    let text = format!("{API}{}", image_job(store, settings));
    Miniature::new(&text).event(0, "main_push", "").event(HOUR, "schedule", "")
}

/// The same for two architectures.
fn two_arches(store: &str, settings: &str) -> Played {
    unchanged(store, settings).set("workflow.ci.job.api.matrix={ arch = [\"amd64\", \"arm64\"] }").play()
}

const LEGS: [&str; 2] = ["api (amd64)", "api (arm64)"];

#[test]
fn a_registry_needs_no_budget() {
    let played = unchanged("registry", "mode = \"max\"").set("cache.uploads-per-minute=1").play();
    let (cold, warm) = (played.run(0, "api"), played.run(1, "api"));
    // Import 1 s; export 1 s and 115 MB at 10 MB/s. Then nothing is new.
    assert_eq!((cold.build, cold.took()), (ms(147_000), ms(1_000 + 147_000 + 1_000 + 11_500)));
    assert_eq!((warm.build, warm.took()), (ms(0), ms(1_000 + 1_000)));
    assert_eq!((warm.objects(), cold.saves(), played.stored().len()), ((6, 0), (0, 0), 0));
}

#[test]
fn a_tag_shared_by_two_architectures_keeps_one_warm() {
    let played = two_arches("registry", "mode = \"max\"");
    // Both end at the same instant; the second leg was started last and is woken last.
    assert_eq!(LEGS.map(|leg| played.run(1, leg).build), [ms(147_000), ms(0)]);
}

#[test]
fn a_tag_for_each_architecture_keeps_both_warm() {
    let played = two_arches("registry", "mode = \"max\"\ntag = \"{image}:cache-{arch}\"");
    assert_eq!(LEGS.map(|leg| played.run(1, leg).build), [ms(0), ms(0)]);
}

#[test]
fn s3_is_told_apart_by_name_as_a_registry_is_by_tag() {
    let shared = two_arches("s3", "mode = \"max\"");
    assert_eq!(LEGS.map(|leg| shared.run(1, leg).build), [ms(147_000), ms(0)]);
    let own = two_arches("s3", "mode = \"max\"\nname = \"{image}-{arch}\"");
    assert_eq!(LEGS.map(|leg| own.run(1, leg).build), [ms(0), ms(0)]);
}

#[test]
fn layers_in_the_image_itself_are_the_final_ones_whatever_the_mode() {
    for mode in ["min", "max"] {
        let text = format!("{API}{}", image_job("inline", &format!("mode = \"{mode}\"")));
        let played =
            Miniature::new(&text).event(0, "main_push", "").event(HOUR, "main_push", "source").play();
        let (cold, changed) = (played.run(0, "api"), played.run(1, "api"));
        // The layers are pushed with the image: exporting them costs nothing.
        assert_eq!(cold.took(), ms(1_000 + 147_000));
        // Only `runtime` is found again: 10 + 100 + 1 + 30 + 1.
        assert_eq!((changed.build, changed.objects()), (ms(142_000), (1, 5)), "mode = {mode}");
    }
}

#[test]
fn every_architecture_has_its_own_image() {
    let played = two_arches("inline", "");
    assert_eq!(LEGS.map(|leg| played.run(1, leg).build), [ms(0), ms(0)]);
}

#[test]
fn a_pull_request_overwrites_the_tag_it_shares_with_main() {
    let text = format!("{API}{}", image_job("registry", "mode = \"max\""));
    let scene = Miniature::new(&text).event(0, "main_push", "").event(HOUR, "pr_push 7", "targets");
    let played = scene.event(2 * HOUR, "main_push", "source").play();
    // The pull request's recipe differs: `cook` is executed, and again by main, whose records are gone.
    assert_eq!(played.run(1, "api").build, ms(132_000));
    assert_eq!(played.run(2, "api").build, ms(132_000));
}

#[test]
fn without_a_cache_every_build_is_cold() {
    let text = format!("{API}[workflow.ci]\non = \"push main\"\n[workflow.ci.job.api]\nimage = \"api\"\n");
    let played = Miniature::new(&text).hourly_pushes(2).play();
    assert_eq!(played.runs("api").iter().map(|run| run.build).collect::<Vec<_>>(), [ms(147_000); 2]);
    assert!(played.run(1, "api").restores.is_empty());
}

#[test]
fn a_target_for_the_dependencies_exports_its_stage_and_no_more() {
    let text = format!("{API}{}", image_job("gha", "export = \"dependencies\""));
    let scene = Miniature::new(&text).event(0, "main_push", "").event(HOUR, "main_push", "source");
    let played = scene.play();
    let (cold, warm) = (played.run(0, "api"), played.run(1, "api"));
    // Look-up 0.1 s; `base` 0.1 + 1 s, `cook` 0.1 + 5 s, index 0.5 s.
    assert_eq!((cold.build, cold.took()), (ms(147_000), ms(100 + 147_000 + 1_100 + 5_100 + 500)));
    assert_eq!(cold.saves(), (3, 0));
    // `cook` is found; `copy`, `build`, `runtime` and `install` are made again, and nothing of them is kept.
    assert_eq!((warm.build, warm.saves()), (ms(37_000), (1, 0)));
    let layers: Vec<_> = played.stored_under("buildkit-blob").iter().map(|entry| entry.size).collect();
    assert_eq!(layers, [10, 50].map(|megabytes| cache_budget::units::Bytes(megabytes * 1_000_000)));
    // With mode=min and no such target, `cook` has no layer, and a change of sources makes it again.
    let text = format!("{API}{}", image_job("gha", "mode = \"min\""));
    let image = Miniature::new(&text).event(0, "main_push", "").event(HOUR, "main_push", "source").play();
    assert_eq!(image.run(1, "api").build, ms(142_000));
}

#[test]
fn what_the_dependencies_copy_from_is_exported_with_mode_max_alone() {
    let planned = r#"
[[image.api.step]]
name = "base"
work = "1 s"
layer = "10 MB"
[[image.api.step]]
name = "plan"
content = "context"
work = "1 s"
layer = "5 MB"
[[image.api.step]]
name = "cook"
parent = "base"
copies-from = ["plan"]
content = "recipe"
work = "100 s"
layer = "50 MB"
dependencies = true
[[image.api.step]]
name = "build"
content = "context"
work = "30 s"
layer = "20 MB"
in-final = true
"#;
    let layers = |mode: &str, store: &str| -> Vec<u64> {
        let settings = format!("mode = \"{mode}\"\nexport = \"dependencies\"");
        let played = Miniature::new(&format!("{planned}{}", image_job(store, &settings)));
        let played = played.event(0, "main_push", "").event(HOUR, "main_push", "source").play();
        assert_eq!(played.run(1, "api").steps.len(), 1);
        assert!(played.run(1, "api").steps[0].1, "cook is found again");
        played.stored_under("buildkit-blob").iter().map(|entry| entry.size.0 / 1_000_000).collect()
    };
    assert_eq!(layers("min", "gha"), [10, 50]);
    // The plan changes with the tree: a layer for each push.
    assert_eq!(layers("max", "gha"), [10, 5, 50, 5]);
    assert!(layers("min", "registry").is_empty());
}

#[test]
fn a_fork_has_no_credentials_for_another_store_and_stays_green() {
    for forks_write in [true, false] {
        let played = unchanged("registry", "mode = \"max\"")
            .set(&format!("cache.forks-write={forks_write}"))
            .event(2 * HOUR, "fork_pr_push 9", "source")
            .event(3 * HOUR, "schedule", "")
            .play();
        let fork = played.run(2, "api");
        // It reads what is public: only `copy`, `build` and `install` are executed, and nothing is pushed.
        assert_eq!((fork.build, fork.saves(), fork.succeeded()), (ms(32_000), (0, 0), true));
        assert_eq!(played.run(3, "api").build, ms(0), "main's tag is as it was");
    }
}

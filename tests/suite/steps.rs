//! The steps of actions/cache: restore and save apart, saves after a failure, and contents that age.

use crate::miniature::{HOUR, MB, Miniature, Played, Told, ms};
use cache_budget::event::{Conclusion, FailureCause, RestoreOutcome};
use cache_budget::units::Duration;

fn scene(steps: &str) -> Miniature {
    let text = "[workflow.ci]\non = [\"push main\", \"pull_request\"]\n[workflow.ci.job.test]\n";
    Miniature::new(&format!("{text}cache.actions-cache = [{steps}]\n"))
}

/// What each push to main lost because of what it did not find, or could not use.
fn lost(played: &Played, pushes: u32) -> Vec<Duration> {
    (0..pushes).map(|push| played.run(push, "test").build).collect()
}

#[test]
fn a_step_that_only_restores_saves_nothing_and_one_that_only_saves_asks_for_nothing() {
    let restore = "{ action = \"restore\", key = \"k\", size = \"10 MB\", miss = \"100 s\" }";
    let save = "{ action = \"save\", key = \"k\", size = \"10 MB\" }";
    let apart = |steps: &str| scene(steps).hourly_pushes(3).play();
    let only = apart(restore);
    assert!(only.stored().is_empty());
    assert_eq!(lost(&only, 3), [ms(100_000); 3]);
    // With a save, the second and the third push find what the first has left. A save step does not know
    // that: it packs for 0.1 s (10 MB at 100 MB/s) and is told that the key exists.
    let both = apart(&format!("{restore}, {save}"));
    assert_eq!(lost(&both, 3), [ms(100_000), ms(0), ms(0)]);
    assert_eq!(both.value("save.failed", &[("reason", "exists")]).map(|daily| daily > 0.0), Some(true));
    let packed = both.value("save.packed_in_vain", &[]).expect("it packs");
    let skipped = apart(&format!("{restore}, {{ skip-after-hit = true, {}", &save[2..]));
    assert_eq!(skipped.value("save.failed", &[("reason", "exists")]), Some(0.0));
    assert!(packed > 0.0 && skipped.value("save.packed_in_vain", &[]) == Some(0.0));
    assert_eq!(skipped.stored().len(), 1);
}

/// `a` takes 20 s to download and unpack, `b` 10 s, the steps behind them 30 s; a look-up takes 0.5–1.5 s.
#[test]
fn restores_run_at_once_and_the_job_waits_for_them_before_its_steps_or_its_build() {
    let took = |background: &str| {
        let step = |key: &str, size: &str| format!("{{ key = \"{key}\", size = \"{size}\", {background} }}");
        let steps = format!("{}, {}", step("a", "1 GB"), step("b", "500 MB"));
        let scene = scene(&steps).set("workflow.ci.job.test.prepare=30 s");
        let scene = scene.set("runner.ubuntu-latest.unpack=100 MB/s");
        scene.event(0, "main_push", "").event(HOUR, "main_push", "").play().run(1, "test").took().0
    };
    let within = |took: i64, least: i64, most: i64| assert!((least..=most).contains(&took), "{took}");
    within(took("background = false"), 61_000, 63_000);
    within(took("background = \"restores\""), 50_500, 51_500);
    within(took("background = true"), 30_000, 30_000);
}

#[test]
fn a_save_after_a_failure_leaves_what_was_made_by_then_and_a_hit_on_it_costs_the_rest() {
    let steps = "{ key = \"k\", size = \"100 MB\", miss = \"100 s\", on-failure = true }";
    let play = |seed| {
        let scene = scene(steps).set("workflow.ci.job.test.fails-on-main=0.5").seed(seed);
        scene.event(0, "main_push", "").event(HOUR, "main_push", "").play()
    };
    let ends = |played: &Played| [0, 1].map(|push| played.run(push, "test").conclusion);
    let wanted = [Conclusion::Failed, Conclusion::Success];
    let played = (1..).map(play).find(|played| ends(played) == wanted).expect("a quarter of them");
    let [entry] = played.stored() else { panic!("one entry: it is never replaced") };
    let share = entry.size.as_f64() / (100 * MB.0) as f64;
    assert!(share > 0.0 && share < 1.0, "{share}");
    // 100 s would make all of it; the second run makes what is missing.
    let rest = played.run(1, "test").build.0 as f64;
    assert!((rest - 100_000.0 * (1.0 - share)).abs() < 2.0, "{rest} of {share}");
    assert_eq!(played.run(1, "test").restores[0].outcome, RestoreOutcome::Exact);
    // Without `on-failure`, the failed run stores nothing and the second one makes all of it.
    let without = (1..).map(|seed| {
        let scene = scene(&steps.replace(", on-failure = true", "")).seed(seed);
        let scene = scene.set("workflow.ci.job.test.fails-on-main=0.5");
        scene.event(0, "main_push", "").event(HOUR, "main_push", "").play()
    });
    let without = without.into_iter().find(|played| ends(played) == wanted).expect("a quarter of them");
    assert_eq!(without.run(1, "test").build, ms(100_000));
}

#[test]
fn a_job_may_fail_where_it_finds_nothing() {
    let steps = "{ key = \"k\", size = \"10 MB\", fail-on-cache-miss = true }";
    let alone = scene(steps).hourly_pushes(2).play();
    for push in [0, 1] {
        let run = alone.run(push, "test");
        assert_eq!((run.conclusion, run.failure), (Conclusion::Failed, Some(FailureCause::CacheMiss)));
    }
    assert!(alone.stored().is_empty(), "a failed job saves nothing");
    let filled = "job.fill = { cache.actions-cache = { key = \"k-1\", size = \"10 MB\" } }\n";
    let text = format!(
        "[workflow.ci]\non = \"push main\"\n{filled}[workflow.ci.job.test]\nneeds = \"fill\"\n\
         cache.actions-cache = [{{ key = \"k-2\", restore-keys = [\"k-\"], size = \"10 MB\", \
         fail-on-cache-miss = true }}]\n"
    );
    let played = Miniature::new(&text).set("cache.visibility-lag=0 s").hourly_pushes(1).play();
    assert!(played.run(0, "test").succeeded(), "a restore key is enough");
}

/// Each run packs a new size under one key: with the deletion before it, the last one is stored, on each ref.
#[test]
fn an_entry_is_deleted_before_it_is_saved_again() {
    let stored = |overwrite: bool| {
        let step = format!("{{ action = \"save\", key = \"k\", size = \"10 MB\", overwrite = {overwrite} }}");
        let scene = scene(&step).event(0, "pr_push 7", "").event(HOUR, "main_push", "");
        let played = scene.event(2 * HOUR, "main_push", "").play();
        let created: Vec<_> =
            played.stored().iter().map(|entry| entry.created > played.workflow(2).triggered).collect();
        (created, played.count("save.stored", &[]), played.count("save.failed", &[("reason", "exists")]))
    };
    assert_eq!(stored(false), (vec![false, false], 2.0, 1.0));
    let (mut newest, stored, refused) = stored(true);
    newest.sort();
    assert_eq!((newest, stored, refused), (vec![false, true], 3.0, 0.0), "the pull request's is its own");
}

/// A pull request's run and a push find nothing of their own, and only the run by hand saves.
#[test]
fn a_step_saves_on_the_events_that_it_names() {
    let text = |on: &str| {
        format!(
            "[workflow.ci]\non = [\"push main\", \"pull_request\", \"workflow_dispatch\"]\n\
             [workflow.ci.job.test]\ncache.actions-cache = {{ key = \"{{run-id}}\", size = \"1 MB\", save-on = {on} }}\n"
        )
    };
    let stored = |on: &str| {
        let scene = Miniature::new(&text(on)).event(0, "main_push", "").event(HOUR, "pr_push 7", "");
        scene.event(2 * HOUR, "workflow_dispatch", "").play().stored().len()
    };
    assert_eq!(stored("[]"), 3);
    assert_eq!(stored("\"workflow_dispatch\""), 1);
    assert_eq!(stored("[\"push\", \"pull_request\"]"), 2);
    let said = |on: &str| Miniature::new(&text(on)).event(0, "main_push", "").remarks();
    assert!(said("\"push main\"").contains("`save-on` has no effect: the job runs on none but these events"));
    assert!(said("\"pull\"").contains("`pull` is not a value"), "{}", said("\"pull\""));
}

/// 1 GB takes 10 s to download and no time to unpack; preparing takes 8 s and a miss would take 5 s more.
#[test]
fn a_restore_in_the_background_runs_beside_what_comes_before_the_build() {
    let took = |background: bool, pushes: i64| {
        let step = format!("{{ key = \"k\", size = \"1 GB\", miss = \"5 s\", background = {background} }}");
        let played = scene(&step).set("workflow.ci.job.test.prepare=8 s").hourly_pushes(pushes).play();
        played.run(pushes as u32 - 1, "test").took()
    };
    let [beside, behind] = [true, false].map(|background| took(background, 2));
    assert_eq!(behind - beside, ms(8_000), "it prepares while it downloads: {beside}");
    // A miss is known after a second, and what is missing is made after the preparation.
    let [beside, behind] = [true, false].map(|background| took(background, 1));
    assert!(behind > beside && behind - beside < ms(2_000), "{behind} {beside}");
}

/// The step fails its job before anything was made: 0 bytes are saved under the key, by the step itself or by one
/// behind it that only saves, and a hit on them is worth nothing. After a prefix hit the job goes on.
#[test]
fn what_a_miss_that_fails_its_job_leaves_is_empty() {
    let own =
        "{ key = \"k\", size = \"10 MB\", miss = \"50 s\", fail-on-cache-miss = true, on-failure = true }";
    let apart = "{ action = \"restore\", key = \"k\", size = \"10 MB\", miss = \"50 s\", fail-on-cache-miss = true }, \
        { action = \"save\", key = \"k\", size = \"10 MB\", on-failure = true }";
    for steps in [own, apart] {
        let played = scene(steps).hourly_pushes(2).play();
        let [first, second] = [0, 1].map(|push| played.run(push, "test"));
        assert_eq!(first.failure, Some(FailureCause::CacheMiss), "{steps}");
        let [entry] = played.stored() else { panic!("one entry: {steps}") };
        assert_eq!(entry.size.0, 0, "{steps}");
        assert_eq!((second.found(), second.build), (vec![RestoreOutcome::Exact], ms(50_000)), "{steps}");
    }
}

#[test]
fn windows_shares_entries_with_other_systems_only_if_both_are_told_to() {
    let play = |cross: bool| {
        let step = format!("{{ key = \"k\", size = \"10 MB\", cross-os = {cross} }}");
        let text = format!(
            "[runner.windows-latest]\nboot = \"0 s\"\n[workflow.ci]\non = \"push main\"\n\
             job.linux = {{ cache.actions-cache = {step} }}\n[workflow.ci.job.windows]\nneeds = \"linux\"\n\
             runner = \"windows-latest\"\ncache.actions-cache = {step}\n"
        );
        let played = Miniature::new(&text).set("cache.visibility-lag=0 s").hourly_pushes(1).play();
        (played.run(0, "windows").restores[0].outcome, played.stored().len())
    };
    assert_eq!(play(false), (RestoreOutcome::Miss, 2));
    assert_eq!(play(true), (RestoreOutcome::Exact, 1));
}

const AGING: &str = "size = \"10 MB\", miss = \"100 s\", ages = { changed = 0.1 }";

#[test]
fn a_frozen_key_is_always_hit_and_worth_less_with_each_push() {
    let played = scene(&format!("{{ key = \"build\", {AGING} }}")).hourly_pushes(4).play();
    // 0.9, 0.81 and 0.729 of the first push's results are still valid.
    assert_eq!(lost(&played, 4), [ms(100_000), ms(10_000), ms(19_000), ms(27_100)]);
    assert_eq!(played.value("restore.hit_ratio", &[]), Some(0.75));
    // The newest possible entry would leave 10 s to each: the rest is wasted.
    let ideal: Vec<_> = (0..4).map(|push| played.run(push, "test").ideal).collect();
    assert_eq!(ideal, [ms(10_000); 4]);
}

#[test]
fn a_key_with_the_commit_and_a_restore_key_is_as_fresh_as_it_can_be() {
    let step = format!("{{ key = \"build-{{sha}}\", restore-keys = [\"build-\"], {AGING} }}");
    let played = scene(&step).hourly_pushes(4).play();
    assert_eq!(lost(&played, 4), [ms(100_000), ms(10_000), ms(10_000), ms(10_000)]);
}

#[test]
fn a_pull_request_builds_what_it_has_changed_and_what_main_has_changed_since() {
    let step = format!("{{ key = \"build\", {AGING} }}");
    let played = scene(&step)
        .event(0, "main_push", "source")
        .event(HOUR, "pr_push 7", "source")
        .event(2 * HOUR, "main_push", "source")
        .event(3 * HOUR, "pr_push 7", "source")
        .event(4 * HOUR, "pr_push 8", "")
        .play();
    // From main's first entry: one change; then main's and two of its own: 1 − 0.9³. The other pull request
    // has changed nothing, so only main's second push counts.
    assert_eq!(lost(&played, 5)[1..], [ms(10_000), ms(10_000), ms(27_100), ms(10_000)]);
}

#[test]
fn contents_may_age_with_any_input() {
    let step =
        "{ key = \"store\", size = \"10 MB\", miss = \"100 s\", ages = { input = \"lock\", changed = 0.2 } }";
    let played = scene(step)
        .event(0, "main_push", "source")
        .event(HOUR, "main_push", "source")
        .event(2 * HOUR, "main_push", "lock")
        .play();
    assert_eq!(lost(&played, 3), [ms(100_000), ms(0), ms(20_000)]);
}

/// The step that restores says how the contents age, whichever step or job has saved them.
#[test]
fn what_a_hit_is_worth_belongs_to_the_step_that_restores() {
    let restore = format!("{{ action = \"restore\", key = \"build\", {AGING} }}");
    let save = "{ action = \"save\", key = \"build\", size = \"10 MB\" }";
    let pair = scene(&format!("{restore}, {save}")).hourly_pushes(4);
    assert!(!pair.remarks().contains("ages"), "{}", pair.remarks());
    // As with one step: 0.9, 0.81 and 0.729 of the first push's results are still valid.
    let played = pair.play();
    assert_eq!(lost(&played, 4), [ms(100_000), ms(10_000), ms(19_000), ms(27_100)]);
    // The own change, 10 s, has to be built in any case. The rest of the two later hits is stale: 9 + 17.1 s.
    let stale = played.count("lost.minutes", &[("cause", "stale_contents")]);
    assert!((stale * 60.0 - 26.1).abs() < 0.01, "{stale}");
    // One workflow writes, another one reads after one, two and three changes.
    let text = format!(
        "[workflow.night]\non = \"workflow_dispatch\"\njob.fill.cache.actions-cache = [{save}]\n\
         [workflow.ci]\non = \"push main\"\njob.test.cache.actions-cache = [{restore}]\n"
    );
    let apart = Miniature::new(&text).event(0, "workflow_dispatch", "");
    let apart = (1..4).fold(apart, |scene, hour| scene.event(hour * HOUR, "main_push", "source"));
    assert!(!apart.remarks().contains("ages"), "{}", apart.remarks());
    let played = apart.play();
    let lost: Vec<_> = (1..4).map(|push| played.run(push, "test").build).collect();
    assert_eq!(lost, [ms(10_000), ms(19_000), ms(27_100)]);
}

/// The cache begins with an entry that a step without `ages` has stored.
#[test]
fn a_listed_entry_ages_for_the_step_that_restores_it() {
    let restore = format!("{{ action = \"restore\", key = \"build\", {AGING} }}");
    let save = "{ action = \"save\", key = \"build\", size = \"10 MB\" }";
    let listing = "[{\"id\":1,\"key\":\"build\",\"ref\":\"refs/heads/main\",\"version\":\"v\",\"sizeInBytes\":10000000,\
                   \"createdAt\":\"2026-01-05T00:00:00Z\",\"lastAccessedAt\":\"2026-01-05T00:00:00Z\"}]";
    let scene = scene(&format!("{save}, {restore}")).listing(listing);
    let played = scene.event(HOUR, "main_push", "source").event(2 * HOUR, "main_push", "source").play();
    assert_eq!(lost(&played, 2), [ms(10_000), ms(19_000)]);
}

#[test]
fn a_step_that_only_saves_is_told_once_that_its_ages_change_nothing() {
    let save = format!("{{ action = \"save\", {AGING} }}").replace("size", "key = \"build\", size");
    let restore = format!("{{ action = \"restore\", key = \"build\", {AGING} }}");
    let said = scene(&format!("{restore}, {save}")).hourly_pushes(2).remarks();
    assert_eq!(said.matches("`ages` has no effect: the step only saves").count(), 1, "{said}");
    assert!(!said.contains("no run saves an archive"), "{said}");
}

/// A job begins at 23:50, prepares for an hour and saves at 0:50 under the key of the new day.
#[test]
fn a_step_that_only_saves_makes_its_key_when_it_saves() {
    let found = |steps: &str| {
        let scene = scene(steps).set("workflow.ci.job.test.prepare=60 min");
        let late = (0..3).map(|day| day * 24 * HOUR + 23 * HOUR + 50 * 60);
        let played = late.fold(scene, |scene, at| scene.event(at, "main_push", "source")).play();
        let found: Vec<_> = played.runs("test").iter().flat_map(|run| run.found()).collect();
        let mut keys: Vec<_> = played.stored().iter().map(|entry| entry.key.clone()).collect();
        keys.sort();
        (found, keys.join(" "))
    };
    use RestoreOutcome::{Exact, Miss};
    let apart = "{ action = \"restore\", key = \"k-{date}\", size = \"1 MB\" }, \
                 { action = \"save\", key = \"k-{date}\", size = \"1 MB\" }";
    let keys = "k-2026-01-06 k-2026-01-07 k-2026-01-08";
    assert_eq!(found(apart), (vec![Miss, Exact, Exact], keys.to_owned()));
    // One step saves the key that it asked for, which is of the day before.
    let keys = "k-2026-01-05 k-2026-01-06 k-2026-01-07";
    assert_eq!(found("{ key = \"k-{date}\", size = \"1 MB\" }"), (vec![Miss, Miss, Miss], keys.to_owned()));
    // The condition asks for the restore's hit, whose key was that of the day before.
    let skipped = apart.replace("action = \"save\"", "action = \"save\", skip-after-hit = true");
    assert_eq!(found(&skipped), (vec![Miss, Exact, Miss], "k-2026-01-06 k-2026-01-08".to_owned()));
}

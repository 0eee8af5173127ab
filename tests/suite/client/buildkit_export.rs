//! BuildKit's export to the shared cache when it is refused: it waits, it fails, it is lost.

use super::image_stores::{API, image_job};
use crate::miniature::{HOUR, Miniature, Played, Told, ms};
use cache_budget::event::{Conclusion, RestoreOutcome};

/// A cold build ends 147.1 s after the start. Its export of six layers and an index then looks each
/// layer up 0.1 s before it reserves it, at 147.2, 148.3, 153.4, 154.0, 156.1 and 157.2 s, and looks for
/// the index when it reserves the next one, at 159.2 s: all within the minute from 120 s on.
fn scene(settings: &str, uploads: u32) -> Miniature {
    let job = image_job("gha", &format!("mode = \"max\"\n{settings}"));
    Miniature::new(&format!("{API}{job}")).set(&format!("cache.uploads-per-minute={uploads}"))
}

#[test]
fn a_refused_layer_waits_for_the_next_minute() {
    let played = scene("", 4).event(0, "main_push", "").play();
    let run = played.run(0, "api");
    // `runtime` is refused at 156.1 s and waits until 180.0 s; then 1 s, `install` 2.1 s, index 0.5 s.
    assert_eq!((run.took(), run.conclusion), (ms(183_600), Conclusion::Success));
    assert_eq!(run.saves(), (7, 0), "a refusal that is waited out is no failure");
    assert_eq!(played.stored().len(), 7);
}

#[test]
fn a_refused_index_waits_as_well() {
    let played = scene("", 6).event(0, "main_push", "").event(HOUR, "schedule", "").play();
    let run = played.run(0, "api");
    // Refused at 159.2 s, written from 180.0 to 180.5 s.
    assert_eq!((run.took(), run.saves()), (ms(180_500), (7, 0)));
    assert_eq!(played.run(1, "api").build, ms(0));
}

#[test]
fn an_export_that_times_out_fails_the_job() {
    let played = scene("timeout = \"10 s\"", 4).event(0, "main_push", "").event(HOUR, "schedule", "").play();
    let run = played.run(0, "api");
    // 24 s to wait are more than 10 s: it gives up at once.
    assert_eq!((run.took(), run.conclusion), (ms(156_100), Conclusion::Failed));
    assert_eq!(run.saves(), (5, 1));
    assert_eq!(played.workflow(0).conclusion, Conclusion::Failed);
    // Four layers are stored, but no index knows of them.
    assert_eq!(played.stored_at(HOUR - 1).len(), 4);
    assert_eq!(played.run(1, "api").found(), [RestoreOutcome::Miss]);
    assert_eq!(played.run(1, "api").build, ms(147_000));
}

#[test]
fn ignore_error_keeps_the_job_green_but_not_the_index() {
    let played = scene("timeout = \"10 s\"\nignore-error = true", 4)
        .event(0, "main_push", "")
        .event(HOUR, "schedule", "")
        .play();
    assert_eq!(played.run(0, "api").conclusion, Conclusion::Success);
    assert_eq!(played.run(1, "api").build, ms(147_000));
}

#[test]
fn an_index_that_times_out_fails_the_job() {
    let played = scene("timeout = \"10 s\"", 6).event(0, "main_push", "").play();
    assert_eq!(played.run(0, "api").conclusion, Conclusion::Failed);
    assert_eq!(played.stored().len(), 6);
}

#[test]
fn a_rejected_layer_fails_the_export_at_once() {
    // 60 MB after `base` and `cook` are not over the limit yet; `copy` makes it 65 MB, and `build` is
    // rejected.
    let scene = scene("", 200).set("cache.limit=60 MB").set("cache.over-quota=reject");
    let played = scene.event(0, "main_push", "").play();
    let run = played.run(0, "api");
    assert_eq!((run.conclusion, run.saves(), played.stored().len()), (Conclusion::Failed, (4, 1), 3));
    let labels = [("client", "buildkit"), ("reason", "over_quota")];
    assert_eq!(played.count("save.failed", &labels), 1.0);
}

#[test]
fn a_failed_build_exports_nothing() {
    let played = scene("", 200).set("workflow.ci.job.api.fails-on-main=1").event(0, "main_push", "").play();
    let run = played.run(0, "api");
    assert!(run.conclusion == Conclusion::Failed && run.took() < ms(147_100), "a step fails on the way");
    assert!(played.stored().is_empty());
}

/// A run whose token may only read, after one on main.
fn read_only(scene: Miniature) -> Played {
    let scene = scene.set("cache.forks-write=false");
    scene.event(0, "main_push", "").event(HOUR, "fork_pr_push 9", "source").play()
}

#[test]
fn a_read_only_token_fails_the_build_at_its_first_new_layer() {
    let played = read_only(scene("", 200));
    let run = played.run(1, "api");
    // Import from two refs 0.201 s, download and unpack 1.4 s, build 32 s. `base` and `cook` exist; the
    // reservation of `copy` after its check is refused.
    assert_eq!((run.build, run.took()), (ms(32_000), ms(201 + 1_400 + 32_000 + 300)));
    assert_eq!((run.saves(), run.conclusion), ((1, 1), Conclusion::Failed));
    let refused = [("client", "buildkit"), ("reason", "read_only")];
    assert_eq!(played.count("save.failed", &refused), 1.0);
}

#[test]
fn a_read_only_token_fails_the_build_at_the_index_where_no_layer_is_new() {
    let text = "[[image.api.step]]\nname = \"base\"\nwork = \"10 s\"\nlayer = \"10 MB\"\nin-final = true\n";
    let played = read_only(Miniature::new(&format!("{text}{}", image_job("gha", ""))));
    let run = played.run(1, "api");
    assert_eq!((run.build, run.objects(), run.saves()), (ms(0), (1, 0), (1, 1)));
    assert_eq!(run.conclusion, Conclusion::Failed);
}

#[test]
fn with_ignore_error_a_read_only_token_costs_the_checks_alone() {
    let played = read_only(scene("ignore-error = true", 200));
    let run = played.run(1, "api");
    assert_eq!((run.took(), run.saves()), (ms(201 + 1_400 + 32_000 + 300), (1, 1)));
    assert!(run.succeeded());
}

#[test]
fn where_no_export_is_asked_for_a_read_only_token_does_no_harm() {
    for save_if in ["default-branch", "never"] {
        let played = read_only(scene(&format!("save-if = \"{save_if}\""), 200));
        assert!(played.run(1, "api").succeeded(), "save-if = {save_if}");
        assert_eq!(played.run(1, "api").saves(), (0, 0));
    }
}

#[test]
fn the_loser_of_an_index_number_takes_the_next_one() {
    // Two pushes at once. Their exports end within the 3 s in which the other's index is not found:
    // the later one only learns that number 1 is taken.
    let played = scene("", 200).event(0, "main_push", "").event(0, "main_push", "source").play();
    let numbers: Vec<_> =
        played.stored_under("index-").iter().map(|e| e.key.rsplit_once('#').unwrap().1.to_owned()).collect();
    assert_eq!(numbers, ["1", "2"]);
    assert!(played.runs("api").iter().all(|run| run.succeeded()));
}

/// The same, with so many look-ups a minute.
fn rationed(settings: &str, downloads: u32) -> Miniature {
    scene(settings, 200).set(&format!("cache.downloads-per-minute={downloads}"))
}

#[test]
fn the_check_of_each_layer_and_of_the_index_counts_against_the_downloads() {
    // Six layers and the index, all in one minute; the import was in an earlier one.
    for (downloads, took) in [(7, 159_700), (6, 180_500)] {
        let played = rationed("", downloads).event(0, "main_push", "").play();
        let run = played.run(0, "api");
        // The index is looked for again at 180.0 s.
        assert_eq!((run.took(), run.saves()), (ms(took), (7, 0)), "{downloads} a minute");
    }
}

#[test]
fn a_refused_check_waits_and_nothing_is_lost() {
    let played = rationed("", 1).event(0, "main_push", "").play();
    // `base` is checked at 147.1 s; then one look-up in each minute: `cook` at 180, `copy` at 240, `build`
    // at 300, `runtime` at 360, `install` at 420 and the index at 480 s.
    assert_eq!((played.run(0, "api").took(), played.run(0, "api").saves()), (ms(480_500), (7, 0)));
}

#[test]
fn a_refused_look_up_of_a_layer_waits_instead_of_building_it_again() {
    let played = rationed("", 2).event(0, "main_push", "").event(HOUR, "main_push", "source").play();
    let run = played.run(1, "api");
    assert_eq!((run.build, run.objects()), (ms(32_000), (3, 3)));
    // The index and `runtime` at once, `cook` and `base` after the minute: 60 s. Then 1.4 s to download
    // and 32 s, to 93.4 s. Checks: `base` and `cook` at 120 s, `copy` at 180 s and `build` from 180.6 to
    // 182.7 s, `runtime` at 240 s and `install` to 242.2 s, the index from 300 s on.
    assert_eq!((run.took(), run.saves()), (ms(300_500), (4, 0)));
}

#[test]
fn a_check_that_times_out_fails_the_export() {
    let played = rationed("timeout = \"10 s\"", 1).event(0, "main_push", "").play();
    let run = played.run(0, "api");
    // `cook` is refused at 148.2 s, and 31.8 s are more than it waits.
    assert_eq!((run.took(), run.conclusion), (ms(148_200), Conclusion::Failed));
    let refused = [("client", "buildkit"), ("reason", "rate_limited")];
    assert_eq!(played.count("save.failed", &refused), 1.0);
}

#[test]
fn a_build_goes_on_without_an_index_whose_load_times_out() {
    // Seven other jobs use up the minute's look-ups in the instant in which the second build begins.
    let noise = "[workflow.noise]\non = \"schedule\"\n[workflow.noise.job.noise]\n\
        matrix.leg = [\"1\", \"2\", \"3\", \"4\", \"5\", \"6\", \"7\"]\n\
        cache.actions-cache = { key = \"k\", size = \"1 MB\" }\n";
    let played = |timeout: &str| {
        let job = image_job("gha", &format!("mode = \"max\"\ntimeout = \"{timeout}\""));
        Miniature::new(&format!("{noise}{API}{job}"))
            .set("cache.downloads-per-minute=7")
            .event(0, "main_push", "")
            .event(HOUR, "schedule", "")
            .play()
    };
    let (gave_up, waited) = (played("10 s"), played("60 s"));
    let run = gave_up.run(1, "api");
    assert_eq!((run.found(), run.build), (vec![RestoreOutcome::RateLimited], ms(147_000)));
    assert!(run.succeeded(), "an import never fails a build");
    assert_eq!(
        (waited.run(1, "api").found(), waited.run(1, "api").build),
        (vec![RestoreOutcome::Prefix], ms(0))
    );
}

/// Images of one layer of 10 MB, each built in 10 s and exported in 1 s; a leg for each name.
fn layers(legs: &str, contention: &str) -> Miniature {
    let text = "[[image.api.step]]\nname = \"base\"\nwork = \"10 s\"\nlayer = \"10 MB\"\nin-final = true\n";
    let job = image_job("gha", &format!("contention = {contention}"));
    Miniature::new(&format!("{text}{job}")).set(&format!("workflow.ci.job.api.matrix={{ arch = [{legs}] }}"))
}

#[test]
fn layers_that_others_are_uploading_slow_an_upload() {
    // All three begin their layer at 10.2 s, one after the other: beside 0, 1 and 2 others. Import and
    // check take 0.1 s each, the index 0.5 s.
    for (contention, seconds) in [("0", [1_000, 1_000, 1_000]), ("0.5", [1_000, 1_500, 2_000])] {
        let played = layers("\"a\", \"b\", \"c\"", contention).event(0, "main_push", "").play();
        let took = ["api (a)", "api (b)", "api (c)"].map(|leg| played.run(0, leg).took());
        assert_eq!(took, seconds.map(|layer| ms(10_700 + layer)), "contention = {contention}");
    }
}

#[test]
fn a_layer_that_is_cancelled_on_its_way_slows_no_later_one() {
    let played = layers("\"a\"", "10")
        .set("workflow.ci.concurrency=cancel")
        .set("workflow.ci.job.api.cache.buildkit-gha.export-rate=1 MB/s")
        .event(0, "main_push", "")
        .event(12, "main_push", "")
        .play();
    assert_eq!(played.run(0, "api (a)").conclusion, Conclusion::Cancelled);
    assert_eq!(played.run(1, "api (a)").took(), ms(10_700 + 10_000));
}

#[test]
fn the_transfer_noise_holds_for_each_layer() {
    // At half the rate 115 MB take 23 s, in the shared cache as in a registry.
    for (store, rest) in [("gha", 100 + 147_000 + 600 + 500), ("registry", 1_000 + 147_000 + 1_000)] {
        let job = image_job(store, "mode = \"max\"");
        let scene = Miniature::new(&format!("{API}{job}")).set("runner.ubuntu-latest.transfer-noise=0.5");
        assert_eq!(scene.event(0, "main_push", "").play().run(0, "api").took(), ms(rest + 23_000), "{store}");
    }
}

#[test]
fn what_a_request_waits_adds_up_until_it_gives_up() {
    // One upload a minute for three builds. At 10.2 s `a` has its layer; `b` and `c` are refused, and so
    // is the index of `a` at 11.2 s. At 60 s it is the turn of `b`; `c` and `a` would have to wait for
    // another minute, 109.8 and 108.8 s in all. `b` has its index from 120 s on.
    let played = layers("\"a\", \"b\", \"c\"", "0")
        .set("cache.uploads-per-minute=1")
        .set("workflow.ci.job.api.cache.buildkit-gha.timeout=100 s")
        .set("workflow.ci.job.api.cache.buildkit-gha.ignore-error=true")
        .event(0, "main_push", "")
        .play();
    let legs = ["api (a)", "api (b)", "api (c)"].map(|leg| played.run(0, leg));
    assert_eq!(legs.map(|leg| leg.took()), [ms(60_000), ms(120_500), ms(60_000)]);
    assert_eq!(legs.map(|leg| leg.saves()), [(2, 1), (2, 0), (1, 1)]);
}

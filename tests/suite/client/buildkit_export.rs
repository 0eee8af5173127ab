//! BuildKit's export to the shared cache when it is refused: it waits, it fails, it is lost.

use super::image_stores::{API, image_job};
use crate::miniature::{HOUR, Miniature, Told, ms};
use cache_budget::outcome::{Conclusion, RestoreOutcome};

/// A cold build ends 147.1 s after the start. Its export of six layers and an index then reserves
/// at 147.1, 148.2, 153.3, 153.9, 156.0, 157.1 and 159.2 s: all within the minute from 120 s on.
fn scene(settings: &str, uploads: u32) -> Miniature {
    let job = image_job("gha", &format!("mode = \"max\"\n{settings}"));
    Miniature::new(&format!("{API}{job}")).set(&format!("cache.uploads-per-minute={uploads}"))
}

#[test]
fn a_refused_layer_waits_for_the_next_minute() {
    let played = scene("", 4).event(0, "main_push", "").play();
    let run = played.run(0, "api");
    // `runtime` is refused at 156.0 s and waits until 180.0 s; then 1.1 s, `install` 2.1 s, index 0.5 s.
    assert_eq!((run.took(), run.conclusion), (ms(183_700), Conclusion::Success));
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
    assert_eq!((run.took(), run.conclusion), (ms(156_000), Conclusion::Failed));
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
    assert_eq!((run.conclusion, run.took()), (Conclusion::Failed, ms(147_100)));
    assert!(played.stored().is_empty());
}

#[test]
fn a_reader_from_a_fork_exports_nothing_and_stays_green() {
    let scene = scene("", 200).set("cache.forks-write=false");
    let played = scene.event(0, "main_push", "").event(HOUR, "fork_pr_push 9", "source").play();
    let run = played.run(1, "api");
    assert_eq!((run.build, run.saves(), run.conclusion), (ms(32_000), (0, 0), Conclusion::Success));
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

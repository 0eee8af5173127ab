//! Which stories are told.

use super::scene::scene;
use cache_budget::observe::{Journal, measure_with};
use cache_budget::random::Draws;
use cache_budget::statistics::{Stories, Wanted};

fn stories() -> Stories {
    let mut stories = Stories::default();
    let model = scene().model();
    measure_with(&model, Draws::new(1, 0), &mut Journal::new(&model, |line| stories.hear(line)))
        .expect("it is short");
    stories
}

fn told(wanted: &Wanted) -> Vec<(u32, String)> {
    let found = stories().worst(wanted);
    found.into_iter().map(|story| (story.job.actor.push, story.job.actor.job)).collect()
}

#[test]
fn only_runs_that_missed_something_have_a_story() {
    let wanted = Wanted { job: Some("test".into()), ..Wanted::default() };
    // Of pushes 0, 1 and 3 the first and the last built cold: 8 min lost each, the earlier one first.
    assert_eq!(told(&wanted), [(0, "test".into()), (3, "test".into())]);
    assert_eq!(stories().runs(&wanted).len(), 3);
}

#[test]
fn a_story_is_found_by_job_ref_client_and_time() {
    let of = |wanted: Wanted| told(&wanted).len();
    assert_eq!(of(Wanted { ref_name: Some("main".into()), ..Wanted::default() }), of(Wanted::default()));
    assert_eq!(of(Wanted { ref_name: Some("refs/heads/main".into()), ..Wanted::default() }), 6);
    assert_eq!(of(Wanted { ref_name: Some("pull_request".into()), ..Wanted::default() }), 0);
    assert_eq!(of(Wanted { client: Some("rust-cache".into()), ..Wanted::default() }), 2);
    assert_eq!(of(Wanted { job: Some("tes".into()), ..Wanted::default() }), 0);
    let from = "2026-01-05T03:00:00Z".parse().ok();
    let wanted = Wanted { job: Some("test".into()), from, ..Wanted::default() };
    assert_eq!(told(&wanted), [(3, "test".into())]);
    let wanted = Wanted { job: Some("test".into()), until: from, ..Wanted::default() };
    assert_eq!(told(&wanted), [(0, "test".into())]);
}

#[test]
fn a_story_has_the_save_and_the_sweep_behind_its_miss() {
    let wanted =
        Wanted { from: "2026-01-05T03:00:00Z".parse().ok(), job: Some("test".into()), ..Wanted::default() };
    let stories = stories().worst(&wanted);
    let lost = stories[0].restores[0].lost.as_ref().expect("it had been evicted");
    assert_eq!(stories[0].save_of(&lost.entry).map(|save| save.actor.push), Some(0));
    assert_eq!(stories[0].sweep_at(lost.at).map(|sweep| sweep.bytes_before.0), Some(2_200_000_000));
}

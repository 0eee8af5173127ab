//! Which explanations are told.

use super::scene::scene;
use cache_budget::experiment::explain::{Explanations, JobFilter};
use cache_budget::observe::{Journal, measure_with};
use cache_budget::random::Draws;

fn explanations() -> Explanations {
    let mut explanations = Explanations::default();
    let model = scene().model();
    measure_with(&model, Draws::new(1, 0), &mut Journal::new(&model, |line| explanations.add(line)))
        .expect("it is short");
    explanations
}

fn told(filter: &JobFilter) -> Vec<(u32, String)> {
    let found = explanations().worst(filter);
    found.into_iter().map(|why| (why.job.actor.push, why.job.actor.job)).collect()
}

#[test]
fn only_runs_that_missed_something_are_explained() {
    let filter = JobFilter { job: Some("test".into()), ..JobFilter::default() };
    // Of pushes 0, 1 and 3 the first and the last built cold: 8 min lost each, the earlier one first.
    assert_eq!(told(&filter), [(0, "test".into()), (3, "test".into())]);
    assert_eq!(explanations().runs(&filter).len(), 3);
}

#[test]
fn an_explanation_is_found_by_job_ref_client_and_time() {
    let of = |filter: JobFilter| told(&filter).len();
    assert_eq!(
        of(JobFilter { ref_name: Some("main".into()), ..JobFilter::default() }),
        of(JobFilter::default())
    );
    assert_eq!(of(JobFilter { ref_name: Some("refs/heads/main".into()), ..JobFilter::default() }), 6);
    assert_eq!(of(JobFilter { ref_name: Some("pull_request".into()), ..JobFilter::default() }), 0);
    assert_eq!(of(JobFilter { client: Some("rust-cache".into()), ..JobFilter::default() }), 2);
    assert_eq!(of(JobFilter { job: Some("tes".into()), ..JobFilter::default() }), 0);
    let from = "2026-01-05T03:00:00Z".parse().ok();
    let filter = JobFilter { job: Some("test".into()), from, ..JobFilter::default() };
    assert_eq!(told(&filter), [(3, "test".into())]);
    let filter = JobFilter { job: Some("test".into()), until: from, ..JobFilter::default() };
    assert_eq!(told(&filter), [(0, "test".into())]);
}

#[test]
fn an_explanation_has_the_save_and_the_sweep_behind_its_miss() {
    let filter = JobFilter {
        from: "2026-01-05T03:00:00Z".parse().ok(),
        job: Some("test".into()),
        ..JobFilter::default()
    };
    let explanations = explanations().worst(&filter);
    let lost = explanations[0].restores[0].lost.as_ref().expect("it had been evicted");
    assert_eq!(explanations[0].save_of(&lost.entry).map(|save| save.actor.push), Some(0));
    assert_eq!(explanations[0].sweep_at(lost.at).map(|sweep| sweep.bytes_before.0), Some(2_200_000_000));
}

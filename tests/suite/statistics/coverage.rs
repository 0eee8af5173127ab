//! Student's intervals hold the truth nineteen times in twenty, where the truth is known.

use super::{Server, day, mean};
use cache_budget::experiment::replicate;
use cache_budget::observe;
use cache_budget::observe::{Measure, Outcome, metric};
use cache_budget::random::{Draws, mix};
use cache_budget::scenario::load;
use cache_budget::statistics::{Estimate, Study};
use std::convert::Infallible;

/// Pushes to main come at 20 a day whatever the hour; each is one job of 2 minutes after 30 s of
/// booting on average, and nobody waits for a runner.
const SCENARIO: &str = r#"
[workload]
pushes-per-day = 20
days = 7
warmup = "1 d"
pull-requests = { share = 0 }
hours = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
weekdays = [1, 1, 1, 1, 1, 1, 1]
[runner.ubuntu-latest]
boot = { exponential = { mean = "30 s" } }
[workflow.ci]
on = "push main"
[workflow.ci.job.test]
finish = "2 min"
"#;

const SEEDS: u64 = 400;

/// 92 to 98 % of them.
fn assert_covers(covered: usize, what: &str) {
    println!("{what}: {covered} of {SEEDS}");
    assert!((368..=392).contains(&covered), "{what}: {covered} of {SEEDS}");
}

fn holds(estimate: &Estimate, truth: f64) -> bool {
    estimate.low <= truth && truth <= estimate.high
}

#[test]
fn intervals_of_a_scenario_hold_what_can_be_computed_by_hand() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ci.toml");
    std::fs::write(&file, SCENARIO).expect("a file");
    let model = load(&file, &[]).expect("valid").model;
    let play = |seed: u64| -> Study {
        let play = |replication| observe::measure(&model, Draws::new(seed, replication));
        replicate(8, play).expect("within its limits")
    };
    let studies: Vec<Study> = (0..SEEDS).map(play).collect();
    // 20 pushes a day; 20 × (2 + 0.5) min of runners; a push waits for its one job.
    let truths = [("push.count", 20.0), ("runner.minutes", 50.0), ("push.waiting{stat=mean}", 2.5)];
    for (name, truth) in truths {
        let measure: Measure = name.parse().expect(name);
        let is = |estimate: &&Estimate| measure.is(estimate.metric, &estimate.labels);
        let estimate = |study: &'_ Study| study.estimates.iter().find(is).expect("measured").clone();
        let covered = studies.iter().filter(|study| holds(&estimate(study), truth)).count();
        assert_covers(covered, name);
    }
}

#[test]
fn intervals_of_a_queue_hold_the_wait_that_theory_knows() {
    // Started in the steady state, every customer's expected wait is ρ ÷ (1 − ρ) = 1 service.
    let outcome = |seed: u64, replication: u32| -> Outcome {
        let server = Server { load: 0.5, stream: mix(seed, u64::from(replication)) };
        // As minutes of a day, since a study is made of outcomes; thousandths keep its milliseconds fine.
        day(1_000.0 * mean(&server.waits(server.found_by_chance(), 1_000)))
    };
    let covered = (0..SEEDS).filter(|seed| {
        let play = |replication| Ok::<_, Infallible>(outcome(*seed, replication));
        let Ok(study) = replicate(10, play);
        holds(study.estimate(&metric::RUNNER_MINUTES, &[]).expect("measured"), 1_000.0)
    });
    assert_covers(covered.count(), "M/M/1 at a load of 0.5");
}

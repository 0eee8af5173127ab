//! `run --with-screen`: the instant screen beside the simulation it screens.

use cache_budget::observe::{Extras, Outcome, SCREENED, measure, measure_with_extras};
use cache_budget::random::Draws;
use cache_budget::scenario;
use std::path::Path;
use std::sync::LazyLock;

fn value(outcome: &Outcome, name: &str, stat: &str) -> Option<f64> {
    let wanted = |value: &&cache_budget::observe::Value| {
        value.metric.name == name && value.labels == [("stat", stat.to_owned())]
    };
    outcome.values.iter().find(wanted).map(|value| value.value)
}

/// A month of the founding case: screened, and as it is without.
static MONTH: LazyLock<(Outcome, Outcome)> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/meteroid/before.toml");
    let set = ["workload.until=\"2025-09-24T00:00:00Z\"".to_owned()];
    let model = scenario::load(&path, &set).expect("the scenario is fine").model;
    let draws = Draws::new(1, 0);
    let plain = measure(&model, draws).expect("within its event limit");
    (
        measure_with_extras(&model, draws, Extras { timeline: false, screen: true })
            .expect("within its event limit"),
        plain,
    )
});

#[test]
fn at_the_scenarios_own_limit_screen_and_simulation_agree() {
    let (outcome, plain) = &*MONTH;
    assert!(outcome.values.starts_with(&plain.values), "being looked at changes nothing");
    let [screen, simulated] = ["screen.hit_ratio", "screen.simulated_hit_ratio"]
        .map(|name| value(outcome, name, "limit_x1").expect("it was asked for"));
    // They differ in one entry a sweep: one that ends exactly at the limit, which the service's
    // sweep takes if anything is deeper; and in uploads of keys that are stored already.
    assert!((screen - simulated).abs() < 0.005, "{screen} and {simulated}");
    assert!((0.05..0.95).contains(&simulated), "{simulated}: evictions decide");
}

#[test]
fn a_larger_limit_never_screens_worse_and_entries_live_longer() {
    let (outcome, _) = &*MONTH;
    let of = |name| SCREENED.map(|(_, stat)| value(outcome, name, stat).expect("it was asked for"));
    assert!(of("screen.hit_ratio").is_sorted());
    assert!(of("screen.lifetime").is_sorted());
}

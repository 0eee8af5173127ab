//! Replications of a recorded log vary what the log does not fix, and nothing else.

use crate::miniature::{HOUR, Miniature};
use cache_budget::observe::measure;
use cache_budget::project::Checkout;
use cache_budget::random::Draws;
use cache_budget::workload::Push;

const BUILDS: &str = "[workflow.ci]\non = [\"push main\", \"pull_request\"]\n[workflow.ci.job.test]\n\
                      compile = { flavour = \"dev\" }\ncache.sccache = { read = \"0 s\", write = \"0 s\", deterministic = 1.0 }\n";

/// Pull requests with every kind of change, merged or left.
fn scene(scenario: &str) -> Miniature {
    let changes = ["lock", "manifests;source", "toolchain", "source", "targets", "dockerfile", ""];
    (0..28).fold(Miniature::new(scenario), |scene, push: i64| {
        let pull = push / 4;
        let what = if push % 4 == 3 { format!("main_push {pull}") } else { format!("pr_push {pull}") };
        scene.event(push * 3 * HOUR, &what, changes[push as usize % changes.len()])
    })
}

/// What the log says of a push: all but which crates it touches.
fn fixed(push: &Push) -> impl PartialEq + std::fmt::Debug + use<> {
    let Checkout { inputs, recipe, context, .. } = (*push.checkout).clone();
    let files = (inputs, recipe, context);
    (push.id, push.at, push.kind, push.number, push.bot, push.paths, files)
}

#[test]
fn pushes_are_those_of_the_log_and_only_the_crates_they_touch_are_drawn() {
    let model = scene(BUILDS).model();
    let pushes = |replication| model.workload.pushes(&model.graph, &Draws::new(1, replication));
    let first = pushes(0);
    let mut differ = 0;
    for replication in 1..20 {
        let other = pushes(replication);
        assert_eq!(first.iter().map(fixed).collect::<Vec<_>>(), other.iter().map(fixed).collect::<Vec<_>>());
        let crates = |pushes: &[Push]| pushes.iter().map(|p| p.checkout.versions.clone()).collect::<Vec<_>>();
        differ += u32::from(crates(&first) != crates(&other));
    }
    assert!(differ >= 15, "{differ} of 19 draw other crates");
}

#[test]
fn where_the_log_and_the_scenario_fix_everything_replications_are_alike() {
    // No noise, no boot, no sweep, no failures; pushes of sources touch the only workspace crate, and
    // none changes the lock.
    let scenario = |sweep: &str| {
        let scene = (0..12).fold(Miniature::new(BUILDS), |scene, push: i64| {
            scene.event(push * 5 * HOUR, if push % 2 == 0 { "main_push" } else { "pr_push 1" }, "source")
        });
        scene.set(&format!("cache.sweep={sweep}")).set("cache.limit=30 MB").model()
    };
    let still = scenario("none");
    let play = |model, replication| measure(model, Draws::new(1, replication)).expect("within its limits");
    let values = |model, replication| play(model, replication).values;
    assert!((1..10).all(|replication| values(&still, replication) == values(&still, 0)));
    // The phase of the sweep is not in the log: it is drawn, and decides what is evicted when.
    let hourly = scenario("hourly");
    assert!((1..10).any(|replication| values(&hourly, replication) != values(&hourly, 0)));
    let runs = |replication| play(&hourly, replication).runs.iter().map(|run| run.queued).collect::<Vec<_>>();
    assert!((1..10).all(|replication| runs(replication) == runs(0)), "pushes stay where they are");
}

//! The founding case: its overlays are what the strategies make of it.

use super::{model, treated};
use cache_budget::engine::Model;
use cache_budget::scenario::{load, read};
use cache_budget::strategy::{CannotApply, STRATEGIES};
use cache_budget::units::Bytes;
use std::path::{Path, PathBuf};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios/meteroid/{name}.toml"))
}

fn with(text: &str) -> Model {
    let before = file("before");
    let (scenario, _) = treated(&before, text).unwrap_or_else(|refusal| panic!("{refusal}"));
    model(&before, scenario)
}

fn shipped(name: &str) -> Model {
    load(&file(name), &[]).unwrap_or_else(|_| panic!("{name} loads")).model
}

/// Those that have nothing to change in `before.toml`, with the reason they give.
const NOT_THERE: [(&str, &str); 6] = [
    (
        "key-without-commit",
        "no key of actions/cache names the commit or the run beside something that it hashes",
    ),
    ("one-writer-per-key", "no two jobs save under the same key of actions/cache"),
    ("read-only-pull-requests", "every workflow that saves also runs on the default branch"),
    (
        "scheduled-warm-up",
        "pushes are a recorded log, every workflow with a cache already runs on a schedule, or none runs \
         on pushes to main",
    ),
    (
        "restore-keys",
        "every key of actions/cache that changes has restore keys, or nothing stands before what changes, or \
         keys of other steps begin with it, too",
    ),
    ("no-save-from-merge-queue", "no client saves from runs of a merge queue"),
];

#[test]
fn every_strategy_changes_the_founding_case_or_says_why_not() {
    let before = file("before");
    let base = shipped("before");
    for strategy in STRATEGIES {
        let excuse = NOT_THERE.iter().find(|(name, _)| *name == strategy.name);
        match (treated(&before, strategy.name), excuse) {
            (Ok((scenario, changes)), None) => {
                assert!(!changes.is_empty() && model(&before, scenario) != base, "{}", strategy.name);
            }
            (Err(CannotApply::DoesNotApply { strategy, reason }), Some((name, why))) => {
                assert_eq!((strategy, reason), (*name, *why));
            }
            (result, _) => panic!("{}: {:?}", strategy.name, result.map(|(_, changes)| changes)),
        }
    }
}

#[test]
fn no_strategy_applies_twice() {
    let before = file("before");
    for strategy in STRATEGIES.iter().filter(|s| NOT_THERE.iter().all(|(name, _)| *name != s.name)) {
        let twice = format!("{}+{}", strategy.name, strategy.name);
        let refusal = treated(&before, &twice).map(|(_, changes)| changes);
        let refused = matches!(&refusal, Err(CannotApply::DoesNotApply { strategy: name, .. }) if *name == strategy.name);
        assert!(refused, "{twice}: {refusal:?}");
    }
}

#[test]
fn strategies_equal_the_overlays_of_one_remedy() {
    for (strategy, overlay) in [
        ("save-on-main-only", "save-on-main-only"),
        ("drop-sccache", "drop-sccache-only"),
        ("scope-per-image-and-arch", "scope-per-image-only"),
        ("raise-limit=20GiB", "limit-20gb-only"),
    ] {
        assert!(with(strategy) == shipped(overlay), "{strategy} is not {overlay}.toml");
    }
}

#[test]
fn together_they_are_the_pull_request_but_for_what_only_it_knows() {
    let all = "drop-sccache+save-on-main-only+line-tables-only+faster-linker";
    for (tag, overlay) in
        [("registry-per-image", "after"), ("registry-per-image-and-arch", "after-tag-per-arch")]
    {
        let (ours, theirs) = (with(&format!("{all}+{tag}")), shipped(overlay));
        let workflow = |model: &Model, name: &str| {
            model.workflows.iter().find(|workflow| workflow.name == name).expect(name).clone()
        };
        assert!(ours.images == theirs.images, "{overlay}: the images link alike");
        assert!(workflow(&ours, "Docker Build") == workflow(&theirs, "Docker Build"), "{overlay}");
        assert!(ours.cache == theirs.cache && ours.runners == theirs.runners);
        // after.toml's own: smaller test binaries and links of this project, an entry of `fmt` that is
        // no longer empty, the environment of `audit` and `fmt` without sccache's variables.
        let flavour = |model: &Model| model.flavours.iter().find(|f| f.name == "test").expect("test").clone();
        let (ours, theirs) = (flavour(&ours), flavour(&theirs));
        assert_eq!(ours.dependency_work, theirs.dependency_work);
        let near = |a: Bytes, b: Bytes| (a.as_f64() / b.as_f64() - 1.0).abs() < 0.01;
        assert!(near(ours.dependency_archive, theirs.dependency_archive));
    }
}

#[test]
fn what_a_strategy_changes_can_be_set_by_hand() {
    let before = file("before");
    for strategy in ["save-on-main-only", "line-tables-only", "registry-per-image", "shared-rust-cache-key"] {
        let (scenario, changes) = treated(&before, strategy).expect(strategy);
        let sets: Vec<String> = changes.iter().map(ToString::to_string).collect();
        let by_hand = read(&before, &sets).expect("settings are valid");
        assert!(model(&before, by_hand) == model(&before, scenario), "{strategy}: {sets:#?}");
    }
}

#[test]
fn the_writer_of_a_shared_entry_compiles_the_whole_workspace() {
    let (_, changes) = treated(&file("before"), "shared-rust-cache-key").expect("it applies");
    let readers: Vec<&str> = changes
        .iter()
        .filter(|change| change.path.ends_with(&["save-if".to_owned()]))
        .map(|change| change.path[3].as_str())
        .collect();
    assert_eq!(readers, ["clippy", "openapi", "audit"]);
}

//! Inputs that a scenario names, what changes them, and the keys that hash them.

use crate::miniature::{HOUR, Miniature, Played, Told};
use cache_budget::diagnostic::Style;
use cache_budget::event::RestoreOutcome::{Exact, Miss};
use cache_budget::project::InputId;
use cache_budget::random::Draws;
use cache_budget::scenario::load;

/// One job with one cache step under this key, and `rest` of the scenario.
fn scene(key: &str, rest: &str) -> Miniature {
    Miniature::new(&format!(
        "[workflow.ci]\non = [\"push main\", \"pull_request\"]\n\
         [[workflow.ci.job.test.cache.actions-cache]]\nkey = \"{key}\"\nsize = \"1 MB\"\n{rest}"
    ))
}

fn outcomes(played: &Played) -> Vec<cache_budget::event::RestoreOutcome> {
    played.runs("test").iter().map(|run| run.found()[0]).collect()
}

#[test]
fn a_key_follows_the_inputs_that_it_hashes() {
    let inputs = "[input.gradle]\n[input.wrapper]\n[input.docs]\n";
    let played = scene("k-{hash:gradle, wrapper}", inputs)
        .event(0, "main_push", "")
        .event(HOUR, "main_push", "docs")
        .event(2 * HOUR, "main_push", "gradle")
        .event(3 * HOUR, "main_push", "wrapper")
        .event(4 * HOUR, "main_push", "docs;lock")
        .play();
    assert_eq!(outcomes(&played), [Miss, Exact, Miss, Miss, Exact]);
}

#[test]
fn a_built_in_input_has_the_same_hash_under_both_spellings() {
    let both = "[[workflow.ci.job.read.cache.actions-cache]]\nkey = \"k-{go-sum}\"\nsize = \"1 MB\"\n\
                save-if = \"never\"\n";
    let played =
        scene("k-{hash:go-sum}", both).event(0, "main_push", "go-sum").event(HOUR, "main_push", "").play();
    assert_eq!(played.run(1, "read").found(), [Exact]);
}

#[test]
fn a_change_that_reverts_brings_the_old_key_back() {
    let played = scene("k-{hash:lock}", "[input.lock]\nreverts = 1\n")
        .event(0, "main_push", "")
        .event(HOUR, "main_push", "lock")
        .event(2 * HOUR, "main_push", "lock")
        .event(3 * HOUR, "main_push", "lock")
        .play();
    // There is nothing to return to at first. Then main goes to and fro between two lock files.
    assert_eq!(outcomes(&played), [Miss, Miss, Exact, Exact]);
    // With the file, the versions of the crates return.
    let model = scene("k-{hash:lock}", "[input.lock]\nreverts = 1\n")
        .event(0, "main_push", "lock")
        .event(HOUR, "main_push", "lock")
        .event(2 * HOUR, "main_push", "lock")
        .model();
    let pushes = model.workload.pushes(&model.graph, &Draws::new(1, 0));
    let [first, second, third] = [0, 1, 2].map(|push| &pushes[push].checkout);
    // The second push returns to the state before the log, the third to that of the first push.
    assert_eq!(second.versions.iter().max(), Some(&0));
    assert_eq!((third.versions.clone(), third.recipe), (first.versions.clone(), first.recipe));
    assert_eq!(third.input(InputId::LOCK), first.input(InputId::LOCK));
}

#[test]
fn some_changes_revert_if_the_share_says_so() {
    let scene = (0..400).fold(scene("k-{hash:data}", "[input.data]\nreverts = 0.25\n"), |scene, push| {
        scene.event(push * HOUR, "main_push", "data")
    });
    // Each of 399 changes returns with probability 1/4: 100, with a deviation of √(399 × 3/16) = 8.6.
    let hits = outcomes(&scene.play()).iter().filter(|outcome| **outcome == Exact).count();
    assert!((65..135).contains(&hits), "{hits}");
}

#[test]
fn pull_requests_that_lag_behind_main_build_on_an_older_lock_file() {
    // Main's lock file changes at hour 1; the pull request is pushed to at hour 2.
    let played = |lag: &str| {
        scene("k-{lock}", "")
            .set(&format!("workload.pull-request-lag={lag}"))
            .event(0, "main_push", "")
            .event(HOUR, "main_push", "lock")
            .event(2 * HOUR, "pr_push 7", "source")
            .play()
    };
    let key = |played: &Played| {
        let model_key = |event| played.run(event, "test").restores[0].outcome;
        [model_key(0), model_key(1), model_key(2)]
    };
    assert_eq!(key(&played("0 s")), [Miss, Miss, Exact]);
    // A mean lag of a thousand days is practically always more than two hours: it builds on what was
    // there before the log, whose entry the first push saved.
    assert_eq!(key(&played("1000 d")), [Miss, Miss, Exact]);
    let only_new = |lag: &str| {
        scene("k-{lock}", "")
            .set(&format!("workload.pull-request-lag={lag}"))
            .event(HOUR, "main_push", "lock")
            .event(2 * HOUR, "pr_push 7", "source")
            .play()
    };
    assert_eq!(outcomes(&only_new("0 s")), [Miss, Exact]);
    assert_eq!(outcomes(&only_new("1000 d")), [Miss, Miss]);
}

#[test]
fn drawn_pushes_change_an_input_as_often_as_it_says_and_shift_nothing_else() {
    let text = |inputs: &str| {
        format!(
            "[workload]\ndays = 400\npushes-per-day = 4\n{inputs}[workflow.ci]\non = \"push main\"\n\
             [[workflow.ci.job.test.cache.actions-cache]]\nkey = \"k-{{lock}}\"\nsize = \"1 MB\"\n"
        )
    };
    let pushes = |inputs: &str| {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("s.toml");
        std::fs::write(&path, text(inputs)).expect("a file");
        let loaded = load(&path, &[]);
        let model = loaded.unwrap_or_else(|report| panic!("{}", report.render(&Style::default()))).model;
        model.workload.pushes(&model.graph, &Draws::new(3, 0))
    };
    let (without, with) = (pushes(""), pushes("[input.data]\nchanges = 0.3\n"));
    let data = InputId(InputId::BUILT_IN.len() as u8);
    assert_eq!(without.len(), with.len());
    for (one, other) in without.iter().zip(&with) {
        assert_eq!(
            (one.at, one.kind, &one.checkout.versions),
            (other.at, other.kind, &other.checkout.versions)
        );
        assert_eq!(one.checkout.input(InputId::LOCK), other.checkout.input(InputId::LOCK));
    }
    let states: std::collections::BTreeSet<u32> = with.iter().map(|push| push.checkout.input(data)).collect();
    assert!(states.len() > 100, "{} states", states.len());
}

#[test]
fn wrong_inputs_are_refused_where_they_are_written() {
    let cases = [
        ("k-{hash:gradel}", "[input.gradle]\n", "there is no input `gradel`"),
        (
            "k-{hash:lock}",
            "[input.lock]\nchanges = 0.2\n[workload.changes]\nlock = 0.1\n",
            "both say how often",
        ),
        ("k-{hash:lock}", "[input.\"a,b\"]\n", "an input cannot be called `a,b`"),
        ("k-{gradle}", "[input.gradle]\n", "`{gradle}` is not a placeholder"),
    ];
    for (key, rest, message) in cases {
        let text = format!(
            "[workflow.ci]\non = \"push main\"\n\
             [[workflow.ci.job.test.cache.actions-cache]]\nkey = \"{key}\"\nsize = \"1 MB\"\n{rest}"
        );
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("s.toml");
        std::fs::write(&path, text).expect("a file");
        let report = load(&path, &[]).expect_err(message).render(&Style::default());
        assert!(report.contains(message), "{message}\n{report}");
    }
}

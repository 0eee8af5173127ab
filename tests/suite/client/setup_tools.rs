//! The caches of setup-node, setup-python and setup-go.

use crate::miniature::{HOUR, Miniature, Played, Told, ms};
use cache_budget::event::RestoreOutcome::{self, Exact, Miss, Prefix};
use cache_budget::units::Duration;

/// Two pushes with nothing between them, one that changes a lock file, in one job with the action.
fn play(action: &str, change: &str) -> Played {
    let text = format!(
        "[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\n\
         cache.{action} = {{ size = \"100 MB\", miss = \"60 s\", partial = \"10 s\" }}\n"
    );
    let scene = Miniature::new(&text).event(0, "main_push", "").event(HOUR, "main_push", "source");
    scene.event(2 * HOUR, "main_push", change).play()
}

/// What each run found, and how long it took beside its look-up of 0.5–1.5 s.
fn runs(played: &Played) -> Vec<(RestoreOutcome, Duration)> {
    let rest = |took: Duration| ms((took.0 - 500) / 1_000 * 1_000);
    played.runs("test").iter().map(|run| (run.found()[0], rest(run.took()))).collect()
}

#[test]
fn setup_node_is_keyed_by_the_front_ends_lock_file_alone() {
    // A miss: 60 s, and 100 MB packed and uploaded in 1 s each. A hit: downloaded and unpacked.
    let (miss, hit) = ((Miss, ms(62_000)), (Exact, ms(2_000)));
    assert_eq!(runs(&play("setup-node", "web-lock")), [miss, hit, miss]);
    assert_eq!(runs(&play("setup-node", "lock")), [miss, hit, hit]);
}

#[test]
fn setup_python_falls_back_to_an_archive_for_other_requirements() {
    // A prefix hit pays the transfer and what is new, and saves.
    let (miss, hit, partial) = ((Miss, ms(62_000)), (Exact, ms(2_000)), (Prefix, ms(14_000)));
    assert_eq!(runs(&play("setup-python", "requirements")), [miss, hit, partial]);
}

#[test]
fn setup_go_has_no_restore_key() {
    let miss = (Miss, ms(62_000));
    let played = play("setup-go", "go-sum");
    assert_eq!(runs(&played), [miss, (Exact, ms(2_000)), miss]);
    let keys: Vec<_> = played.stored().iter().map(|entry| &entry.key[..30]).collect();
    assert_eq!(keys, ["setup-go-Linux-x64-ubuntu24-go"; 2]);
}

#[test]
fn versions_and_releases_of_ubuntu_have_entries_of_their_own() {
    let job = |action: &str| {
        let scene = format!(
            "[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\n\
             matrix = {{ at = [\"3.11\", \"3.12\"], on = [\"22\", \"24\"] }}\n\
             runner = {{ 22 = \"ubuntu-22.04\", 24 = \"ubuntu-24.04\" }}\n\
             cache.{action} = {{ size = \"1 MB\", version = \"{{at}}\" }}\n"
        );
        let played = Miniature::new(&scene).event(0, "main_push", "").play();
        played.stored().iter().map(|entry| entry.key.clone()).collect::<std::collections::BTreeSet<_>>()
    };
    let (python, go) = (job("setup-python"), job("setup-go"));
    assert_eq!((python.len(), go.len()), (4, 4), "{python:?} {go:?}");
    assert!(python.contains("setup-python-Linux-x64-22.04-Ubuntu-python-3.11-pip-00000000"), "{python:?}");
    assert!(go.contains("setup-go-Linux-x64-ubuntu24-go-3.12-00000000"), "{go:?}");
    // setup-node's key has neither.
    assert_eq!(job("setup-node").len(), 1);
}

#[test]
fn no_action_is_keyed_by_another_languages_files() {
    let others = [
        ("setup-node", ["lock", "requirements", "go-sum"]),
        ("setup-python", ["lock", "web-lock", "go-sum"]),
        ("setup-go", ["lock", "web-lock", "requirements"]),
    ];
    for (action, changes) in others {
        for change in changes {
            let found: Vec<_> = runs(&play(action, change)).into_iter().map(|(found, _)| found).collect();
            assert_eq!(found, [Miss, Exact, Exact], "{action} after {change}");
        }
    }
}

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

/// Two pushes to main and one to a pull request with nothing between them, in a job with the action.
fn on_main_and_pull(action: &str, job: &str) -> Played {
    let text = format!(
        "[input.files]\nchanges = 0.2\n[workflow.ci]\non = [\"push main\", \"pull_request\"]\n\
         [workflow.ci.job.test]\n{job}cache.{action}\n"
    );
    let scene = Miniature::new(&text).event(0, "main_push", "").event(HOUR, "main_push", "source");
    scene.event(2 * HOUR, "pr_push 7", "source").play()
}

/// What each run found, and how many entries there are in the end.
fn found(played: &Played) -> (Vec<Vec<RestoreOutcome>>, usize) {
    (played.runs("test").iter().map(|run| run.found()).collect(), played.stored().len())
}

#[test]
fn ccache_restores_the_newest_entry_and_saves_another_after_every_job() {
    // The pull request reads main's entries and saves its own, even where the build fails.
    for job in ["", "fails = 1\nfails-on-main = 1\n"] {
        let played = on_main_and_pull("ccache = { size = \"1 MB\" }", job);
        assert_eq!(found(&played), (vec![vec![Miss], vec![Prefix], vec![Prefix]], 3), "{job}");
    }
}

#[test]
fn codeql_stores_a_database_for_each_push_to_main_and_restores_it_only_in_pull_requests() {
    let played = on_main_and_pull("codeql = { size = \"1 MB\", miss = \"60 s\" }", "");
    assert_eq!(found(&played), (vec![vec![], vec![], vec![Prefix]], 2));
    // A run on main looks nothing up and loses nothing: it packs and uploads 1 MB in 10 ms each.
    assert_eq!(played.run(1, "test").took(), ms(20));
}

#[test]
fn gradle_saves_on_main_alone() {
    let played =
        on_main_and_pull("setup-gradle = { hash = \"files\", size = \"2 MB\", home-size = \"1 MB\" }", "");
    // Dependencies and home. The dependencies do not change, the home is one of each commit.
    assert_eq!(found(&played), (vec![vec![Miss, Miss], vec![Exact, Prefix], vec![Exact, Prefix]], 3));
    let sizes: Vec<_> = played.stored().iter().map(|entry| entry.size.0 / 1_000_000).collect();
    assert_eq!(sizes.iter().sum::<u64>(), 4);
}

#[test]
fn an_action_that_saves_at_once_or_always_saves_although_the_job_fails() {
    let stored = |cache: &str| found(&on_main_and_pull(cache, "fails = 1\nfails-on-main = 1\n")).1;
    assert_eq!(stored("setup-ruby = { hash = \"files\" }"), 1);
    assert_eq!(stored("golangci-lint = true"), 1);
    // The others' post steps run after success only.
    assert_eq!(stored("setup-node = true"), 0);
    assert_eq!(stored("setup-java = { hash = \"files\" }"), 0);
}

#[test]
fn the_cache_of_golangci_lint_starts_anew_every_seven_days() {
    // The miniature begins on a Monday; the intervals since 1970 begin on Thursdays, three days later.
    let text = "[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\ncache.golangci-lint = true\n";
    let scene = Miniature::new(text).event(0, "main_push", "").event(HOUR, "main_push", "go-sum");
    let played = scene.event(4 * 24 * HOUR, "main_push", "source").play();
    assert_eq!(found(&played), (vec![vec![Miss], vec![Prefix], vec![Miss]], 3));
}

#[test]
fn an_action_hashes_the_inputs_that_the_scenario_names() {
    let text = "[input.pom]\n[input.plugins]\n[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\n\
                cache.setup-java = { hash = [\"pom\", \"plugins\"] }\n";
    let scene = Miniature::new(text).event(0, "main_push", "").event(HOUR, "main_push", "source");
    let scene = scene.event(2 * HOUR, "main_push", "pom").event(3 * HOUR, "main_push", "plugins");
    assert_eq!(found(&scene.play()), (vec![vec![Miss], vec![Exact], vec![Miss], vec![Miss]], 3));
}

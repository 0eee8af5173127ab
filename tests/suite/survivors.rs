//! Named sets of entries and the part of each that survives an eviction, computed by hand.

use super::miniature::{HOUR, MINUTE, Miniature, Played};

/// An archive of 100 MB and one of 300 MB under a limit of 1 GB that is enforced at full hours. The post step of the second
/// archive comes first, so that its entry is the older one.
fn scene(sets: &str) -> Miniature {
    let text = format!(
        "[workflow.ci]\non = [\"push main\", \"pull_request\"]\n[workflow.ci.job.test]\n\
         cache.actions-cache = [{{ key = \"a-{{lock}}\", size = \"100 MB\" }}, {{ key = \"b-{{lock}}\", size = \"300 MB\" }}]\n{sets}"
    );
    let settings = ["cache.sweep=hourly", "cache.sweep-phase=0 min", "cache.limit=1 GB"];
    settings.into_iter().fold(Miniature::new(&text), Miniature::set)
}

fn shares(played: &Played, set: &str, stat: &str) -> [Option<f64>; 2] {
    let labels = [("set", set), ("stat", stat)];
    ["survivors.share", "survivors.byte_share"].map(|metric| played.value(metric, &labels))
}

fn close(found: [Option<f64>; 2], expected: [f64; 2]) {
    let is_close = |(found, expected): (Option<f64>, f64)| (found.expect("a value") - expected).abs() < 1e-12;
    assert!(found.into_iter().zip(expected).all(is_close), "{found:?}, not {expected:?}");
}

/// Three pushes store 1.2 GB, and the first sweep evicts the oldest `b`: 0.9 GB. One more push makes it 1.3 GB, and the
/// second sweep evicts the oldest `a` and the next `b`: 0.9 GB again. The third sweep has nothing to evict.
#[test]
fn each_eviction_leaves_a_share_of_the_set() {
    let sets = "[survivors]\na.prefix = \"a-\"\nb.prefix = \"b-\"\nall = {}\nother.client = \"rust-cache\"\n";
    let scene = [0, 10, 20, 70]
        .into_iter()
        .fold(scene(sets), |scene, minute| scene.event(minute * MINUTE, "main_push", "lock"));
    let played = scene.event(2 * HOUR + 30 * MINUTE, "main_push", "source").play();
    close(shares(&played, "a", "mean"), [f64::midpoint(1.0, 3.0 / 4.0); 2]);
    close(shares(&played, "b", "mean"), [2.0 / 3.0; 2]);
    close(
        shares(&played, "all", "mean"),
        [f64::midpoint(5.0 / 6.0, 5.0 / 7.0), f64::midpoint(0.9 / 1.2, 0.9 / 1.3)],
    );
    // Of two sweeps, a tenth of the way from the worse to the better one.
    close(
        shares(&played, "all", "p10"),
        [5.0 / 7.0 + 0.1 * (5.0 / 6.0 - 5.0 / 7.0), 0.9 / 1.3 + 0.1 * (0.75 - 0.9 / 1.3)],
    );
    assert_eq!(shares(&played, "other", "mean"), [None; 2], "an empty set has no share");
}

/// Main's two entries are the oldest. The pull request stores two more, and is closed before the sweep; 2.4 GB in all.
#[test]
fn a_set_is_that_of_the_refs_when_the_sweep_comes() {
    let sets = "[survivors]\nmain.refs = [\"main\"]\nopen.refs = [\"pull_request_open\"]\nclosed.refs = [\"pull_request_closed\"]\n";
    let play = |closed: i64| {
        let scene = scene(sets).event(0, "main_push", "lock").event(10 * MINUTE, "pr_push 7", "lock");
        scene.event(closed, "pr_closed 7", "").event(2 * HOUR, "release", "").set("cache.limit=450 MB").play()
    };
    // Both of main's go: 400 MB of 800 MB are left.
    let played = play(30 * MINUTE);
    close(shares(&played, "main", "mean"), [0.0; 2]);
    close(shares(&played, "closed", "mean"), [1.0; 2]);
    assert_eq!(shares(&played, "open", "mean"), [None; 2]);
    let played = play(90 * MINUTE);
    close(shares(&played, "open", "mean"), [1.0; 2]);
    assert_eq!(shares(&played, "closed", "mean"), [None; 2]);
}

/// Five objects of 10 MB, and the few bytes with which sccache checks the store, under a limit of 30 MB: two objects are
/// left, since the total has to get below it.
#[test]
fn objects_are_entries_of_their_client() {
    let scene = Miniature::new(
        "[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\ncompile = { flavour = \"dev\" }\n\
         cache.sccache = {}\n[survivors]\nobjects.client = \"sccache\"\n",
    );
    let scene = scene.set("cache.sweep=hourly").set("cache.sweep-phase=0 min").set("cache.limit=30 MB");
    let played = scene.event(0, "main_push", "").event(90 * MINUTE, "release", "").play();
    let [entries, bytes] = shares(&played, "objects", "mean");
    assert_eq!(entries, Some(2.0 / 6.0));
    assert!(bytes.is_some_and(|bytes| (bytes - 0.4).abs() < 1e-6), "{bytes:?}");
}

#[test]
fn a_set_that_nothing_belongs_to_is_warned_of() {
    let remarks = |set: &str| scene(&format!("[survivors.own]\n{set}\n")).event(0, "main_push", "lock");
    let said = |set: &str, why: &str| {
        let remarks = remarks(set).remarks();
        assert!(
            remarks.contains("`survivors.own` has no effect") && remarks.contains(why),
            "{set}\n{remarks}"
        );
    };
    said("prefix = \"c-\"", "no key of these entries begins with `prefix`");
    said("client = \"sccache\"", "none of the jobs that run saves an entry with `sccache` to GitHub's cache");
    said("refs = [\"tag\"]", "no run saves such an entry on such a ref");
    let never = remarks("").set("cache.sweep=none").remarks();
    assert!(never.contains("with `cache.sweep = \"none\"` nothing is ever evicted"), "{never}");
    let small = remarks("").set("cache.limit=90000 GB").remarks();
    assert!(small.contains("these jobs can never store as much as `cache.limit`"), "{small}");
    assert!(!remarks("prefix = \"a-\"").remarks().contains("survivors"), "{}", remarks("").remarks());
    let wrong = remarks("client = \"scache\"").remarks();
    assert!(wrong.contains("there is no client `scache`") && wrong.contains("sccache"), "{wrong}");
    let keyed = remarks("prefix = \"a-{lock}\"").remarks();
    assert!(keyed.contains("`prefix` takes no placeholders"), "{keyed}");
}

/// An expectation names one of the scenario's sets.
#[test]
fn an_expectation_may_name_a_set() {
    let remarks = |set: &str| {
        let text = format!(
            "[survivors.own]\nprefix = \"a-\"\n[[expect]]\nmetric = \"survivors.share\"\nset = \"{set}\"\nstat = \"mean\"\nmin = 0.5\n"
        );
        scene(&text).event(0, "main_push", "lock").remarks()
    };
    assert!(!remarks("own").contains("error"), "{}", remarks("own"));
    assert!(remarks("won").contains("won"), "{}", remarks("won"));
}

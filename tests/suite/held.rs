//! For whom the cache holds what, and what it costs, computed by hand.

use super::case::Case;
use super::miniature::{HOUR, Miniature, Played, START};
use cache_budget::service::Limits;

/// A job on every kind of ref that stores one archive.
fn scene(size: &str) -> Miniature {
    Miniature::new(&format!(
        "[workflow.ci]\non = [\"push main\", \"pull_request\", \"release\", \"merge_group\"]\n\
         [workflow.ci.job.test]\ncache.actions-cache = {{ key = \"k-{{lock}}\", size = \"{size}\" }}\n"
    ))
}

fn held(played: &Played, stat: &str, label: (&str, &str)) -> Option<f64> {
    played.value("cache.bytes", &[("stat", stat), label])
}

/// Main stores 1 MB at 0 h, pull request 7 at 1 h. It is closed at 3 h, and all ends at 6 h.
#[test]
fn entries_are_held_for_the_kinds_of_refs() {
    let scene = scene("1 MB").event(0, "main_push", "lock").event(HOUR, "pr_push 7", "lock");
    let played = scene.event(3 * HOUR, "pr_closed 7", "").event(4 * HOUR, "main_push", "").play();
    let [main, pull] = ["refs/heads/main", "refs/pull/7/merge"].map(|scope| {
        let entry = played.stored().iter().find(|entry| entry.scope == scope).expect("an entry");
        (entry.created.0 - START.0) as f64 / 1_000.0
    });
    let (end, closed) = (6.0 * HOUR as f64, 3.0 * HOUR as f64);
    let expected = [
        ("main", 1e6 * (end - main) / end, 1e6),
        ("pull_request_open", 1e6 * (closed - pull) / end, 0.0),
        ("pull_request_closed", 1e6 * (end - closed) / end, 1e6),
    ];
    for (class, mean, last) in expected {
        let found = held(&played, "mean", ("ref", class)).expect("a value");
        assert!((found - mean).abs() < 1e-3, "{class}: {found}, expected {mean}");
        assert_eq!(held(&played, "final", ("ref", class)), Some(last), "{class}");
        assert_eq!(held(&played, "peak", ("ref", class)), Some(1e6), "{class}");
    }
    assert_eq!(held(&played, "mean", ("ref", "tag")), None, "nothing was ever held for a tag");
    // The one client holds everything.
    let all = played.value("cache.bytes", &[("stat", "mean")]);
    assert_eq!(held(&played, "mean", ("client", "actions-cache")), all);
    let refs = |stat| played.value("cache.refs", &[("stat", stat)]).expect("a number");
    let mean = ((end - main) + (end - pull)) / end;
    assert!((refs("mean") - mean).abs() < 1e-9, "{}", refs("mean"));
    assert_eq!((refs("peak"), refs("final")), (2.0, 2.0));
}

/// A tag stores before main does, and a branch of the merge queue under a key of its own: two of `other`.
#[test]
fn other_refs_are_told_apart() {
    let scene = scene("1 MB").event(0, "release", "").event(HOUR, "main_push", "");
    let played = scene.event(2 * HOUR, "merge_group 7", "lock").event(3 * HOUR, "main_push", "").play();
    let stored = |kind: &str| played.count("save.stored", &[("ref", kind)]);
    assert_eq!(["main", "other", "tag", "merge_queue", "branch"].map(stored), [1.0, 2.0, 1.0, 1.0, 0.0]);
    let asked = |kind: &str| played.count("restore.count", &[("ref", kind)]);
    assert_eq!(["main", "other", "tag", "merge_queue"].map(asked), [2.0, 2.0, 1.0, 1.0]);
    assert_eq!(held(&played, "final", ("ref", "tag")), Some(1e6));
    assert_eq!(held(&played, "final", ("ref", "merge_queue")), Some(1e6));
}

/// 6 GB are stored in the first hour and 6 GB in the second; the third ends it. Two of three hours have a peak of
/// 12 GB, 1.26258176 GB above 10 GiB: (0 + 1.26258176 + 1.26258176) ÷ 3 × 0.07 USD = 0.0589 USD.
#[test]
fn space_above_what_is_included_is_billed_by_the_peak_of_each_hour() {
    let cost = |limit: &str| {
        let scene = scene("6 GB").set(&format!("cache.limit={limit}"));
        let played = scene.event(0, "main_push", "lock").event(HOUR, "main_push", "lock").play();
        assert_eq!(held(&played, "peak", ("ref", "main")), Some(12e9));
        played.value("cache.cost", &[]).expect("a cost")
    };
    let above = (12e9 - Limits::INCLUDED.as_f64()) / 1e9;
    assert!((cost("13 GB") - 2.0 * above / 3.0 * 0.07).abs() < 1e-12, "{}", cost("13 GB"));
    // Under a limit of 11 GB, 1 GB of the peak is overshoot.
    let scene = scene("6 GB").set("cache.limit=11 GB");
    let played = scene.event(0, "main_push", "lock").event(HOUR, "main_push", "lock").play();
    assert!(played.value("cache.cost", &[]) >= played.value("cache.overshoot_cost", &[]));
    let over = played.value("cache.overshoot_cost", &[]).expect("a cost");
    assert!(over > 0.0 && over <= 2.0 / 3.0 * 0.07 + 1e-12, "{over}");
    assert_eq!(cost("10 GiB").to_bits(), 0.0_f64.to_bits(), "the limit was not raised, and it is no -0");
}

/// One live entry under a key that three of ten pushes change: five generations within the retention.
const SUPERSEDED: &str = r#"
[cache]
limit = "6 GB"
[workload]
pushes-per-day = 8
days = 14
pull-requests = { share = 0.7, pushes-each = 2 }
changes = { lock = 0.25, manifests = 0.1, source = 0.9 }
[workflow.ci]
on = ["push main"]
[workflow.ci.job.core]
cold = "8 min"
warm = "3 min"
cache.rust-cache = { size = "1 GB" }
"#;

#[test]
fn a_run_names_what_frees_the_cache_and_what_the_limit_costs() {
    let case = Case::with(SUPERSEDED);
    let said_of = |sets: &[&str]| {
        let told = case.stdout(&[&["run", "ci.toml", "--replications", "8"], sets].concat());
        told.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let free = said_of(&[]);
    assert!(free.contains(" GB that can never be restored, `") && free.contains("` frees"), "{free}");
    assert!(!free.contains("The space above"), "{free}");
    let sets = ["--set", "cache.limit=25 GB", "--set", "workflow.ci.job.core.cache.rust-cache.size=5 GB"];
    let paid = said_of(&sets);
    assert!(paid.contains("The space above the included 10 GiB costs"), "{paid}");
    assert!(paid.contains("billed by the peak of each hour"), "{paid}");
}

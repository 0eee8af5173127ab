//! Workflows that delete entries, computed by hand. A job stores 1 MB within seconds of its push; nothing is
//! evicted, and crons start on time.

use super::miniature::{HOUR, MINUTE, Miniature, Played};
use cache_budget::diagnostic::Style;
use cache_budget::scenario::{build, load, read};
use cache_budget::strategy::StrategySet;

/// A job on main and on pull requests that stores one archive under `key`, and a janitor of these lines.
fn scene(key: &str, janitor: &str) -> Miniature {
    Miniature::new(&format!(
        "[workflow.ci]\non = [\"push main\", \"pull_request\"]\n[workflow.ci.job.test]\n\
         cache.actions-cache = {{ key = \"{key}\", restore-keys = [\"k-\"], size = \"1 MB\" }}\n\
         [janitor.tidy]\n{janitor}\n"
    ))
    .set("workload.cron-delay=0 s")
}

/// How many entries there are at this time, and in which scopes.
fn scopes(played: &Played, seconds: i64) -> Vec<String> {
    let mut scopes: Vec<_> = played.stored_at(seconds).iter().map(|entry| entry.scope.clone()).collect();
    scopes.sort();
    scopes
}

const MAIN: &str = "refs/heads/main";
const PULL: &str = "refs/pull/7/merge";

/// The lock file changes at 0 h, 1 h and 2 h, and the pull request's own at 2 h 10 min: three generations on
/// main and one on the pull request. The janitor starts at half past and deletes one minute later.
#[test]
fn the_newest_generation_of_each_ref_stays() {
    let pushes = |janitor: &str| {
        let scene = scene("k-{lock}", &format!("cron = \"30 * * * *\"\n{janitor}"));
        let scene = (0..3).fold(scene, |scene, hour| scene.event(hour * HOUR, "main_push", "lock"));
        scene.event(2 * HOUR + 10 * MINUTE, "pr_push 7", "lock").play()
    };
    let played = pushes("keep-newest = 1");
    assert_eq!(scopes(&played, HOUR + 31 * MINUTE - 1), [MAIN, MAIN]);
    assert_eq!(scopes(&played, HOUR + 31 * MINUTE), [MAIN]);
    assert_eq!(scopes(&played, 3 * HOUR), [MAIN, PULL]);
    let newest = played.stored_under("k-")[0].created;
    assert!(newest > played.workflow(2).triggered, "it is the third push's");
    // Deleted is neither evicted nor expired.
    assert_eq!(played.count("cache.evicted_entries", &[]), 0.0);
    // At 2 h 31 min there are three of main for the first time.
    assert_eq!(scopes(&pushes("keep-newest = 2"), 2 * HOUR + 30 * MINUTE), [MAIN, MAIN, MAIN, PULL]);
    assert_eq!(scopes(&pushes("keep-newest = 2"), 3 * HOUR), [MAIN, MAIN, PULL]);
    // Only what was created more than an hour ago: at 2 h 31 min the first one, not the second.
    let older = pushes("keep-newest = 1\nolder-than = \"92 min\"");
    assert_eq!(scopes(&older, 3 * HOUR), [MAIN, MAIN, PULL]);
}

/// Both legs and both compilers have a newest entry of their own: 2 × 2 entries stay.
#[test]
fn legs_and_compilers_are_no_generations() {
    let scene = Miniature::new(
        "[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\nmatrix = { leg = [\"a\", \"b\"] }\n\
         cache.actions-cache = { key = \"k-{leg}-{toolchain}-{lock}\", size = \"1 MB\" }\n\
         [janitor.tidy]\non = \"push main\"\nkeep-newest = 1\ntime = \"5 min\"\n",
    );
    let changes = ["source", "toolchain", "lock", "source"];
    let scene = (0..)
        .zip(changes)
        .fold(scene, |scene, (hour, changes)| scene.event(hour * HOUR, "main_push", changes));
    let played = scene.play();
    // Three pushes change the key: 6 entries, of which the second one's 2 are superseded by the third's.
    assert_eq!(played.stored_at(2 * HOUR + 4 * MINUTE).len(), 6);
    assert_eq!(played.stored().len(), 4);
}

/// One entry, stored at 0 h and restored each hour: at 3 h it is 3 hours old and was accessed just now.
#[test]
fn age_counts_from_creation_and_idleness_from_the_last_access() {
    let left = |janitor: &str| {
        let scene = scene("k", &format!("on = \"push main\"\ntime = \"30 min\"\n{janitor}")).hourly_pushes(4);
        scene.play().stored_at(3 * HOUR + 30 * MINUTE).len()
    };
    assert_eq!(left("older-than = \"3 h\""), 0, "at 3 h 30 min");
    assert_eq!(left("older-than = \"4 h\""), 1);
    assert_eq!(left("idle-for = \"3 h\""), 1);
    assert_eq!(left("idle-for = \"10 min\""), 0, "the last access was half an hour ago");
}

#[test]
fn it_follows_a_workflow_and_deletes_what_it_is_told_to() {
    let left = |janitor: &str| {
        let scene = scene("k-{lock}", &format!("after = \"ci\"\ntime = \"5 min\"\n{janitor}"));
        scene.event(0, "main_push", "lock").event(HOUR, "pr_push 7", "lock").play()
    };
    let played = left("refs = [\"pull_request_open\"]");
    let ended = played.workflow(1).ended;
    assert_eq!(scopes(&played, HOUR + 4 * MINUTE), [MAIN, PULL]);
    let gone =
        played.ledger.iter().find(|page| page.at > ended && page.entries.len() == 1).expect("a deletion");
    assert_eq!((gone.at - ended).0, 5 * MINUTE * 1_000);
    assert_eq!(left("refs = [\"pull_request_closed\"]").stored_at(2 * HOUR).len(), 2);
    assert_eq!(left("prefix = \"k-\"").stored_at(2 * HOUR).len(), 0);
}

/// At 2 h the pull request is closed, at 3 h opened again.
#[test]
fn entries_of_closed_pull_requests_are_chosen_while_they_are_closed() {
    let scene = scene("k-{lock}", "cron = \"45 * * * *\"\nrefs = [\"pull_request_closed\"]");
    let scene =
        scene.event(0, "main_push", "").event(HOUR, "pr_push 7", "lock").event(2 * HOUR, "pr_closed 7", "");
    let played = scene.event(3 * HOUR, "pr_push 7", "lock").event(5 * HOUR, "main_push", "").play();
    assert_eq!(scopes(&played, 2 * HOUR), [MAIN, PULL]);
    assert_eq!(scopes(&played, 2 * HOUR + 46 * MINUTE), [MAIN]);
    assert_eq!(scopes(&played, 4 * HOUR), [MAIN, PULL]);
}

/// The job of a janitor works for 90 s each hour and is billed two minutes: 3 pushes, 3 jobs.
#[test]
fn its_job_is_billed() {
    let minutes = |time: &str| {
        let scene = scene("k", &format!("on = \"push main\"\nolder-than = \"9 d\"\ntime = \"{time}\""));
        let played = scene.set("runner.ubuntu-latest.price=1 USD").hourly_pushes(3).play();
        let days = played.outcome.window.measured().as_days_f64();
        let cost = played.value("runner.cost", &[]).expect("billed") * days / 30.0;
        let of_pushes = played.value("push.runner_minutes", &[]);
        (played.count("runner.minutes", &[]), cost, of_pushes)
    };
    let ((longer, cost, of_pushes), (shorter, less, of_other)) = (minutes("90 s"), minutes("60 s"));
    assert_eq!(of_pushes, of_other, "no push waits for it");
    assert!((longer - shorter - 1.5).abs() < 1e-6, "{longer} {shorter}");
    assert!((cost - less - 3.0).abs() < 1e-6, "{cost} {less}");
}

/// `cache.delete-closed-after` is a janitor.
#[test]
fn closing_a_pull_request_starts_one_for_its_own_entries() {
    let played = |set: Option<&str>, janitor: &str| {
        let scene = scene("k-{lock}", janitor).event(0, "main_push", "lock").event(HOUR, "pr_push 7", "lock");
        let scene = scene.event(HOUR, "pr_push 8", "lock").event(2 * HOUR, "pr_closed 7", "");
        let scene = scene.event(4 * HOUR, "main_push", "");
        set.into_iter().fold(scene, Miniature::set).play()
    };
    let on_closed = played(None, "on = \"closed\"\ntime = \"90 s\"");
    assert_eq!(scopes(&on_closed, 2 * HOUR + 89), [MAIN, PULL, "refs/pull/8/merge"]);
    assert_eq!(scopes(&on_closed, 2 * HOUR + 90), [MAIN, "refs/pull/8/merge"]);
    let idle = "on = \"push main\"\nolder-than = \"99 d\"\ntime = \"0 s\"";
    let setting = played(Some("cache.delete-closed-after=90 s"), idle);
    let pages =
        |played: &Played| played.ledger.iter().map(|page| (page.at, page.entries.len())).collect::<Vec<_>>();
    let changes = |played: &Played| {
        let mut pages = pages(played);
        pages.dedup_by_key(|(_, entries)| *entries);
        pages
    };
    assert_eq!(changes(&on_closed), changes(&setting));
}

/// Entries go 5 h after the closing, or 8. A runner works for two minutes of that in either case.
#[test]
fn waiting_to_delete_is_not_billed() {
    let played = |after: &str| {
        let idle = "on = \"push main\"\nolder-than = \"99 d\"\ntime = \"0 s\"";
        let scene = scene("k-{lock}", idle).event(0, "main_push", "").event(HOUR, "pr_push 7", "lock");
        let scene = scene.event(2 * HOUR, "pr_closed 7", "").event(20 * HOUR, "main_push", "");
        scene.set(&format!("cache.delete-closed-after={after}")).play()
    };
    let (five, eight) = (played("5 h"), played("8 h"));
    assert_eq!(scopes(&five, 7 * HOUR - 1), [MAIN, PULL]);
    assert_eq!(scopes(&five, 7 * HOUR), [MAIN]);
    assert_eq!(scopes(&eight, 7 * HOUR), [MAIN, PULL]);
    let minutes = |played: &Played| played.count("runner.minutes", &[]);
    assert!((minutes(&five) - minutes(&eight)).abs() < 1e-9);
    let none = minutes(&played("2 min")) - minutes(&five);
    assert!(none.abs() < 1e-9, "two minutes are as long: {none}");
}

/// What is said of a janitor beside a job that saves on main and pull requests.
fn said(janitor: &str) -> String {
    let (_folder, path) = scene("k-{lock}", janitor).event(0, "main_push", "").write();
    match load(&path, &[]) {
        Ok(loaded) => loaded.report.render(&Style::default()),
        Err(report) => report.render(&Style::default()),
    }
}

#[test]
fn what_starts_it_and_what_it_deletes_is_stated() {
    for (janitor, message) in [
        ("keep-newest = 1", "a janitor has exactly one of `on`, `cron` and `after`"),
        ("keep-newest = 1\non = \"closed\"\nafter = \"ci\"", "a janitor has exactly one of"),
        ("on = \"push main\"", "the janitor does not say what it deletes"),
        ("after = \"cy\"\nkeep-newest = 1", "there is no workflow `cy`"),
        ("cron = \"0 3 * *\"\nkeep-newest = 1", "has five fields (minute, hour, day, month, weekday), not 4"),
        ("on = \"push main\"\nkeep-newest = 1\nrunner = \"mine\"", "there is no runner `mine`"),
        ("on = \"push main\"\nrefs = [\"mine\"]", "refs"),
        ("on = \"push main\"\nprefix = \"k-{lock}\"", "`prefix` takes no placeholders"),
    ] {
        assert!(said(janitor).contains(message), "{janitor}\n{}", said(janitor));
    }
}

#[test]
fn a_condition_without_effect_is_told() {
    for (janitor, reason) in [
        (
            "on = \"push main\"\nidle-for = \"7 d\"",
            "`idle-for` has no effect: no more time than that is simulated",
        ),
        ("on = \"closed\"", "`janitor.tidy` has no effect: there are no pull requests"),
        ("on = \"push main\"\nrefs = [\"tag\"]", "`refs` has no effect: no run saves an entry on such a ref"),
        ("on = \"push main\"\nprefix = \"other-\"", "`prefix` has no effect: no key begins with `prefix`"),
        ("cron = \"0 3 1 7 *\"\nkeep-newest = 1", "`janitor.tidy` has no effect: its `cron` names no time"),
        (
            "on = \"push main\"\nkeep-newest = 1\ntimezone = \"Europe/Berlin\"",
            "`timezone` has no effect: the janitor has no `cron`",
        ),
        (
            "on = \"push main\"\nkeep-newest = 1\nrunner = \"macos-latest\"",
            "`runner` has no effect: it costs as much",
        ),
    ] {
        assert!(said(janitor).contains(reason), "{janitor}\n{}", said(janitor));
    }
    let said = said("on = \"push main\"\nprefix = \"k-0\"\nkeep-newest = 1");
    assert!(
        !said.contains("`prefix` has no effect") && !said.contains("`keep-newest` has no effect"),
        "{said}"
    );
}

/// A scenario with this janitor after a strategy; `None` where it does not apply.
fn treated(janitor: &str, strategy: &str) -> Option<usize> {
    let (_folder, path) = scene("k-{lock}", janitor).event(0, "pr_push 7", "lock").write();
    let scenario = read(&path, &[]).expect("a scenario");
    let (scenario, _) = StrategySet::parse(strategy).expect("strategies").apply(&scenario).ok()?;
    Some(build(&path, scenario).expect("it is valid").model.janitors.len())
}

#[test]
fn strategies_add_what_no_janitor_does_yet() {
    let (old, newest) = ("on = \"push main\"\nolder-than = \"9 d\"", "on = \"push main\"\nkeep-newest = 1");
    assert_eq!(treated(old, "keep-newest=2+delete-on-close"), Some(3));
    assert_eq!(treated(newest, "keep-newest"), None);
    // One generation is fewer than three, but not more than one; part of the keys is not all of them.
    let three = newest.replace('1', "3");
    assert_eq!([treated(&three, "keep-newest"), treated(&three, "keep-newest=3")], [Some(1), None]);
    assert_eq!(treated(&format!("{newest}\nprefix = \"k-\""), "keep-newest"), Some(2));
    let swept = "cron = \"30 * * * *\"\nrefs = [\"pull_request_closed\"]";
    assert_eq!(treated(swept, "delete-on-close"), None);
    assert_eq!(treated(newest, "delete-on-close+raise-limit=1GB"), Some(2));
    assert_eq!(treated("on = \"closed\"", "delete-on-close"), None);
}

//! Pull requests whose base is the branch of another one: what starts for them, what they read and build, and how they are
//! drawn.

use crate::miniature::{HOUR, Miniature, Played, Told};
use crate::workload::{drawn, stochastic};
use cache_budget::event::RestoreOutcome::{Exact, Miss};
use cache_budget::project::{InputId, InputSet, Lineage};
use cache_budget::units::SimTime;
use cache_budget::workload::{PullRequests, Push, PushKind, Stochastic};
use std::collections::BTreeMap;

fn scene(on: &str, key: &str) -> Miniature {
    Miniature::new(&format!(
        "[workflow.ci]\non = {on}\n[[workflow.ci.job.test.cache.actions-cache]]\nkey = \"{key}\"\nsize = \"1 MB\"\n"
    ))
}

/// A pull request with another lock file, and one that is stacked on it. Then the first one is merged, and the second one
/// pushed to again.
fn stack(on: &str, key: &str) -> Played {
    scene(on, key)
        .event(0, "pr_push 7", "lock")
        .on_branch(HOUR, "pr_push 8", "#7")
        .event(2 * HOUR, "main_push 7", "lock")
        .on_branch(3 * HOUR, "pr_push 8", "#7")
        .play()
}

/// The other one's `refs/pull/7/merge` is not the base: only a push to its branch fills a scope that the stacked one reads.
#[test]
fn a_stacked_pull_request_reads_the_branch_of_the_other_one_and_not_its_merge_ref() {
    let alone = stack("[\"pull_request\"]", "k");
    assert_eq!([0, 1].map(|event| alone.run(event, "test").found()), [[Miss], [Miss]]);
    let both = scene("[\"push\", \"pull_request\"]", "k-{event}").on_branch(0, "pr_push 7", "").on_branch(
        HOUR,
        "pr_push 8",
        "#7",
    );
    let scopes = |played: &Played, at: i64| -> Vec<String> {
        let entries = played.stored_at(at).iter();
        entries.map(|entry| format!("{} {}", entry.scope.trim_start_matches("refs/"), entry.key)).collect()
    };
    let played = both.play();
    let own = ["heads/pull-7 k-push", "pull/7/merge k-pull_request"];
    assert!(own.iter().all(|entry| scopes(&played, HOUR - 1).iter().any(|stored| stored == entry)));
    // With one key, the run of #8 on `pull_request` finds the entry of the branch and saves nothing.
    let played = scene("[\"push\", \"pull_request\"]", "k")
        .on_branch(0, "pr_push 7", "")
        .on_branch(HOUR, "pr_push 8", "#7")
        .play();
    let all = scopes(&played, 2 * HOUR);
    assert!(!all.iter().any(|entry| entry == "pull/8/merge k"), "{all:?}");
    // One that is not stacked saves its own.
    let played = scene("[\"push\", \"pull_request\"]", "k")
        .on_branch(0, "pr_push 7", "")
        .on_branch(HOUR, "pr_push 8", "")
        .play();
    assert!(scopes(&played, 2 * HOUR).iter().any(|entry| entry == "pull/8/merge k"));
}

#[test]
fn a_filter_of_bases_keeps_a_stacked_pull_request_out_until_the_other_one_is_merged() {
    let ran = |on: &str| -> Vec<u32> {
        let played = stack(on, "k");
        (0..4).filter(|event| played.find(*event, "test").is_some()).collect()
    };
    assert_eq!(ran("[\"pull_request main\"]"), [0, 3]);
    assert_eq!(ran("[\"pull_request **\"]"), [0, 1, 3]);
    assert_eq!(ran("[\"pull_request **\", \"pull_request !main\"]"), [1]);
    assert_eq!(ran("[\"pull_request\"]"), [0, 1, 3]);
    assert_eq!(ran("[\"pull_request\", \"push main\"]"), [0, 1, 2, 3]);
}

/// #8 changes sources only, on top of #7's lock file: it has #7's key, which is main's after the merge. So its second run
/// finds what the merge has saved, and its base is then main.
#[test]
fn a_stacked_pull_request_builds_on_the_changes_of_the_other_one() {
    let played = stack("[\"push main\", \"pull_request\"]", "{base}-{lock}");
    let keys: Vec<(&str, &str)> =
        played.stored().iter().map(|entry| (entry.scope.as_str(), entry.key.as_str())).collect();
    let lock = |scope: &str, base: &str| {
        let found = keys.iter().find(|(own, key)| *own == scope && key.starts_with(base));
        found
            .unwrap_or_else(|| panic!("{scope} {base}: {keys:?}"))
            .1
            .rsplit('-')
            .next()
            .expect("a hash")
            .to_owned()
    };
    let first = lock("refs/pull/7/merge", "main-");
    assert_eq!(lock("refs/pull/8/merge", "pull-7-"), first);
    assert_eq!(lock("refs/heads/main", "-"), first);
    assert_eq!(lock("refs/pull/8/merge", "main-"), first);
    let plain = stack("[\"push main\", \"pull_request\"]", "{lock}");
    assert_eq!([2, 3].map(|event| plain.run(event, "test").found()), [[Miss], [Exact]]);
    let apart = scene("[\"pull_request\"]", "{lock}")
        .event(0, "pr_push 7", "lock")
        .on_branch(HOUR, "pr_push 8", "")
        .play();
    let keys: Vec<&str> = apart.stored().iter().map(|entry| entry.key.as_str()).collect();
    assert!(keys.len() == 2 && keys[0] != keys[1], "{keys:?}");
}

#[test]
fn a_log_names_an_open_pull_request_as_base_or_says_what_is_wrong() {
    let wrong = |event: &str, base: &str| {
        let scene =
            scene("[\"pull_request\"]", "k").on_branch(0, "fork_pr_push 6", "").on_branch(0, "pr_push 7", "");
        let said = scene.on_branch(HOUR, event, base).remarks();
        if said.contains("events.csv") { said } else { String::new() }
    };
    assert_eq!(wrong("pr_push 8", "#7"), "");
    assert_eq!(wrong("fork_pr_push 8", "#7"), "");
    // Not in the rows above; a fork's branch is in another repository; itself; a push to main has no base.
    for (event, base) in
        [("pr_push 8", "#9"), ("pr_push 8", "#6"), ("pr_push 7", "#7"), ("main_push 7", "#7")]
    {
        let said = wrong(event, base);
        assert!(said.contains(&format!("`{base}` is the base of no such row")), "{said}");
    }
}

#[test]
fn a_pattern_of_stacked_bases_has_an_effect_only_if_pull_requests_are_stacked() {
    let on = "[\"push main\", \"pull_request main\", \"pull_request pull-*\"]";
    let said = scene(on, "k").on_branch(0, "pr_push 7", "").remarks();
    assert!(said.contains("no pull request is stacked on another one"), "{said}");
    let said = scene(on, "k").on_branch(0, "pr_push 7", "").on_branch(9, "pr_push 8", "#7").remarks();
    assert!(!said.contains("pull-*"), "{said}");
}

/// #7 has changed sources twice, #8 on top of it three times, and #9 on main four times.
#[test]
fn content_ages_by_the_changes_of_both_in_a_stack() {
    let (source, own) = (InputSet::of(InputId::SOURCE), |count: u32| [0, 0, 0, count]);
    let main = Lineage::default();
    let below = main.on_top(Some(7), &own(2), source);
    let above = below.on_top(Some(8), &own(3), source);
    let other = main.on_top(Some(9), &own(4), source);
    let landed = main.landed(&own(2), source);
    let between = |one: &Lineage, two: &Lineage| {
        let changes = one.changes_since(two, InputId::SOURCE);
        assert_eq!(two.changes_since(one, InputId::SOURCE), changes);
        changes
    };
    assert_eq!(between(&above, &below), 3);
    assert_eq!(between(&above, &main), 2 + 3);
    // After the merge of #7.
    assert_eq!(between(&above, &landed), 3);
    assert_eq!(between(&above, &other), 2 + 3 + 4);
}

/// The life of a drawn pull request.
struct Life {
    opened: SimTime,
    below: Option<u32>,
    is_fork: bool,
    end: Option<SimTime>,
}

fn lives(pushes: &[Push]) -> BTreeMap<u32, Life> {
    let mut lives: BTreeMap<u32, Life> = BTreeMap::new();
    for push in pushes.iter().filter(|push| !push.bot) {
        match (push.kind, push.number) {
            (PushKind::PullRequest | PushKind::ForkPullRequest, Some(number)) => {
                let is_fork = push.kind == PushKind::ForkPullRequest;
                let new = Life { opened: push.at, below: push.stacked_on, is_fork, end: None };
                let life = lives.entry(number).or_insert(new);
                // Once the other one is gone, main is the base.
                assert!(push.stacked_on.is_none() || push.stacked_on == life.below);
            }
            (PushKind::Closed, Some(number)) => {
                lives.get_mut(&number).into_iter().for_each(|life| life.end = Some(push.at));
            }
            _ => {}
        }
    }
    lives
}

#[test]
fn drawn_pull_requests_are_stacked_on_the_newest_open_one_and_end_after_it() {
    let plan = |stacked| Stochastic {
        pull_requests: PullRequests { stacked, hours_between: 6.0, ..stochastic().pull_requests },
        ..stochastic()
    };
    let (mut stacked, mut all) = (0, 0);
    for replication in 0..5 {
        let pushes = drawn(&plan(1.0), replication);
        let lives = lives(&pushes);
        for (number, life) in &lives {
            let is_open = |other: &&u32| {
                let of = &lives[other];
                !of.is_fork && of.opened < life.opened && of.end.is_none_or(|end| end > life.opened)
            };
            // Numbers are in the order in which pull requests are opened.
            let newest = lives.keys().rfind(is_open).copied();
            assert_eq!(life.below, newest.filter(|_| !life.is_fork), "{number}");
            let ends = life.below.map(|below| lives[&below].end);
            assert!(ends.is_none_or(|below| life.end.is_none() || below <= life.end), "{number}");
        }
        let lone = drawn(&plan(0.0), replication);
        let pushed = |of: &[Push]| -> Vec<_> {
            let to_pulls = of.iter().filter(|push| push.kind == PushKind::PullRequest);
            to_pulls.map(|push| (push.id, push.at, push.paths)).collect()
        };
        assert!(pushed(&pushes) == pushed(&lone), "a stack moves merges only");
        let some = self::lives(&drawn(&plan(0.3), replication));
        stacked += some.values().filter(|life| life.below.is_some()).count();
        all += some.values().filter(|life| !life.is_fork).count();
    }
    // Of 20 pushes a day 12 go to 6 pull requests, in 5 × 50 working days with a quarter from forks: about 1,125. Nearly all
    // are opened while another is open, and 0.3 of these are stacked, with a standard error of √(0.21 / 1,125) = 0.014.
    let share = f64::from(stacked as u32) / f64::from(all as u32);
    assert!((0.2..0.34).contains(&share), "{stacked} of {all}");
}

#[test]
fn a_share_that_stacks_nothing_is_told() {
    let said = |pulls: &str| {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("ci.toml");
        let text = format!(
            "[workload]\ndays = 9\npull-requests = {{ stacked = 0.5, {pulls} }}\n[workflow.ci]\non = [\"push main\", \"pull_request\"]\n\
             job.test.cache.actions-cache = {{ key = \"{{lock}}\", size = \"1 MB\", miss = \"9 s\" }}\n"
        );
        std::fs::write(&file, text).expect("a file");
        let loaded = cache_budget::scenario::load(&file, &[]).expect("valid");
        loaded.report.render(&cache_budget::diagnostic::Style::default())
    };
    assert_eq!(said("share = 0.6"), "");
    assert!(said("share = 0").contains("`stacked` has no effect: no push goes to a pull request"));
    assert!(said("forks = 1").contains("every pull request comes from a fork"));
}

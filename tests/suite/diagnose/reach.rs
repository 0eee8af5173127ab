//! Which entries a restore can still reach.

use super::{circumstances, diagnosis, diagnosis_of, entry, finding, listing, note, with_pulls};
use cache_budget::diagnose::{Circumstances, ScopeClass};
use cache_budget::diagnostic::Style;
use cache_budget::replay::listing::default_branch;
use cache_budget::replay::{PullList, PullState};

fn refs() -> Vec<String> {
    vec![
        entry(1, "refs/heads/main", "deps-1a2b3c4d1", 100, 1, 20),
        entry(2, "refs/pull/7/merge", "deps-1a2b3c4d2", 10, 2, 2),
        entry(3, "refs/pull/8/merge", "deps-1a2b3c4d3", 20, 3, 3),
        entry(4, "refs/heads/gh-readonly-queue/main/pr-9-abc", "deps-1a2b3c4d4", 40, 4, 4),
        entry(5, "refs/tags/v1", "deps-1a2b3c4d5", 80, 5, 5),
        entry(6, "refs/heads/dev", "deps-1a2b3c4d6", 160, 6, 6),
    ]
}

fn classes(found: &cache_budget::result::Diagnosis) -> Vec<(&str, u64)> {
    found.refs.iter().map(|row| (row.r#ref.as_str(), row.bytes)).collect()
}

#[test]
fn without_pulls_what_is_unreachable_is_a_range() {
    let found = diagnosis(&refs());
    let expected = [("main", 100), ("pull_request", 30), ("merge_queue", 40), ("tag", 80), ("other", 160)];
    assert_eq!(classes(&found), expected);
    // The queue for certain; pull requests and tags perhaps.
    let range = (found.unreachable_low_bytes, found.unreachable_bytes, found.unreachable_high_bytes);
    assert_eq!(range, (40, 40, 40 + 30 + 80));
    assert_eq!(found.needed_bytes, 410 - 40);
}

#[test]
fn pulls_tell_which_requests_are_closed() {
    let circumstances = with_pulls(r#"[{"number":7,"state":"OPEN"},{"number":8,"state":"MERGED"}]"#);
    let found = diagnosis_of(&[&listing(&refs())], &circumstances);
    assert_eq!(classes(&found)[1..3], [("pull_request_open", 10), ("pull_request_closed", 20)]);
    assert_eq!((found.unreachable_bytes, found.unreachable_high_bytes), (60, 140));
    let closed = finding(&found, "closed-pull-requests");
    assert_eq!((closed.bytes, closed.strategy.as_deref()), (20, Some("delete-on-close")));
    assert!(closed.edit.contains("types: [closed]"), "{}", closed.edit);
}

/// 500 B of 1,000 B are of requests of which one is open and the other one is not listed.
#[test]
fn only_requests_that_are_known_to_be_open_are_called_so() {
    let of = |pulls: &str| {
        let entries =
            [entry(2, "refs/pull/7/merge", "a", 300, 2, 2), entry(3, "refs/pull/8/merge", "b", 200, 3, 3)];
        diagnosis_of(&[&listing(&entries)], &with_pulls(pulls))
    };
    let found = of(r#"[{"number":7,"state":"OPEN"},{"number":9,"state":"CLOSED"}]"#);
    let open = finding(&found, "open-pull-requests");
    assert_eq!(
        (open.bytes, open.text.as_str()),
        (300, "Open pull requests hold 300 B in 1 entry, which only their own runs can read.")
    );
    let unlisted = finding(&found, "pull-requests");
    assert!(
        unlisted.bytes == 200
            && unlisted.text.starts_with("Pull requests that --pulls does not list hold 200 B"),
        "{unlisted:?}"
    );
    note(&found, "1 entry is of a pull request that is not in the list");
    note(
        &of("[]"),
        "2 entries are of pull requests, which all count as closed: the list of pull requests is empty",
    );
}

#[test]
fn a_wrong_list_of_requests_is_told_with_its_places() {
    let problems = |text: &str| {
        let found = PullList::read(text.as_bytes()).expect_err("it was accepted");
        found.list().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let twice = problems("[{\"number\":7,\"state\":\"OPEN\"},\n {\"number\":7,\"state\":\"MERGED\"}]");
    assert_eq!(twice, ["2:2: pull request 7 is listed as open and as closed: list it once"]);
    // The same state twice is what two pages may say.
    assert!(PullList::read(br#"[{"number":7,"state":"CLOSED"}][{"number":7,"state":"merged"}]"#).is_ok());
    let foreign = problems(r#"[{"id":1},{"id":2},{"id":3}]"#);
    assert_eq!(foreign.len(), 3, "{foreign:?}");
    assert!(foreign[0].starts_with("1:2: `number` or `state` is missing"), "{foreign:?}");
    assert!(foreign[2].starts_with("1 more pull requests: "), "{foreign:?}");
    assert!(problems("<html>")[0].starts_with("is not a list of pull requests: write it with `gh pr list"));
    assert!(problems("")[0].starts_with("is empty: write it with `gh pr list"));
}

#[test]
fn a_request_that_is_not_listed_is_closed_only_if_all_open_ones_are() {
    let state = |text: &str, number| PullList::read(text.as_bytes()).expect("a list").state(number);
    assert_eq!(state(r#"[{"number":7,"state":"OPEN"}]"#, 8), PullState::Closed);
    assert_eq!(state(r#"[{"number":7,"state":"closed"}]"#, 8), PullState::Unknown);
    assert_eq!(state("[]", 8), PullState::Closed);
    // gh's default of 30 rows may have cut the list.
    let thirty: Vec<String> =
        (1..=30).map(|number| format!(r#"{{"number":{number},"state":"OPEN"}}"#)).collect();
    assert_eq!(state(&format!("[{}]", thirty.join(",")), 99), PullState::Unknown);
    for wrong in ["", "7", r#"[{"number":7}]"#, r#"[{"number":"7","state":"OPEN"}]"#, "[{"] {
        assert!(PullList::read(wrong.as_bytes()).is_err(), "{wrong}");
    }
}

#[test]
fn a_table_without_refs_is_certain_of_nothing() {
    let row = |id: u32, hash: &str| {
        format!("{id}\tdeps-{hash}\t100 B\t2026-09-20T0{id}:00:00Z\t2026-09-20T0{id}:00:00Z\n")
    };
    let found = diagnosis_of(&[&[row(1, "1a2b3c4d1"), row(2, "1a2b3c4d2")].concat()], &circumstances());
    assert_eq!(classes(&found), [("unknown", 200)]);
    assert_eq!((found.unreachable_low_bytes, found.unreachable_bytes), (0, 100));
    let told = cache_budget::report::diagnose::verdict(&found);
    assert!(
        told.contains("Up to 100 B of it (50 %) can no longer be restored: that depends on the refs"),
        "{told}"
    );
    let table = cache_budget::report::diagnose::table(&found, false, Style::default());
    let words = table.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("needs a limit of 100 B to 200 B.") && table.contains("-      ≥ 100 B"),
        "{table}"
    );
}

#[test]
fn copies_of_what_main_holds_are_found() {
    let found = diagnosis(&[
        entry(1, "refs/heads/main", "deps-1a2b3c4d1", 100, 1, 20),
        entry(2, "refs/pull/7/merge", "deps-1a2b3c4d1", 90, 2, 2),
        entry(3, "refs/pull/7/merge", "deps-1a2b3c4d2", 80, 1, 1),
    ]);
    let copies = finding(&found, "copies-of-main");
    assert_eq!(
        (copies.bytes, copies.entries, copies.strategy.as_deref()),
        (90, 1, Some("save-on-main-only"))
    );
}

#[test]
fn the_default_branch_is_the_usual_one_or_the_largest() {
    let of = |refs: &[(&str, u64)]| {
        let entries: Vec<String> =
            refs.iter().zip(1..).map(|((name, size), id)| entry(id, name, "k", *size, 1, 1)).collect();
        default_branch(&super::snapshot(&listing(&entries)).entries)
    };
    assert_eq!(of(&[("refs/heads/big", 9), ("refs/heads/master", 1)]), "refs/heads/master");
    assert_eq!(
        of(&[("refs/heads/big", 9), ("refs/heads/small", 1), ("refs/pull/1/merge", 99)]),
        "refs/heads/big"
    );
    assert_eq!(of(&[("refs/pull/1/merge", 1)]), "refs/heads/main");
    let named = Circumstances { default_branch: Some("dev".into()), ..circumstances() };
    assert_eq!(classes(&diagnosis_of(&[&listing(&refs())], &named))[0], ("main", 160));
    assert_eq!(ScopeClass::of(Some("refs/pull/x/merge"), "refs/heads/main", None), ScopeClass::OtherBranch);
}

/// 1,200 B of 1,000 B are held. What certainly nobody can restore is of a closed pull request and of the queue.
#[test]
fn a_higher_limit_is_no_remedy_where_what_can_still_be_restored_fits() {
    let remedy = |closed: u64, queue: u64| {
        let entries = [
            entry(1, "refs/heads/main", "a", 1_200 - closed - queue, 1, 1),
            entry(2, "refs/pull/8/merge", "b", closed, 2, 2),
            entry(3, "refs/heads/gh-readonly-queue/main/pr-7-0123456789", "c", queue, 3, 3),
        ];
        let found = diagnosis_of(&[&listing(&entries)], &with_pulls(r#"[{"number":8,"state":"MERGED"}]"#));
        finding(&found, "over-limit").strategy.clone().expect("a strategy")
    };
    // 150 B and 50 B leave 1,000 B, which fit; 149 B and 50 B leave 1,001 B.
    assert_eq!(remedy(150, 50), "delete-on-close");
    assert_eq!(remedy(50, 150), "no-save-from-merge-queue");
    assert_eq!(remedy(149, 50), "raise-limit");
}

//! From commits to the event log.

use super::{MONDAY, Made};
use cache_budget::import::history::{PushRecord, pull_number};
use cache_budget::import::lock::INPUT_KINDS;
use cache_budget::import::pattern::{NamedPatterns, PatternRules};
use cache_budget::units::SimTime;
use cache_budget::workload::log_table::{self, LogNames};

#[test]
fn numbers_are_those_that_a_merge_names() {
    let told = [
        ("Fix (#12) for good (#34)", Some(34)),
        ("Merge pull request #7 from ann/fix", Some(7)),
        ("Auto merge of #9 - bob:x, r=ann", Some(9)),
        ("Revert \"Fix (#12)\"", None),
        ("Close #12", None),
        ("Fix (#12a)", None),
        ("Fix (#99999999999)", None),
        ("(#0)", None),
    ];
    for (subject, number) in told {
        assert_eq!(pull_number(subject), number, "{subject}");
    }
}

fn record(made: &Made) -> PushRecord {
    let inputs: Vec<NamedPatterns> = INPUT_KINDS[..5].iter().map(|kind| kind.named()).collect();
    let classes = [NamedPatterns::new("web", &["web/**"], PatternRules::Workflow)];
    PushRecord::new(&made.history().unwrap(), &inputs, &classes, None)
}

/// A direct push, a merge of a branch with two pushes, a squash of a bot, and a tag.
fn small() -> Made {
    let made = Made::new();
    made.commit("src/lib.rs", "Begin", 0);
    made.git(&["checkout", "-q", "-b", "fix"], 0);
    made.commit("Cargo.toml", "One", 10);
    made.commit("web/a.ts", "Two", 14);
    made.git(&["checkout", "-q", "main"], 0);
    made.git(&["merge", "-q", "--no-ff", "-m", "Merge pull request #1 from ann/fix", "fix"], 16);
    made.commit_as("dependabot[bot]", "Cargo.lock", "Bump x (#2)", 30);
    made.git(&["tag", "v1"], 0);
    made.git(&["tag", "-a", "-m", "v1", "v1.0"], 31);
    made
}

#[test]
fn the_event_log_is_one_that_a_scenario_reads() {
    let record = record(&small());
    let log: Vec<String> =
        record.csv().lines().map(|line| line[..line.rfind(',').unwrap()].to_owned()).collect();
    // The last push to #1 was 2 h before its merge, so that of #2, which was squashed, is set 2 h before its own.
    insta::assert_snapshot!(log.join("\n"), @r"
    at,event,pr,author,paths,changes
    2026-01-05T00:00:00Z,main_push,,human,,source
    2026-01-05T10:00:00Z,pr_push,1,human,web,manifests
    2026-01-05T14:00:00Z,pr_push,1,human,web,manifests
    2026-01-05T16:00:00Z,main_push,1,human,web,manifests
    2026-01-06T04:00:00Z,pr_push,2,bot,,lock
    2026-01-06T06:00:00Z,main_push,2,bot,,lock
    2026-01-06T06:00:00Z,release,,human,,
    ");
    let [classes, inputs] = [record.classes.clone(), record.inputs.clone()];
    let names = LogNames { classes: &classes, inputs: &inputs, branches: &[] };
    assert_eq!(log_table::read(&record.csv(), names, 100).unwrap().pushes.len(), 7);
    assert!(record.csv().contains(" (time inferred)"), "an inferred push says so");
}

/// What was committed long before the days that are asked for, such as the history of a repository that was merged into this
/// one, would make a log of years in which nothing else happens.
#[test]
fn a_pull_request_has_no_pushes_before_the_first_day() {
    let made = Made::new();
    made.commit("a", "Begin", 0);
    made.git(&["checkout", "-q", "-b", "other"], 0);
    made.commit("b", "Old", 1);
    made.commit("c", "New", 500);
    made.git(&["checkout", "-q", "main"], 0);
    made.commit("d", "Later", 400);
    made.git(&["merge", "-q", "--no-ff", "-m", "Merge pull request #1 from ann/other", "other"], 510);
    let hours = |from: Option<i64>| {
        let from = from.map(|hour| SimTime((MONDAY + hour * 3_600) * 1_000));
        let record = PushRecord::new(&made.history().unwrap(), &[], &[], from);
        let times = record.pushes.iter().map(|push| (push.at.0 / 1_000 - MONDAY) / 3_600);
        times.collect::<Vec<i64>>()
    };
    assert_eq!(hours(None), [0, 1, 400, 500, 510]);
    assert_eq!(hours(Some(300)), [400, 500, 510]);
}

#[test]
fn commits_of_a_rebase_are_one_push() {
    let made = Made::new();
    made.commit("a", "One", 0);
    made.commit("Cargo.lock", "Two", 0);
    made.commit("b", "Three (#3)", 0);
    made.commit("c", "Four", 1);
    let record = record(&made);
    let times: Vec<i64> = record.pushes.iter().map(|push| push.at.0 / 1_000 - MONDAY).collect();
    // The push to #3 is assumed an hour before its merge.
    assert_eq!(times, [-3_600, 0, 0, 3_600]);
    assert_eq!(record.pushes[1].changes.len(), 1, "what any of its commits changes");
}

#[test]
fn a_head_of_a_pull_request_shows_what_a_squash_hides() {
    let made = Made::new();
    made.commit("a", "Begin", 0);
    made.git(&["checkout", "-q", "-b", "x"], 0);
    made.commit("b", "One", 3);
    made.commit("b", "Two", 5);
    made.git(&["update-ref", "refs/pull/4/head", "x"], 0);
    made.git(&["checkout", "-q", "main"], 0);
    made.git(&["branch", "-q", "-D", "x"], 0);
    made.commit("b", "Both (#4)", 9);
    let times: Vec<i64> =
        record(&made).pushes.iter().map(|push| (push.at.0 / 1_000 - MONDAY) / 3_600).collect();
    assert_eq!(times, [0, 3, 5, 9]);
}

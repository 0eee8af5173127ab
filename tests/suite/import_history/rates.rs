//! Rates of a history.

use super::Made;
use cache_budget::import::history::{HistoryRates, PushRecord};
use cache_budget::import::lock::INPUT_KINDS;

fn rates(made: &Made) -> HistoryRates {
    let inputs = [INPUT_KINDS[0].named()];
    HistoryRates::new(&PushRecord::new(&made.history().unwrap(), &inputs, &[], None)).unwrap()
}

#[test]
fn merges_tell_the_rhythm_of_pull_requests() {
    let made = Made::new();
    made.commit("a", "Begin", 0);
    made.git(&["checkout", "-q", "-b", "fix"], 0);
    made.commit("b", "One", 40);
    made.commit("Cargo.lock", "Two", 46);
    made.git(&["checkout", "-q", "main"], 0);
    made.git(&["merge", "-q", "--no-ff", "-m", "Merge pull request #1 from ann/fix", "fix"], 48);
    let rates = rates(&made);
    // Two pushes to main in two days, and two to the pull request: 2 a day, half of them to pull requests.
    assert_eq!((rates.days, rates.main_pushes_per_day, rates.pushes_per_day()), (2.0, 1.0, 2.0));
    assert_eq!(rates.pull_request_share(), Some(0.5));
    let pulls = rates.pull_requests.as_ref().unwrap();
    assert_eq!(
        (pulls.pushes_each, pulls.hours_between, pulls.hours_to_merge),
        (Some(2.0), Some(6.0), Some(2.0))
    );
    assert_eq!((pulls.merged_per_day, pulls.bot_share), (0.5, 0.0));
    assert_eq!((rates.inputs[0].pushes, rates.inputs[0].share), (1, 0.5));
    assert_eq!(rates.hours, None, "four pushes tell no hours");
}

#[test]
fn squashes_tell_how_many_but_not_how_long() {
    let made = Made::new();
    made.commit("a", "Begin", 0);
    made.commit_as("renovate[bot]", "b", "Bump (#1)", 24);
    let rates = rates(&made);
    let pulls = rates.pull_requests.as_ref().unwrap();
    assert_eq!((pulls.merged_per_day, pulls.bot_share, pulls.hours_to_merge), (1.0, 1.0, None));
    let keys: Vec<&str> = rates.unknown.iter().map(|unknown| unknown.key).collect();
    assert!(keys.contains(&"workload.pull-requests.hours-to-merge"), "{keys:?}");
}

/// Where most pull requests are squashed, the merge of a long branch says nothing of the others.
#[test]
fn a_merge_among_many_squashes_tells_no_rhythm() {
    let made = Made::new();
    made.commit("a", "Begin", 0);
    made.git(&["checkout", "-q", "-b", "release"], 0);
    for hours in 1..9 {
        made.commit("b", "Part", 2 * hours);
    }
    made.git(&["checkout", "-q", "main"], 0);
    for number in 1..6 {
        made.commit("c", &format!("One (#{number})"), 20 + number);
    }
    made.git(&["merge", "-q", "--no-ff", "-m", "Merge pull request #9 from ann/release", "release"], 48);
    let rates = rates(&made);
    let pulls = rates.pull_requests.as_ref().unwrap();
    assert_eq!((pulls.merged_per_day, pulls.pushes_each, pulls.hours_to_merge), (3.0, None, None));
    assert_eq!(rates.pushes_per_day(), rates.main_pushes_per_day + 3.0);
}

#[test]
fn without_numbers_the_rhythm_is_unknown() {
    let made = Made::new();
    for hours in 0..4 {
        made.commit("a", if hours == 1 { "One (#1)" } else { "More" }, hours);
    }
    // One of four: merges by rebase could hide the others.
    let rates = rates(&made);
    assert_eq!((rates.pull_requests.as_ref(), rates.pull_request_share()), (None, None));
    assert!(rates.unknown[0].why.ends_with("give a rate"), "{:?}", rates.unknown);
}

#[test]
fn one_push_tells_no_rate() {
    let made = Made::new();
    made.commit("a", "Begin", 0);
    assert_eq!(HistoryRates::new(&PushRecord::new(&made.history().unwrap(), &[], &[], None)), None);
}

/// Three commits within two hours are 36 pushes a day, every day of a year: nobody makes them.
#[test]
fn a_history_of_hours_tells_no_rate() {
    use super::draft::{program, workflow};
    for (commits, hours, is_told) in [(3, 1, false), (12, 1, false), (9, 24, false), (12, 24, true)] {
        let made = Made::new();
        workflow(&made);
        (0..commits).for_each(|at| made.commit(&format!("f{at}"), "Work", i64::from(at * hours)));
        let output = program(&made, &["import", "--no-advice", "--repo", "."]);
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        // 12 pushes in 11 days are rates; fewer, or within a week, are none.
        assert_eq!(!text.contains("pushes-per-day = 6 # assumed"), is_told, "{commits} {hours}\n{text}");
        let said = format!("the history has {commits} pushes in ");
        assert_eq!(!text.contains(&said), is_told, "{commits} {hours}\n{text}");
    }
}

//! Red runs: when a job fails, what a re-run of its failed jobs does, and the pushes that mend it.

use crate::miniature::{MINUTE, Miniature, Played, START, Told};
use cache_budget::diagnostic::Style;
use cache_budget::engine::Model;
use cache_budget::event::{Conclusion, RestoreOutcome};
use cache_budget::observe::measure;
use cache_budget::random::Draws;
use cache_budget::scenario::load;
use cache_budget::units::{Duration, SimTime};
use cache_budget::workload::PushKind;
use std::collections::BTreeMap;

/// A job of a minute that always fails, by chance or not, beside one that succeeds; then what needs both.
const RED: &str = "[workflow.ci]\non = [\"push main\", \"pull_request\"]\n\
    job.fine = { setup = \"30 s\" }\n\
    job.after = { setup = \"10 s\", needs = [\"red\", \"fine\"] }\n\
    [workflow.ci.job.red]\nsetup = \"60 s\"\nfails-on-main = 0.5\nflaky = 1\n";

const RE_RUNS: &str = "workload.re-runs={ share = 1, after = \"5 min\", attempts = 3 }";

fn at(seconds: i64) -> SimTime {
    START + Duration(seconds * 1_000)
}

/// The first seed under which the first attempt of the only push fails.
fn red(text: &str) -> (u64, Played) {
    let play = |seed| Miniature::new(text).seed(seed).set(RE_RUNS).event(0, "main_push", "").play();
    let failed = |played: &Played| played.workflow(0).conclusion == Conclusion::Failed;
    (1..).map(|seed| (seed, play(seed))).find(|(_, played)| failed(played)).expect("half of them fail")
}

#[test]
fn failed_jobs_run_again_with_what_needs_them_and_no_others() {
    let (_, played) = red(RED);
    let attempts: Vec<_> =
        played.outcome.workflow_runs.iter().map(|run| (run.attempt, run.triggered)).collect();
    // Red after 60 s; the next attempt comes 5 min later, and every later one as long after its end.
    assert_eq!(&attempts[..2], &[(1, at(0)), (2, at(360))]);
    let names = |index: usize| played.outcome.names.jobs[index].name.as_str();
    let ran: Vec<_> = played.outcome.runs.iter().map(|run| names(usize::from(run.job.0))).collect();
    assert_eq!(ran.iter().filter(|job| **job == "fine").count(), 1, "it had succeeded");
    assert_eq!(ran.iter().filter(|job| **job == "red").count(), attempts.len());
    let last = played.outcome.workflow_runs.last().expect("it ran");
    let went_on = ran.iter().filter(|job| **job == "after").count();
    assert_eq!(went_on, usize::from(last.conclusion == Conclusion::Success));
}

#[test]
fn a_failure_that_is_no_chance_is_there_again_until_the_attempts_are_used_up() {
    let (_, played) = red(&RED.replace("flaky = 1", "flaky = 0"));
    let ends: Vec<_> = played.outcome.workflow_runs.iter().map(|run| run.conclusion).collect();
    assert_eq!(ends, [Conclusion::Failed; 3]);
}

/// A job of 60 s that always fails in its first attempt, and by chance in half of the later ones. When the first one failed says
/// nothing about the second: its moments are spread over the whole minute, with a mean of 30 s, whether that succeeds or not.
#[test]
fn the_moment_of_a_failure_says_nothing_about_the_next_attempt() {
    let text = "[workflow.ci]\non = \"push main\"\n[workflow.ci.job.red]\nprepare = \"60 s\"\nfails-on-main = 1\nflaky = 0.5\n";
    let (mut sums, mut counts) = ([0.0; 2], [0.0; 2]);
    for seed in 1..400 {
        let played = Miniature::new(text).seed(seed).set(RE_RUNS).event(0, "main_push", "").play();
        let second = usize::from(played.outcome.workflow_runs[1].conclusion == Conclusion::Success);
        sums[second] += played.run(0, "red").took().as_secs_f64();
        counts[second] += 1.0;
    }
    // Uniform on 60 s: a deviation of 17.3 s, and 1.7 s for a mean of 100; five of these.
    for second in [0, 1] {
        let mean = sums[second] / counts[second];
        assert!(counts[second] > 60.0 && (mean - 30.0).abs() < 8.7, "{second}: {mean} of {}", counts[second]);
    }
}

#[test]
fn green_counts_from_the_push_to_the_attempt_that_succeeds() {
    let (_, played) = (1..)
        .map(|seed| (seed, Miniature::new(RED).seed(seed).set(RE_RUNS).event(0, "main_push", "").play()))
        .find(|(_, played)| {
            let ends: Vec<_> = played.outcome.workflow_runs.iter().map(|run| run.conclusion).collect();
            ends == [Conclusion::Failed, Conclusion::Success]
        })
        .expect("a quarter of them");
    // 60 s red, 5 min until somebody runs it again, 60 s and 10 s for what needs it: 430 s.
    let green = played.value("push.green", &[("stat", "mean")]);
    assert_eq!(green, Some(430.0 / 60.0));
    assert_eq!(played.value("push.green_share", &[]), Some(1.0));
    // Nobody waits for a push whose first attempt fails: it has no time of its own.
    assert_eq!(played.value("push.waiting", &[("stat", "mean")]), None);
}

#[test]
fn nobody_waits_for_a_release_to_get_green() {
    let text = "[workflow.ci]\non = [\"push main\"]\njob.test = { setup = \"60 s\" }\n\
        [workflow.ship]\non = [\"push tags\", \"release\"]\njob.build = { setup = \"60 min\" }\n";
    let played = Miniature::new(text).event(0, "main_push", "").event(MINUTE, "release", "").play();
    assert_eq!(played.value("push.green", &[("stat", "mean")]), Some(1.0));
    assert_eq!(played.value("push.green_share", &[]), Some(1.0));
    assert_eq!(played.value("push.green", &[("stat", "mean"), ("ref", "other")]), None);
    // It is a push nevertheless, and somebody may wait for its runs.
    assert_eq!(played.value("push.waiting", &[("stat", "mean"), ("ref", "other")]), Some(60.0));
}

#[test]
fn a_re_run_finds_what_the_first_attempt_has_saved_on_its_ref() {
    let text = "[workflow.ci]\non = \"pull_request\"\n[workflow.ci.job.test]\nfails = 0.5\nflaky = 1\n\
        compile = { flavour = \"dev\" }\ncache.rust-cache = { on-failure = true }\n";
    let play = |seed| Miniature::new(text).seed(seed).set(RE_RUNS).event(0, "pr_push 7", "").play();
    let red = |played: &Played| played.outcome.workflow_runs.len() > 1;
    let played = (1..).map(play).find(red).expect("half of them fail");
    let found: Vec<_> = played.outcome.runs.iter().map(|run| run.restores[0].outcome).collect();
    assert_eq!(&found[..2], &[RestoreOutcome::Miss, RestoreOutcome::Exact]);
    assert_eq!(played.stored_under("v0-rust-").len(), 1);
    assert!(played.stored_under("v0-rust-")[0].scope.starts_with("refs/pull/7/"));
}

#[test]
fn nobody_runs_an_older_commit_again_or_one_of_a_closed_pull_request() {
    let text = RED.replace("fails-on-main = 0.5", "fails = 1");
    let scene = || Miniature::new(&text).set(RE_RUNS).event(0, "pr_push 7", "");
    let attempts = |played: Played| played.outcome.workflow_runs.iter().filter(|run| run.attempt > 1).count();
    assert_eq!(attempts(scene().play()), 2);
    assert_eq!(attempts(scene().event(2 * MINUTE, "pr_closed 7", "").play()), 0);
    // The newer push is red as well, and run again twice.
    let pushed = scene().event(2 * MINUTE, "pr_push 7", "").play();
    let again: Vec<_> = pushed.outcome.workflow_runs.iter().filter(|run| run.attempt > 1).collect();
    assert!(again.len() == 2 && again.iter().all(|run| run.push == pushed.workflow(1).push));
}

#[test]
fn a_step_fails_at_a_drawn_moment_of_the_jobs_own_work_and_what_follows_is_skipped() {
    // 47 s from nothing, of which the tail takes 2 s; `finish` is never reached.
    let text = "[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\nfails-on-main = 1\n\
        compile = { flavour = \"dev\" }\nfinish = \"60 s\"\n";
    let took = |seed| {
        let played = Miniature::new(text).seed(seed).event(0, "main_push", "").play();
        played.run(0, "test").took().0
    };
    let times: Vec<i64> = (1..=40).map(took).collect();
    assert!(times.iter().all(|time| (45_000..=47_000).contains(time)), "{times:?}");
    // Uniform over 2 s: 40 draws have a mean of 1 s with a standard error of 2 / √12 / √40 = 0.09 s.
    let mean = times.iter().map(|time| time - 45_000).sum::<i64>() as f64 / 40.0;
    assert!((mean - 1_000.0).abs() < 4.0 * 91.0, "{mean}");
}

#[test]
fn the_attempt_is_part_of_a_key_that_names_it() {
    let text = "[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\nfails-on-main = 0.5\nflaky = 1\n\
        cache.actions-cache = [{ key = \"logs-{run-id}-{run-attempt}\", size = \"10 MB\" }]\n";
    let play = |seed| Miniature::new(text).seed(seed).set(RE_RUNS).event(0, "main_push", "").play();
    let mended = |played: &Played| {
        played.outcome.workflow_runs.len() == 2
            && played.outcome.workflow_runs[1].conclusion == Conclusion::Success
    };
    let played = (1..).map(play).find(mended).expect("a quarter of them");
    let keys: Vec<_> = played.stored_under("logs-").iter().map(|entry| entry.key.clone()).collect();
    assert!(matches!(&keys[..], [key] if key.ends_with("-2")), "{keys:?}");
}

/// Two months of pushes to pull requests and main, of which many fail.
const DRAWN: &str = "[workload]\ndays = 60\nwarmup = \"0 s\"\n\
    [workflow.ci]\non = [\"push main\", \"pull_request\"]\n\
    [workflow.ci.job.test]\nsetup = \"60 s\"\nfails = 0.5\nfails-on-main = 0.5\n";

fn model(text: &str) -> Model {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("s.toml");
    std::fs::write(&file, text).expect("a file in the folder");
    load(&file, &[]).unwrap_or_else(|report| panic!("{}", report.render(&Style::default()))).model
}

/// The number of pushes a day.
fn pushes(more: &str) -> f64 {
    let model = model(&DRAWN.replacen("[workload]\n", &format!("[workload]\n{more}"), 1));
    let outcome = measure(&model, Draws::new(1, 0)).expect("within the limit");
    let count = outcome.values.iter().find(|value| value.metric.name == "push.count");
    count.expect("there are pushes").value
}

#[test]
fn a_fix_follows_a_red_push_unless_somebody_else_has_pushed() {
    let none = pushes("");
    // Half of the pushes are red, and so are half of the fixes: each push brings 1/2 + 1/4 + … = 1 more.
    let ratio = pushes("fixes = { share = 1, after = \"1 min\" }\n") / none;
    assert!((1.8..2.2).contains(&ratio), "{ratio}");
    // After a day, most pull requests are closed or have been pushed to.
    let late = pushes("fixes = { share = 1, after = \"1 d\" }\n") / none;
    assert!(late < 1.4, "{late}");
}

#[test]
fn the_time_to_the_merge_may_differ_from_that_between_pushes() {
    // All pushes go to pull requests with one push each, which are all merged: the merges are main's pushes.
    let text = "[workload]\ndays = 60\nwarmup = \"0 s\"\npull-requests = { share = 0.5, pushes-each = 1, merged = 1, \
        hours-between = 1, hours-to-merge = 30 }\n[workflow.ci]\non = \"push main\"\njob.test = {}\n";
    let model = model(text);
    let pushes = model.workload.pushes(&model.graph, &Draws::new(1, 0));
    let at = |kind: PushKind| -> BTreeMap<u32, SimTime> {
        let of_kind = pushes.iter().filter(|push| push.kind == kind);
        of_kind.filter_map(|push| Some((push.number?, push.at))).collect()
    };
    let (opened, merged) = (at(PushKind::PullRequest), at(PushKind::Main));
    let waits: Vec<f64> = merged
        .iter()
        .filter_map(|(number, end)| Some((*end - *opened.get(number)?).as_minutes_f64() / 60.0))
        .collect();
    // Some 180 exponential times with a mean of 30 h; those that end after the simulation are missing.
    let mean = waits.iter().sum::<f64>() / waits.len() as f64;
    assert!(waits.len() > 100 && (22.0..38.0).contains(&mean), "{mean} h of {}", waits.len());
}

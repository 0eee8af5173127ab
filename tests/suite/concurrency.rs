//! Concurrency groups: who waits, who is cancelled, and what a scenario refuses.

use crate::ci::{MINUTE_JOB, at, spans};
use crate::miniature::{Miniature, Told};
use cache_budget::diagnostic::Style;
use cache_budget::event::Conclusion;
use cache_budget::observe::journal::Line;
use cache_budget::observe::{Journal, measure_with};
use cache_budget::random::Draws;
use cache_budget::scenario::load;
use cache_budget::units::SimTime;

fn said(of_runs: &str, of_job: &str) -> String {
    let text = format!(
        "[workflow.ci]\non = \"push main\"\nconcurrency = {of_runs}\n[workflow.ci.job.test]\nsetup = \"60 s\"\n\
         concurrency = {of_job}\n"
    );
    let (_folder, file) = Miniature::new(&text).event(0, "main_push", "").write();
    match load(&file, &[]) {
        Ok(loaded) => loaded.report.render(&Style::default()),
        Err(report) => report.render(&Style::default()),
    }
}

#[test]
fn a_group_that_nothing_could_leave_or_name_is_refused() {
    let free = "\"unlimited\"";
    for (of_runs, of_job, message) in [
        (
            "{ group = \"x\" }",
            "{ group = \"X\" }",
            "`test` waits for the group that its own run of `ci` is in",
        ),
        ("{ group = \"ci-{job}\" }", free, "cannot contain `{job}`, which only a job has"),
        ("{ group = \"\" }", free, "a concurrency group needs a name"),
        ("{ group = \"{brnach}\" }", free, "did you mean `branch`?"),
        ("{ queue = \"max\", cancel-in-progress = true }", free, "exclude each other"),
    ] {
        let said = said(of_runs, of_job);
        assert!(said.contains("error[") && said.contains(message), "{of_runs} {of_job}\n{said}");
    }
    assert!(!said("{ group = \"x\" }", "{ group = \"x-{job}\" }").contains("error["));
}

#[test]
fn of_several_runs_waiting_in_a_group_only_the_newest_is_kept() {
    let played = Miniature::new(MINUTE_JOB)
        .set("workflow.ci.concurrency=queue")
        .event(0, "main_push", "")
        .event(10, "main_push", "")
        .event(20, "main_push", "")
        .event(30, "pr_push 7", "")
        .play();
    assert_eq!(
        spans(&played, "test"),
        [(at(0), at(60)), (at(20), at(20)), (at(60), at(120)), (at(30), at(90))],
        "the second never got a runner"
    );
    let job = played.run(1, "test");
    assert_eq!((job.conclusion, job.queued), (Conclusion::Cancelled, at(10)));
    assert_eq!(played.count("job.runs", &[("job", "test"), ("conclusion", "cancelled")]), 1.0);
    let replaced = played.workflow(1);
    assert_eq!((replaced.conclusion, replaced.ended), (Conclusion::Cancelled, at(20)));
}

/// Two workflows that deploy, and a third that only looks at the result.
const DEPLOYS: &str = "[workflow.web]\non = [\"push main\", \"pull_request\"]\n\
    concurrency = { group = \"Deploy\" }\njob.web = { setup = \"60 s\" }\n\
    [workflow.api]\non = [\"push main\", \"pull_request\"]\n\
    concurrency = { group = \"deploy\" }\njob.api = { setup = \"60 s\" }\n\
    [workflow.look]\non = \"push main\"\njob.look = { setup = \"60 s\" }\n";

#[test]
fn a_group_is_shared_by_workflows_and_refs_whatever_its_case() {
    let played = Miniature::new(DEPLOYS).event(0, "main_push", "").event(10, "pr_push 7", "").play();
    assert_eq!(spans(&played, "look"), [(at(0), at(60))]);
    let replaced = (at(10), at(10));
    assert_eq!(spans(&played, "web"), [(at(0), at(60)), replaced], "the pull request's, by its `api`");
    // `api` of main waits, and is replaced by `web` of the pull request, and that by its `api`.
    assert_eq!(spans(&played, "api"), [replaced, (at(60), at(120))]);
    let ends = |at: &SimTime| played.outcome.workflow_runs.iter().filter(|run| run.ended == *at).count();
    assert_eq!(ends(&at(10)), 2);
}

#[test]
fn a_queue_keeps_up_to_a_hundred_that_wait_in_the_order_of_their_arrival() {
    let scene = Miniature::new(MINUTE_JOB).set("workflow.ci.concurrency={ queue = \"max\" }");
    let played = (0..105).fold(scene, |scene, second| scene.event(second, "main_push", "")).play();
    let runs = spans(&played, "test");
    // One runs and another has run when the hundred and second comes after 101 s.
    let (ran, refused) = runs.split_at(102);
    assert!((0..).zip(ran).all(|(nth, (from, to))| (*from, *to) == (at(60 * nth), at(60 * nth + 60))));
    assert_eq!(refused, [102, 103, 104].map(|second| (at(second), at(second))));
    let cancelled = played.outcome.workflow_runs.iter().filter(|run| run.conclusion == Conclusion::Cancelled);
    assert_eq!(cancelled.map(|run| run.ended).collect::<Vec<_>>(), [at(102), at(103), at(104)]);
}

#[test]
fn cancelling_may_depend_on_the_event() {
    let scene = Miniature::new(MINUTE_JOB)
        .set("workflow.ci.concurrency={ cancel-in-progress = \"pull-requests\" }")
        .event(0, "main_push", "")
        .event(5, "pr_push 7", "")
        .event(10, "main_push", "")
        .event(15, "pr_push 7", "");
    let played = scene.play();
    assert_eq!(
        spans(&played, "test"),
        [(at(0), at(60)), (at(5), at(15)), (at(60), at(120)), (at(15), at(75))]
    );
}

#[test]
fn a_job_waits_in_a_group_of_its_own_while_the_rest_of_its_run_goes_on() {
    let text = "[workflow.ci]\non = \"push main\"\njob.build = { setup = \"20 s\" }\n\
        [workflow.ci.job.deploy]\nneeds = \"build\"\nsetup = \"60 s\"\n\
        concurrency = { group = \"production\" }\n";
    let played = Miniature::new(text)
        .event(0, "main_push", "")
        .event(10, "main_push", "")
        .event(20, "main_push", "")
        .play();
    assert_eq!(spans(&played, "build"), [(at(0), at(20)), (at(10), at(30)), (at(20), at(40))]);
    // The second is ready at 30 s and waits; the third is at 40 s and takes its place.
    assert_eq!(spans(&played, "deploy"), [(at(20), at(80)), (at(40), at(40)), (at(80), at(140))]);
    let replaced = played.run(1, "deploy");
    assert_eq!((replaced.conclusion, replaced.queued), (Conclusion::Cancelled, at(30)));
    assert_eq!((played.workflow(1).conclusion, played.workflow(1).ended), (Conclusion::Cancelled, at(40)));
    assert_eq!(played.run(2, "deploy").queued, at(40));
}

/// Each `cancelled` job is told in the journal, wherever it waited: for its run, in its group or for a runner.
#[test]
fn a_job_that_never_starts_has_a_line_in_the_journal() {
    let text = "[workflow.ci]\non = \"push main\"\nconcurrency = \"RUNS\"\n[workflow.ci.job.test]\n\
        setup = \"60 s\"\nconcurrency = \"JOBS\"\n";
    for (of_runs, of_jobs) in [("queue", "unlimited"), ("unlimited", "queue"), ("cancel", "unlimited")] {
        let text = text.replace("RUNS", of_runs).replace("JOBS", of_jobs);
        let scene = Miniature::new(&text).set("ci.job-concurrency=1");
        // The first run is in progress; where runs cancel each other, the pull request's job has the runner.
        let scene = scene.event(0, "main_push", "").event(10, "main_push", "").event(20, "main_push", "");
        let (model, mut lines) = (scene.model(), Vec::new());
        let mut journal = Journal::new(&model, |line| lines.push(line));
        measure_with(&model, Draws::new(1, 0), &mut journal).expect("it is short");
        let cancelled = lines.iter().filter_map(|line| match line {
            Line::Job(job) if job.conclusion == "cancelled" => Some((job.at, job.actor.push)),
            _ => None,
        });
        let expected = if of_runs == "cancel" { vec![(at(10), 0), (at(20), 1)] } else { vec![(at(20), 1)] };
        assert_eq!(cancelled.collect::<Vec<_>>(), expected, "{of_runs} {of_jobs}");
    }
}

#[test]
fn legs_in_one_group_run_one_after_the_other_and_replace_each_other() {
    let text = "[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\nsetup = \"60 s\"\n\
        matrix.leg = [\"a\", \"b\", \"c\"]\nfail-fast = false\nconcurrency = { group = \"device\" }\n";
    let played = Miniature::new(text).event(0, "main_push", "").play();
    let ends = ["a", "b", "c"].map(|leg| {
        let run = played.run(0, &format!("test ({leg})"));
        (run.conclusion, run.ended)
    });
    let success = Conclusion::Success;
    assert_eq!(ends, [(success, at(60)), (Conclusion::Cancelled, at(0)), (success, at(120))]);
    // A word instead of a group gives each leg its own.
    let apart = Miniature::new(text).set("workflow.ci.job.test.concurrency=queue").event(0, "main_push", "");
    let apart = apart.play();
    assert!(apart.outcome.runs.iter().all(|run| run.ended == at(60) && run.succeeded()));
}

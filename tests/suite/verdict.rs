//! What an answer says first: the jobs that do not succeed, and what that makes void; and what hits are
//! counted in.

use crate::case::{CROWDED, Case};
use cache_budget::event::Conclusion::{Cancelled, Failed, OutOfDisk, Success, TimedOut};
use cache_budget::event::*;
use cache_budget::experiment::replicate;
use cache_budget::observe::*;
use cache_budget::report::{self, Style};
use cache_budget::result::RunResult;
use cache_budget::service::RemovalReason;
use cache_budget::statistics::{Study, WarmUp};
use cache_budget::units::{Bytes, Duration, Money, SimTime};
use std::convert::Infallible;

/// The runs of one job: its workflow, its name, its group, and how often they end how.
type Runs<'a> = (usize, &'a str, &'a str, &'a [(Conclusion, usize)]);

fn at(hours: i64) -> SimTime {
    SimTime(hours * Duration::HOUR.0)
}

/// Two measured days of a limit of 10 GB, with these jobs in the workflows `ci` and `nightly`.
fn recorder(jobs: &[Runs]) -> Metrics {
    let name = |(workflow, name, group, _): &Runs| JobName {
        workflow: WorkflowId(*workflow as u16),
        name: (*name).into(),
        group: (*group).into(),
        after_failure: false,
    };
    let names = Names {
        clients: ["rust-cache", "sccache", "buildkit"].map(String::from).to_vec(),
        workflows: vec!["ci".into(), "nightly".into()],
        jobs: jobs.iter().map(name).collect(),
        steps: vec![],
        sets: vec![],
    };
    let window = Window { start: at(0), measure_from: at(24), end: at(72) };
    let mut recorder = Metrics::new(names, window, Bytes(10_000_000_000));
    for (place, (workflow, _, _, ends)) in jobs.iter().enumerate() {
        for (conclusion, count) in *ends {
            (0..*count).for_each(|_| recorder.job(run(*workflow, place, *conclusion)));
        }
    }
    recorder
}

/// Ten minutes on main.
fn run(workflow: usize, job: usize, conclusion: Conclusion) -> JobRun {
    JobRun {
        push: 0,
        workflow: WorkflowId(workflow as u16),
        job: JobId(job as u16),
        kind: RefKind::Main,
        queued: at(40),
        started: at(40),
        price_per_minute: Money(0),
        ended: at(40) + Duration(10 * Duration::MINUTE.0),
        conclusion,
        failure: None,
        build: Duration::MINUTE,
        ideal: Duration::MINUTE,
        stalled: Duration::ZERO,
        waited: Duration::ZERO,
        losses: vec![],
        dependencies: Duration::ZERO,
        restores: vec![],
        objects_hit: 0,
        objects_missed: 0,
        writes_attempted: 0,
        writes_failed: 0,
        read_only: false,
        steps: vec![],
    }
}

fn study_of(recorder: Metrics) -> Study {
    let outcome = recorder.finish();
    let Ok(study) = replicate(1, |_| Ok::<_, Infallible>(outcome.clone()));
    study
}

/// The same where the first job restores something, and nothing is evicted.
fn study(jobs: &[Runs]) -> Study {
    let mut recorder = recorder(jobs);
    let site = Site { client: ClientId(0), job: JobId(0), kind: RefKind::Main };
    recorder.restore(at(40), site, RestoreOutcome::Exact, Bytes(1));
    study_of(recorder)
}

fn verdict(jobs: &[Runs]) -> String {
    report::verdict(&study(jobs))
}

fn answer(study: Study) -> RunResult {
    RunResult {
        command: "run",
        name: "example".into(),
        file: "example.toml".into(),
        hash: "0123456789abcdef".into(),
        seed: 1,
        reproduce: "cache-budget run example.toml".into(),
        study,
        reached: None,
        warm_up: WarmUp::Fixed,
        rivals: vec![],
        advice: None,
        expectations: vec![],
    }
}

fn table(study: Study) -> String {
    report::table(&answer(study), Style { color: false, width: 120 }, true)
}

const HOLDS: &str = "10 GB is enough for this CI: nothing is evicted for size; the peak is 0 B.";

#[test]
fn a_job_that_never_succeeds_is_the_first_sentence_and_nothing_is_praised() {
    for (how, said) in [
        (OutOfDisk, "test runs out of disk in all of its runs. "),
        (TimedOut, "test times out in all of its runs. "),
        (Cancelled, "test is cancelled in all of its runs. "),
        (Failed, "test fails in all of its runs. "),
    ] {
        let study = study(&[(0, "test", "test", &[(how, 7)]), (0, "lint", "lint", &[(Success, 7)])]);
        let verdict = report::verdict(&study);
        assert!(verdict.starts_with(said), "{verdict}");
        assert!(verdict.contains("Nothing is evicted for size, but that does not show"), "{verdict}");
        assert!(!verdict.contains("is enough for this CI"), "{verdict}");
        let hint = report::hint(&answer(study.clone()));
        assert!(!hint.contains("No remedy was tried") && hint.contains("test"), "{hint}");
        // It has no duration, and is the first row nevertheless.
        let table = table(study);
        let row = table.lines().find(|line| line.starts_with("test  ")).expect("a row for the job");
        let cells: Vec<&str> = row.split_whitespace().collect();
        assert_eq!(cells, ["test", "3.5", "0", "%", "-", "-", "-", "-"], "{table}");
        // The table with all rows and columns stands for the short one.
        assert!(table.contains("\nAll jobs\n") && !table.contains("\nJobs\n"), "{table}");
        assert!(table.find("\ntest  ") < table.find("\nlint  "), "{table}");
    }
}

#[test]
fn a_rare_failure_is_named_briefly_and_the_verdict_stands() {
    let jobs: &[Runs] = &[(0, "test", "test", &[(Success, 99), (Failed, 1)])];
    assert_eq!(verdict(jobs), format!("test fails in 1.0 % of its runs. {HOLDS}"));
    let jobs: &[Runs] = &[(0, "test", "test", &[(Success, 9_999), (TimedOut, 1)])];
    assert_eq!(verdict(jobs), format!("test times out in less than 0.1 % of its runs. {HOLDS}"));
    assert_eq!(verdict(&[(0, "test", "test", &[(Success, 1)])]), HOLDS);
}

#[test]
fn praise_ends_where_half_of_the_runs_do_not_succeed() {
    let praised = |bad: usize| {
        let jobs: &[Runs] = &[(0, "test", "test", &[(Success, 100 - bad), (Cancelled, bad)])];
        let verdict = verdict(jobs);
        assert!(verdict.starts_with(&format!("test is cancelled in {bad} % of its runs. ")), "{verdict}");
        verdict.contains(HOLDS)
    };
    assert!(praised(49));
    assert!(!praised(50));
}

#[test]
fn of_several_jobs_the_worst_is_named_first() {
    // 30, 20 and 10 % fail: one is named. With 60 and 80 % two are, and the others counted.
    let rare: &[Runs] = &[
        (0, "a", "a", &[(Success, 9), (Failed, 1)]),
        (0, "b", "b", &[(Success, 7), (Failed, 3)]),
        (0, "c", "c", &[(Success, 8), (Failed, 2)]),
    ];
    assert_eq!(
        verdict(rare),
        format!("b fails in 30 % of its runs, and 2 more jobs do not always succeed. {HOLDS}")
    );
    let common: &[Runs] = &[
        (0, "a", "a", &[(Success, 9), (Failed, 1)]),
        (0, "b", "b", &[(Success, 4), (TimedOut, 6)]),
        (0, "c", "c", &[(Success, 20), (Cancelled, 50), (Failed, 28), (OutOfDisk, 2)]),
    ];
    // Of c's ends the one of 2 % is too rare to be named beside the others.
    let said = "c is cancelled in 50 % and fails in 28 % of its runs, b times out in 60 % of its runs, \
                and 1 more job does not always succeed. ";
    assert!(verdict(common).starts_with(said), "{}", verdict(common));
}

#[test]
fn a_job_that_needs_one_that_always_fails_never_starts() {
    let jobs: &[Runs] = &[
        (0, "build", "build", &[(Failed, 4)]),
        (0, "deploy", "deploy", &[]),
        // Its workflow never runs: nothing is wrong with it.
        (1, "audit", "audit", &[]),
    ];
    let said = "build fails in all of its runs, and deploy never started. ";
    assert!(verdict(jobs).starts_with(said), "{}", verdict(jobs));
}

#[test]
fn a_leg_that_fails_alone_is_named_and_jobs_of_one_name_are_told_apart() {
    let legs: &[Runs] = &[
        (0, "test (a)", "test", &[(Success, 9)]),
        (0, "test (b)", "test", &[(Success, 9)]),
        (0, "test (c)", "test", &[(OutOfDisk, 9)]),
    ];
    let said = "test (c) runs out of disk in all of its runs, and 1 more job does not always succeed. ";
    assert!(verdict(legs).starts_with(said), "{}", verdict(legs));
    let twins: &[Runs] =
        &[(0, "test", "test", &[(Success, 9)]), (1, "test", "test", &[(Success, 9), (Failed, 1)])];
    assert_eq!(verdict(twins), format!("test (nightly) fails in 10 % of its runs. {HOLDS}"));
}

#[test]
fn the_data_lists_every_way_to_end_without_success() {
    let jobs: &[Runs] = &[
        (0, "a", "a", &[(Success, 3), (Failed, 1)]),
        (0, "b", "b", &[(TimedOut, 3), (OutOfDisk, 1)]),
        (0, "c", "c", &[]),
        (1, "d", "d", &[(Success, 1)]),
    ];
    let text = report::json(&answer(study(jobs)));
    let result: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let row = |workflow: &str, job: &str, conclusion: &str, share: f64| serde_json::json!({"workflow": workflow, "job": job, "conclusion": conclusion, "share": share});
    let expected = [
        row("ci", "b", "timed_out", 0.75),
        row("ci", "b", "out_of_disk", 0.25),
        row("ci", "c", "skipped", 1.0),
        row("ci", "a", "failure", 0.25),
    ];
    assert_eq!(result["failures"], serde_json::json!(expected));
}

#[test]
fn buildkits_hits_are_steps_whatever_its_index_look_ups_say() {
    let mut recorder = recorder(&[(0, "api", "api", &[(Success, 10)])]);
    let site = Site { client: ClientId(2), job: JobId(0), kind: RefKind::Main };
    for build in 0..10 {
        // 8 of 10 find an index; each wants three steps, of which 2 in all are found, and 14 were evicted.
        let index = if build < 8 { RestoreOutcome::Prefix } else { RestoreOutcome::Miss };
        recorder.restore(at(40), site, index, Bytes(1));
        (0..3).for_each(|step| recorder.object(at(40), site, build < 2 && step == 0));
    }
    (0..14).for_each(|_| recorder.object_evicted(at(40), site));
    let victim = Victim { client: site.client, size: Bytes(1), created: at(25), accessed: at(26) };
    recorder.evicted(at(30), &victim, RemovalReason::Size);
    let study = study_of(recorder);
    // 28 of 30 are missing: 93 %; 14 of 28 because they were evicted.
    let verdict = report::verdict(&study);
    let said =
        "10 GB is too small for this CI: 93 % of buildkit steps on main miss, 50 % of them because the entry";
    assert!(verdict.starts_with(said), "{verdict}");
    let table = table(study);
    let row = table.lines().find(|line| line.starts_with("buildkit (steps)")).expect("a row");
    // Look-ups a day, hits; whether an index was found exactly says nothing.
    assert!(row.split_whitespace().collect::<Vec<_>>()[2..6] == ["5.0", "6.7", "%", "-"], "{table}");
}

#[test]
fn saves_that_find_their_entry_are_no_failed_writes_but_cost_their_packing() {
    let mut recorder = recorder(&[(0, "test", "test", &[(Success, 10)])]);
    let site = Site { client: ClientId(0), job: JobId(0), kind: RefKind::Main };
    recorder.restore(at(40), site, RestoreOutcome::Miss, Bytes(0));
    for _ in 0..4 {
        recorder.save(at(40), site, SaveOutcome::Stored, Bytes(1));
    }
    for _ in 0..6 {
        recorder.save(at(40), site, SaveOutcome::Exists, Bytes(0));
        recorder.packed_in_vain(at(40), site, Duration::MINUTE);
    }
    let text = table(study_of(recorder));
    // Six of ten; six minutes in two days.
    let said = "60 % of rust-cache's saves find that their entry already exists: no write fails, but 3.0 \
        min a day are spent packing for nothing.";
    assert!(text.replace('\n', " ").contains(said), "{text}");
    let row = text.lines().find(|line| line.starts_with("rust-cache ")).expect("a row");
    let cells: Vec<&str> = row.split_whitespace().collect();
    // Look-ups, hits, exact, stored, failed, evicted.
    assert_eq!(cells[1..], ["0.50", "0", "%", "0", "%", "2.0", "B", "0", "%", "0"], "{text}");
}

/// Two jobs; the disk holds what the first has built, but not its entry with 0.2 GB of registry besides.
const FULL: &str = "[workload]\npushes-per-day = 6\ndays = 20\nwarmup = \"5 d\"\n\
    [workflow.ci]\non = [\"push main\", \"pull_request\"]\n\
    [workflow.ci.job.test]\ncold = \"15 min\"\nwarm = \"5 min\"\ncache.rust-cache = { size = \"2.5 GB\" }\n\
    [workflow.ci.job.clippy]\ncold = \"8 min\"\nwarm = \"3 min\"\ncache.rust-cache = { size = \"0.5 GB\" }\n";

#[test]
fn a_runner_has_room_unless_its_disk_is_written() {
    let case = Case::with(FULL);
    let asked = ["run", "ci.toml", "--replications", "2"];
    let roomy = case.json(&asked);
    assert_eq!(roomy["failures"], serde_json::json!([]));
    // 2.3 GB of crates × 4.5 = 10.35 GB, with or without its entry.
    let full = case.json(&[&asked[..], &["--set", "runner.ubuntu-latest.disk=\"10 GB\""]].concat());
    let [failure] = &full["failures"].as_array().expect("a list")[..] else { panic!("{}", full["failures"]) };
    assert_eq!(
        (failure["job"].as_str(), failure["conclusion"].as_str()),
        (Some("test"), Some("out_of_disk"))
    );
    assert!(failure["share"].as_f64() > Some(0.9), "{failure}");
    let verdict = full["verdict"].as_str().expect("a text");
    assert!(verdict.starts_with("test runs out of disk in "), "{verdict}");
}

#[test]
fn what_only_fails_sooner_is_not_faster() {
    let case = Case::with(&format!("{FULL}[runner.ubuntu-latest]\nprice = \"0.006 USD\"\n"));
    // Cold it takes 15 min: it is stopped after 6, never saves, and so is cold for ever.
    case.write(
        "hasty.toml",
        "extends = \"ci.toml\"\n[workflow.ci.job.test]\ntimeout = \"6 min\"\ncold = \"60 min\"\n",
    );
    case.write(
        "slow.toml",
        "extends = \"ci.toml\"\n[workflow.ci.job.test]\ncold = \"60 min\"\ncache = { rust-cache = false }\n",
    );
    let asked = ["compare", "slow.toml", "hasty.toml", "--replications", "3"];
    let text = case.stdout(&asked).replace('\n', " ");
    let said = "hasty is worse than slow: none of the pushes get green instead of all, test times out in all of its \
                runs instead of none, ";
    assert!(text.starts_with(said), "{text}");
    assert!(text.contains("less a day (because runs fail sooner)"), "{text}");
    assert!(text.contains("not\u{a0}judged") && text.contains("Not judged: runs that fail sooner"), "{text}");
    let result = case.json(&asked);
    let rows = result["comparisons"][0]["metrics"].as_array().expect("rows");
    let verdict = |name: &str, labels: serde_json::Value| {
        let row = rows.iter().find(|row| row["name"] == name && row["labels"] == labels);
        row.unwrap_or_else(|| panic!("{name} {labels}"))["verdict"].as_str().map(str::to_owned)
    };
    let none = serde_json::json!({});
    assert_eq!(verdict("push.runner_minutes", none.clone()).as_deref(), Some("not distinguishable"));
    assert_eq!(verdict("runner.cost", none).as_deref(), Some("not distinguishable"));
    let test = serde_json::json!({"job": "test"});
    assert_eq!(verdict("job.success_share", test).as_deref(), Some("worse"));
}

/// The answer to a scenario with these assignments, as the table tells it, on one line.
fn told(case: &Case, set: &[&str]) -> String {
    let set = set.iter().flat_map(|value| ["--set", value]);
    let asked: Vec<&str> =
        ["run", "ci.toml", "--replications", "3", "--quiet"].into_iter().chain(set).collect();
    case.stdout(&asked).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_limit_that_refused_writes_kept_small_is_not_called_enough() {
    let case = Case::with(CROWDED);
    let roomy = told(&case, &["cache.limit=\"50 GB\""]);
    assert!(roomy.starts_with("50 GB is enough for this CI"), "{roomy}");
    // With a budget of 2 GB, the cache of more than 8 GB is read-only most of the time.
    let poor = told(&case, &["cache.limit=\"50 GB\"", "cache.budget=\"2 GB\""]);
    assert!(poor.contains("does not show that 50 GB is enough"), "{poor}");
    assert!(poor.contains("The cache is read-only for "), "{poor}");
    assert!(
        poor.contains("try a larger budget (`cache.budget`, `cache.monthly-budget`), or storing less."),
        "{poor}"
    );
    // No entry of 1.2 GB is ever stored.
    let small = told(&case, &["cache.limit=\"50 GB\"", "cache.entry-limit=\"1 GB\""]);
    let lost = "100 % of rust-cache's entries are larger than `cache.entry-limit` and not stored";
    assert!(small.contains(lost), "{small}");
}

#[test]
fn where_eviction_costs_nothing_what_is_lost_is_named() {
    let case = Case::with(&format!(
        "{CROWDED}[workflow.ci.job.web]\nsetup = \"1 min\"\ncache.setup-node = {{ size = \"0.3 GB\" }}\n"
    ));
    // A key that each push makes new is never found, whatever is evicted.
    let key = "workflow.ci.job.test.cache.rust-cache.key=\"{sha}\"";
    let text = told(&case, &["cache.limit=\"10 GB\"", key]);
    assert!(text.contains("10 GB is full, mostly of entries that can never be restored"), "{text}");
    // What each of these misses costs is told as lost time.
    let cost = [
        "cache.limit=\"10 GB\"",
        key,
        "workflow.ci.job.web.cache.actions-cache={ key = \"{sha}\", size = \"1 MB\", miss = \"9 min\" }",
    ];
    let text = told(&case, &cost);
    assert!(text.contains("Even so, a perfect cache would save"), "{text}");
    assert!(text.contains("of that is lost to new actions-cache keys (web)"), "{text}");
}

#[test]
fn a_limit_that_is_full_of_dead_entries_is_not_called_just_enough() {
    let case = Case::with(include_str!("compare/cases/keep-newest.toml"));
    let text = told(&case, &[]);
    assert!(text.contains("is full, mostly of entries that can never be restored ("), "{text}");
    assert!(!text.contains("just enough"), "{text}");
}

/// Each hour a pull request is pushed to four times; the newer run cancels the older one.
#[test]
fn what_only_helps_main_is_no_hint_for_a_job_that_never_runs_there() {
    let text = |on: &str| {
        let case = Case::with(&format!(
            "[workload]\nevents = \"events.csv\"\ndays = 1\nwarmup = \"0 s\"\n[workflow.ci]\non = [\"{on}\"]\n\
             concurrency = \"cancel\"\n[workflow.ci.job.test]\ncold = \"15 min\"\nwarm = \"5 min\"\n\
             cache.rust-cache.size = \"1 GB\"\n"
        ));
        let (event, name) = if on == "push main" { ("main_push", "") } else { ("pr_push", "7") };
        let rows: String =
            (0..9).map(|n| format!("2026-06-01T10:{:02}:00Z,{event},{name},\n", n * 5)).collect();
        case.write("events.csv", &format!("at,event,pr,changes\n{rows}"));
        told(&case, &[])
    };
    assert!(text("push main").contains("With `no-cancel-on-main`, "), "{}", text("push main"));
    let pulls = text("pull_request");
    assert!(pulls.contains("(`concurrency = \"queue\"`)") && !pulls.contains("no-cancel-on-main"), "{pulls}");
}

#[test]
fn of_several_ways_to_fail_it_is_said_that_nothing_is_left() {
    let ends: &[(Conclusion, usize)] = &[(Cancelled, 2), (TimedOut, 1)];
    let text = verdict(&[(0, "test", "test", ends), (0, "web", "web", &[(Success, 9), (Failed, 1)])]);
    let said = "test never succeeds: it is cancelled in 67 % and times out in 33 % of its runs, and 1 more job \
                does not always succeed. ";
    assert!(text.starts_with(said), "{text}");
    let none: &[(Conclusion, usize)] = &[(Failed, 3)];
    let text = verdict(&[(0, "a", "a", none), (0, "b", "b", none), (0, "c", "c", none)]);
    assert!(
        text.starts_with(
            "a fails in all of its runs, b fails in all of its runs, and 1 more job never succeeds."
        ),
        "{text}"
    );
}

#[test]
fn releases_that_start_nothing_are_no_pushes() {
    let case = Case::with(CROWDED);
    let asked = |set: &str| case.json(&["run", "ci.toml", "--replications", "2", "--set", set]);
    let [few, many] = ["workload.releases-per-month=0", "workload.releases-per-month=300"].map(asked);
    assert_eq!(few["metrics"], many["metrics"]);
}

#[test]
fn a_merge_queue_that_no_workflow_waits_for_changes_nothing() {
    let case = Case::with(CROWDED);
    let asked = |set: &str| case.json(&["run", "ci.toml", "--replications", "2", "--set", set]);
    let [without, with] = ["workload.merge-queue=false", "workload.merge-queue=true"].map(asked);
    assert_eq!(without["metrics"], with["metrics"]);
}

#[test]
fn legs_that_fail_fast_cancels_get_the_hint_for_it() {
    let case = Case::with(
        "[workload]\ndays = 9\nwarmup = \"0 s\"\n[workflow.ci]\non = [\"push main\"]\n[workflow.ci.job.test]\n\
         matrix.part = [\"api\", \"web\", \"docs\"]\nprepare = \"3 min\"\n\
         leg = [{ when = { part = \"docs\" }, timeout = \"2 min\" }]\n\
         cache.actions-cache = { key = \"{part}\", size = \"1 GB\", miss = \"9 min\" }\n",
    );
    let text = told(&case, &[]);
    assert!(text.contains("`fail-fast-off` was tried") && text.contains("Mend test (docs), too."), "{text}");
    assert!(!text.contains("Newer runs cancel"), "{text}");
}

#[test]
fn a_job_that_may_not_read_is_not_said_to_read_the_wrong_refs() {
    let case = Case::with(
        "[workload]\ndays = 9\nwarmup = \"0 s\"\n[workflow.ci]\non = [\"push main\"]\ncache-mode = \"write-only\"\n\
         job.test.cache.actions-cache = { key = \"k\", size = \"1 GB\", miss = \"9 min\" }\n",
    );
    let text = told(&case, &[]);
    assert!(text.contains("test may not read the cache at all (`cache-mode`)"), "{text}");
    assert!(!text.contains("Main cannot read"), "{text}");
}

/// Three replications of a cache of 10 GB that peaks at 12, 9 and 11 GB: the mean of 10.7 GB is above the limit, and yet
/// it is full in two of three. With peaks of 9, 7 and 8 GB, 1 GB stays free, not 2.
#[test]
fn what_holds_in_the_mean_alone_is_not_said() {
    let peaks = |peaks: [u64; 3]| {
        let play = |replication: u32| {
            let mut recorder = recorder(&[(0, "test", "test", &[(Success, 1)])]);
            let size = Bytes(peaks[replication as usize] * 1_000_000_000);
            recorder.level(at(30), size, 1);
            Ok::<_, Infallible>(recorder.finish())
        };
        let Ok(study) = replicate(3, play);
        study
    };
    let over = peaks([12, 9, 11]);
    assert_eq!(over.peaks.map(|peaks| peaks.full_replications), Some(2));
    assert_eq!(report::hint(&answer(over)), "No remedy was tried.");
    let under = peaks([9, 7, 8]);
    assert_eq!(
        report::hint(&answer(under)),
        "No remedy was tried; 1 GB of the limit stays free in every replication."
    );
}

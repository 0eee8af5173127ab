//! Which events start which workflows and jobs, on which ref, and with which rights to the cache. The rules
//! are those of GitHub's documentation ("Events that trigger workflows", "Dependency caching reference").

use crate::case::Case;
use crate::miniature::{HOUR, Miniature, Played, START, Told};
use cache_budget::diagnostic::Style;
use cache_budget::event::RestoreOutcome::{Exact, Miss};
use cache_budget::scenario::load;
use cache_budget::units::{Duration, SimTime};
use cache_budget::workload::Cron;

/// A workflow with the job `test`, which has a cache under `k`.
fn scene(on: &str, rest: &str) -> Miniature {
    Miniature::new(&format!(
        "[workflow.ci]\non = {on}\n{rest}\n\
         [[workflow.ci.job.test.cache.actions-cache]]\nkey = \"k\"\nsize = \"1 MB\"\n"
    ))
}

/// The scope and key of every entry in the end.
fn stored(played: &Played) -> Vec<(&str, &str)> {
    let mut all: Vec<_> =
        played.stored().iter().map(|entry| (entry.scope.as_str(), entry.key.as_str())).collect();
    all.sort_unstable();
    all
}

#[test]
fn push_without_a_pattern_runs_on_a_pull_requests_branch_too() {
    let both = scene("[\"push\", \"pull_request\"]", "").event(0, "pr_push 7", "source").play();
    // Stored twice: once under the branch, once under the merge ref.
    assert_eq!(stored(&both), [("refs/heads/pull-7", "k"), ("refs/pull/7/merge", "k")]);
    let fork = scene("[\"push\", \"pull_request\"]", "").event(0, "fork_pr_push 7", "source").play();
    assert_eq!(stored(&fork), [("refs/pull/7/merge", "k")], "a fork's branch is in another repository");
    let main = scene("[\"push main\", \"pull_request\"]", "").event(0, "pr_push 7", "source").play();
    assert_eq!(stored(&main), [("refs/pull/7/merge", "k")]);
}

#[test]
fn a_release_pushes_a_tag() {
    let played = scene("[\"push tags\"]", "").event(0, "release", "").play();
    assert_eq!(stored(&played), [("refs/tags/release-0", "k")]);
}

#[test]
fn pull_request_target_and_comments_read_mains_cache_and_may_not_save() {
    for (event, on) in [("pr_push 7", "pull_request_target"), ("issue_comment", "issue_comment")] {
        let on = format!("[\"push main\", \"{on}\"]");
        let cold = scene(&on, "").event(0, event, "source").play();
        assert_eq!((cold.run(0, "test").found(), stored(&cold)), (vec![Miss], vec![]), "{event}");
        let warm = scene(&on, "").event(0, "main_push", "").event(HOUR, event, "source").play();
        assert_eq!(warm.run(1, "test").found(), [Exact], "{event}");
    }
}

#[test]
fn dispatches_run_on_main_with_its_rights() {
    for event in ["workflow_dispatch", "repository_dispatch"] {
        let played = scene(&format!("[\"{event}\"]"), "").event(0, event, "").play();
        assert_eq!(stored(&played), [("refs/heads/main", "k")], "{event}");
    }
}

/// Events on two branches and on a pull request into the first of them.
fn with_branches(on: &str) -> Played {
    let text = format!(
        "[branch.\"release/1\"]\n[branch.docs]\n[workflow.ci]\non = {on}\n\
         [[workflow.ci.job.test.cache.actions-cache]]\nkey = \"k\"\nsize = \"1 MB\"\n"
    );
    Miniature::new(&text)
        .on_branch(0, "branch_push", "release/1")
        .on_branch(HOUR, "branch_push", "docs")
        .on_branch(2 * HOUR, "pr_push 7", "release/1")
        .on_branch(3 * HOUR, "pr_push 8", "")
        .play()
}

#[test]
fn patterns_choose_branches_and_bases() {
    let scopes = |on: &str| -> Vec<String> {
        stored(&with_branches(on)).into_iter().map(|(scope, _)| scope.to_owned()).collect()
    };
    assert_eq!(scopes("[\"push release/*\"]"), ["refs/heads/release/1"]);
    assert_eq!(scopes("[\"push *\"]"), ["refs/heads/docs", "refs/heads/pull-7", "refs/heads/pull-8"]);
    let all = ["refs/heads/docs", "refs/heads/pull-7", "refs/heads/pull-8", "refs/heads/release/1"];
    assert_eq!(scopes("[\"push **\"]"), all);
    assert_eq!(scopes("[\"push **\", \"push !pull-*\"]"), ["refs/heads/docs", "refs/heads/release/1"]);
    assert_eq!(scopes("[\"pull_request main\"]"), ["refs/pull/8/merge"]);
    assert_eq!(scopes("[\"pull_request\"]"), ["refs/pull/7/merge", "refs/pull/8/merge"]);
}

#[test]
fn a_base_that_no_branch_has_starts_nothing_and_is_told() {
    let on = "[\"push main\", \"pull_request mian\"]";
    assert!(with_branches(on).runs("test").is_empty());
    let (_folder, path) = scene(on, "").event(0, "main_push", "").write();
    let said = load(&path, &[]).expect("a scenario").report.render(&Style::default());
    let why =
        "`pull_request mian` has no effect: no branch of the scenario has this name: did you mean `main`?";
    assert!(said.contains(why), "{said}");
}

#[test]
fn a_table_for_the_default_branch_is_refused() {
    let text =
        "[branch.main]\npushes-per-day = 3\n[workflow.ci]\non = \"push main\"\njob.test.setup = \"1 s\"\n";
    let (_folder, path) = Miniature::new(text).write();
    let report = load(&path, &[]).expect_err("it is there already").render(&Style::default());
    assert!(
        report.contains("`branch.main` is the default branch")
            && report.contains("`workload.pushes-per-day`"),
        "{report}"
    );
}

#[test]
fn a_strategy_for_pull_requests_knows_those_of_one_base() {
    let (folder, path) =
        scene("[\"push main\", \"pull_request main\"]", "").event(0, "main_push", "").write();
    let mut program = assert_cmd::Command::cargo_bin("cache-budget").expect("the program");
    let compare = ["compare", "--strategy", "save-on-main-only", "--replications", "1", "--output", "o"];
    let told = program.args(compare).arg(&path).current_dir(folder.path()).output().expect("it runs");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
}

#[test]
fn a_pull_request_reads_the_cache_of_its_base() {
    let played = with_branches("[\"push release/*\", \"pull_request\"]");
    assert_eq!(played.run(2, "test").found(), [Exact], "its base is release/1");
    assert_eq!(played.run(3, "test").found(), [Miss], "its base is main");
}

#[test]
fn a_workflow_runs_after_another_one_on_main() {
    let text = "[workflow.ci]\non = [\"push main\", \"pull_request\"]\n[workflow.ci.job.test]\nsetup = \"60 s\"\n\
         [workflow.report]\non = \"workflow_run\"\nafter = \"ci\"\n\
         [[workflow.report.job.report.cache.actions-cache]]\nkey = \"r\"\nsize = \"1 MB\"\n";
    let main = Miniature::new(text).event(0, "main_push", "").play();
    let (test, report) = (main.run(0, "test"), main.run(0, "report"));
    assert_eq!(report.queued, test.ended);
    assert_eq!(stored(&main), [("refs/heads/main", "r")]);
    let pull = Miniature::new(text).event(0, "pr_push 7", "source").play();
    assert_eq!(pull.run(0, "report").found(), [Miss]);
    assert_eq!(stored(&pull), [], "an outsider may have started it");
}

/// A pull request changes the lock file, and the second time main does so while its run is in progress.
#[test]
fn runs_on_main_check_out_its_newest_commit_whatever_started_them() {
    let text = "[workflow.ci]\non = [\"push main\", \"pull_request\"]\njob.test = { setup = \"60 s\" }\n\
         [workflow.report]\non = \"workflow_run\"\nafter = \"ci\"\n\
         [[workflow.report.job.report.cache.actions-cache]]\nkey = \"r-{lock}\"\nsize = \"1 MB\"\n\
         [workflow.label]\non = [\"push main\", \"pull_request_target\"]\n\
         [[workflow.label.job.label.cache.actions-cache]]\nkey = \"l-{lock}\"\nsize = \"1 MB\"\n";
    let played = Miniature::new(text)
        .event(0, "main_push", "")
        .event(HOUR, "pr_push 7", "lock")
        .event(2 * HOUR, "pr_push 7", "lock")
        .event(2 * HOUR + 10, "main_push", "lock")
        .play();
    let found = |event: u32, job| played.run(event, job).found()[0];
    assert_eq!((found(1, "label"), found(1, "report")), (Exact, Exact), "main has the old lock file");
    // When the pull request's run ends, main has a new one, and nothing is stored for it yet.
    assert_eq!((found(2, "label"), found(2, "report")), (Exact, Miss));
}

#[test]
fn pull_request_target_knows_the_base_and_checks_out_main() {
    let text = "[branch.\"release/1\"]\n[workflow.seed]\non = \"push main\"\n\
         [[workflow.seed.job.seed.cache.actions-cache]]\nkey = \"release/1-{hash:source}\"\nsize = \"1 MB\"\n\
         [workflow.label]\non = \"pull_request_target\"\n\
         [[workflow.label.job.label.cache.actions-cache]]\nkey = \"{base}-{hash:source}\"\nsize = \"1 MB\"\n";
    let scene = Miniature::new(text).event(0, "main_push", "source");
    assert_eq!(scene.on_branch(HOUR, "pr_push 7", "release/1").play().run(1, "label").found(), [Exact]);
}

/// `bundler.js` asks for the name of the event, and saves on all but this one.
#[test]
fn setup_ruby_saves_everywhere_but_in_the_merge_queue() {
    let text = "[input.gem]\n[branch.\"release/1\"]\n[workflow.ci]\n\
         on = [\"push main\", \"push release/*\", \"push tags\", \"pull_request\", \"merge_group\"]\n\
         job.test.cache.setup-ruby = { hash = \"gem\", version = \"3.4.5\", size = \"1 MB\" }\n";
    let played = Miniature::new(text)
        .event(0, "merge_group 5", "")
        .on_branch(HOUR, "branch_push", "release/1")
        .event(2 * HOUR, "release", "")
        .event(3 * HOUR, "pr_push 7", "")
        .event(4 * HOUR, "main_push", "")
        .play();
    let scopes: Vec<&str> = stored(&played).into_iter().map(|(scope, _)| scope).collect();
    assert_eq!(
        scopes,
        ["refs/heads/main", "refs/heads/release/1", "refs/pull/7/merge", "refs/tags/release-2"]
    );
}

#[test]
fn a_cron_starts_its_own_workflow_in_its_time_zone() {
    let text = "[workload]\ncron-delay = \"0 s\"\n\
         [workflow.nightly]\non = \"schedule\"\ncron = \"30 5 * * 1-5\"\ntimezone = \"Europe/Berlin\"\n\
         [workflow.nightly.job.night]\nsetup = \"1 s\"\n\
         [workflow.weekly]\non = \"schedule\"\ncron = [\"0 3 * * 0\"]\n[workflow.weekly.job.week]\nsetup = \"1 s\"\n";
    let (_folder, path) = Miniature::new("").event(0, "main_push", "").write();
    std::fs::write(&path, text.replace("[workload]", "[workload]\npushes-per-day = 1\ndays = 14"))
        .expect("a file");
    let model =
        load(&path, &[]).unwrap_or_else(|report| panic!("{}", report.render(&Style::default()))).model;
    let draws = cache_budget::random::Draws::new(1, 0);
    let times = |workflow: u16| -> Vec<i64> {
        let pushes = model.workload.pushes(&model.graph, &draws);
        let own = pushes.iter().filter(|push| push.workflow == Some(workflow));
        own.map(|push| (push.at - START).0 / 1_000).collect()
    };
    // 5:30 in Berlin is 4:30 UTC in January; START is a Monday. Sundays are the days 6 and 13.
    let expected: Vec<i64> =
        [0, 1, 2, 3, 4, 7, 8, 9, 10, 11].iter().map(|day| day * 24 * HOUR + 4 * HOUR + 1_800).collect();
    assert_eq!(times(0), expected);
    assert_eq!(times(1), [6, 13].map(|day| day * 24 * HOUR + 3 * HOUR));
}

/// On 2026-03-29 the clocks of Berlin go from 2:00 to 3:00, which is 1:00 UTC.
/// The log has one row on the first of ten days. Ten nights, not the one after the row.
#[test]
fn crons_start_from_the_beginning_to_the_end_and_not_only_between_the_rows_of_a_log() {
    let text = "[workflow.night]\non = \"schedule\"\ncron = \"0 3 * * *\"\n[workflow.night.job.j]\nsetup = \"1 min\"\n\
                [workflow.ci]\non = \"push main\"\n[workflow.ci.job.j]\nsetup = \"1 min\"\n";
    let until = START + Duration(10 * Duration::DAY.0);
    let set = [format!("workload.from=\"{START}\""), format!("workload.until=\"{until}\"")];
    let scene = Miniature::new(text).set("workload.cron-delay=0 s").event(0, "main_push", "");
    let played = set.iter().fold(scene, |scene, set| scene.set(set)).play();
    let nights = played.outcome.workflow_runs.iter().filter(|run| run.workflow.0 == 0).count();
    assert_eq!(nights, 10);
}

#[test]
fn a_time_that_the_clock_skips_advances_to_the_next_that_there_is() {
    let at = |text: &str| text.parse::<SimTime>().expect("a time");
    let days = |fields: &str| {
        let cron = Cron::new(0, fields, "Europe/Berlin").expect("a schedule");
        let nexts = std::iter::successors(Some(at("2026-03-28T00:00:00Z")), |at| cron.next(*at));
        nexts.skip(1).take(3).collect::<Vec<_>>()
    };
    let of = |times: [&str; 3]| times.map(|time| at(&format!("2026-03-{time}:00Z"))).to_vec();
    assert_eq!(days("30 2 * * *"), of(["28T01:30", "29T01:00", "30T00:30"]));
    assert_eq!(days("30 2,3 * * *"), of(["28T01:30", "28T02:30", "29T01:00"]));
    assert_eq!(days("0 3 * * *"), of(["28T02:00", "29T01:00", "30T01:00"]));
}

#[test]
fn crons_start_late_and_do_not_start_each_others_workflows() {
    let text = "[workload]\nfrom = \"2026-01-05\"\ndays = 20\npushes-per-day = 1\ncron-delay = \"2 h\"\n\
         [workflow.a]\non = [\"schedule\"]\ncron = \"0 0 * * *\"\n[workflow.a.job.a]\nsetup = \"1 s\"\n\
         [workflow.b]\non = [\"schedule\"]\ncron = \"0 12 * * *\"\n[workflow.b.job.b]\nsetup = \"1 s\"\n";
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("s.toml");
    std::fs::write(&path, text).expect("a file");
    let model =
        load(&path, &[]).unwrap_or_else(|report| panic!("{}", report.render(&Style::default()))).model;
    let pushes = model.workload.pushes(&model.graph, &cache_budget::random::Draws::new(1, 0));
    let own: Vec<_> = pushes.iter().filter(|push| push.workflow.is_some()).collect();
    assert_eq!(own.len(), 40, "each of two every day");
    for push in &own {
        let starts = |workflow: usize| !model.workflows[workflow].started_by(workflow, push).is_empty();
        assert_eq!([starts(0), starts(1)], [push.workflow == Some(0), push.workflow == Some(1)]);
        let hour = if push.workflow == Some(0) { 2 } else { 14 };
        assert_eq!(push.at.hour(), hour, "two hours late");
    }
}

#[test]
fn a_job_may_run_on_some_events_and_paths_only() {
    let text = "[workflow.ci]\non = [\"push main\", \"pull_request\"]\n\
         [workflow.ci.job.deploy]\non = \"push main\"\nsetup = \"1 s\"\n\
         [workflow.ci.job.web]\npaths = \"web\"\nsetup = \"1 s\"\n\
         [workflow.ci.job.after]\nneeds = [\"deploy\"]\nsetup = \"1 s\"\n\
         [workflow.ci.job.gate]\nneeds = [\"deploy\", \"web\"]\nif = \"always()\"\nsetup = \"1 s\"\n";
    let played = Miniature::new(text)
        .event_in(0, "main_push", "source", "web")
        .event_in(HOUR, "pr_push 7", "source", "rust")
        .play();
    let ran = |event: u32| ["deploy", "web", "after", "gate"].map(|job| played.find(event, job).is_some());
    assert_eq!(ran(0), [true; 4]);
    // Nothing that needs a skipped job runs, unless it always does.
    assert_eq!(ran(1), [false, false, false, true]);
}

/// dorny/paths-filter compares a merge group and a tag with the default branch, and on other events knows no changes.
#[test]
fn the_paths_of_a_job_hold_in_merge_groups_and_nothing_changes_on_tags() {
    let text = "[workflow.ci]\non = [\"push main\", \"push tags\", \"release\", \"merge_group\", \"schedule\"]\n\
         job.web = { paths = \"web\", setup = \"1 s\" }\njob.all = { setup = \"1 s\" }\n";
    let played = Miniature::new(text)
        .event_in(0, "merge_group 5", "source", "rust")
        .event_in(HOUR, "merge_group 6", "source", "web;rust")
        .event_in(2 * HOUR, "main_push", "source", "rust")
        .event_in(3 * HOUR, "release", "", "")
        .event_in(4 * HOUR, "schedule", "", "")
        .play();
    let ran = |job| (0..5).filter(|event| played.find(*event, job).is_some()).collect::<Vec<_>>();
    assert_eq!((ran("web"), ran("all")), (vec![1, 4], vec![0, 1, 2, 3, 4]));
}

#[test]
fn the_paths_of_a_job_have_an_effect_in_the_merge_queue() {
    let scene = |on: &str| {
        let text = format!("[workflow.ci]\non = {on}\njob.web = {{ paths = \"web\", setup = \"1 s\" }}\n");
        Miniature::new(&text).event_in(0, "merge_group 5", "source", "web").event_in(1, "schedule", "", "")
    };
    assert!(!scene("[\"merge_group\", \"schedule\"]").remarks().contains("`paths` has no effect"));
    let why = "`paths` has no effect: GitHub filters pushes and pull requests only";
    assert!(scene("\"schedule\"").remarks().contains(why));
}

/// `push` is filtered by `rust`, `pull_request` by `web`, `pull_request_target` not at all.
#[test]
fn each_event_has_its_own_filter_by_paths() {
    let filters = "paths = { push = [\"rust\"], pull_request = [\"web\"] }";
    let events = "[\"push main\", \"push tags\", \"pull_request\", \"pull_request_target\"]";
    let runs = |event: &str, paths: &str| {
        let played = scene(events, filters).event_in(0, event, "source", paths).play();
        played.outcome.runs.len()
    };
    assert_eq!((runs("main_push", "rust"), runs("main_push", "web")), (1, 0));
    // A pull request starts the run on `pull_request_target` whatever it touches.
    assert_eq!((runs("pr_push 7", "rust"), runs("pr_push 7", "web")), (1, 2));
    assert_eq!(runs("release", "web"), 1, "a tag has no paths");
    let said = scene("\"push main\"", "paths = { push = [\"rust\"], pull_request = [\"web\"] }");
    let said = said.event_in(0, "main_push", "source", "rust").remarks();
    assert!(said.contains("`pull_request` has no effect: no such event starts the workflow"), "{said}");
}

#[test]
fn a_job_may_run_only_after_a_failure() {
    let text = |fails: &str| {
        format!(
            "[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\nsetup = \"5 s\"\nfails-on-main = {fails}\n\
             [workflow.ci.job.rescue]\nneeds = [\"test\"]\nif = \"failure()\"\nsetup = \"1 s\"\n"
        )
    };
    let played = |fails| Miniature::new(&text(fails)).event(0, "main_push", "").play();
    assert!(played("1").find(0, "rescue").is_some());
    assert!(played("0").find(0, "rescue").is_none());
    // No job that it needs has failed, so nothing is wrong with it.
    let case =
        Case::with(&format!("[workload]\npushes-per-day = 4\ndays = 5\nwarmup = \"0 d\"\n{}", text("0")));
    let failures = &case.json(&["run", "ci.toml", "--replications", "2"])["failures"];
    assert!(failures.as_array().is_some_and(Vec::is_empty), "{failures}");
}

#[test]
fn wrong_events_are_refused_with_their_reason() {
    let cases = [
        ("on = \"pul_request\"", "`pul_request` is not a value of `workflow.ci.on`"),
        ("on = \"push feature/[ab]\"", "`[` in a pattern is not simulated"),
        ("on = \"push tags v*\"", "`tags v*` names no branch: a ref has no blanks"),
        ("on = \"push tags v*\"", "write `push tags`: a push of any tag"),
        ("on = \"pull_request main dev\"", "`main dev` names no branch"),
        ("on = \"schedule\"\ncron = \"0 3 L * *\"", "the day is wrong: GitHub's cron has no `L`"),
        ("on = \"schedule\"\ncron = \"0 3 * * 1#2\"", "the weekday is wrong: GitHub's cron has no `1#2`"),
        ("on = \"schedule\"\ncron = \"0 3 ? * MON\"", "the day is wrong: GitHub's cron has no `?`"),
        (
            "on = \"push main\"\n[workflow.ci.job.other]\nrunner = \"self-hosted\"",
            "`[runner.self-hosted]` adds one",
        ),
        (
            "on = \"schedule\"\ncron = \"0 3 * *\"",
            "has five fields (minute, hour, day, month, weekday), not 4",
        ),
        ("on = \"schedule\"\ncron = \"61 3 * * *\"", "the minute is wrong: value must be in range 0..=59"),
        ("on = \"schedule\"\ncron = \"1 5 * * MON-\"", "the weekday is wrong: malformed expression"),
        (
            "on = \"schedule\"\ntimezone = \"Europe/Belin\"\ncron = \"0 3 * * *\"",
            "in `Europe/Belin`: there is no such time zone",
        ),
        ("on = \"schedule\"\ncron = \"0 25 * * *\"", "`0 25 * * *` in `UTC`"),
        ("on = \"schedule\"\ncron = \"0 3 * * *\"\ntimezone = \"Mars/Olympus\"", "`Mars/Olympus`"),
        ("on = \"schedule\"\ncron = \"0 3 31 2 *\"", "names a day that does not exist"),
        ("on = \"workflow_run\"", "`workflow_run` needs `after`"),
        ("on = \"workflow_run\"\nafter = \"cii\"", "there is no workflow `cii`"),
    ];
    for (on, message) in cases {
        let text = format!("[workflow.ci]\n{on}\n[workflow.ci.job.test]\nsetup = \"1 s\"\n");
        let (_folder, path) = Miniature::new(&text).event(0, "main_push", "").write();
        let report = load(&path, &[]).expect_err(message).render(&Style::default());
        assert!(report.contains(message), "{message}\n{report}");
    }
}

/// GitHub starts a schedule every five minutes at most.
#[test]
fn a_schedule_that_asks_for_more_runs_than_there_are_is_told() {
    let said = |cron: &str| {
        let text = format!(
            "[workflow.ci]\non = \"schedule\"\ncron = \"{cron}\"\njob.test = {{ setup = \"1 s\" }}\n"
        );
        let (_folder, path) = Miniature::new(&text).event(0, "main_push", "").write();
        load(&path, &[]).expect("a scenario").report.render(&Style::default())
    };
    // The first day of all is a Thursday, the 1st of January.
    let close = ["* * * * *", "*/4 * * * *", "0,2 3 * * 0", "58,59 3 1 * *", "0,2 0 * * 4", "0,2 0 1 1 *"];
    for cron in close.into_iter().chain(["58,2 0,23 * * *", "*/5,58 * * * *"]) {
        assert!(said(cron).contains("asks for runs less than 5 minutes apart"), "{cron}\n{}", said(cron));
    }
    for cron in ["*/5 * * * *", "0 3 * * *", "0 3 1 1 *", "57 23,0 * * *", "2,57 0,23 * * *"] {
        assert!(!said(cron).contains("5 minutes apart"), "{cron}");
    }
}

/// Looked up run by run: all within a day, on both sides of midnight, on few days, and where midnight is another.
#[test]
fn schedules_that_are_too_frequent_are_those_with_two_close_runs() {
    let five = Duration(5 * Duration::MINUTE.0);
    let has_close_runs = |cron: &Cron| {
        let runs: Vec<SimTime> =
            std::iter::successors(cron.next(SimTime(0)), |at| cron.next(*at)).take(120).collect();
        runs.windows(2).any(|pair| pair[1] - pair[0] < five)
    };
    for minutes in ["0", "0,4", "0,5", "2,58", "3,57", "*/4", "*/5", "30-33"] {
        for hours in ["*", "0", "0,23", "5,6"] {
            for (days, zone) in [("* * *", "UTC"), ("* * 4", "UTC"), ("1 * *", "Asia/Kolkata")] {
                let fields = format!("{minutes} {hours} {days}");
                let cron = Cron::new(0, &fields, zone).expect("a schedule");
                assert_eq!(cron.is_too_frequent(), has_close_runs(&cron), "{fields} {zone}");
            }
        }
    }
}

#[test]
fn a_run_after_another_follows_the_branches_and_ends_that_it_names() {
    let second = |filter: &str, fails: &str| {
        let text = format!(
            "[workflow.ci]\non = [\"push main\", \"pull_request\"]\n[workflow.ci.job.test]\nsetup = \"5 min\"\nfails = \
             {fails}\nfails-on-main = {fails}\n[workflow.e2e]\non = [\"workflow_run\"]\nafter = [\"ci\"]\n{filter}\n\
             [workflow.e2e.job.e2e]\nsetup = \"1 min\"\n"
        );
        let played = Miniature::new(&text).event(0, "main_push", "").event(9, "pr_push 7", "").play();
        played.outcome.workflow_runs.len() - 2
    };
    // Runs for main and for the head branch of request 7 are followed, whose name is `pull-7`.
    assert_eq!(second("", "0"), 2);
    assert_eq!(second("after-branches = [\"main\"]", "0"), 1);
    assert_eq!(second("after-branches = [\"**\", \"!main\"]", "0"), 1);
    for (end, green, red) in [("any", 2, 2), ("success", 2, 0), ("failure", 0, 2)] {
        let filter = format!("after-conclusion = \"{end}\"");
        assert_eq!((second(&filter, "0"), second(&filter, "1")), (green, red), "{end}");
    }
}

/// Pull requests of four pushes, half of which touch `rust` at all. `pull_request` compares with the base: all four pushes of
/// such a one run. `push` compares with the branch before it: the first one runs, and half of the others (GitHub's "Workflow
/// syntax", "Git diff comparisons"): (1 + 3 ÷ 2) ÷ 4.
#[test]
fn a_later_push_to_a_pull_requests_branch_is_filtered_by_its_own_paths() {
    let case = Case::with(
        "[cache]\nsweep = \"none\"\n[workload]\nwarmup = \"0 s\"\ndays = 60\npushes-per-day = 40\npath-classes = [\"rust\", \"web\"]\n\
         changes.paths = { rust = 0.5 }\npull-requests = { share = 1, pushes-each = { one-of = [4] }, merged = 0 }\n\
         [workflow.ci]\non = [\"push\", \"pull_request\"]\npaths = [\"rust\"]\njob.test = { setup = \"1 s\" }\n",
    );
    let loaded = load(&case.path("ci.toml"), &[]).expect("a scenario");
    let outcome = cache_budget::observe::measure(&loaded.model, cache_budget::random::Draws::new(1, 0))
        .expect("played");
    let count = |class| outcome.workflow_runs.iter().filter(|run| run.class == class).count() as f64;
    let (pushes, pulls) =
        (count(cache_budget::event::RefClass::Other), count(cache_budget::event::RefClass::PullRequest));
    assert!(pulls > 1_000.0 && (pushes / pulls - 0.625).abs() < 0.03, "{pushes} of {pulls}");
}

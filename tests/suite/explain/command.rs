//! `explain` on the command line.

use super::scene::scene;
use crate::case::{CROWDED, Case};
use assert_cmd::Command;
use serde_json::Value;
use std::process::Output;

fn explain(arguments: &[&str]) -> Output {
    let (folder, _) = scene().write();
    let mut command = Command::cargo_bin("cache-budget").expect("the program");
    let sets = ["--set", "cache.limit=2 GB", "--set", "cache.sweep=hourly", "--set", "cache.sweep-phase=0 s"];
    command.args(["explain", "s.toml", "--quiet"]).args(sets).args(arguments).current_dir(folder.path());
    command.env_remove("NO_COLOR").env("COLUMNS", "80").output().expect("it runs")
}

fn told(arguments: &[&str]) -> String {
    let output = explain(arguments);
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn refused(arguments: &[&str], code: i32) -> String {
    let output = explain(arguments);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(code), 0), "{output:?}");
    String::from_utf8(output.stderr).expect("UTF-8")
}

#[test]
fn a_miss_is_told_as_a_story() {
    insta::assert_snapshot!(told(&["--job", "test", "--at", "2026-01-05T03:00:00Z"]), @r"
    test on main, 2026-01-05 03:10 UTC: 8.4 min lost

    rust-cache missed an entry that had been evicted (by bytes, 100 % by
    actions-cache's writes).

    At 03:10:00, rust-cache looked for `v0-rust-test-Linux-x64-f9717a84-7b1dcdaf`,
    or else the newest entry that starts with `v0-rust-test-Linux-x64-f9717a84`, and
    found nothing. It would have found `v0-rust-test-Linux-x64-f9717a84-7b1dcdaf` of
    main (1 GB), which was saved 2026-01-05 00:20 UTC by test (push 0), found once,
    and last accessed 2026-01-05 01:10 UTC. The sweep at 2026-01-05 03:00 UTC
    evicted it: the cache held 2.2 GB and was swept down to 1.2 GB, below its limit
    of 2 GB. Since its last access, 1.2 GB had been stored, to which the eviction is
    charged by bytes: 1.2 GB by actions-cache (100 %).

    The build took 10 min; with every entry cached it would have taken 2.0 min. Lost
    time by cause: 8.0 min evicted (rust-cache), 0.35 min transfer (rust-cache).

    This build would have been shorter with raise-limit=10GiB (by 8.0 min).

    Same pushes, changes and sizes, one strategy at a time
    strategy                        hits  objects or steps cached     build
    baseline                      0 of 1                        -  10.0 min
    raise-limit=10GiB and 1 more  1 of 1                        -   2.0 min
    Like raise-limit=10GiB: raise-limit=20GB. No difference here: line-tables-only,
    no-debug-info, shorter-retention, shorter-retention=1d, keep-newest,
    keep-newest=2, restore-keys.

    20 more strategies do not apply here; --format json says why.

    This is replication 1 of seed 1; sizes, noise and the sweep's minute vary
    between replications.
    cache-budget explain s.toml --job test --at 2026-01-05T03:00:00Z --set 'cache.limit=2 GB' --set cache.sweep=hourly --set 'cache.sweep-phase=0 s' --seed 1 --replication 1
    ");
}

#[test]
fn a_run_that_missed_nothing_has_no_story() {
    let text = told(&[
        "--job",
        "test",
        "--at",
        "2026-01-05T01:00:00Z",
        "--ref",
        "refs/heads/main",
        "--client",
        "actions-cache",
    ]);
    assert!(text.starts_with("None of the 2 matching job runs had misses."), "{text}");
}

#[test]
fn what_cannot_be_meant_is_said_with_what_is_near() {
    insta::assert_snapshot!(refused(&["--job", "tets"], 2), @"error: there is no job `tets`: did you mean `test`?");
    insta::assert_snapshot!(refused(&["--ref", "mian"], 2), @"error: there is no kind of ref `mian`: did you mean `main`?");
    insta::assert_snapshot!(refused(&["--client", "zzz"], 2), @"error: there is no cache client `zzz`; there are actions-cache, rust-cache");
    assert!(refused(&["--client", "sccache"], 2).contains("there is no cache client `sccache`"));
    insta::assert_snapshot!(refused(&["--at", "2027-01-01"], 2), @"error: no matching job run started then; the nearest is `docs` on refs/heads/main at 2026-01-05T03:10:00Z");
    assert!(refused(&["--at", "yesterday"], 2).contains("2026-06-30"));
}

#[test]
fn the_same_in_json_and_markdown() {
    let story: Value = serde_json::from_str(&told(&["--job", "test", "--format", "json"])).expect("JSON");
    assert_eq!((&story["command"], &story["schema_version"]), (&"explain".into(), &1.into()));
    let first = &story["stories"][0];
    assert_eq!(first["restores"][0]["outcome"], "miss");
    // Every strategy, and of one that takes a value and applies each value that is worth a trial.
    let tried: Vec<&str> = first["remedies"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|remedy| remedy["strategy"].as_str().expect("a name"))
        .collect();
    for strategy in cache_budget::strategy::STRATEGIES {
        let is_it = |name: &&&str| name.split('=').next() == Some(strategy.name);
        assert!(tried.iter().any(|name| is_it(&name)), "{}: {tried:?}", strategy.name);
    }
    let limits: Vec<&&str> = tried.iter().filter(|name| name.starts_with("raise-limit")).collect();
    assert_eq!(limits, [&"raise-limit=10GiB", &"raise-limit=20GB"]);
    // The minutes of the title are those of the causes, transfers among them.
    let causes = first["job"]["losses"].as_array().into_iter().flatten();
    let sum: f64 = causes.filter_map(|loss| loss["minutes"].as_f64()).sum();
    assert!(sum > 8.1 && first["lost_minutes"].as_f64() == Some(sum), "{first}");
    let markdown = told(&["--job", "test", "--format", "markdown", "--no-remedies"]);
    assert!(markdown.starts_with("### test on main, "), "{markdown}");
}

#[test]
fn threads_are_not_seen_in_any_byte() {
    let on = |threads| told(&["--worst", "3", "--threads", threads]);
    assert_eq!(on("1"), on("2"));
}

#[test]
fn the_journal_is_a_file_of_json_lines() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.jsonl");
    told(&["--no-remedies", "--journal", path.to_str().expect("a path")]);
    let text = std::fs::read_to_string(&path).expect("it is there");
    let events: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let count = |event: &str| events.iter().filter(|line| line["event"] == event).count();
    // Three runs of `test`, four of `docs`, a look-up each; saved: rust-cache twice, four times `docs`.
    assert_eq!((count("job"), count("restore"), count("save")), (7, 7, 6));
    // 02:00 `docs-0`, 03:00 rust-cache, 04:00 `docs-1` and `docs-2`.
    assert_eq!((count("evict"), count("sweep")), (4, 3));
}

#[test]
fn a_journal_that_cannot_be_written_is_said() {
    let message = refused(&["--no-remedies", "--journal", "s.toml/journal.jsonl"], 1);
    assert!(message.starts_with("error: cannot create the folder"), "{message}");
}

#[test]
fn a_download_that_stalled_is_told_as_such() {
    let said = told(&[
        "--set",
        "runner.ubuntu-latest.stall=1",
        "--set",
        "cache.limit=9 GB",
        "--job",
        "test",
        "--at",
        "2026-01-05T01:00:00Z",
    ]);
    // It waited for ten minutes, and then did what it does after a miss.
    let title = said.lines().next().and_then(|title| title.split(": ").nth(1)).expect("a title");
    let lost: f64 = title.split(' ').next().and_then(|lost| lost.parse().ok()).expect("minutes");
    assert!((17.9..19.0).contains(&lost), "{said}");
    // 10 min of waiting and 8 min of work: both are said, so that a reader can add them up.
    assert!(said.contains("Restores, saves and waits took another 10 min."), "{said}");
    // What applies stalls as well, and changes nothing.
    assert!(!said.contains("baseline") && said.contains("No strategy that was tried ("));
    let said = said.replace("\n", " ");
    assert!(said.contains(") would have made this build shorter."), "{said}");
    assert!(said.contains("rust-cache gave up on a download that stalled."), "{said}");
    assert!(said.contains("The download stalled: after 10 minutes the job treated it as a miss."), "{said}");
    assert!(!said.contains("first of its kind"), "{said}");
}

#[test]
fn a_run_that_did_not_succeed_says_so_and_why() {
    let first = |sets: &[&str]| {
        let sets: Vec<&str> = sets.iter().flat_map(|set| ["--set", *set]).collect();
        told(&[&sets[..], &["--job", "test", "--at", "2026-01-05T01:00:00Z"]].concat()).replace('\n', " ")
    };
    let full = first(&["runner.ubuntu-latest.disk=1 GB"]);
    assert!(full.starts_with("test on main, 2026-01-05 01:10 UTC: out of disk, 8.0 min lost"), "{full}");
    assert!(full.contains("  It failed because the files it unpacked need more disk than"), "{full}");
    assert!(
        full.contains("No strategy that was tried (") && full.contains(") would have made it succeed."),
        "{full}"
    );
    let late = first(&["workflow.ci.job.test.timeout=5 min"]);
    assert!(
        late.contains(": timed out, ") && late.contains("It reached its `timeout` and was stopped"),
        "{late}"
    );
}

#[test]
fn remedies_are_judged_by_success_first() {
    let text = "[cache]\nforks-write = false\n[workload]\npushes-per-day = 4\ndays = 5\nwarmup = \"0 d\"\n\
        pull-requests = { share = 1.0, forks = 1.0 }\n[image.app]\n[[image.app.step]]\nname = \"a\"\n\
        work = \"1 min\"\nlayer = \"10 MB\"\nin-final = true\n[workflow.ci]\non = \"pull_request\"\n\
        [workflow.ci.job.image]\nimage = \"app\"\ncache.buildkit-gha = {}\n";
    let case = Case::with(text);
    let said = case.stdout(&["explain", "ci.toml"]);
    let plain = said.replace('\n', " ");
    assert!(
        plain.contains("It failed because BuildKit's cache export was refused: its token is read-only."),
        "{said}"
    );
    assert!(plain.contains("It would have succeeded with "), "{said}");
    let ends = said.lines().filter(|line| line.ends_with(" succeeds") || line.ends_with(" fails"));
    let ends: Vec<bool> = ends.map(|line| line.ends_with(" succeeds")).collect();
    // As it was, and then those that help.
    assert!(!ends[0] && ends[1] && ends[1..].is_sorted_by(|a, b| a >= b), "{said}");
    let run = case.stdout(&["run", "ci.toml", "--replications", "2"]).replace('\n', " ");
    assert!(
        run.contains("Hint: First find out why image does not succeed: `explain` shows it for one run;"),
        "{run}"
    );
}

/// With a journal, the whole time is simulated; without one, only what the day needs.
#[test]
fn a_day_is_told_alike_however_much_is_simulated() {
    let scenario = CROWDED.replace("days = 24", "days = 24\nfrom = \"2026-01-05\"");
    let case = Case::with(&scenario);
    let day = ["explain", "ci.toml", "--at", "2026-01-12", "--no-remedies", "--worst", "100"];
    let whole = case.stdout(&[&day[..], &["--quiet", "--journal", "j.jsonl"]].concat());
    assert_eq!(case.stdout(&[&day[..], &["--quiet"]].concat()), whole);
    let until = |journal: &str| journal.contains("2026-01-20");
    assert!(until(&std::fs::read_to_string(case.path("j.jsonl")).expect("a journal")));
    assert!(whole.contains("2026-01-12") && !whole.contains("2026-01-14"), "{whole}");
}

/// No run may save, since all are of forks: the same two keys are wanted in vain by every build.
const FORKS: &str = r#"
[cache]
forks-write = false
[workload]
pushes-per-day = 4
days = 5
warmup = "0 d"
pull-requests = { share = 1.0, forks = 1.0 }
[workflow.docker]
on = ["pull_request"]
[workflow.docker.job.build]
image = "app"
cache.buildkit-gha = { mode = "max" }
[[image.app.step]]
name = "base"
stage = true
content = "fixed"
work = "20 s"
layer = "0.2 GB"
in-final = true
[[image.app.step]]
name = "build"
content = "context"
work = "120 s"
layer = "0.3 GB"
in-final = true
"#;

#[test]
fn look_ups_that_are_alike_are_told_once() {
    let case = Case::with(FORKS);
    let text = case.stdout(&["explain", "ci.toml", "--quiet"]);
    let told = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        told.contains(
            "2 look-ups of buildkit missed: no run whose entries it can read had asked for this key"
        ),
        "{told}"
    );
    assert_eq!(told.matches("buildkit looked for").count(), 1, "{told}");
    assert_eq!(told.matches("and found nothing").count(), 1, "{told}");
    assert!(told.contains("Its token is read-only, so no run like this one saves any."), "{told}");
    // Other pull requests wanted the key of main: it is not the first of its kind.
    assert!(!told.contains("first of its kind") && !told.contains("nobody has wanted"), "{told}");
    assert!(told.contains("Never saved: an earlier run did the same work, and saved none of it."), "{told}");
}

#[test]
fn rows_that_say_the_same_are_one_with_their_count() {
    let case = Case::with(FORKS);
    let text = case.stdout(&["explain", "ci.toml", "--quiet"]);
    let rows: Vec<&str> =
        text.lines().filter(|line| line.contains(" of 2 ") && line.contains("min")).collect();
    assert_eq!(rows.len(), 2, "{text}");
    assert!(rows[1].starts_with("registry-per-image and 1 more"), "{text}");
    assert!(text.contains("Like registry-per-image: registry-per-image-and-arch."), "{text}");
}

//! `serve` as a command: what it prints, its exit codes, and the time it keeps.

use crate::case::Case;
use cache_budget::replay::listing;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

/// A build in the shell: it asks for a key with the variables it was given, and prints the answer.
const BUILD: &str = r#"
test "$ACTIONS_CACHE_SERVICE_V2" = 1 && test "$SCCACHE_GHA_ENABLED" = on && test -n "$ACTIONS_RUNTIME_TOKEN"
case "$ACTIONS_RESULTS_URL" in http://127.*:*/) echo addressed ;; esac
exit 7
"#;

#[test]
fn a_command_runs_with_the_variables_and_gives_its_exit_code() {
    let case = Case::with("");
    let output = case.run(&["serve", "--run", "--", "sh", "-ec", BUILD]);
    assert_eq!(output.status.code(), Some(7), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "addressed\n", "stdout is the command's");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "No client has asked for anything.\n");
    assert_eq!(left_behind(&case), Vec::<String>::new(), "bodies go with the server");
    let killed = case.run(&["serve", "--run", "--", "sh", "-c", "kill -9 $$"]);
    assert_eq!(killed.status.code(), Some(128 + 9));
    let absent = case.refused(&["serve", "--run", "--", "no-such-program"], 1);
    assert!(absent.contains("cannot run no-such-program"), "{absent}");
}

/// What a server leaves in its temporary folder.
fn left_behind(case: &Case) -> Vec<String> {
    let folder = case.path("temporary");
    std::fs::create_dir(&folder).expect("a folder");
    let mut command = case.command(&["serve", "--run", "--", "true"]);
    command.env("TMPDIR", &folder).assert().success();
    let names = std::fs::read_dir(&folder).expect("a folder");
    names.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn what_is_asked_for_wrongly_is_refused() {
    let case = Case::with("");
    for (arguments, says) in [
        (&["serve", "--listen", "0.0.0.0"][..], "--token"),
        (&["serve", "--listen", "0.0.0.0", "--token", "short"], "at least 16 characters"),
        (&["serve", "--speed", "0"], "from 0.001 to 100000"),
        (&["serve", "--cache-mode", "reed"], "write read, write, write-only or none"),
        (&["serve", "--event", "pussh"], "did you mean `push`?"),
        (&["serve", "--ref", "refs/heads/"], "no ref has an empty part"),
        (&["serve", "--ref", ""], "no ref has an empty part"),
        (&["serve", "--ref", "a branch"], "no ref has a space, a control character"),
        (&["serve", "--ref", "a\u{7}"], "write a branch such as main"),
        (&["serve", "--ref", "refs/heads/a..b"], "no ref has two dots in a row"),
        (&["serve", "--ref", ".a"], "a part that begins with a dot"),
        (&["serve", "--ref", "a.lock"], "ends with .lock"),
        (&["serve", "--default-branch", "ma~in"], "no ref has"),
        (&["serve", "--base", "x y", "--ref", "refs/pull/7/merge"], "no ref has a space"),
        (&["serve", "--base", "release"], "a run of push on refs/heads/main has no base branch"),
        (
            &["serve", "--base", "release", "--ref", "refs/pull/7/merge", "--event", "pull_request_target"],
            "a run of pull_request_target on refs/pull/7/merge has no base branch: leave the base out",
        ),
        (&["serve", "--run"], "<COMMAND>"),
        (&["serve", "--limit", "10"], "unit"),
    ] {
        let said = case.refused(arguments, 2);
        assert!(said.contains(says), "{arguments:?}: {said}");
    }
    // What git accepts and a pull request's base are no mistakes.
    for words in
        [&["--ref", "dependabot/npm_and_yarn/a-1.2"][..], &["--ref", "refs/pull/7/merge", "--base", "v1"]]
    {
        let output = case.run(&[&["serve"], words, &["--run", "--", "true"]].concat());
        assert!(output.status.success(), "{words:?}: {output:?}");
    }
    case.write("listing.json", "nonsense");
    case.refused(&["serve", "--initial", "listing.json", "--run", "--", "true"], 3);
}

/// The signals that end a server, by the name that `kill` knows.
#[test]
fn a_signal_ends_it_with_a_summary() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("cache-budget"));
        let mut child =
            command.arg("serve").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it runs");
        let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut variables = String::new();
        (0..5).for_each(|_| assert!(out.read_line(&mut variables).is_ok()));
        assert!(variables.lines().all(|line| line.starts_with("export ")), "{variables}");
        let id = child.id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &id]).status().expect("kill runs").success());
        let mut summary = String::new();
        out.read_to_string(&mut summary).expect("UTF-8");
        assert_eq!(summary, "No client has asked for anything.\n");
        assert_eq!(child.wait().expect("it ends").code(), Some(code));
    }
}

#[test]
fn a_command_that_does_not_end_is_killed() {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("cache-budget"));
    let command = command.args(["serve", "--run", "--", "sh", "-c", "echo begun; exec sleep 60"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    let mut begun = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut begun).expect("a line");
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-s", "TERM", &id]).status().expect("kill runs").success());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(143));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "No client has asked for anything.\n");
}

#[test]
fn simulated_time_runs_faster() {
    let scene =
        cache_budget::serve::ServeClock::running("2026-07-01T12:00:00Z".parse().expect("a time"), 3_600.0);
    let before = scene.now();
    std::thread::sleep(std::time::Duration::from_millis(20));
    // 20 ms are 72 s; how much longer it slept, nobody knows.
    assert!(scene.now() - before >= cache_budget::units::Duration(72_000));
    // 60 s of simulated time are 1/60 s, and a client waits in whole seconds.
    assert_eq!(scene.seconds_until(cache_budget::units::Duration::MINUTE), 1);
}

#[test]
fn an_initial_listing_takes_room_and_is_evicted() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("listing.json");
    let entry = |id: u64, key: &str, accessed: &str| {
        format!(
            r#"{{"id":{id},"key":"{key}","version":"v","ref":"refs/heads/main","sizeInBytes":100,
                "createdAt":"2026-06-30T10:00:00Z","lastAccessedAt":"{accessed}"}}"#
        )
    };
    let entries = [entry(7, "old", "2026-06-30T11:00:00Z"), entry(9, "new", "2026-06-30T12:00:00Z")];
    std::fs::write(&path, format!("[{}]", entries.join(","))).expect("a file");
    let scene = super::Scene::with(|request| {
        request.initial = Some(path.clone());
        request.limit = cache_budget::units::Bytes(250);
        request.sweep = cache_budget::service::Sweep::Instant;
    });
    assert_eq!(scene.matched("main", "old", &[]), "old");
    assert_eq!(scene.restored("main", "new"), None, "it is known, but nobody has its body");
    scene.clock.move_on(cache_budget::units::Duration::SECOND);
    // 300 bytes in 250: `old` was used before `new`.
    assert!(scene.save("main", "added", &[0; 100]));
    let page = scene.connection().ask("GET", "/caches?format=gh", &[], b"").body;
    let left: Vec<_> = listing::read(&page).expect("a listing").into_iter().map(|e| (e.id, e.key)).collect();
    assert_eq!(left, [(Some(9), "new".to_owned()), (Some(10), "added".to_owned())]);
    let summary = scene.server.summary();
    let own = cache_budget::serve::Writer::of_key("added");
    assert_eq!(summary.traffic.blamed(), [(own, own, 100)]);
    assert_eq!(own.client, "actions-cache");
}

#[test]
fn sizes_alone_can_be_kept() {
    let scene = super::Scene::with(|request| request.bodies = cache_budget::serve::Bodies::SizesOnly);
    assert!(scene.save("main", "key", b"content"));
    assert_eq!(scene.restored("main", "key").expect("zeros"), [0; 7]);
}

/// The example of the page on `serve`: a look-up that finds nothing, a save, a look-up that finds it.
#[test]
fn a_summary_says_only_what_happened() {
    let page = include_str!("../../../docs/serve.md");
    let script = page.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a script");
    let has_curl =
        Command::new("curl").arg("--version").stdout(Stdio::null()).status().is_ok_and(|end| end.success());
    assert!(has_curl || std::env::var_os("CI").is_none(), "CI has curl");
    let case = Case::with("");
    case.write("by-hand.sh", script);
    if has_curl {
        let output = case.run(&["serve", "--run", "--", "sh", "by-hand.sh"]);
        let [out, said] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).expect("UTF-8"));
        assert!(out.contains("\"ok\":false") && out.contains("\"matched_key\":\"greeting\""), "{out}");
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.starts_with("Of 2 restores, 1 hit (50 %). 1 save was made. 5 B of 10 GiB"), "{said}");
        assert!(
            said.contains("are stored at the end, in 1 entry.") && !said.contains("rate limit"),
            "{said}"
        );
    }
}

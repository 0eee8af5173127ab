use super::folder::{ScenarioFolder, VALID};
use crate::case::Case;
use cache_budget::cli::{check, schema};
use cache_budget::diagnostic::Style;

fn run(folder: &ScenarioFolder, files: &[&str], show_defaults: bool) -> (u8, String, String) {
    let files: Vec<_> = files.iter().map(|file| folder.path(file)).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = check::run(&files, &[], show_defaults, &Style::default(), &mut out, &mut err).unwrap();
    (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

#[test]
fn check_is_silent_about_what_is_in_order() {
    assert_eq!(run(&ScenarioFolder::new(VALID), &["s.toml"], false), (0, String::new(), String::new()));
}

#[test]
fn check_reports_every_file_and_fails_once() {
    let folder = ScenarioFolder::new("cache.limit = 1").with("b.toml", VALID).with("c.toml", "x = 1");
    let (code, out, err) = run(&folder, &["s.toml", "b.toml", "c.toml"], true);
    assert_eq!(code, 3);
    assert!(err.contains("s.toml:1:15") && err.contains("c.toml:1:1"), "{err}");
    assert!(out.contains("limit = \"10 GiB\" # default: Size limit of the repository"), "{out}");
}

#[test]
fn check_reads_standard_input() {
    let case = crate::case::Case::with("");
    let said = |text: &str| {
        let output = case.command(&["check", "-"]).write_stdin(text).output().expect("it runs");
        (output.status.code(), String::from_utf8(output.stderr).expect("UTF-8"))
    };
    assert_eq!(said(VALID), (Some(0), String::new()));
    let (code, wrong) = said("[cache]\nlimt = \"1 GB\"");
    assert!(code == Some(3) && wrong.contains(" --> <stdin>:2:1"), "{wrong}");
}

/// A scenario with assumed values is played again under others, and a listing may be told from one.
#[test]
fn a_scenario_from_standard_input_is_read_as_often_as_it_is_needed() {
    let text = "[workload]\ndays = 4\nwarmup = \"0 d\"\n[workflow.ci]\non = \"push main\"\njob.test.setup = \"1 min\"\n\
        [assumed.\"workload.pushes-per-day\"]\nrange = \"2..8\"\nbasis = \"a guess\"\n";
    let case = Case::with(text);
    let said = |name: &str| {
        let arguments = ["run", name, "--replications", "4", "--format", "csv", "--quiet", "--output", "o"];
        let output = case.command(&arguments).write_stdin(text).output().expect("it runs");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let piped = said("-");
    assert!(piped.lines().next().is_some_and(|head| head.contains("prediction_low")), "{piped}");
    assert_eq!(piped, said("ci.toml"));
    let arguments = ["run", "ci.toml", "--replications", "4", "--format", "json", "--quiet", "--output", "o"];
    let json = case.stdout(&arguments);
    let report = case.command(&["report", "-"]).write_stdin(json).output().expect("it runs");
    assert!(report.status.success() && !report.stdout.is_empty(), "{report:?}");
    for (arguments, line) in
        [(["diagnose", "-"], "<stdin>:1:"), (["replay", "-"], "<stdin>:1:"), (["report", "-"], "<stdin>: ")]
    {
        let output = case.command(&arguments).write_stdin("{\"at\":1").output().expect("it runs");
        let said = String::from_utf8(output.stderr).expect("UTF-8");
        assert!(said.contains(line), "{arguments:?}: {said}");
    }
}

#[test]
fn schema_is_one_json_document() {
    let mut out = Vec::new();
    schema::run(false, &mut out).unwrap();
    let schema: serde_json::Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(schema["properties"]["cache"]["properties"]["limit"]["default"], "10 GiB");
}

#[test]
fn what_a_scenario_extends_is_no_setting() {
    let case =
        Case::with("[workload]\ndays = 4\n[workflow.ci]\non = \"push main\"\njob.test.setup = \"1 min\"\n");
    let said = case.refused(&["run", "ci.toml", "--set", "extends=\"other.toml\""], 3);
    assert!(said.contains("`extends` cannot be set"), "{said}");
}

/// `@actions/cache` refuses these keys, and the step fails.
#[test]
fn keys_that_the_action_refuses_are_refused() {
    let said = |keys: &str| {
        let step = format!("cache.actions-cache = {{ {keys}, size = \"1 MB\" }}");
        let case = Case::with(&format!(
            "[workload]\ndays = 4\n[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\n{step}\n"
        ));
        let output = case.run(&["check", "ci.toml"]);
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    for (keys, why) in [
        ("key = \"a,b\"", "a key cannot contain a comma"),
        ("key = \"a\", restore-keys = [\"b,\"]", "a key cannot contain a comma"),
        ("key = \" \"", "the key is empty"),
        (
            "key = \"a-{sha}\", restore-keys = [\"1\", \"2\", \"3\", \"4\", \"5\", \"6\", \"7\", \"8\", \"9\", \"10\"]",
            "10 restore keys: the action takes ten keys at most",
        ),
    ] {
        let (code, text) = said(keys);
        assert!(code == Some(3) && text.contains(why), "{keys}: {text}");
    }
    // The commas of a hash of several inputs are none of the key.
    let (code, text) = said("key = \"k-{hash:lock, web-lock}\"");
    assert_eq!(code, Some(0), "{text}");
}

#[test]
fn warnings_of_one_kind_are_one_line_where_something_else_is_asked_for() {
    let text = "[workload]\ndays = 4\npull-requests.forks = 0.1\nchanges.dockerfile = 0.5\n[workflow.ci]\n\
        on = \"pull_request\"\n[workflow.ci.job.test]\nsetup = \"2 min\"\n";
    let case = Case::with(text);
    let said = |arguments: &[&str]| String::from_utf8(case.run(arguments).stderr).expect("UTF-8");
    let run = said(&["run", "ci.toml", "--replications", "1", "--no-advice"]);
    let line = run.lines().next().expect("a warning");
    assert!(
        line.starts_with("warning[no-effect]: `forks` has no effect (ci.toml:3:")
            && line.contains("; `dockerfile` has no effect (ci.toml:4:")
            && line.ends_with("): `cache-budget check` says why"),
        "{run}"
    );
    assert_eq!(run.matches("warning").count(), 1, "{run}");
    let check = said(&["check", "ci.toml"]);
    assert!(check.contains("2 warnings") && check.matches("has no effect: ").count() == 2, "{check}");
}

//! Where files land: whatever a result, a plan, a scenario or a log calls things, a command writes into
//! the folder that was named for it, or below `output/`.

use crate::case::Case;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Output;
use std::sync::LazyLock;

const SCENARIO: &str = r#"
[cache]
limit = "3 GB"
[workload]
pushes-per-day = 8
days = 2
warmup = "6 h"
[workflow.ci]
on = ["push main", "pull_request"]
job.test = { cold = "17 min", warm = "4 min", cache.rust-cache = { size = "1.2 GB" } }
"#;

/// A folder to work in, with things beside it that nobody may touch.
struct Desk(Case);

impl Desk {
    fn new() -> Desk {
        let case = Case::with(SCENARIO);
        for folder in ["desk", "harbour", "harbour/site"] {
            fs::create_dir(case.path(folder)).expect("a folder");
        }
        for file in
            ["harbour/site/report.html", "harbour/site/result.json", "harbour/.profile", "report.html"]
        {
            case.write(file, "precious");
        }
        case.write("desk/ci.toml", SCENARIO);
        Desk(case)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.0.command(arguments).current_dir(self.0.path("desk")).output().expect("it runs")
    }

    fn write(&self, name: &str, text: &str) {
        self.0.write(&format!("desk/{name}"), text);
    }

    /// Everything outside of `output/`, with what is in it.
    fn outside(&self) -> BTreeMap<String, Vec<u8>> {
        let mut all = listed(self.0.folder());
        all.retain(|path, _| path != "desk/output" && !path.starts_with("desk/output/"));
        all
    }

    /// The folders in `output/`.
    fn folders(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path("desk/output")).expect("the folder of results");
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect()
    }

    /// Runs a command that succeeds and changes nothing outside of `output/`; where it wrote.
    fn lands(&self, arguments: &[&str]) -> Vec<String> {
        let before = self.outside();
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        assert!(before == self.outside(), "{arguments:?} wrote outside: {output:?}");
        let folders = self.folders();
        fs::remove_dir_all(self.0.path("desk/output")).expect("the folder of results");
        folders
    }
}

fn listed(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(next) = waiting.pop() {
        let entries = fs::read_dir(&next).expect("a folder");
        for path in entries.map(|entry| entry.expect("an entry").path()) {
            let is_folder = path.is_dir() && !path.is_symlink();
            let content = if is_folder { vec![] } else { fs::read(&path).unwrap_or_default() };
            let name = path.strip_prefix(folder).expect("it is inside").to_string_lossy().into_owned();
            all.insert(name, content);
            waiting.extend(is_folder.then_some(path));
        }
    }
    all
}

/// A result of each command that a report is made of.
static RESULTS: LazyLock<[Value; 3]> = LazyLock::new(|| {
    let desk = Desk::new();
    let result = |arguments: &str| {
        let all = format!("{arguments} --replications 2 --quiet --format json");
        let output = desk.run(&all.split_whitespace().collect::<Vec<_>>());
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice(&output.stdout).expect("JSON")
    };
    [
        result("run ci.toml"),
        result("compare ci.toml --strategy save-on-main-only"),
        result("sweep ci.toml --vary cache.limit=1GB,3GB"),
    ]
});

/// Names that lead somewhere else, or that no file can have; `@` stands for the folder around the desk.
const NAMES: [&str; 26] = [
    "../../harbour/site",
    "@/harbour/site",
    "../../harbour/.profile",
    "ci/../../../home",
    "..",
    ".",
    "...",
    "",
    "/",
    "//",
    "a/b",
    "a\\b",
    "..\\..\\home\\site",
    "C:\\Windows",
    "c:x",
    "nul\u{0}name",
    "line\nbreak",
    "\u{1b}[2Jseen",
    "\u{202e}lmth.troper",
    "-rf",
    "~",
    "trailing.",
    "trailing ",
    " ",
    "CON",
    "lpt1.txt",
];

fn is_plain(folder: &str) -> bool {
    !folder.contains(|letter: char| letter.is_control() || "/\\:*?\"<>|\u{202e}".contains(letter))
        && !folder.starts_with(['-', '~', ' '])
        && !folder.ends_with(['.', ' '])
        && !["CON", "LPT1.TXT"].contains(&folder.to_uppercase().as_str())
        && folder.len() <= 143
}

/// A report of a result that is called `name` in every place where a result has names.
fn report_of(desk: &Desk, which: usize, name: &str, form: &str) {
    let name = name.replace('@', &desk.0.folder().display().to_string());
    let mut result = RESULTS[which].clone();
    result["scenario"]["name"] = json!(name);
    if which == 1 {
        result["comparisons"][0]["other"] = json!(name);
        result["comparisons"][0]["base"] = json!(name);
    }
    desk.write("stranger.json", &result.to_string());
    let folders = desk.lands(&["report", "stranger.json", "--format", form]);
    assert!(folders.len() == 1 && is_plain(&folders[0]), "{name:?} as {form}: {folders:?}");
}

#[test]
fn a_result_does_not_choose_where_its_report_goes() {
    let desk = Desk::new();
    for (place, name) in NAMES.iter().enumerate() {
        report_of(&desk, place % 3, name, "html");
    }
    for (place, name) in
        ["../../harbour/site", "@/harbour/site", "", "x".repeat(5_000).as_str()].iter().enumerate()
    {
        report_of(&desk, place % 3, name, "svg");
    }
    if cfg!(feature = "png") {
        report_of(&desk, 0, "../../harbour/site", "png");
    }
}

/// Names made of what means something in a path, and of anything else.
fn names() -> impl Strategy<Value = String> {
    let pieces = [
        "..",
        ".",
        "/",
        "\\",
        "@",
        "harbour",
        "site",
        "report.html",
        "ci",
        "~",
        ":",
        "\u{0}",
        "\n",
        " ",
        "con",
        "-",
        "é",
        "\u{2024}\u{2024}",
        "\u{ff0f}",
        "👨\u{200d}💻",
        "%2e%2e%2f",
        "$HOME",
        "`id`",
        "aaaaaaaaaaaaaaaaaaaa",
    ];
    let piece =
        prop_oneof![4 => proptest::sample::select(pieces.to_vec()).prop_map(String::from), 1 => ".{0,40}"];
    proptest::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

fn no_name_leads_out(cases: u32) {
    let desk = Desk::new();
    let mut runner = TestRunner::new(Config { cases, ..Config::default() });
    let all = (names(), 0..3_usize, prop_oneof![3 => Just("html"), 1 => Just("svg")]);
    let tried = runner.run(&all, |(name, which, form)| {
        report_of(&desk, which, &name, form);
        Ok(())
    });
    tried.expect("every name is one folder below `output`");
}

#[test]
fn no_name_of_a_result_leads_out_of_the_folder() {
    no_name_leads_out(24);
}

#[test]
#[ignore = "the same for many names"]
fn no_name_of_many_results_leads_out_of_the_folder() {
    no_name_leads_out(300);
}

#[test]
fn different_names_stay_different_folders() {
    let desk = Desk::new();
    let mut folders: Vec<String> = vec![];
    for name in ["a/b", "a\\b", "a:b", "a-b", "../a-b"] {
        let mut result = RESULTS[0].clone();
        result["scenario"]["name"] = json!(name);
        desk.write("stranger.json", &result.to_string());
        folders.extend(desk.lands(&["report", "stranger.json", "--format", "html"]));
    }
    folders.sort();
    folders.dedup();
    assert_eq!(folders.len(), 5, "{folders:?}");
    assert!(folders.contains(&"a-b".to_owned()), "a plain name stays as it is: {folders:?}");
}

/// Files can be called almost anything on Unix.
#[cfg(unix)]
#[test]
fn a_scenario_s_file_name_does_not_choose_where_results_go() {
    let long = "x".repeat(250);
    let names =
        ["..\\..\\home", "...", "..", ".", "-rf", "line\nbreak", "c:x", "CON", " ", "trailing.", &long];
    for name in names {
        let desk = Desk::new();
        let file = format!("./{name}.toml");
        desk.write(&file, SCENARIO);
        for command in [
            &["run", &file, "--replications", "1"][..],
            &["compare", &file, "--strategy", "save-on-main-only", "--replications", "1"],
            &["sweep", &file, "--vary", "cache.limit=1GB,3GB", "--replications", "1"],
            &["sweep", &file, "--vary", "cache.limit=1GB,3GB", "--replications", "1", "--shard", "1/2"],
        ] {
            let folders = desk.lands(command);
            assert!(folders.len() == 1 && is_plain(&folders[0]), "{command:?}: {folders:?}");
        }
    }
}

#[test]
fn a_plain_name_is_the_folder_s() {
    let desk = Desk::new();
    for name in ["ci", "my scenario", ".hidden", "v1.2", "größe", "console", "com", "a-b_c+d (2)"] {
        desk.write(&format!("{name}.toml"), SCENARIO);
        let folders = desk.lands(&["run", &format!("{name}.toml"), "--replications", "1"]);
        assert_eq!(folders, [name]);
    }
}

/// Explanations, replays and traces write only what is named on the command line.
#[test]
fn other_commands_write_only_what_they_are_asked_for() {
    let desk = Desk::new();
    let key = "../../harbour/site";
    let line = |op: &str, rest: &str| {
        format!(
            "{{\"at\":\"2026-01-05T00:00:00Z\",\"op\":\"{op}\",\"ref\":\"../../home\",\"key\":\"{key}\"{rest}}}\n"
        )
    };
    desk.write("log.jsonl", &(line("save", ",\"size\":5") + &line("restore", "")));
    let before = desk.outside();
    for (arguments, written) in [
        (&["replay", "log.jsonl", "--output", "made"][..], "desk/made/result.json"),
        (&["explain", "ci.toml", "--no-remedies", "--journal", "made/j.jsonl"], "desk/made/j.jsonl"),
        (
            &["trace", "zipf", "--requests", "10", "--objects", "5", "--output", "made/t.csv"],
            "desk/made/t.csv",
        ),
        (&["man", "--output", "made"], "desk/made/cache-budget.1"),
    ] {
        let output = desk.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        let after = desk.outside();
        assert!(after.contains_key(written), "{arguments:?}");
        let elsewhere = after.iter().filter(|(path, _)| !path.starts_with("desk/made"));
        assert!(elsewhere.eq(before.iter()), "{arguments:?} wrote elsewhere");
        fs::remove_dir_all(desk.0.path("desk/made")).expect("the folder");
    }
}

#[test]
fn a_plan_does_not_choose_where_the_whole_goes() {
    let desk = Desk::new();
    let sweep = ["sweep", "ci.toml", "--vary", "cache.limit=1GB,3GB", "--replications", "1"];
    for part in ["1", "2"] {
        let shard = format!("{part}/2");
        let output = desk.run(&[&sweep[..], &["--shard", &shard, "--output", part]].concat());
        assert!(output.status.success(), "{output:?}");
        let file = format!("desk/{part}/sweep.json");
        let plan = fs::read_to_string(desk.0.path(&file)).expect("a plan");
        desk.0.write(&file, &plan.replacen("\"name\":\"ci\"", "\"name\":\"../../harbour/site\"", 1));
    }
    let before = desk.outside();
    let output = desk.run(&["merge", "1", "2", "--output", "whole"]);
    assert!(output.status.success(), "{output:?}");
    let mut after = desk.outside();
    after.retain(|path, _| !path.starts_with("desk/whole"));
    assert!(before == after, "{output:?}");
    let folders = desk.lands(&["report", "whole", "--format", "html"]);
    assert!(folders.len() == 1 && is_plain(&folders[0]), "{folders:?}");
}

/// An archive of results can hold links as well.
#[cfg(unix)]
#[test]
fn a_link_in_the_folder_of_results_is_not_followed_out_of_it() {
    use std::os::unix::fs::symlink;
    let sweep = ["sweep", "ci.toml", "--vary", "cache.limit=1GB,3GB", "--replications", "1"];
    for (link, target, arguments) in [
        ("output/ci", "../../harbour/site", &["run", "ci.toml"][..]),
        ("output/ci", "../../harbour/site", &["report", "ci.json", "--format", "html"]),
        ("output/ci/result.json", "../../../harbour/.profile", &["run", "ci.toml"]),
        ("output/ci/result.json", "../../../harbour/nothing-there-yet", &["run", "ci.toml"]),
        (
            "output/ci/report/report.html",
            "../../../../report.html",
            &["report", "ci.json", "--format", "html"],
        ),
        ("output/ci/report/charts", "../../../../harbour/site", &["report", "ci.json", "--format", "svg"]),
        ("output/ci/sweep/points.csv", "../../../../harbour/.profile", &sweep),
        ("output/ci/sweep/points.csv", "../../../../harbour/nothing-there-yet", &sweep),
        ("output/ci/sweep/sweep.json", "../../../../harbour/nothing-there-yet", &sweep),
        ("output/ci/sweep/summary.csv", "../../../../harbour/.profile", &sweep),
        ("output/ci/sweep/1-of-2", "../../../../harbour/site", &[&sweep[..], &["--shard", "1/2"]].concat()),
    ] {
        let desk = Desk::new();
        desk.write("ci.json", &RESULTS[0].to_string());
        let link = desk.0.path("desk").join(link);
        fs::create_dir_all(link.parent().expect("a folder")).expect("a folder");
        symlink(target, &link).expect("a link");
        let before = desk.outside();
        let output = desk.run(arguments);
        // `run` prints its answer all the same.
        let code = i32::from(arguments[0] != "run");
        assert_eq!(output.status.code(), Some(code), "{link:?}: {output:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("is a symbolic link that leads out of"), "{said}");
        assert!(before == desk.outside(), "{link:?}: {output:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_that_stays_inside_is_followed() {
    let desk = Desk::new();
    fs::create_dir_all(desk.0.path("desk/output/real")).expect("a folder");
    std::os::unix::fs::symlink("real", desk.0.path("desk/output/ci")).expect("a link");
    let output = desk.run(&["run", "ci.toml", "--replications", "1"]);
    assert!(output.status.success(), "{output:?}");
    assert!(desk.0.path("desk/output/real/result.json").is_file());
}

#[test]
fn a_file_with_the_longest_name_is_written() {
    let desk = Desk::new();
    let name = format!("{}.html", "x".repeat(250));
    desk.write("ci.json", &RESULTS[0].to_string());
    let output = desk.run(&["report", "ci.json", "--format", "html", "--output", &name]);
    assert!(output.status.success() && desk.0.path("desk").join(name).is_file(), "{output:?}");
}

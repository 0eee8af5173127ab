//! What is read back is what was written: whatever `check` accepts and `run`, `compare` and `sweep`
//! write, `report` shows in every form, and says of it what they said.

mod scenario;

use crate::case::{CROWDED, Case};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use std::process::Output;

/// The commands that save a result.
const COMMANDS: [&[&str]; 5] = [
    &["run", "ci.toml", "--replications", "2"],
    &["run", "ci.toml", "--replications", "1", "--with-screen"],
    &["compare", "ci.toml", "--strategy", "raise-limit=1000TB", "--replications", "2"],
    &["sweep", "ci.toml", "--vary", "cache.limit=0B,3B,1GB,200TB", "--replications", "2"],
    &["sweep", "ci.toml", "--vary", "cache.limit=1GB..2GB", "--sample", "3", "--replications", "1"],
];

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Runs a command and shows its result in every form; what it printed is what is shown.
fn shown_again(case: &Case, command: &[&str]) {
    let case_of =
        |form: &str| case.run(&[command, &["--format", form, "--output", "out", "--quiet"]].concat());
    let table = case_of("table");
    // 10: an expectation does not hold. Stopped by its own event limit, or asked for a strategy that does not
    // apply, it has no result.
    match table.status.code() {
        Some(0 | 10) => {}
        Some(1) if said(&table).contains("event limit") => return,
        Some(3) if said(&table).contains("does not apply") => return,
        _ => panic!("{command:?}: {}", said(&table)),
    }
    for form in ["table", "markdown", "csv"] {
        let report = case.run(&["report", "out", "--format", form, "--quiet"]);
        assert!(report.status.success(), "{command:?} as {form}: {}", said(&report));
        let own = if form == "table" { table.stdout.clone() } else { case_of(form).stdout };
        let [own, report] = [own, report.stdout].map(|text| String::from_utf8(text).expect("UTF-8"));
        assert!(own == report, "{command:?} as {form}:\n{own}\n{report}");
    }
    let forms = ["html", "svg", "png"].into_iter().filter(|form| *form != "png" || cfg!(feature = "png"));
    for form in forms {
        let to = format!("shown-{form}/");
        let more = ["--scale", "0.25"].into_iter().filter(|_| form == "png").collect::<Vec<_>>();
        let report = case.run(&[&["report", "out", "--format", form, "--output", &to], &more[..]].concat());
        assert!(report.status.success(), "{command:?} as {form}: {}", said(&report));
    }
    std::fs::remove_dir_all(case.path("out")).expect("the result");
}

/// Every scenario that is accepted.
fn all_is_shown(cases: u32, commands: &[&[&str]]) {
    let rng_seed = RngSeed::Fixed(u64::from(cases));
    let config = Config {
        cases,
        max_global_rejects: 20 * cases,
        max_shrink_iters: 200,
        rng_seed,
        ..Config::default()
    };
    let tried = TestRunner::new(config).run(&scenario::scenario(), |text| {
        let case = Case::with(&text);
        let checked = case.run(&["check", "ci.toml"]);
        prop_assume!(checked.status.success(), "{}", said(&checked));
        commands.iter().for_each(|command| shown_again(&case, command));
        Ok(())
    });
    tried.unwrap_or_else(|problem| panic!("{problem}"));
}

#[test]
fn what_a_run_writes_is_shown() {
    all_is_shown(8, &COMMANDS[..1]);
}

#[test]
fn what_a_comparison_and_a_sweep_write_is_shown() {
    all_is_shown(2, &COMMANDS[1..]);
}

#[test]
#[ignore = "minutes: the same for many scenarios; run by .ci/run"]
fn what_any_command_writes_is_shown() {
    all_is_shown(12, &COMMANDS);
}

/// Most of what is generated has to be accepted, or little is tested.
#[test]
fn most_scenarios_are_accepted() {
    let mut runner = TestRunner::deterministic();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ci.toml");
    let accepted = (0..60).filter(|_| {
        let text = scenario::scenario().new_tree(&mut runner).expect("a scenario").current();
        std::fs::write(&file, text).expect("a file");
        cache_budget::strategy::load(&file, &[]).is_ok()
    });
    let accepted = accepted.count();
    assert!(accepted >= 30, "{accepted} of 60");
}

fn job(scenario: &str) -> String {
    format!(
        "{scenario}\n[workflow.ci]\non = \"push main\"\njob.test = {{ cold = \"17 min\", warm = \"4 min\", \
         cache.rust-cache = {{ size = \"1.2 GB\" }} }}\n"
    )
}

#[test]
fn limits_of_a_few_bytes_and_of_many_are_shown() {
    for limit in ["0 B", "1 B", "3 B", "4 B", "125 TB", "126 TB", "999 TB"] {
        let text = format!("[workload]\ndays = 2\nwarmup = \"6 h\"\n[cache]\nlimit = \"{limit}\"");
        let case = Case::with(&job(&text));
        COMMANDS[..3].iter().for_each(|command| shown_again(&case, command));
    }
}

#[test]
fn times_without_a_date_of_their_own_are_shown_or_refused() {
    for from in ["0000-01-01", "1969-12-31T23:59:59Z", "1970-01-01", "9998-12-30"] {
        let case = Case::with(&job(&format!("[workload]\nfrom = {from:?}\ndays = 2\nwarmup = \"6 h\"")));
        shown_again(&case, COMMANDS[0]);
    }
    for from in ["-000001-12-31T00:00:00Z", "9998-12-31", "9999-12-30"] {
        let case = Case::with(&job(&format!("[workload]\nfrom = {from:?}\ndays = 2\nwarmup = \"6 h\"")));
        let said = case.refused(COMMANDS[0], 3);
        assert!(said.contains("is not within the years 0 to 9998"), "{said}");
    }
}

/// No restore on main is measured where a workflow runs on releases only.
#[test]
fn an_expectation_that_is_never_measured_is_shown() {
    let expect = "[[expect]]\nmetric = \"restore.hit_ratio\"\nclient = \"rust-cache\"\nref = \"main\"\n\
                  min = 0.1\nabove = { strategy = \"raise-limit=20GB\" }\n";
    let text = job("[workload]\ndays = 4\nwarmup = \"1 d\"\nreleases-per-month = 60");
    let case = Case::with(&format!("{}{expect}", text.replace("push main", "release")));
    shown_again(&case, COMMANDS[0]);
    let text = case.run(&["run", "ci.toml", "--replications", "2", "--quiet"]);
    assert!(String::from_utf8_lossy(&text.stdout).contains("never measured"), "{text:?}");
}

#[test]
fn two_expectations_against_one_strategy_are_both_shown() {
    let against = "below = { strategy = \"raise-limit=20GB\" }\n";
    let expect = |metric: &str| format!("[[expect]]\nmetric = {metric:?}\nstat = \"mean\"\n{against}");
    for replications in ["1", "3"] {
        let case = Case::with(&format!("{CROWDED}{}{}", expect("push.waiting"), expect("cache.bytes")));
        shown_again(&case, &["run", "ci.toml", "--set", "workload.days=18", "--replications", replications]);
    }
}

#[test]
fn control_characters_of_a_command_are_shown_escaped() {
    let case = Case::with(CROWDED);
    let title = "title=\"\"\"it's\n\ttwo \\\\ lines\"\"\"";
    let command = ["run", "ci.toml", "--set", "workload.days=15", "--replications", "1", "--set", title];
    shown_again(&case, &command);
    let result = case.json(&command);
    let again = result["reproduce"].as_str().expect("a text");
    assert!(again.contains(r#"--set $'title="""it\'s\u000a\u0009two \\\\ lines"""'"#), "{again}");
}

/// A list of thousands of values is a long text.
#[test]
fn a_sweep_over_many_values_is_shown() {
    let case = Case::with(&job("[workload]\ndays = 0.02\nwarmup = \"0 s\""));
    let values: Vec<String> = (1..=1_500).map(|number| format!("{number}00001kB")).collect();
    let vary = format!("cache.limit={}", values.join(","));
    let sweep = ["sweep", "ci.toml", "--vary", &vary, "--sample", "4", "--replications", "1"];
    shown_again(&case, &sweep);
}

/// By hand: job `=1` takes 17 min without a cache, job `'=1` takes 7.
#[test]
fn names_that_differ_by_an_apostrophe_stay_two() {
    let job =
        |name: &str, cold: u32| format!("job.{name:?} = {{ cold = \"{cold} min\", warm = \"4 min\" }}\n");
    let text = "[workload]\ndays = 3\npushes-per-day = 9\nwarmup = \"1 d\"\n[runner.ubuntu-latest]\n\
                boot = \"0 s\"\nspeed-noise = 1.0\n[workflow.ci]\non = \"push main\"\n";
    let names = [("=1", 17), ("'=1", 7), ("''=1", 5)];
    let jobs: String = names.iter().map(|(name, cold)| job(name, *cold)).collect();
    let case = Case::with(&format!("{text}{jobs}"));
    let sweep = ["sweep", "ci.toml", "--all-metrics", "--vary", "cache.limit=1GB,2GB", "--replications", "2"];
    case.stdout(&[&sweep[..], &["--quiet", "--output", "out"]].concat());
    let mut summary = csv::Reader::from_path(case.path("out/summary.csv")).expect("a summary");
    let head = summary.headers().expect("a header").clone();
    let column = |name: &str| head.iter().position(|column| column == name).expect("a column");
    let (metric, job, class, workflow, stat, mean) =
        (column("metric"), column("job"), column("ref"), column("workflow"), column("stat"), column("mean"));
    let rows: Vec<csv::StringRecord> = summary.records().map(|row| row.expect("a row")).collect();
    for (name, cold) in names {
        // A cell that a spreadsheet would take for a formula has an apostrophe in front.
        let cell = format!("'{name}");
        let own = rows.iter().filter(|row| {
            (&row[metric], &row[job], &row[class], &row[workflow], &row[stat])
                == ("job.duration", cell.as_str(), "", "", "mean")
        });
        let means: Vec<f64> =
            own.map(|row| row[mean].parse::<f64>().expect("a number")).map(f64::round).collect();
        assert_eq!(means, [f64::from(cold); 2], "{name} at two limits");
    }
}

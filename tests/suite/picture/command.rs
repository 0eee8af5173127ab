//! `report` on the command line.

use super::{comparison, text};
use assert_cmd::Command;
use std::process::Output;

struct Case(tempfile::TempDir);

impl Case {
    fn new() -> Case {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("ci")).expect("a folder");
        std::fs::write(folder.path().join("ci/result.json"), text()).expect("a file");
        Case(folder)
    }

    fn report(&self, arguments: &[&str]) -> Output {
        let mut command = Command::cargo_bin("cache-budget").expect("the program");
        command.arg("report").args(arguments).current_dir(self.0.path());
        command.env_remove("NO_COLOR").env_remove("COLUMNS").output().expect("it runs")
    }

    fn files(&self, folder: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path().join(folder)).expect("a folder");
        let mut names: Vec<_> =
            entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

#[test]
fn a_saved_run_reads_as_it_did() {
    let case = Case::new();
    let table = case.report(&["ci"]);
    assert!(table.status.success() && table.stderr.is_empty(), "{table:?}");
    let table = String::from_utf8(table.stdout).expect("UTF-8");
    assert!(table.contains("is too small for this CI") && table.contains("\nlost to "), "{table}");
    let markdown = case.report(&["ci/result.json", "--format", "markdown"]).stdout;
    assert!(String::from_utf8_lossy(&markdown).starts_with("### Cache budget: ci\n"));
    let csv = case.report(&["ci", "--format", "csv"]).stdout;
    assert!(csv::Reader::from_reader(&csv[..]).records().all(|row| row.is_ok()));
}

#[test]
fn pictures_and_pages_go_where_they_should() {
    let case = Case::new();
    let output = case.report(&["ci", "--format", "svg"]);
    assert!(output.status.success() && output.stdout.is_empty(), "{output:?}");
    let names = case.files("output/ci/report/charts");
    assert!(
        names.contains(&"budget-ci.svg".to_owned()) && names.iter().all(|name| name.ends_with(".svg")),
        "{names:?}"
    );
    assert!(case.report(&["ci", "--format", "html", "--quiet"]).stderr.is_empty());
    assert_eq!(case.files("output/ci/report"), ["charts", "report.html"]);
    case.report(&["ci", "--format", "html", "--output", "pages/one.html"]);
    assert_eq!(case.files("pages"), ["one.html"]);
    case.report(&["ci", "--format", "markdown", "--output", "pages"]);
    assert_eq!(case.files("pages"), ["one.html", "report.md"]);
}

const PNG: &[&str] =
    &["ci", "--format", "png", "--chart", "curve", "--output", "curve.png", "--scale", "0.5"];

#[cfg(feature = "png")]
#[test]
fn a_picture_has_pixels() {
    let case = Case::new();
    assert!(case.report(PNG).status.success());
    assert_eq!(&std::fs::read(case.0.path().join("curve.png")).expect("a picture")[1..4], b"PNG");
}

#[cfg(not(feature = "png"))]
#[test]
fn a_program_without_a_rasteriser_names_the_other_form() {
    let output = Case::new().report(PNG);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "error: this cache-budget was built without PNG: use --format svg, or build it with the feature `png`\n"
    );
}

#[test]
fn twins_have_different_names() {
    let case = Case::new();
    std::fs::write(case.0.path().join("other.json"), comparison()).expect("a file");
    case.report(&["ci", "ci", "other.json", "--format", "svg", "--chart", "budget", "--output", "out"]);
    assert_eq!(
        case.files("out"),
        ["budget-ci-2.svg", "budget-ci-3.svg", "budget-ci.svg", "budget-drop-sccache-save-on-main-only.svg"]
    );
}

#[test]
fn wrong_usage_is_code_2() {
    let case = Case::new();
    for arguments in [
        &[][..],
        &["ci", "--format", "gif"],
        &["ci", "--chart", "bugdet"],
        &["ci", "--scale", "9"],
        &["ci", "ci", "--format", "csv"],
        &["ci", "--format", "svg", "--output", "one.svg"],
    ] {
        let output = case.report(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
    let meant = case.report(&["ci", "--chart", "bugdet"]);
    assert!(String::from_utf8_lossy(&meant.stderr).contains("did you mean `budget`?"), "{meant:?}");
}

#[test]
fn an_invalid_result_is_code_3_with_every_problem_of_every_file() {
    let case = Case::new();
    let broken = text().replacen("\"mean\":", "\"mean\":1e31,\"was\":", 3);
    std::fs::write(case.0.path().join("broken.json"), broken).expect("a file");
    let output = case.report(&["ci", "broken.json", "missing.json", "--format", "html"]);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(said.matches("error: broken.json: ").count(), 3, "{said}");
    assert_eq!(said.matches("error: missing.json: cannot be read").count(), 1, "{said}");
    assert!(said.contains("help: ") && output.stdout.is_empty());
    assert!(!case.0.path().join("output").exists(), "nothing was written");
}

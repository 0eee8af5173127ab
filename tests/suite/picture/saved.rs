//! What is read back is what was written, and what is damaged is refused with every problem.

use super::{answer, comparison, read_back, text};
use cache_budget::report::saved::{RESULT_BYTES_MAX, Saved, read};
use cache_budget::report::{self, Style, compare};
use serde_json::{Value, json};

const PLAIN: Style = Style { color: false, width: 80 };

#[test]
fn a_run_reads_back_as_it_was() {
    let answer = answer();
    let text = report::json(&answer);
    let Saved::Run(back) = read_back(&text) else { panic!("it is of run") };
    assert_eq!(report::json(&back), text);
    assert_eq!(report::table(&back, PLAIN), report::table(&answer, PLAIN));
    assert_eq!(report::markdown(&back), report::markdown(&answer));
    assert_eq!(report::csv(&back), report::csv(&answer));
}

#[test]
fn a_comparison_reads_back_as_it_was() {
    let text = comparison();
    let Saved::Compare(back) = read_back(&text) else { panic!("it is of compare") };
    assert_eq!(compare::json(&back), text);
}

fn problems(value: &Value) -> Vec<String> {
    read(value.to_string().as_bytes()).expect_err("it is damaged")
}

#[test]
fn every_problem_is_said_with_its_place() {
    let mut value: Value = serde_json::from_str(&text()).expect("JSON");
    value["seed"] = json!("one");
    value["metrics"][3]["mean"] = json!(null);
    value["metrics"][5]["n"] = json!(-1);
    value["scenario"].as_object_mut().expect("an object").remove("file");
    value["repository"]["jobs"][0]["name"] = json!(7);
    let problems = problems(&value);
    for expected in [
        "seed is not a whole number from 0 to 18446744073709551615",
        "metrics[3] has no field `mean`",
        "metrics[5].n is not a whole number from 0 to 10000",
        "scenario has no field `file`",
        "repository.jobs[0].name is not a text",
    ] {
        assert!(problems.iter().any(|problem| problem == expected), "{expected}: {problems:#?}");
    }
}

#[test]
fn a_job_of_no_workflow_is_refused() {
    let mut value: Value = serde_json::from_str(&text()).expect("JSON");
    value["repository"]["workflows"] = json!([]);
    assert!(
        problems(&value).contains(&"repository.jobs[0].workflow is none of the result's workflows".into())
    );
}

#[test]
fn what_is_no_result_is_refused() {
    let refused = |bytes: &[u8]| read(bytes).expect_err("no result").join("\n");
    assert!(refused(b"").contains("ends in the middle"));
    assert!(refused(b"{\"schema_version\": 1,\n \"seed\": oops}").starts_with("2:10: is not JSON"));
    assert_eq!(refused(b"[]"), "has no field `schema_version`");
    assert!(refused(b"{\"schema_version\": 2}").contains("schema version 2, and this program reads 1"));
    assert!(refused(b"{\"schema_version\": 1, \"command\": \"replay\"}").contains("`replay`"));
    assert!(refused(&vec![b' '; RESULT_BYTES_MAX as usize + 1]).contains("256 MB"));
    assert!(refused("[".repeat(100_000).as_bytes()).contains("recursion limit"));
}

#[test]
fn a_result_without_names_asks_for_the_command_again() {
    let mut value: Value = serde_json::from_str(&text()).expect("JSON");
    value.as_object_mut().expect("an object").remove("repository");
    assert!(problems(&value).iter().any(|problem| problem.contains("run the command again")));
}

#[test]
fn a_timeline_that_does_not_fit_together_is_refused() {
    let whole: Value = serde_json::from_str(&text()).expect("JSON");
    type Damage = fn(&mut Value);
    let damages: [(Damage, &str); 12] = [
        (|t| t["steps"]["seconds"] = json!(0), "a grid that cannot be drawn"),
        (|t| t["steps"]["count"] = json!(90_000_000_000u64), "a grid that cannot be drawn"),
        (|t| t["periods"]["seconds"] = json!(1_000_000_000_000_000i64), "a grid that cannot be drawn"),
        (|t| t["held"][0] = json!([1]), "`held` of another size"),
        (|t| t["peak"] = json!([]), "`peak` of another length"),
        (|t| t["unit"] = json!(0), "no usable `unit`"),
        (|t| t["peak"][0] = json!(u64::MAX), "a size that is too large"),
        (|t| t["stored"][0] = json!([0, 999, 1, 1]), "a step, client or size that does not exist"),
        (|t| t["look_ups"][0]["found"][0] = json!(1_000_000), "look-ups that cannot be"),
        (|t| t["runs"][0] = json!([0, 1, 1, 999, 0, 0]), "a run of a job, ref or conclusion"),
        (|t| t["durations"][0]["quantiles"] = json!([2.0, 1.0]), "not in order"),
        (|t| t["lives"]["entries"] = json!("none"), "cannot be read"),
    ];
    for (damage, expected) in damages {
        let mut value = whole.clone();
        damage(&mut value["first_replication"]["timeline"]);
        let problems = problems(&value).join("\n");
        assert!(
            problems.contains("first_replication.timeline") && problems.contains(expected),
            "{expected}: {problems}"
        );
    }
}

#[test]
fn only_a_command_of_this_program_is_shown_to_be_copied() {
    let whole: Value = serde_json::from_str(&text()).expect("JSON");
    let accepted = |command: &str| {
        let mut value = whole.clone();
        value["reproduce"] = json!(command);
        read(value.to_string().as_bytes()).is_ok()
    };
    assert!(accepted("cache-budget run 'my file.toml' --set 'a.b=\"1; 2\"' --seed 1"));
    assert!(accepted(r"cache-budget run 'it'\''s.toml' --seed 1"));
    for bad in [
        "curl example.org",
        "cache-budget run a; curl example.org",
        "cache-budget run $(id)",
        "cache-budget run a\nid",
        "cache-budget run 'a' `id`",
        "cache-budget run 'a",
        "cache-budget run a | sh",
        "cache-budget run a > b",
        r"cache-budget run a\",
        r"cache-budget run \$HOME",
    ] {
        assert!(!accepted(bad), "{bad}");
    }
}

#[test]
fn a_metric_of_a_later_version_is_left_out_and_said() {
    let mut value: Value = serde_json::from_str(&text()).expect("JSON");
    value["metrics"][0]["name"] = json!("cache.colour");
    let read = read(value.to_string().as_bytes()).expect("the rest is fine");
    assert_eq!(read.remarks, ["1 values of metrics that this version does not know are left out"]);
}

//! What is read back is what was written, and what is damaged is refused with every problem.

use super::{answer, comparison, read_back, text};
use cache_budget::report::{self, Style, compare};
use cache_budget::result::{RESULT_BYTES_MAX, SavedResult, read};
use serde_json::{Value, json};

const PLAIN: Style = Style { color: false, width: 80 };

#[test]
fn a_run_reads_back_as_it_was() {
    let answer = answer();
    let text = report::json(&answer);
    let SavedResult::Run(back) = read_back(&text) else { panic!("it is of run") };
    assert_eq!(report::json(&back), text);
    assert_eq!(report::table(&back, PLAIN, true), report::table(&answer, PLAIN, true));
    assert_eq!(report::markdown(&back), report::markdown(&answer));
    assert_eq!(report::csv(&back), report::csv(&answer));
}

#[test]
fn a_comparison_reads_back_as_it_was() {
    let text = comparison();
    let SavedResult::Compare(back) = read_back(&text) else { panic!("it is of compare") };
    assert_eq!(compare::json(&back), text);
}

fn problems(value: &Value) -> Vec<String> {
    read(value.to_string().as_bytes()).expect_err("it is damaged")
}

#[test]
fn a_value_of_another_form_is_refused_with_its_place() {
    type Damage = fn(&mut Value);
    let damages: [(Damage, &str); 6] = [
        (|v| v["seed"] = json!("one"), "seed: invalid type: string \"one\", expected u64"),
        (|v| v["metrics"][3]["mean"] = json!(null), "metrics[3].mean: invalid type: null"),
        (|v| v["metrics"][5]["n"] = json!(-1), "metrics[5].n: invalid value: integer `-1`"),
        (|v| v["metrics"][5]["n"] = json!(10_001), "metrics[5].n: is not a whole number from 0 to 10000"),
        (
            |v| drop(v["scenario"].as_object_mut().expect("it").remove("file")),
            "scenario: missing field `file`",
        ),
        (|v| v["repository"]["jobs"][0]["name"] = json!(7), "repository.jobs[0].name: invalid type"),
    ];
    for (damage, expected) in damages {
        let mut value: Value = serde_json::from_str(&text()).expect("JSON");
        damage(&mut value);
        let problems = problems(&value);
        assert!(problems.iter().any(|problem| problem.starts_with(expected)), "{expected}: {problems:#?}");
    }
}

#[test]
fn what_does_not_fit_together_is_refused_all_at_once() {
    let mut value: Value = serde_json::from_str(&text()).expect("JSON");
    value["metrics"][3]["mean"] = json!(1e31);
    value["reproduce"] = json!("rm");
    value["first_replication"]["top_evictions"] = json!([{
        "at": "2026-01-01T00:00:00Z", "client": "none", "entries": 1, "bytes": 1, "idle_min_ms": 1,
        "evictor": null, "evictor_share": null,
    }]);
    assert_eq!(
        problems(&value),
        [
            "metrics[3].mean: is larger than 10^30",
            "reproduce: is not a command line of this program",
            "first_replication.top_evictions[0]: names a client that is not one of the result's clients",
        ]
    );
}

#[test]
fn a_job_of_no_workflow_is_refused() {
    let mut value: Value = serde_json::from_str(&text()).expect("JSON");
    value["repository"]["workflows"] = json!([]);
    assert!(
        problems(&value)
            .contains(&"repository.jobs[0].workflow: is not one of the result's workflows".into())
    );
}

#[test]
fn what_is_no_result_is_refused() {
    let refused = |bytes: &[u8]| read(bytes).expect_err("no result").join("\n");
    assert!(refused(b"").contains("the file is incomplete"));
    assert!(refused(b"{\"schema_version\": 1,\n \"seed\": oops}").starts_with("2:10: is not JSON"));
    assert_eq!(refused(b"[]"), "is not an object");
    assert!(refused(b"{}").contains("missing field `schema_version`"));
    assert!(refused(b"{\"schema_version\": 2}").contains("schema_version: is 2, and this program reads 1"));
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
    let damages: [(Damage, &str); 14] = [
        (|t| t["steps"]["seconds"] = json!(0), "a grid that cannot be drawn"),
        (|t| t["steps"]["count"] = json!(90_000_000_000u64), "a grid that cannot be drawn"),
        (|t| t["periods"]["seconds"] = json!(1_000_000_000_000_000i64), "a grid that cannot be drawn"),
        (|t| t["held"][0] = json!([1]), "a `held` whose size is not"),
        (|t| t["held_for"][0]["held"] = json!([1]), "a `held_for` of an unknown kind"),
        (|t| t["held_for"][0]["ref"] = json!("mars"), "a `held_for` of an unknown kind"),
        (|t| t["peak"] = json!([]), "a `peak` whose length is not"),
        (|t| t["unit"] = json!(0), "no usable `unit`"),
        (|t| t["peak"][0] = json!(u64::MAX), "a size that is too large"),
        (|t| t["stored"][0] = json!([0, 999, 1, 1]), "a step, client or size that does not exist"),
        (|t| t["look_ups"][0]["found"][0] = json!(1_000_000), "impossible numbers of look-ups"),
        (|t| t["runs"][0] = json!([0, 1, 1, 999, 0, 0]), "a run of a job, ref or conclusion"),
        (|t| t["durations"][0]["quantiles"] = json!([2.0, 1.0]), "not in order"),
        (|t| t["lives"]["entries"] = json!("none"), "lives.entries: invalid type"),
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
    assert_eq!(read.remarks, ["left out 1 values of metrics that this version does not know"]);
}

//! Results as files: those that earlier versions wrote are read and shown as they were, and the schema says
//! what is written.
//!
//! The JSON files in `golden/results` are what a version wrote before the structs of results were derived: they are
//! never written again. The texts beside them are how this version shows them (`UPDATE_GOLDEN=1`).

use crate::case::{CROWDED, Case};
use cache_budget::report::{self, Style, compare, diagnose, sweep};
use cache_budget::result::{SavedResult, read, schema};
use serde_json::Value;
use std::path::{Path, PathBuf};

const PLAIN: Style = Style { color: false, width: 80 };

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/golden/results").join(name)
}

fn stored(name: &str) -> String {
    std::fs::read_to_string(path(name)).expect("a stored result")
}

fn saved(text: &str) -> SavedResult {
    let read = read(text.as_bytes()).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert!(read.remarks.is_empty(), "{:?}", read.remarks);
    read.saved
}

fn table(saved: &SavedResult) -> String {
    match saved {
        SavedResult::Run(result) => report::table(result, PLAIN, true),
        SavedResult::Compare(result) => compare::table(result, false, PLAIN),
        SavedResult::Sweep(result) => sweep::table(result, PLAIN),
        SavedResult::Diagnose(result) => diagnose::table(result, true, PLAIN),
    }
}

fn json(saved: &SavedResult) -> String {
    match saved {
        SavedResult::Run(result) => report::json(result),
        SavedResult::Compare(result) => compare::json(result),
        SavedResult::Sweep(result) => sweep::json(result),
        SavedResult::Diagnose(result) => diagnose::json(result),
    }
}

#[test]
fn a_stored_result_is_shown_and_written_as_it_was() {
    for name in ["run", "compare", "sweep", "morris"] {
        let text = stored(&format!("{name}.json"));
        let saved = saved(&text);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(path(&format!("{name}.txt")), table(&saved)).expect("the repository is writable");
        }
        assert_eq!(table(&saved), stored(&format!("{name}.txt")), "{name}");
        // Sentences may become better ones, nobody says "0.9 ratio" any more, the program says its model's revision, and a
        // failure was `failed`; all else stays.
        let revision = format!(",\"revision\":{}", cache_budget::engine::MODEL_REVISION);
        let data = |text: &str| -> Vec<String> {
            let text = text.replace(&revision, "").replace("\"failed\"", "\"failure\"").replace(" ratio", "");
            text.lines().filter(|line| !line.starts_with("  \"verdict\":")).map(str::to_owned).collect()
        };
        assert!(data(&json(&saved)) == data(&text), "{name} is written otherwise than it was");
    }
}

/// Takes fields that later versions added out of every object.
fn without(value: &mut Value, fields: &[&str]) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|value| without(value, fields)),
        Value::Object(object) => {
            object.retain(|name, _| !fields.contains(&name.as_str()));
            object.values_mut().for_each(|value| without(value, fields));
        }
        _ => {}
    }
}

#[test]
fn a_result_from_before_a_field_was_added_is_shown() {
    for (name, fields) in [
        ("run", &["failures", "outcome", "warmup_rule"][..]),
        ("compare", &["attribution"]),
        ("sweep", &["limit_cost_max", "points_tell", "elbows"]),
        ("morris", &["limit_cost_max", "sensitivity"]),
    ] {
        let mut value: Value = serde_json::from_str(&stored(&format!("{name}.json"))).expect("JSON");
        without(&mut value, fields);
        value["added_later"] = serde_json::json!({ "colour": "blue" });
        assert!(!table(&saved(&value.to_string())).is_empty(), "{name}");
    }
}

fn is_valid(text: &str, what: &str) {
    let schema = serde_json::to_value(schema()).expect("JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("a schema");
    let value: Value = serde_json::from_str(text).expect("JSON");
    let problems: Vec<String> =
        validator.iter_errors(&value).map(|problem| format!("{problem:.300}")).collect();
    assert!(problems.is_empty(), "{what}: {problems:#?}");
}

#[test]
fn the_schema_accepts_stored_results() {
    for name in ["run", "compare", "sweep", "morris"] {
        is_valid(&stored(&format!("{name}.json")), name);
    }
}

const LOG: &str = include_str!("golden/log.jsonl");
const TRACE: &str = "time,key,size\n0,a,10\n1,b,20\n2,a,10\n3,c,30\n";

#[test]
fn the_schema_accepts_what_every_command_writes() {
    let case = Case::with(CROWDED);
    case.write("log.jsonl", LOG);
    case.write("trace.csv", TRACE);
    for command in [
        &["run", "ci.toml", "--replications", "1", "--with-screen"][..],
        &["run", "ci.toml", "--replications", "2", "--precision", "50%", "--replications-max", "3"],
        &["explain", "ci.toml", "--worst", "2"],
        &["replay", "log.jsonl", "--limit", "1GB"],
        &["replay", "log.jsonl", "--limit", "1GB", "--limit", "2GB"],
        &["replay", "trace.csv", "--limit", "30B"],
    ] {
        is_valid(&case.stdout(&[command, &["--format", "json", "--quiet"]].concat()), &command.join(" "));
    }
}

#[test]
fn the_schema_refuses_what_is_no_result() {
    let schema = serde_json::to_value(schema()).expect("JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("a schema");
    let mut value: Value = serde_json::from_str(&stored("run.json")).expect("JSON");
    value["metrics"][0]["mean"] = "much".into();
    assert!(!validator.is_valid(&value));
    assert!(!validator.is_valid(&serde_json::json!({ "schema_version": 1 })));
}

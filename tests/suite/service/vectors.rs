//! The rules of GitHub's cache as recorded operations with their outcomes: `vectors/*.jsonl`, whose
//! README lists them. Each file is played by itself.

use cache_budget::replay::{LogReader, OperationOutcome, Player, Settings};
use cache_budget::service::{Limits, Sweep};
use cache_budget::units::{Bytes, Duration, SimTime};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/service/vectors")
}

fn names() -> Vec<String> {
    let files = fs::read_dir(folder()).expect("the vectors").map(|file| file.expect("a file").path());
    let vectors = files.filter(|path| path.extension().is_some_and(|kind| kind == "jsonl"));
    let mut names: Vec<_> =
        vectors.map(|path| path.file_name().expect("a name").to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The settings of a vector: no sweep but those in the log, unless it says otherwise.
fn settings(text: &str) -> Settings {
    let mut limits = Limits { sweep: Sweep::Never, ..Limits::default() };
    let options = text.lines().find_map(|line| line.strip_prefix("// options: ")).unwrap_or("");
    for option in options.split_whitespace() {
        let (name, value) = option.split_once('=').expect("name=value");
        match (name, value) {
            ("limit", bytes) => limits.limit = Bytes(bytes.parse().expect("bytes")),
            ("uploads-per-minute", n) => limits.uploads_per_minute = Some(n.parse().expect("a number")),
            ("downloads-per-minute", n) => limits.downloads_per_minute = Some(n.parse().expect("a number")),
            ("sweep", "hourly") => limits.sweep = Sweep::Every { period: Duration::HOUR, phase: None },
            ("sweep", "instant") => limits.sweep = Sweep::Instant,
            ("sweep-at", at) => {
                let at: SimTime = at.parse().expect("a time");
                limits.sweep = Sweep::Every { period: Duration::HOUR, phase: Some(Duration(at.0)) };
            }
            _ => panic!("unknown option {option}"),
        }
    }
    Settings { limits, default_branch: "refs/heads/main".into(), until: None }
}

fn told(outcome: &OperationOutcome) -> String {
    match outcome {
        OperationOutcome::Restore { outcome, reference: Some(reference), key: Some(key), .. } => {
            format!("{} {reference} {key}", outcome.name())
        }
        OperationOutcome::Restore { outcome, .. } => outcome.name().to_owned(),
        OperationOutcome::Save { outcome, .. } => outcome.name().to_owned(),
        OperationOutcome::Evict { key, reason, .. } => format!("evict {} {key}", reason.label()),
    }
}

fn texts(value: Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(list) => list.into_iter().flat_map(texts).collect(),
        other => panic!("an expectation is a text or a list: {other}"),
    }
}

fn play(name: &str) {
    let text = fs::read_to_string(folder().join(name)).expect("a vector");
    let mut player = Player::new(&settings(&text));
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with("//")) {
        let place = format!("{name}:{}", index + 1);
        let mut fields: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{place}: {e}"));
        let fields = fields.as_object_mut().expect("an object");
        if let Some(expected) = fields.remove("expect_final") {
            let listed = player.listing().into_iter();
            let listed: Vec<_> =
                listed.map(|e| format!("{} {} {}", e.reference.expect("a ref"), e.key, e.size.0)).collect();
            assert_eq!(listed, texts(expected), "{place}");
            continue;
        }
        let expected = fields.remove("expect").map_or(vec![], texts);
        let line = serde_json::to_vec(&fields).expect("JSON");
        let mut log = LogReader::new(&line[..], false);
        let operation = log.next_operation().expect("readable");
        let operation = operation.unwrap_or_else(|| panic!("{place}: {:?}", log.problems()));
        let mut outcomes = Vec::new();
        player.play(&operation, &mut outcomes).unwrap_or_else(|problem| panic!("{place}: {problem}"));
        assert_eq!(outcomes.iter().map(told).collect::<Vec<_>>(), expected, "{place}");
    }
}

#[test]
fn the_service_answers_every_vector_as_it_says() {
    let names = names();
    assert!(names.len() >= 25, "{names:?}");
    names.iter().for_each(|name| play(name));
}

#[test]
fn a_vector_opens_with_its_rule_and_its_source_and_is_listed() {
    let index = fs::read_to_string(folder().join("README.md")).expect("an index");
    for name in names() {
        let text = fs::read_to_string(folder().join(&name)).expect("a vector");
        let opening = text.lines().take_while(|line| line.starts_with("// ")).count();
        assert!(opening >= 2, "{name} opens with a rule and a source");
        assert!(index.contains(&format!("({name})")), "{name} is in the index");
    }
    let listed = index.matches(".jsonl)").count();
    assert_eq!(listed, names().len(), "the index lists each vector once");
}

//! Results of strangers: whatever they hold, nothing panics, and no text becomes markup.

use super::{answer_of, comparison, read_back, text};
use cache_budget::report::charts::{CHARTS, PNG, Room, Theme};
use cache_budget::report::html;
use cache_budget::report::two_runs::{self, TwoRuns};
use cache_budget::result::{SavedResult, read};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::LazyLock;

/// Names that try to get out of wherever they stand.
pub const NAMES: [&str; 5] = [
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "\"><svg onload=alert(3)>' style='x",
    "{{data}}{{script}}",
    "--></style><b>&amp;\u{202e}\u{0}\u{1b}[2J",
];

/// A result in which every name is one of these.
pub fn hostile() -> String {
    let mut value: Value = serde_json::from_str(&text()).expect("JSON");
    let known: Vec<String> = serde_json::from_value(value["repository"]["clients"].clone()).expect("names");
    let jobs = ["test", "lint"].map(String::from);
    let renamed: Vec<String> = known.iter().chain(&jobs).cloned().collect();
    rename(&mut value, &renamed);
    value["scenario"]["name"] = json!(NAMES[0]);
    for life in value["first_replication"]["timeline"]["lives"]["entries"].as_array_mut().expect("lives") {
        life["key"] = json!(NAMES[0]);
        life["ref"] = json!(NAMES[2]);
    }
    value.to_string()
}

fn rename(value: &mut Value, known: &[String]) {
    match value {
        Value::String(text) => {
            if let Some(place) = known.iter().position(|name| name == text) {
                *text = format!("{place}{}", NAMES[place % NAMES.len()]);
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| rename(value, known)),
        Value::Object(object) => object.values_mut().for_each(|value| rename(value, known)),
        _ => {}
    }
}

#[test]
fn no_name_becomes_markup_in_a_page() {
    let page = html::page(&[read_back(&hostile())]);
    let honest = html::page(&[read_back(&text())]);
    for opening in ["<script", "<img", "<svg", "<b>", "<style", "</style", "</script"] {
        assert_eq!(page.matches(opening).count(), honest.matches(opening).count(), "{opening}");
    }
    assert!(
        page.contains("&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;"),
        "the name itself is shown"
    );
    assert!(!page.contains(['\u{202e}', '\u{0}', '\u{1b}']));
}

#[test]
fn no_name_becomes_markup_in_a_picture() {
    let saved = [read_back(&hostile())];
    for figure in CHARTS.iter().flat_map(|chart| (chart.draw)(&saved, Room::WIDE)) {
        for theme in [Theme::Light, Theme::Dark] {
            let svg = figure.svg(theme);
            assert!(
                !svg.contains("<img") && !svg.contains("<script") && !svg.contains("onload=alert(3)>"),
                "{svg}"
            );
            assert_eq!(svg.matches("<svg").count(), 1, "{}", figure.name);
        }
        // The rasteriser reads it as XML: it is well-formed.
        assert!(PNG.is_none_or(|png| !png(&figure, Theme::Light, 0.5).is_empty()));
        assert!(
            figure.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
            "{}",
            figure.name
        );
    }
}

#[test]
fn no_name_becomes_markup_in_what_changed_between_two_runs() {
    let results = [read_back(&hostile()), read_back(&text())];
    let page = html::page(&results);
    let from = page.find("<section id=\"difference\">").expect("a difference");
    let changed = &page[from..page.find("<section id=\"result-0\">").expect("the first run")];
    let comment = two_runs::markdown(&TwoRuns::of(&results).expect("two runs"));
    for text in [changed, &comment] {
        assert!(text.contains("alert(1)") && text.contains("&lt;"), "{text}");
        assert!(["<img", "<script", "<svg", "<b>"].iter().all(|opening| !text.contains(opening)), "{text}");
        assert!(!text.contains(['\u{202e}', '\u{0}', '\u{1b}']));
    }
}

#[test]
fn a_scenario_with_hostile_names_makes_a_page() {
    let scenario = super::SCENARIO.replace("job.test", "job.\"<img src=x onerror=alert(2)>\"");
    let page = html::page(&[SavedResult::Run(Box::new(answer_of(&scenario, 1)))]);
    assert!(!page.contains("<img") && page.contains("&lt;img src=x"));
}

static RESULTS: LazyLock<[Value; 2]> =
    LazyLock::new(|| [text(), comparison()].map(|text| serde_json::from_str(&text).expect("JSON")));

/// What may stand anywhere in a damaged file.
fn anything() -> impl Strategy<Value = Value> {
    let odd = [
        json!(null),
        json!(true),
        json!([]),
        json!({}),
        json!(""),
        json!(0),
        json!(-1),
        json!(1e18),
        json!(1e-300),
    ];
    let large = [
        json!(u64::MAX),
        json!(i64::MIN),
        json!(1e308),
        json!("9999-12-31T23:59:59Z"),
        json!(4_294_967_295u64),
    ];
    proptest::sample::select([&odd[..], &large[..]].concat())
}

/// Replaces the value at a path of choices, most of which lead into the timeline.
fn damage(value: &mut Value, choices: &[usize], new: &Value) {
    let Some((choice, rest)) = choices.split_first() else {
        *value = new.clone();
        return;
    };
    match value {
        Value::Array(list) if !list.is_empty() => {
            let place = choice % list.len();
            damage(&mut list[place], rest, new);
        }
        Value::Object(object) if !object.is_empty() => {
            let place = choice % object.len();
            let key = object.keys().nth(place).cloned().unwrap_or_default();
            damage(object.get_mut(&key).expect("it is there"), rest, new);
        }
        other => *other = new.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_damaged_result_is_refused_or_shown(
        which in 0..2usize,
        inside in any::<bool>(),
        damages in proptest::collection::vec((proptest::collection::vec(0..400usize, 1..5), anything()), 1..4),
    ) {
        let mut value = RESULTS[which].clone();
        for (choices, new) in &damages {
            let place = if inside { &mut value["first_replication"]["timeline"] } else { &mut value };
            damage(place, choices, new);
        }
        match read(value.to_string().as_bytes()) {
            Err(problems) => prop_assert!(!problems.is_empty()),
            Ok(read) => {
                let page = html::page(&[read.saved]);
                prop_assert!(page.len() <= html::PAGE_BYTES_MAX, "{}", page.len());
            }
        }
    }
}

//! What is said about strategies, and how they are asked for.

use cache_budget::report::strategies::{csv, json, markdown};
use cache_budget::strategy::{STRATEGIES, StrategySet, find};

#[test]
fn every_strategy_says_what_it_is_what_to_edit_and_what_is_known() {
    for strategy in STRATEGIES {
        let texts = [strategy.title, strategy.summary, strategy.edit, strategy.evidence];
        assert!(texts.iter().all(|text| text.len() > 10), "{}", strategy.name);
        assert!(!strategy.name.contains(['+', '=', ' ']), "{}", strategy.name);
        assert!(std::ptr::eq(find(strategy.name).expect("listed"), *strategy), "{} twice", strategy.name);
        if let Some(parameter) = strategy.parameter {
            assert_eq!(parameter.problem(parameter.default), None, "{}", strategy.name);
        }
    }
}

#[test]
fn the_list_has_one_shape_in_every_format() {
    let list: serde_json::Value = serde_json::from_str(&json(STRATEGIES)).expect("JSON");
    let names: Vec<_> = list.as_array().expect("a list").iter().map(|row| row["name"].as_str()).collect();
    assert_eq!(names, STRATEGIES.iter().map(|strategy| Some(strategy.name)).collect::<Vec<_>>());
    for key in ["title", "summary", "edit"] {
        assert!(list.as_array().expect("a list").iter().all(|row| row[key].is_string()), "{key}");
    }
    assert!(list.as_array().expect("a list").iter().all(|row| row["applies_to"].is_array()));
    let table = csv(STRATEGIES);
    let mut rows = csv::Reader::from_reader(table.as_bytes());
    assert_eq!(rows.records().filter(Result::is_ok).count(), STRATEGIES.len());
    assert_eq!(markdown(STRATEGIES).lines().count(), STRATEGIES.len() + 2);
}

fn problem(text: &str) -> String {
    StrategySet::parse(text).expect_err(text).to_string()
}

#[test]
fn strategies_that_set_one_thing_to_different_values_are_refused_together() {
    let [both, twice] =
        ["line-tables-only+no-debug-info", "raise-limit=20GB+keep-newest+raise-limit=50GB"].map(problem);
    let said = "`line-tables-only` and `no-debug-info` set one thing to different values: choose one of them";
    assert_eq!(both, said);
    assert_eq!(twice, "`raise-limit` is named twice, with different values: choose one of them");
    let [one, other] =
        ["no-debug-info", "line-tables-only"].map(|text| StrategySet::parse(text).expect(text));
    assert!(one.overlaps(&other));
}

#[test]
fn a_misspelt_strategy_is_answered_with_the_one_that_was_meant() {
    assert_eq!(problem("drop-sccahe"), "there is no strategy `drop-sccahe`: did you mean `drop-sccache`?");
    assert_eq!(
        problem("more-coffee"),
        "there is no strategy `more-coffee`: `cache-budget strategies` lists them"
    );
    assert!(problem("").contains("there is no strategy ``"));
    assert!(problem("drop-sccache+").contains("there is no strategy ``"));
}

#[test]
fn a_value_is_checked_before_anything_is_read() {
    assert!(problem("raise-limit=20").contains("write for example `raise-limit=20GB`"));
    assert!(problem("faster-linker=1.5").contains("not a number from 0 to 1"));
    assert!(problem("scheduled-warm-up=0.5").contains("not a whole number"));
    assert_eq!(problem("drop-sccache=all"), "`drop-sccache` takes no value");
}

#[test]
fn a_set_of_strategies_is_written_as_it_was_asked_for() {
    for text in ["drop-sccache", "raise-limit=50GB", "drop-sccache+raise-limit", "mode-min+raise-limit=1TB"] {
        assert_eq!(StrategySet::parse(text).expect(text).to_string(), text);
    }
}
